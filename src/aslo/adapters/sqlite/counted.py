"""What is counted, in the record's SQLite file: a row for each sum of a day."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from aslo.adapters.documents import instant
from aslo.adapters.sqlite.record import Tables
from aslo.domain.build import BuildState
from aslo.domain.counts import DayCount, DayShare, Dimension, Downloads
from aslo.ports import Counted

_COUNTS = "SELECT bundle_id, version, day, count FROM counts"
_SHARES = "SELECT dimension, value, day, count FROM shares"
_DAYS = "WHERE day >= ? AND day < ?"


class SqliteCounted(Tables):
    """What the store counts."""

    def count(self, counts: Iterable[Counted]) -> None:
        with self._database.writing() as connection:
            for each in counts:
                add(connection, each)

    def downloads_by_day(self, since: date, until: date) -> list[DayCount]:
        days = since.isoformat(), until.isoformat()
        with self._database.reading() as connection:
            return [_count(row) for row in connection.execute(f"{_COUNTS} {_DAYS}", days)]

    def shares_by_day(self, since: date, until: date) -> list[DayShare]:
        days = since.isoformat(), until.isoformat()
        with self._database.reading() as connection:
            return [_share(row) for row in connection.execute(f"{_SHARES} {_DAYS}", days)]

    def downloads(self, recent_since: date) -> dict[str, Downloads]:
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT bundle_id, sum(count), sum(CASE WHEN day >= ? THEN count ELSE 0 END)
                    FROM counts GROUP BY bundle_id""",
                (recent_since.isoformat(),),
            )
            return {bundle_id: Downloads(total, recent) for bundle_id, total, recent in rows}

    def ended_builds(self, since: datetime, until: datetime) -> Mapping[BuildState, int]:
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT json_extract(body, '$.state') AS state, count(*) FROM builds
                    WHERE created_at >= ? AND created_at < ? AND ready_at IS NULL
                    GROUP BY state""",
                (instant(since), instant(until)),
            )
            return {BuildState(state): count for state, count in rows}


def add(connection: sqlite3.Connection, counted: Counted) -> None:
    """Add to a sum, or begin it."""
    if isinstance(counted, DayCount):
        table, names = "counts (bundle_id, version, day, count)", "day, bundle_id, version"
        row: tuple[object, ...] = (counted.bundle_id, counted.version)
    else:
        table, names = "shares (dimension, value, day, count)", "day, dimension, value"
        row = (counted.dimension, counted.value)
    connection.execute(
        f"""INSERT INTO {table} VALUES (?, ?, ?, ?)
            ON CONFLICT ({names}) DO UPDATE SET count = count + excluded.count""",  # noqa: S608
        (*row, counted.day.isoformat(), counted.count),
    )


def items(connection: sqlite3.Connection) -> Iterator[Counted]:
    """Everything that was counted."""
    yield from map(_count, connection.execute(f"{_COUNTS} ORDER BY day, bundle_id, version"))
    yield from map(_share, connection.execute(f"{_SHARES} ORDER BY day, dimension, value"))


def _count(row: tuple[str, str, str, int]) -> DayCount:
    bundle_id, version, day, count = row
    return DayCount(bundle_id, version, date.fromisoformat(day), count)


def _share(row: tuple[str, str, str, int]) -> DayShare:
    dimension, value, day, count = row
    return DayShare(Dimension(dimension), value, date.fromisoformat(day), count)
