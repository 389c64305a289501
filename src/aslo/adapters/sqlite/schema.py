"""Brings the tables of a file up to the version that the code knows; never back."""

import sqlite3
from collections.abc import Sequence

Migration = Sequence[str]


class UnknownSchemaError(ValueError):
    """The file was written by a newer version."""


def version(connection: sqlite3.Connection) -> int:
    """The version of the file's tables; 0 for a new file."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Run the migrations that the file lacks, all or none; UnknownSchemaError if it has more."""
    if version(connection) == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again, because another process may have migrated while this one waited.
        _step_up(connection, migrations)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _step_up(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    found = version(connection)
    if found > len(migrations):
        raise UnknownSchemaError(f"schema {found} is newer than {len(migrations)}")
    for statement in (line for migration in migrations[found:] for line in migration):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(migrations)}")
