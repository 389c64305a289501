"""Waiting for the file: SQLite lets a writer sleep longer and longer, and others overtake it."""

import sqlite3
import time

_NAP_SECONDS = 0.0005
LET_IN_SECONDS = 4 * _NAP_SECONDS
"""How long somebody who writes much leaves the file alone, for those who nap meanwhile."""


def begin(connection: sqlite3.Connection) -> None:
    """Start the transaction that alone may write, as soon as the one before it has ended."""
    when_free(connection, "BEGIN IMMEDIATE")


def when_free(connection: sqlite3.Connection, statement: str) -> None:
    """Run a statement that needs the file for itself, as soon as it is free; as patient as the
    connection is."""
    patience = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    deadline = time.monotonic() + patience / 1000
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while not _done(connection, statement, deadline):
            time.sleep(_NAP_SECONDS)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")


def _done(connection: sqlite3.Connection, statement: str, deadline: float) -> bool:
    try:
        connection.execute(statement)
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
        if not busy or time.monotonic() > deadline:
            raise
        return False
    return True
