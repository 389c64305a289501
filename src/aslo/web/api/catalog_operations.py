"""Operations that read the catalog: activities, releases, categories, developers, figures."""

from functools import partial
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from aslo.domain.counts import Dimension
from aslo.domain.errors import BadQuestionError
from aslo.domain.locale import fallback_chain
from aslo.domain.version import ActivityVersion
from aslo.ports import Led, Query
from aslo.web import developers as people
from aslo.web import usage
from aslo.web.addresses import link_to
from aslo.web.api import shapes, showing
from aslo.web.api.kinds import Lang, Sugar
from aslo.web.api.operations import Operation
from aslo.web.characters import writable
from aslo.web.cursor import cursor, place
from aslo.web.detail import shown
from aslo.web.wiring import absolute, ports

Text = Annotated[str, Meta(max_length=100)]
Category = Annotated[Text, Meta(description="A category, in any case.", examples=["science"])]
Developer = Annotated[
    Text, Meta(description="Somebody's name on the forge.", examples=["moon-maker"])
]
Limit = Annotated[int, Meta(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[
    str, Meta(max_length=1_000, description="The `next` of the page before; none for the first.")
]


class ActivitiesAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which activities; all that is given holds together."""

    q: Annotated[
        Text,
        Meta(
            description="Words of the name, tags, summary or description, in any language.",
            examples=["moon"],
        ),
    ] = ""
    sort: Annotated[
        Literal["best", "popular", "newest", "updated", "name"],
        Meta(description="`best` is what fits `q` best, and without `q` what is popular."),
    ] = "best"
    category: Category | None = None
    toolkit: (
        Annotated[Text, Meta(description="`gtk2`, `gtk3`, `gtk4` or `web`.", examples=["gtk3"])]
        | None
    ) = None
    sugar: Annotated[Sugar, Meta(description="Its latest release runs on that Sugar.")] | None = (
        None
    )
    language: (
        Annotated[Text, Meta(description="Translated into that language.", examples=["es"])] | None
    ) = None
    license: (
        Annotated[Text, Meta(description="As SPDX writes it.", examples=["GPL-3.0-or-later"])]
        | None
    ) = None
    developer: Developer | None = None
    lang: Lang = "en"
    cursor: Cursor = ""
    limit: Limit = 24


class NewestAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the newest."""

    category: Category | None = None
    developer: Developer | None = None
    limit: Limit = 24


class ReleasesAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which releases of an activity."""

    cursor: Cursor = ""
    limit: Limit = 100


class DevelopersAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which developers."""

    cursor: Cursor = ""
    limit: Limit = 60


def list_activities(asked: ActivitiesAsked) -> shapes.CardPage:
    """Activities, by what they say of themselves and what they run on."""
    query = Query(
        text=asked.q,
        sort="" if asked.sort == "best" else asked.sort,
        category=asked.category,
        toolkit=asked.toolkit,
        sugar=asked.sugar,
        lang=asked.language,
        license=asked.license,
        developer=asked.developer,
        after=asked.cursor or None,
        page_size=asked.limit,
    )
    found = ports().catalog.find(query, fallback_chain(asked.lang))
    if found.led is Led.UNREADABLE:
        raise _of_another_list()
    # The catalog begins anew with what leads nowhere, which a program would do for ever.
    is_there = found.led is Led.THERE
    return shapes.CardPage(
        items=[showing.card(each) for each in found.cards if is_there],
        total=found.total,
        total_is_exact=not found.capped,
        text=writable(found.text),
        next=found.next if is_there else None,
    )


def get_activity(bundle_id: str) -> shapes.Activity:
    """One activity with all its public releases."""
    return showing.activity(shown(bundle_id))


def list_releases_of_activity(bundle_id: str, asked: ReleasesAsked) -> shapes.ActivityReleases:
    """The public releases of an activity, highest version first."""
    releases = shown(bundle_id).releases
    if asked.cursor:
        last = _version(_place(bundle_id, asked.cursor))
        releases = tuple(each for each in releases if _version(each.version) < last)
    here, more = releases[: asked.limit], releases[asked.limit :]
    return shapes.ActivityReleases(
        items=[showing.release(each) for each in here],
        next=cursor(bundle_id, here[-1].version) if more else None,
    )


def get_release(bundle_id: str, version: str) -> shapes.Release:
    """One release, however its version is spelled."""
    return showing.release(shown(bundle_id).release(version))


def list_newest_releases(asked: NewestAsked) -> shapes.ReleasePage:
    """The releases that were listed last. Who wants all that ever happens follows the changes."""
    found = ports().catalog.news(asked.limit, category=asked.category, developer=asked.developer)
    return shapes.ReleasePage(items=[showing.release(each.release) for each in found])


def list_categories() -> shapes.Categories:
    """Every category, as most activities write it."""
    found = ports().catalog.facets(Query())["category"]
    return shapes.Categories(
        items=[
            shapes.Category(name=writable(each.written or each.value), activities=each.count)
            for each in found
        ]
    )


def list_developers(asked: DevelopersAsked) -> shapes.PersonPage:
    """Those who make activities, by name."""
    after = _place(people.LIST, asked.cursor) if asked.cursor else ""
    found, following = people.makers(after, asked.limit)
    return shapes.PersonPage(
        items=[_person(each.developer.login, each.activities) for each in found], next=following
    )


def get_developer(login: str) -> shapes.Person:
    """One developer, by their name on the forge in any case."""
    found = people.maker(login)
    return _person(found.developer.login, found.activities)


def get_statistics() -> shapes.Statistics:
    """Downloads of each week, and how builds ended, over a year."""
    catalog = ports().catalog
    builds: dict[str, int] = dict.fromkeys(usage.BUILDS, 0)
    for each in catalog.week_sums(Dimension.BUILD):
        builds[each.value] = builds.get(each.value, 0) + each.count
    weeks = catalog.week_sums(Dimension.DOWNLOADS)
    return shapes.Statistics(
        weeks=[shapes.Week(week=each.week, downloads=each.count) for each in weeks],
        builds=builds,
    )


def _place(of: str, told: str) -> str:
    found = place(of, told)
    if found is None:
        raise _of_another_list()
    return found


def _version(text: str) -> ActivityVersion:
    try:
        return ActivityVersion.parse(text)
    except ValueError as error:
        raise _of_another_list() from error


def _of_another_list() -> BadQuestionError:
    return BadQuestionError("the cursor is of another list: begin anew")


def _person(login: str, activities: int) -> shapes.Person:
    page = absolute(link_to("developers.developer", login=login))
    return shapes.Person(login=login, page=page, activities=activities)


_of = partial(Operation, about="catalog")
_ONE = "/activities/<bundle_id:bundle_id>"
OPERATIONS = (
    _of(
        path="/activities",
        view=list_activities,
        gives=shapes.CardPage,
        asks=ActivitiesAsked,
        goes_on_by="cursor",
    ),
    _of(path=_ONE, view=get_activity, gives=shapes.Activity),
    _of(
        path=f"{_ONE}/releases",
        view=list_releases_of_activity,
        gives=shapes.ActivityReleases,
        asks=ReleasesAsked,
        goes_on_by="cursor",
    ),
    _of(path=f"{_ONE}/releases/<version:version>", view=get_release, gives=shapes.Release),
    _of(path="/releases", view=list_newest_releases, gives=shapes.ReleasePage, asks=NewestAsked),
    _of(path="/categories", view=list_categories, gives=shapes.Categories),
    _of(
        path="/developers",
        view=list_developers,
        gives=shapes.PersonPage,
        asks=DevelopersAsked,
        goes_on_by="cursor",
    ),
    _of(path="/developers/<login>", view=get_developer, gives=shapes.Person),
    _of(path="/statistics", view=get_statistics, gives=shapes.Statistics),
)
