"""What a Catalog promises to feeds, sitemaps and the pages of developers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import Developer, Entry, ReleaseState
from aslo.ports import Address, Query
from fakes.clock import START
from fakes.values import a_file, a_release, an_activity

HOUR = timedelta(hours=1)
ADA, BO = Developer("Ada", "https://github.example/Ada"), Developer("bo", "")


def shelve(catalog, name, *versions, developers=(), categories=(), **release):
    bundle_id = f"org.sugarlabs.{name}"
    made = [a_release(bundle_id, version, **release) for version in versions or ("1",)]
    made = [replace(m, details=replace(m.details, categories=categories)) for m in made]
    entry = Entry(an_activity(bundle_id, developers=developers), tuple(made))
    catalog.apply(catalog.revision() + 1, bundle_id, entry)
    return entry


def logins(catalog, after="", limit=100):
    return [maker.developer.login for maker in catalog.developers(after, limit)]


def told(catalog, limit=50, **asked):
    return [news.release.bundle_id[14:] for news in catalog.news(limit, **asked)]


def test_developers_come_by_name_with_how_many_activities_they_made(catalog):
    shelve(catalog, "Moon", developers=(BO, ADA))
    shelve(catalog, "Sun", developers=(ADA,))

    assert [(m.developer, m.activities) for m in catalog.developers("", 9)] == [(ADA, 2), (BO, 1)]


def test_a_page_of_developers_goes_on_behind_the_last_one(catalog):
    people = tuple(Developer(f"dev{number}", "") for number in range(5))
    shelve(catalog, "Moon", developers=people)

    assert logins(catalog, limit=2) == ["dev0", "dev1"]
    assert logins(catalog, after="DEV1", limit=2) == ["dev2", "dev3"]
    assert logins(catalog, after="dev4") == []


def test_a_developer_is_found_in_any_case(catalog):
    shelve(catalog, "Moon", developers=(ADA,))
    shelve(catalog, "Sun", developers=(replace(ADA, login="ADA"),))

    assert catalog.developer("aDa").activities == 2
    assert len(catalog.developers("", 9)) == 1
    assert catalog.developer("ad") is None


def test_the_picture_of_a_developer_is_the_one_seen_last(catalog):
    face = a_file("face", "image/webp")
    shelve(catalog, "Sun", developers=(ADA,))
    shelve(catalog, "Moon", developers=(replace(ADA, avatar=face),))

    assert catalog.developer("Ada").developer.avatar == face


@pytest.mark.parametrize("state", [ReleaseState.WITHDRAWN, ReleaseState.HELD])
def test_an_activity_without_a_listed_release_is_in_no_list_for_machines(catalog, state):
    shelve(catalog, "Moon", developers=(ADA,), state=state)

    assert catalog.developers("", 9) == catalog.news(9) == catalog.addresses("", 9) == []
    assert catalog.developer("Ada") is None
    assert catalog.address_starts(9) == []


def test_what_left_the_catalog_is_in_no_list_for_machines(catalog):
    shelve(catalog, "Moon", developers=(ADA,))
    shelve(catalog, "Moon", "2", developers=(BO,))

    assert logins(catalog) == ["bo"]
    assert [news.release.version for news in catalog.news(9)] == ["2"]
    assert [address.version for address in catalog.addresses("", 9)] == ["2"]

    catalog.apply(9, "org.sugarlabs.Moon", None)

    assert catalog.developers("", 9) == catalog.news(9) == catalog.addresses("", 9) == []


def test_activities_of_a_developer_can_be_asked_for(catalog):
    shelve(catalog, "Moon", developers=(ADA, BO))
    shelve(catalog, "Sun", developers=(BO,))
    shelve(catalog, "Mars")

    def found(**query):
        return [card.bundle_id[14:] for card in catalog.find(Query(sort="name", **query), ()).cards]

    assert found(developer="ada") == ["Moon"]
    assert found(developer="BO") == ["Moon", "Sun"]
    assert found(developer="nobody") == []
    assert found(text="sun", developer="bo") == ["Sun"]


def test_news_are_listed_releases_and_what_was_listed_last_comes_first(catalog):
    shelve(catalog, "Moon", "2", listed_at=START + 2 * HOUR)
    shelve(catalog, "Sun", "1", listed_at=START + 3 * HOUR)
    old = a_release("org.sugarlabs.Mars", "1", listed_at=START)
    new = a_release("org.sugarlabs.Mars", "2", listed_at=START + HOUR)
    gone = a_release("org.sugarlabs.Mars", "3", state=ReleaseState.WITHDRAWN)
    activity = an_activity("org.sugarlabs.Mars")
    catalog.apply(9, "org.sugarlabs.Mars", Entry(activity, (new, gone, old)))

    news = catalog.news(9)

    assert told(catalog) == ["Sun", "Moon", "Mars", "Mars"]
    assert [(n.activity, n.release) for n in news[2:]] == [(activity, new), (activity, old)]
    assert told(catalog, 2) == ["Sun", "Moon"]


def test_news_of_a_category_or_of_a_developer(catalog):
    shelve(catalog, "Moon", categories=("Science", "games"), developers=(ADA,))
    shelve(catalog, "Sun", categories=("games",), listed_at=START)

    assert told(catalog, category="science") == ["Moon"]
    assert told(catalog, category="Games") == ["Moon", "Sun"]
    assert told(catalog, category="none") == []
    assert told(catalog, developer="ADA") == ["Moon"]
    assert told(catalog, developer="ad") == []


def test_addresses_lead_to_the_latest_release_in_the_order_of_bundle_ids(catalog):
    shelve(catalog, "Sun", "1", "10", "9", listed_at=START)
    shelve(catalog, "Moon")

    sun, moon = catalog.addresses("", 9)[::-1]

    assert sun == Address("org.sugarlabs.Sun", "10", START)
    assert moon.bundle_id == "org.sugarlabs.Moon"
    assert catalog.addresses("org.sugarlabs.Sun", 9) == [sun]
    assert catalog.addresses("", 1) == [moon]


def test_all_addresses_come_in_parts(catalog):
    for name in "ABCDE":
        shelve(catalog, name)

    starts = catalog.address_starts(2)
    parts = [[a.bundle_id[-1] for a in catalog.addresses(start, 2)] for start in starts]

    assert parts == [["A", "B"], ["C", "D"], ["E"]]
    assert catalog.address_starts(5) == ["org.sugarlabs.A"]
