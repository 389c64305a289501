"""What the API gives and takes: these types are its description (docs/api.md)."""

from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

Text = Annotated[
    dict[str, str],
    Meta(
        description="A text by language (`pt_BR`); the author's own words are under the empty key."
    ),
]
Url = Annotated[str, Meta(description="An absolute address.")]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="Of the bytes, in hex.")]


class Shape(msgspec.Struct, kw_only=True):
    """Something that the API gives."""


class File(Shape):
    """A file, known by its bytes: it never changes."""

    url: Url
    sha256: Sha256
    size_bytes: int
    media_type: str


class Picture(Shape):
    """A screenshot."""

    file: File
    width: int
    height: int
    lang: Annotated[str, Meta(description="The language that it shows; empty if it shows none.")]
    caption: str


class Needs(Shape):
    """What a release runs on."""

    toolkit: Annotated[str, Meta(description="`gtk2`, `gtk3`, `gtk4`, `web` or `unknown`.")]
    python: int | None
    min_sugar: Annotated[str, Meta(description="The oldest Sugar, as `0.96`.")]
    max_sugar: Annotated[str | None, Meta(description="The newest; null for every later one.")]


class Card(Shape):
    """An activity as lists show it, in one language."""

    bundle_id: str
    name: str
    summary: str
    version: Annotated[str, Meta(description="Of its latest release.")]
    needs: Needs
    icon: Url | None
    page: Url
    download: Url
    size_bytes: int
    created_at: datetime
    updated_at: datetime
    downloads: int


class CardPage(Shape):
    """A page of a list; `next` is the cursor of the one behind it."""

    items: list[Card]
    total: Annotated[int, Meta(description="How many there are in all pages.")]
    is_more: Annotated[bool, Meta(description="Whether there are more than `total`, uncounted.")]
    text: Annotated[str, Meta(description="What was looked for, mended where it found nothing.")]
    next: str | None


class Person(Shape):
    """Somebody who makes activities."""

    login: str
    page: Url
    activities: int


class PersonPage(Shape):
    """A page of developers."""

    items: list[Person]
    next: str | None


class Category(Shape):
    """A category, and how many activities are in it."""

    name: str
    activities: int


class Categories(Shape):
    """Every category, most activities first."""

    items: list[Category]


class Developer(Shape):
    """A contributor of an activity."""

    login: str
    url: Url
    contributions: int


class Release(Shape):
    """One version of an activity."""

    bundle_id: str
    version: str
    state: Annotated[str, Meta(description="`listed` or `withdrawn`.")]
    prerelease: bool
    published_at: datetime
    listed_at: datetime
    needs: Needs
    bundle: Annotated[File | None, Meta(description="Null when the release was withdrawn.")]
    icon: File | None
    screenshots: list[Picture]
    name: Text
    summary: Text
    description: Text
    license: Annotated[str, Meta(description="As the author wrote it.")]
    spdx: Annotated[str | None, Meta(description="The same as an SPDX expression, if it is one.")]
    categories: list[str]
    languages: list[str]
    homepage: Url | None
    notes: Annotated[str, Meta(description="Markdown, as the author wrote it: not to be trusted.")]
    tag: str
    commit: str
    page: Url
    build: Url | None


class Activity(Shape):
    """An activity with all its public releases, highest version first."""

    bundle_id: str
    repository: Url | None
    created_at: datetime
    developers: list[Developer]
    releases: list[Release]
    offers: Annotated[
        dict[str, str], Meta(description="What each version of Sugar is offered, newest first.")
    ]


class ReleasePage(Shape):
    """Releases."""

    items: list[Release]


class Change(Shape):
    """The last change of an activity."""

    revision: int
    bundle_id: str
    activity: Annotated[
        Activity | None,
        Meta(description="As it is now; null when nothing of it is public any more."),
    ]


class Changes(Shape):
    """Changes in their order. Take them all, remember `era` and `next`, and go on from there."""

    era: Annotated[
        str,
        Meta(
            description="Which history is told; when it is another than yours, begin anew from 0."
        ),
    ]
    items: list[Change]
    next: Annotated[int, Meta(description="The revision to go on from.")]
    is_more: bool


class Step(Shape):
    """One step of a build."""

    name: str
    state: str
    started_at: datetime
    ended_at: datetime | None


class Problem(Shape):
    """Something that was found, and its cure."""

    code: str
    severity: str
    message: str
    remedy: str
    place: str | None


class Build(Shape):
    """How a release came into the store, or why it did not."""

    id: str
    page: Url
    log: Url
    state: str
    outcome: str
    repository: str
    tag: str
    commit: str | None
    bundle_id: str | None
    version: str | None
    created_at: datetime
    ended_at: datetime | None
    steps: list[Step]
    problems: list[Problem]


class Builds(Shape):
    """Builds, newest first."""

    items: list[Build]


class Delivery(Shape):
    """What became of a webhook delivery."""

    guid: str
    event: str
    action: str
    received_at: datetime
    received_count: int
    verdict: str
    reason: str
    state: str
    build: Build | None


class Week(Shape):
    """The downloads of a week, named by its Monday."""

    week: date
    downloads: int


class Statistics(Shape):
    """How much the store is used."""

    weeks: list[Week]
    builds: Annotated[
        dict[str, int], Meta(description="Builds of the last year by how they ended.")
    ]


class Installed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An activity on a child's machine."""

    id: Annotated[str, Meta(max_length=128)]
    version: Annotated[str, Meta(max_length=64)]


class UpdatesAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is installed, and on which Sugar."""

    sugar: Annotated[
        str, Meta(pattern=r"^[0-9]{1,4}(\.[0-9]{1,4}){0,4}$", description="As `0.116`.")
    ]
    installed: Annotated[list[Installed], Meta(max_length=1_000)]
    lang: Annotated[str, Meta(max_length=32)] = "en"
    channel: Annotated[str, Meta(pattern="^(stable|testing)$")] = "stable"


class Update(Shape, omit_defaults=True):
    """What to do about an installed activity; only what can be installed has the rest."""

    id: str
    verdict: Annotated[str, Meta(description="`newer`, `current`, `withdrawn` or `unknown`.")]
    name: str = ""
    version: str = ""
    url: str = ""
    size_bytes: int = 0
    sha256: str = ""


class Updates(Shape):
    """The verdicts, in the order that was asked."""

    items: list[Update]


class Error(Shape, omit_defaults=True):
    """What went wrong, and its cure; `error` is stable, the words are for people."""

    error: str
    message: str
    hint: str
    request_id: str = ""
