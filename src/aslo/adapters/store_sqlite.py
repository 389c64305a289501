"""The record in one SQLite file: the embedded default."""

from functools import partial
from pathlib import Path

from aslo.adapters.sqlite.activities import SqliteActivities, SqliteReleases
from aslo.adapters.sqlite.builds import SqliteBuilds
from aslo.adapters.sqlite.checks import SqliteChecks
from aslo.adapters.sqlite.chores import SqliteChores
from aslo.adapters.sqlite.counted import SqliteCounted
from aslo.adapters.sqlite.database import Database
from aslo.adapters.sqlite.deliveries import SqliteDeliveries
from aslo.adapters.sqlite.logs import SqliteLogs
from aslo.adapters.sqlite.record import MIGRATIONS
from aslo.adapters.sqlite.reports import SqliteReports
from aslo.adapters.sqlite.schema import migrate
from aslo.adapters.sqlite.whole import SqliteWhole
from aslo.domain.errors import StoreError


class SqliteStore(
    SqliteDeliveries,
    SqliteBuilds,
    SqliteChecks,
    SqliteActivities,
    SqliteReleases,
    SqliteReports,
    SqliteCounted,
    SqliteChores,
    SqliteLogs,
    SqliteWhole,
):
    """Keeps the record durable with one writer at a time; any thread or process may call."""

    def __init__(self, path: Path, log_bytes: int | None = None) -> None:
        database = Database(path, partial(migrate, migrations=MIGRATIONS), StoreError)
        SqliteLogs.__init__(self, database, log_bytes)

    def look(self) -> None:
        """StoreError if it cannot be used."""
        self.last_revision()

    def migrate(self) -> tuple[int, int]:
        """Bring the file up to the schema of this code, as opening it does anyway; the schema
        before and after."""
        before = self._database.version()
        with self._database.reading():
            return before, len(MIGRATIONS)

    def close(self) -> None:
        self._database.close()
