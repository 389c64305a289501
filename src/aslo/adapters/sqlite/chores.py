"""What one of all workers does now and then, in the record's SQLite file."""

from datetime import datetime

from aslo.adapters.documents import instant
from aslo.adapters.sqlite.record import Tables

_TAKE = """INSERT INTO chores VALUES (:name, :due_again, '')
    ON CONFLICT (name) DO UPDATE SET due_at = :due_again WHERE due_at <= :now
    RETURNING place"""


class SqliteChores(Tables):
    """When each chore is due again, and how far it got."""

    def begin_chore(self, name: str, now: datetime, due_again: datetime) -> str | None:
        values = {"name": name, "now": instant(now), "due_again": instant(due_again)}
        with self._database.writing() as connection:
            taken = connection.execute(_TAKE, values).fetchone()
            return None if taken is None else str(taken[0])

    def note_chore(self, name: str, place: str) -> None:
        with self._database.writing() as connection:
            connection.execute("UPDATE chores SET place = ? WHERE name = ?", (place, name))
