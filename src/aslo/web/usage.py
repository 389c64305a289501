"""What pages and sheets tell of downloads and builds, read from the catalog."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from aslo.domain.build import BuildState
from aslo.domain.counts import OTHER, UNKNOWN, Dimension
from aslo.domain.sugar import sugar_version
from aslo.ports import Card, Query
from aslo.web.language import reader
from aslo.web.plots import Plot, draw
from aslo.web.wiring import ports

WEEKS = 52
MOST_ACTIVITIES = 50
BUILDS = (BuildState.PUBLISHED, BuildState.FAILED, BuildState.ERRORED)
"""The ends that a year of builds is told by; the others are neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Weekly:
    """A year of weeks, oldest first, the numbers of each of them, and their plot."""

    rows: tuple[tuple[date, tuple[int, ...]], ...]
    plot: Plot

    @property
    def total(self) -> int:
        """The sum of everything."""
        return sum(sum(numbers) for _, numbers in self.rows)

    @property
    def most(self) -> tuple[date, int]:
        """The first week in which most happened, and how much."""
        week, numbers = max(self.rows, key=lambda row: sum(row[1]))
        return week, sum(numbers)


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a dimension, its downloads of a year, and these in percent of the most."""

    value: str
    count: int
    percent: float


Order = Callable[[tuple[str, int]], tuple[object, ...]]


def weekly(*series: tuple[Dimension, str]) -> Weekly | None:
    """A year of weeks of each of these values; None before anything was counted."""
    weeks = _weeks()
    if not weeks:
        return None
    columns = [_column(weeks, *each) for each in series]
    rows = tuple(zip(weeks, zip(*columns, strict=True), strict=True))
    return Weekly(rows, draw(weeks, *columns))


def shares(dimension: Dimension, order: Order) -> list[Share]:
    """The values of a dimension in the last year."""
    weeks = set(_weeks())
    sums: Counter[str] = Counter()
    for each in ports().catalog.week_sums(dimension):
        if each.week in weeks:
            sums[each.value] += each.count
    most = max(sums.values(), default=1)
    return [
        Share(value, count, round(100 * count / most, 1))
        for value, count in sorted(sums.items(), key=order)
    ]


def most_first(share: tuple[str, int]) -> tuple[object, ...]:
    """The order of shares whose values have none."""
    value, count = share
    return value in (UNKNOWN, OTHER), -count, value


def newest_sugar_first(share: tuple[str, int]) -> tuple[object, ...]:
    """The order of versions of Sugar."""
    value, _ = share
    if value in (UNKNOWN, OTHER):
        return True, value
    return False, tuple(-number for number in sugar_version(value))


def popular() -> list[Card]:
    """The activities that were downloaded most."""
    query = Query(sort="popular", page_size=MOST_ACTIVITIES)
    cards = ports().catalog.find(query, reader().chain).cards
    return [card for card in cards if card.downloads.total]


def _weeks() -> list[date]:
    # Each week that was counted is there, with a zero if nothing happened in it.
    sums = ports().catalog.week_sums(Dimension.DOWNLOADS)
    return [each.week for each in sums][-WEEKS:]


def _column(weeks: Sequence[date], dimension: Dimension, value: str) -> list[int]:
    found = {each.week: each.count for each in ports().catalog.week_sums(dimension, value)}
    return [found.get(week, 0) for week in weeks]
