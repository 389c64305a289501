"""What every Catalog promises of what is counted, one promise a test."""

from datetime import date, timedelta

import pytest

from aslo.domain.activity import Entry
from aslo.domain.counts import WEEK, WEEKS_KEPT, Dimension, Downloads, WeekSum
from aslo.ports import Query
from fakes.clock import START
from fakes.values import a_release, an_activity

MOON, SUN, MARS = "org.sugarlabs.Moon", "org.sugarlabs.Sun", "org.sugarlabs.Mars"
MONDAY = date(2026, 3, 2)


def a_sum(count=1, value="0.120", dimension=Dimension.SUGAR, week=MONDAY):
    return WeekSum(dimension, value, week, count)


def shelve(catalog, *ids):
    for bundle_id in ids:
        entry = Entry(an_activity(bundle_id), (a_release(bundle_id),))
        catalog.apply(catalog.revision() + 1, bundle_id, entry)


@pytest.fixture
def moves(catalog):
    """Whether the tag is another one after a call."""

    def look(call):
        before = catalog.tag()
        call()
        return catalog.tag() != before

    return look


def test_an_empty_catalog_knows_of_no_counts(catalog):
    assert catalog.downloads(MOON) == Downloads()
    assert catalog.week_sums(Dimension.DOWNLOADS) == []
    assert catalog.counted_at() is None


def test_a_tag_moves_with_every_change_and_otherwise_stays(catalog, moves):
    assert moves(lambda: shelve(catalog, MOON))
    assert moves(lambda: catalog.clear("an-era"))
    assert not moves(lambda: catalog.note_counted(START))
    assert not moves(lambda: catalog.count_downloads({}))


def test_downloads_are_replaced_as_a_whole(catalog):
    catalog.count_downloads({MOON: Downloads(5, 2), SUN: Downloads(1, 1)})
    catalog.count_downloads({MOON: Downloads(6, 0), MARS: Downloads(2, 2)})

    found = [catalog.downloads(each) for each in (MOON, SUN, MARS)]
    assert found == [Downloads(6, 0), Downloads(), Downloads(2, 2)]


def test_downloads_that_are_the_same_leave_the_tag_alone(catalog, moves):
    known = {MOON: Downloads(5, 2)}
    assert moves(lambda: catalog.count_downloads(known))
    assert not moves(lambda: catalog.count_downloads(dict(known)))
    assert moves(lambda: catalog.count_downloads({MOON: Downloads(5, 1)}))
    assert moves(lambda: catalog.count_downloads({}))


def test_downloads_outlive_changes_of_their_activity_and_come_before_it(catalog):
    catalog.count_downloads({MOON: Downloads(5, 2)})
    shelve(catalog, MOON, MOON)

    [card] = catalog.find(Query(), ("en",)).cards
    assert card.downloads == catalog.downloads(MOON) == Downloads(5, 2)


def test_what_is_popular_had_most_downloads_of_late_then_most_of_all(catalog):
    shelve(catalog, "org.sugarlabs.Nobody", MARS, MOON, SUN)
    catalog.count_downloads({MOON: Downloads(9, 2), SUN: Downloads(99, 1), MARS: Downloads(8, 2)})

    cards = catalog.find(Query(sort="popular"), ("en",)).cards
    assert [card.bundle_id for card in cards] == [MOON, MARS, SUN, "org.sugarlabs.Nobody"]


def test_a_week_is_replaced_as_a_whole(catalog):
    catalog.keep_week(MONDAY, [a_sum(1), a_sum(2, "0.98")])
    catalog.keep_week(MONDAY, [a_sum(3), a_sum(4, "es", Dimension.LANGUAGE)])

    assert catalog.week_sums(Dimension.SUGAR) == [a_sum(3)]
    assert catalog.week_sums(Dimension.LANGUAGE) == [a_sum(4, "es", Dimension.LANGUAGE)]


def test_sums_come_oldest_week_first_and_one_value_alone_where_it_is_named(catalog):
    later = MONDAY + WEEK
    catalog.keep_week(later, [a_sum(4, week=later), a_sum(3, "0.98", week=later)])
    catalog.keep_week(MONDAY, [a_sum(2), a_sum(1, "0.98")])

    assert catalog.week_sums(Dimension.SUGAR) == [
        *(a_sum(2), a_sum(1, "0.98")),
        *(a_sum(4, week=later), a_sum(3, "0.98", week=later)),
    ]
    assert catalog.week_sums(Dimension.SUGAR, "0.120") == [a_sum(2), a_sum(4, week=later)]
    assert catalog.week_sums(Dimension.SUGAR, "") == []


def test_a_week_that_is_the_same_leaves_the_tag_alone(catalog, moves):
    assert moves(lambda: catalog.keep_week(MONDAY, [a_sum(), a_sum(2, "0.98")]))
    assert not moves(lambda: catalog.keep_week(MONDAY, [a_sum(2, "0.98"), a_sum()]))
    assert moves(lambda: catalog.keep_week(MONDAY, [a_sum()]))
    assert moves(lambda: catalog.keep_week(MONDAY + WEEK, [a_sum(week=MONDAY + WEEK)]))
    assert not moves(lambda: catalog.keep_week(MONDAY + 2 * WEEK, []))


def test_weeks_of_long_ago_are_forgotten(catalog):
    weeks = [MONDAY + number * WEEK for number in range(WEEKS_KEPT + 1)]
    for week in weeks:
        catalog.keep_week(week, [a_sum(week=week)])

    kept = [each.week for each in catalog.week_sums(Dimension.SUGAR)]
    assert kept == weeks[1:]


def test_the_moment_of_counting_is_remembered(catalog):
    catalog.note_counted(START)
    catalog.note_counted(START + timedelta(microseconds=1))

    assert catalog.counted_at() == START + timedelta(microseconds=1)


def test_another_era_begins_without_counts(catalog):
    catalog.count_downloads({MOON: Downloads(5, 2)})
    catalog.keep_week(MONDAY, [a_sum()])
    catalog.note_counted(START)

    catalog.clear("an-era")

    assert catalog.downloads(MOON) == Downloads()
    assert catalog.week_sums(Dimension.SUGAR) == []
    assert catalog.counted_at() is None
