from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from aslo.domain.build import BuildState
from aslo.domain.counts import (
    WEEK,
    WEEKS_KEPT,
    DayCount,
    DayShare,
    Dimension,
    Downloads,
    WeekSum,
)
from aslo.domain.errors import StoreError
from aslo.services.follow_counts import EVERY, follow_counts
from fakes.catalog import MemoryCatalog
from fakes.clock import FakeClock
from fakes.store import MemoryStore
from fakes.values import a_build

MOON = "org.sugarlabs.Moon"
TODAY = date(2026, 3, 1)  # a Sunday, as fakes.clock has it
MONDAY = date(2026, 2, 23)
DAY = timedelta(days=1)


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def catalog():
    return MemoryCatalog()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def go(store, catalog, clock):
    return lambda: follow_counts(store=store, catalog=catalog, clock=clock)


def download(store, day=TODAY, count=1, version="1"):
    store.count([DayCount(MOON, version, day, count)])


def total(catalog):
    return {each.week: each.count for each in catalog.week_sums(Dimension.DOWNLOADS)}


def test_totals_and_those_of_the_last_28_days_reach_the_catalog(store, catalog, go):
    for day in (TODAY, TODAY - 27 * DAY, TODAY - 28 * DAY, TODAY - 999 * DAY):
        download(store, day)

    assert go()

    assert catalog.downloads(MOON) == Downloads(4, 2)


def test_days_and_releases_become_weeks_of_an_activity_and_of_all(store, catalog, go):
    for day in range(-1, 7):
        download(store, MONDAY + day * DAY, version=str(day % 2))

    go()

    assert catalog.week_sums(Dimension.ACTIVITY, MOON) == [
        WeekSum(Dimension.ACTIVITY, MOON, MONDAY - WEEK, 1),
        WeekSum(Dimension.ACTIVITY, MOON, MONDAY, 7),
    ]
    assert (total(catalog)[MONDAY], total(catalog)[MONDAY - WEEK]) == (7, 1)


def test_a_week_in_which_nothing_happened_is_a_zero(catalog, go):
    go()

    assert list(total(catalog).values()) == [0] * WEEKS_KEPT
    assert max(total(catalog)) == MONDAY


def test_shares_of_days_become_shares_of_weeks(store, catalog, go):
    store.count([DayShare(Dimension.SUGAR, "0.120", MONDAY + n * DAY, 2) for n in range(3)])
    store.count([DayShare(Dimension.LANGUAGE, "es", MONDAY, 1)])

    go()

    assert catalog.week_sums(Dimension.SUGAR) == [WeekSum(Dimension.SUGAR, "0.120", MONDAY, 6)]
    assert catalog.week_sums(Dimension.LANGUAGE) == [WeekSum(Dimension.LANGUAGE, "es", MONDAY, 1)]


def test_ended_builds_are_counted_in_the_week_in_which_they_came(store, catalog, clock, go):
    at = clock() - 6 * DAY
    store.add_build(a_build("b1", created_at=at).end(BuildState.PUBLISHED, "Yes.", at))
    store.add_build(a_build("b2", created_at=at).end(BuildState.FAILED, "No.", at))
    store.add_build(a_build("b3", created_at=at))

    go()

    found = {each.value: each.count for each in catalog.week_sums(Dimension.BUILD)}
    assert found == {"published": 1, "failed": 1}


def test_it_is_done_once_in_a_while_for_a_machine(store, catalog, clock, go):
    assert go()
    download(store)
    clock.tick(EVERY.total_seconds() - 1)
    assert not go()
    assert catalog.downloads(MOON) == Downloads()

    clock.tick(1)

    assert go()
    assert catalog.downloads(MOON) == Downloads(1, 1)


def test_a_clock_that_was_set_back_does_not_end_the_counting(store, catalog, clock, go):
    go()
    download(store)
    clock.tick(-86_400)

    assert go()
    assert catalog.downloads(MOON).total == 1


def test_what_somebody_else_is_at_is_left_to_them(store, clock):
    class Held(MemoryCatalog):
        @contextmanager
        def lock(self):
            yield False

    catalog = Held()

    assert not follow_counts(store=store, catalog=catalog, clock=clock)
    assert catalog.counted_at() is None


def test_only_weeks_that_may_have_changed_are_read_again(store, catalog, clock, go, monkeypatch):
    go()
    asked = []
    really = store.shares_by_day
    monkeypatch.setattr(
        store, "shares_by_day", lambda *days: asked.append(days[0]) or really(*days)
    )
    clock.tick(EVERY.total_seconds())
    go()
    assert asked == [MONDAY - WEEK, MONDAY]

    asked.clear()
    clock.now += 16 * DAY
    go()
    assert asked == [MONDAY + number * WEEK for number in range(-1, 4)]


def test_what_was_written_a_week_late_still_counts(store, catalog, clock, go):
    go()
    download(store, TODAY - 7 * DAY)
    clock.tick(EVERY.total_seconds())

    go()

    assert total(catalog)[MONDAY - WEEK] == 1


def test_a_record_that_goes_away_in_between_is_read_again(store, catalog, go, monkeypatch):
    download(store)

    def away(*_):
        raise StoreError("away")

    monkeypatch.setattr(store, "shares_by_day", away)
    with pytest.raises(StoreError):
        go()
    monkeypatch.undo()

    assert go()
    assert total(catalog)[MONDAY] == 1
