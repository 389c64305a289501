"""What one of all workers does now and then, in the record's SQLite file."""

from datetime import datetime

from aslo.adapters.documents import instant
from aslo.adapters.sqlite.record import Tables

_TAKE = """INSERT INTO chores VALUES (:name, :until, '')
    ON CONFLICT (name) DO UPDATE SET due_at = :until WHERE due_at <= :now
    RETURNING place"""


class SqliteChores(Tables):
    """When each chore is due again, and how far it got."""

    def begin_chore(self, name: str, now: datetime, until: datetime) -> str | None:
        values = {"name": name, "now": instant(now), "until": instant(until)}
        with self._database.writing() as connection:
            taken = connection.execute(_TAKE, values).fetchone()
            return None if taken is None else str(taken[0])

    def end_chore(self, name: str, until: datetime, place: str, due_at: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE chores SET place = ?, due_at = ? WHERE name = ? AND due_at = ?",
                (place, instant(due_at), name, instant(until)),
            )
