"""What every Store promises of what is counted, one promise a test."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.build import BuildState
from aslo.domain.counts import DayCount, DayShare, Dimension, Downloads
from fakes.clock import START
from fakes.values import a_build

MOON, SUN = "org.sugarlabs.Moon", "org.sugarlabs.Sun"
DAY = date(2026, 3, 2)
ONE_DAY = timedelta(days=1)
ALL = (date(1970, 1, 1), date(9999, 1, 1))


def moon(count=1, version="1", day=DAY):
    return DayCount(MOON, version, day, count)


def share(value="0.120", count=1, dimension=Dimension.SUGAR, day=DAY):
    return DayShare(dimension, value, day, count)


def test_nothing_is_counted_in_an_empty_record(store):
    assert store.downloads_by_day(*ALL) == []
    assert store.shares_by_day(*ALL) == []
    assert store.downloads(DAY) == {}
    assert store.ended_builds(START, START + ONE_DAY) == {}


def test_what_is_counted_adds_to_what_is_there(store):
    store.count([moon(2)])
    store.count([moon(3), moon(1), moon(5, version="2"), moon(7, day=DAY + ONE_DAY)])

    assert set(store.downloads_by_day(*ALL)) == {
        moon(6),
        moon(5, version="2"),
        moon(7, day=DAY + ONE_DAY),
    }


def test_shares_add_up_by_dimension_value_and_day(store):
    other = share("0.120", 3, Dimension.LANGUAGE)
    store.count([share(), share(count=2), share("0.98"), other, share(day=DAY - ONE_DAY)])

    assert set(store.shares_by_day(*ALL)) == {
        share(count=3),
        share("0.98"),
        other,
        share(day=DAY - ONE_DAY),
    }


def test_days_are_asked_for_from_one_to_before_the_other(store):
    days = [DAY + number * ONE_DAY for number in range(4)]
    store.count([each for day in days for each in (moon(day=day), share(day=day))])

    found = store.downloads_by_day(days[1], days[3])
    assert sorted(each.day for each in found) == days[1:3]
    shares = store.shares_by_day(days[1], days[3])
    assert sorted(each.day for each in shares) == days[1:3]


def test_downloads_are_told_by_activity_ever_and_lately(store):
    store.count([moon(2, day=DAY - ONE_DAY), moon(3), moon(4, "2", DAY + ONE_DAY), share()])
    store.count([DayCount(SUN, "1", DAY - ONE_DAY, 1)])

    assert store.downloads(DAY) == {MOON: Downloads(9, 7), SUN: Downloads(1, 0)}


def test_sums_that_many_begin_at_once_are_whole(store):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.count([moon(), share(), moon(version="2")]), range(40)))

    assert store.downloads(DAY) == {MOON: Downloads(80, 80)}
    assert store.shares_by_day(*ALL) == [share(count=40)]


def test_a_thousand_sums_are_added_at_once(store):
    many = [moon(number + 1, version=str(number)) for number in range(1_000)]
    store.count(many)
    store.count(many)

    assert store.downloads(DAY) == {MOON: Downloads(1_001_000, 1_001_000)}
    assert len(store.downloads_by_day(*ALL)) == 1_000


def test_a_generator_is_counted_too(store):
    store.count(moon(version=version) for version in "12")

    assert len(store.downloads_by_day(*ALL)) == 2


def test_ended_builds_are_told_by_their_state_and_when_they_were_created(store):
    ends = [
        (0, BuildState.PUBLISHED),
        (1, BuildState.PUBLISHED),
        (1, BuildState.FAILED),
        (6, BuildState.ERRORED),
        (7, BuildState.FAILED),
        (-1, BuildState.FAILED),
    ]
    for number, (days, state) in enumerate(ends):
        at = START + days * ONE_DAY
        store.add_build(a_build(f"b{number}", created_at=at).end(state, "So.", START + 9 * ONE_DAY))
    store.add_build(a_build("waiting"))

    assert store.ended_builds(START, START + 7 * ONE_DAY) == Counter(
        {BuildState.PUBLISHED: 2, BuildState.FAILED: 1, BuildState.ERRORED: 1}
    )


def test_a_batch_is_in_a_file_whole_or_not_at_all(tmp_path):
    store = SqliteStore(tmp_path / "aslo.db")

    def breaks():
        yield moon()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.count(breaks())

    assert store.downloads_by_day(*ALL) == []
    store.close()
