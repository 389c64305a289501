"""Let the catalog have the sums of what the record counts."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

from aslo.domain.counts import (
    RECENT_DAYS,
    WEEK,
    WEEKS_KEPT,
    Dimension,
    WeekSum,
    week_of,
    weeks_to,
)
from aslo.ports import Catalog, Clock, Store

EVERY = timedelta(minutes=10)
LATE = timedelta(days=7)
"""How long after its day a sum may still grow: what could not be written is kept so long."""


def follow_counts(*, store: Store, catalog: Catalog, clock: Clock) -> bool:
    """Take over the totals, and the sums of the weeks that may have changed; whether it did.

    Done once in EVERY for all programs on a machine that share the catalog.
    """
    now = clock()
    if not _is_due(catalog, now):
        return False
    with catalog.lock() as mine:
        if not mine or not _is_due(catalog, now):
            return False
        recent_since = now.date() - timedelta(days=RECENT_DAYS - 1)
        catalog.count_downloads(store.downloads(recent_since))
        for week in _open_weeks(catalog.counted_at(), now.date()):
            catalog.keep_week(week, _sums(store, week))
        catalog.note_counted(now)
    return True


def _is_due(catalog: Catalog, now: datetime) -> bool:
    counted_at = catalog.counted_at()
    # A clock that was set back must not end the counting.
    return counted_at is None or not timedelta(0) <= now - counted_at < EVERY


def _open_weeks(counted_at: datetime | None, today: date) -> list[date]:
    weeks = weeks_to(today, WEEKS_KEPT)
    if counted_at is None:
        return weeks
    first = week_of(min(counted_at.date(), today) - LATE)
    return [week for week in weeks if week >= first]


def _sums(store: Store, week: date) -> list[WeekSum]:
    until = week + WEEK
    sums: Counter[tuple[Dimension, str]] = Counter({(Dimension.DOWNLOADS, ""): 0})
    for release in store.downloads_by_day(week, until):
        sums[Dimension.DOWNLOADS, ""] += release.count
        sums[Dimension.ACTIVITY, release.bundle_id] += release.count
    for share in store.shares_by_day(week, until):
        sums[share.dimension, share.value] += share.count
    for state, builds in store.ended_builds(_midnight(week), _midnight(until)).items():
        sums[Dimension.BUILD, state] = builds
    return [WeekSum(*what, week, count) for what, count in sums.items()]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
