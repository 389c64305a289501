"""What the catalog knows of downloads and builds: sums of weeks, and when it got them."""

import sqlite3
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from aslo.adapters.documents import EPOCH, instant
from aslo.domain.counts import WEEK, WEEKS_KEPT, Dimension, WeekSum

STATEMENTS = (
    """CREATE TABLE sums (
        dimension TEXT NOT NULL, value TEXT NOT NULL, week TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY (dimension, value, week)) WITHOUT ROWID""",
    "CREATE INDEX sums_of_week ON sums (week)",
    "CREATE TABLE counted (at INTEGER NOT NULL)",
)


def put_week(connection: sqlite3.Connection, week: date, sums: Iterable[WeekSum]) -> None:
    """Replace the sums of a week, and forget those of long ago."""
    name, oldest = week.isoformat(), (week - (WEEKS_KEPT - 1) * WEEK).isoformat()
    wanted = {(each.dimension.value, each.value, each.count) for each in sums}
    known = connection.execute("SELECT dimension, value, count FROM sums WHERE week = ?", (name,))
    if wanted == set(known):
        return
    connection.execute("DELETE FROM sums WHERE week = ? OR week < ?", (name, oldest))
    connection.executemany(
        "INSERT INTO sums VALUES (?, ?, ?, ?)",
        [(dimension, value, name, count) for dimension, value, count in wanted],
    )
    connection.execute("UPDATE followed SET counted = counted + 1")


def week_sums(
    connection: sqlite3.Connection, dimension: Dimension, value: str | None
) -> list[WeekSum]:
    """The sums of a dimension, or of one value in it, oldest first."""
    rows = connection.execute(
        """SELECT value, week, count FROM sums
            WHERE dimension = :dimension AND (:value IS NULL OR value = :value)
            ORDER BY week, value""",
        {"dimension": dimension, "value": value},
    )
    return [WeekSum(dimension, name, date.fromisoformat(week), n) for name, week, n in rows]


def counted_at(connection: sqlite3.Connection) -> datetime | None:
    """When everything was last taken over; None if never."""
    row = connection.execute("SELECT at FROM counted").fetchone()
    return EPOCH + timedelta(microseconds=row[0]) if row else None


def note_counted(connection: sqlite3.Connection, at: datetime) -> None:
    """Remember when everything was taken over."""
    connection.execute("DELETE FROM counted")
    connection.execute("INSERT INTO counted VALUES (?)", (instant(at),))
