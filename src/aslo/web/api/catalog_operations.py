"""Operations that read the catalog: activities, releases, categories, developers, figures."""

from typing import Annotated

import msgspec
from msgspec import Meta

from aslo.domain.counts import Dimension
from aslo.domain.locale import fallback_chain
from aslo.ports import Query
from aslo.web import developers as people
from aslo.web import usage
from aslo.web.addresses import link_to
from aslo.web.api import shapes, showing
from aslo.web.api.operations import Operation
from aslo.web.detail import shown
from aslo.web.wiring import absolute, ports

Word = Annotated[str, Meta(max_length=100)]
Lang = Annotated[str, Meta(max_length=32, description="The language of the answer, as `pt_BR`.")]
Limit = Annotated[int, Meta(ge=1, le=100)]
Cursor = Annotated[str, Meta(max_length=1_000, description="The `next` of the page before.")]


class ActivitiesAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which activities; all that is given holds together."""

    q: Annotated[Word, Meta(description="Words of the name, tags, summary or description.")] = ""
    sort: Annotated[str, Meta(pattern="^(popular|newest|updated|name)?$")] = ""
    category: Word | None = None
    toolkit: Word | None = None
    sugar: Annotated[Word, Meta(description="Runs on that Sugar, as `0.116`.")] | None = None
    language: Annotated[Word, Meta(description="Translated into that language.")] | None = None
    license: Word | None = None
    developer: Word | None = None
    lang: Lang = "en"
    cursor: Cursor = ""
    limit: Limit = 24


class InLanguage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In which language."""

    lang: Lang = "en"


class NewestAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the newest."""

    category: Word | None = None
    developer: Word | None = None
    limit: Limit = 24


class DevelopersAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which developers."""

    cursor: Cursor = ""
    limit: Limit = 60


def list_activities(asked: ActivitiesAsked) -> shapes.CardPage:
    """Activities, by what they say of themselves and what they run on."""
    query = Query(
        text=asked.q,
        sort=asked.sort,
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
    return shapes.CardPage(
        items=[showing.card(each) for each in found.cards],
        total=found.total,
        is_more=found.capped,
        text=found.text,
        next=found.next,
    )


def get_activity(bundle_id: str) -> shapes.Activity:
    """One activity with all its public releases."""
    return showing.activity(shown(bundle_id))


def list_releases_of_activity(bundle_id: str) -> shapes.ReleasePage:
    """Every public release of an activity, highest version first."""
    return shapes.ReleasePage(items=[showing.release(each) for each in shown(bundle_id).releases])


def get_release(bundle_id: str, version: str) -> shapes.Release:
    """One release, however its version is spelled."""
    return showing.release(shown(bundle_id).release(version))


def list_newest_releases(asked: NewestAsked) -> shapes.ReleasePage:
    """The releases that were listed last."""
    found = ports().catalog.news(asked.limit, category=asked.category, developer=asked.developer)
    return shapes.ReleasePage(items=[showing.release(each.release) for each in found])


def list_categories(asked: InLanguage) -> shapes.Categories:
    """Every category, as most activities write it."""
    del asked
    found = ports().catalog.facets(Query())["category"]
    return shapes.Categories(
        items=[
            shapes.Category(name=each.written or each.value, activities=each.count)
            for each in found
        ]
    )


def list_developers(asked: DevelopersAsked) -> shapes.PersonPage:
    """Those who make activities, by name."""
    found = ports().catalog.developers(asked.cursor, asked.limit + 1)
    people_here = found[: asked.limit]
    following = people_here[-1].developer.login if len(found) > asked.limit else None
    return shapes.PersonPage(
        items=[_person(each.developer.login, each.activities) for each in people_here],
        next=following,
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


def _person(login: str, activities: int) -> shapes.Person:
    page = absolute(link_to("developers.developer", login=login))
    return shapes.Person(login=login, page=page, activities=activities)


OPERATIONS = (
    Operation("/activities", list_activities, shapes.CardPage, asks=ActivitiesAsked),
    Operation("/activities/<bundle_id:bundle_id>", get_activity, shapes.Activity),
    Operation(
        "/activities/<bundle_id:bundle_id>/releases", list_releases_of_activity, shapes.ReleasePage
    ),
    Operation(
        "/activities/<bundle_id:bundle_id>/releases/<version:version>", get_release, shapes.Release
    ),
    Operation("/releases", list_newest_releases, shapes.ReleasePage, asks=NewestAsked),
    Operation("/categories", list_categories, shapes.Categories, asks=InLanguage),
    Operation("/developers", list_developers, shapes.PersonPage, asks=DevelopersAsked),
    Operation("/developers/<login>", get_developer, shapes.Person),
    Operation("/statistics", get_statistics, shapes.Statistics),
)
