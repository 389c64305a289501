"""Brings the tables of a file up to the version that the code knows; never back."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

Migration = Sequence[str]


class UnknownSchemaError(ValueError):
    """The file was written by another version."""


def version(connection: sqlite3.Connection) -> int:
    """The version of the file's tables; 0 for a new file."""
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Run the migrations that the file lacks, all or none; UnknownSchemaError if it has more."""
    with _alone_unless(connection, len(migrations)) as found:
        if found is None:
            return
        if found > len(migrations):
            raise UnknownSchemaError(f"its schema {found} is newer than {len(migrations)}")
        _run(connection, migrations[found:], len(migrations))


def create(connection: sqlite3.Connection, statements: Migration, wanted: int) -> None:
    """Make the tables of a new file; UnknownSchemaError if it has those of another version."""
    with _alone_unless(connection, wanted) as found:
        if found is None:
            return
        if found:
            raise UnknownSchemaError(f"its schema {found} is not {wanted}")
        _run(connection, [statements], wanted)


@contextmanager
def _alone_unless(connection: sqlite3.Connection, wanted: int) -> Iterator[int | None]:
    """A transaction with the version to start from, or None if the file is as wanted."""
    if version(connection) == wanted:
        yield None
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again, because another process may have done it while this one waited.
        yield None if (found := version(connection)) == wanted else found
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _run(connection: sqlite3.Connection, migrations: Sequence[Migration], then: int) -> None:
    for statement in (statement for migration in migrations for statement in migration):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {then}")
