"""What the API gives of the catalog: these types are its description (docs/api.md)."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from aslo.web.api.kinds import (
    BundleId,
    Bytes,
    Commit,
    Count,
    Cursor,
    Login,
    Sha256,
    Tag,
    Text,
    Url,
    Version,
)


class Shape(msgspec.Struct, kw_only=True):
    """Something that the API gives."""


class Error(Shape, omit_defaults=True):
    """What went wrong, and its cure, in English; `error` is stable, the words are for people."""

    error: Annotated[str, Meta(examples=["not-found"])]
    message: Annotated[str, Meta(examples=["there is no activity org.sugarlabs.Mon"])]
    hint: Annotated[str, Meta(examples=["Check the address, or search for it."])]
    request_id: Annotated[
        str,
        Meta(description="To be told to us, when our side broke.", examples=["f3a1c09b5d2e7788"]),
    ] = ""


class File(Shape):
    """A file, known by its bytes: it never changes."""

    url: Url
    sha256: Sha256
    size_bytes: Bytes
    media_type: Annotated[str, Meta(examples=["application/vnd.olpc-sugar"])]


class Picture(Shape):
    """A screenshot."""

    file: File
    width: int
    height: int
    lang: Annotated[str, Meta(description="The language that it shows; empty if it shows none.")]
    caption: str


class Needs(Shape):
    """What a release runs on."""

    toolkit: Annotated[
        str,
        Meta(description="`gtk2`, `gtk3`, `gtk4`, `web` or `unknown`.", examples=["gtk3"]),
    ]
    python: Annotated[int | None, Meta(description="2 or 3; null if none.", examples=[3])]
    min_sugar: Annotated[str, Meta(description="The oldest Sugar.", examples=["0.96"])]
    max_sugar: Annotated[str | None, Meta(description="The newest; null for every later one.")]


class Card(Shape):
    """An activity as lists show it, in one language."""

    bundle_id: BundleId
    name: Annotated[str, Meta(examples=["Luna"])]
    summary: Annotated[str, Meta(examples=["Las fases de la luna"])]
    version: Annotated[str, Meta(description="Of its latest release.", examples=["12"])]
    needs: Needs
    icon: Url | None
    page: Url
    download: Url
    size_bytes: Bytes
    created_at: datetime
    updated_at: datetime
    downloads: Annotated[Count, Meta(description="All there were.")]


class CardPage(Shape):
    """A page of a list; `next` is the cursor of the one behind it."""

    items: list[Card]
    total: Annotated[Count, Meta(description="How many there are on all pages.")]
    total_is_exact: Annotated[bool, Meta(description="False where there may be more than that.")]
    text: Annotated[
        str,
        Meta(description="What was looked for: mended where it found nothing.", examples=["moon"]),
    ]
    next: Cursor


class Person(Shape):
    """Somebody who makes activities."""

    login: Login
    page: Url
    activities: Annotated[Count, Meta(description="Listed ones.")]


class PersonPage(Shape):
    """A page of developers."""

    items: list[Person]
    next: Cursor


class Category(Shape):
    """A category, and how many activities are in it."""

    name: Annotated[str, Meta(examples=["Science"])]
    activities: Annotated[Count, Meta(description="Listed ones.")]


class Categories(Shape):
    """Every category, most activities first."""

    items: list[Category]


class Developer(Shape):
    """A contributor of an activity."""

    login: Login
    url: Url | None
    contributions: Count


class Release(Shape):
    """One version of an activity."""

    bundle_id: BundleId
    version: Version
    state: Annotated[
        str,
        Meta(
            description="`listed` or `withdrawn`; among changes also `held`: its bundle is not at "
            "rest here just now, and nothing was taken back.",
            examples=["listed"],
        ),
    ]
    prerelease: Annotated[bool, Meta(description="Offered to those alone who test.")]
    published_at: datetime
    listed_at: datetime
    needs: Needs
    bundle: Annotated[File | None, Meta(description="Null unless the release is listed.")]
    icon: File | None
    screenshots: list[Picture]
    name: Text
    summary: Text
    description: Text
    license: Annotated[str, Meta(description="As the author wrote it.", examples=["GPLv3+"])]
    spdx: Annotated[
        str | None,
        Meta(description="The same in SPDX, if it is known.", examples=["GPL-3.0-or-later"]),
    ]
    categories: Annotated[list[str], Meta(examples=[["Science"]])]
    languages: Annotated[
        list[str], Meta(description="Into which it is translated.", examples=[["es", "pt_BR"]])
    ]
    homepage: Url | None
    notes: Annotated[
        str,
        Meta(
            description="Markdown, as the author wrote it: not to be trusted.",
            examples=["New: eclipses."],
        ),
    ]
    tag: Tag
    commit: Commit
    page: Url
    build: Url | None


class Translation(Shape):
    """How much of the latest release is translated into a language."""

    lang: Annotated[str, Meta(examples=["pt_BR"])]
    translated: Annotated[Count, Meta(description="Messages that are.", examples=[78])]
    messages: Annotated[Count, Meta(description="All messages.", examples=[80])]
    percent: Annotated[int, Meta(description="100 only if none is left.", examples=[97])]


class Activity(Shape):
    """An activity with all its public releases, highest version first."""

    bundle_id: BundleId
    repository: Url | None
    created_at: datetime
    developers: list[Developer]
    releases: list[Release]
    offers: Annotated[
        dict[str, str],
        Meta(
            description="The version that each Sugar is offered, newest Sugar first.",
            examples=[{"0.120": "12", "0.98": "9"}],
        ),
    ]
    translations: Annotated[
        list[Translation],
        Meta(description="Of the latest release; empty if they were not counted."),
    ]
    unreleased_translations: Annotated[
        list[str],
        Meta(
            description="Languages whose translation in the repository is newer than the latest "
            "release. Asked once a day.",
            examples=[["es"]],
        ),
    ]


class ReleasePage(Shape):
    """Releases."""

    items: list[Release]


class ActivityReleases(Shape):
    """A page of the releases of an activity."""

    items: list[Release]
    next: Cursor


class Change(Shape):
    """The last change of an activity."""

    revision: Annotated[Count, Meta(description="Its place among all changes.")]
    bundle_id: BundleId
    activity: Annotated[
        Activity | None,
        Meta(description="As it is now; null when nothing of it is public any more."),
    ]


class Changes(Shape):
    """Changes in their order. Take them all, remember `era` and `next`, and go on from there."""

    era: Annotated[
        str,
        Meta(
            description="Which history is told; when it is another than yours, begin anew from 0.",
            examples=["5f1d7a"],
        ),
    ]
    items: list[Change]
    next: Annotated[Count, Meta(description="The `since` to go on from, now or later.")]
    is_more: Annotated[bool, Meta(description="Whether there are more right now.")]


class Week(Shape):
    """The downloads of a week, named by its Monday."""

    week: date
    downloads: Count


class Statistics(Shape):
    """How much the store is used."""

    weeks: list[Week]
    builds: Annotated[
        dict[str, int],
        Meta(
            description="Builds of the last year by how they ended.",
            examples=[{"published": 40, "failed": 2}],
        ),
    ]
