"""The tables of the record: columns that are asked for, and the value as JSON."""

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from aslo.adapters.documents import from_json
from aslo.adapters.sqlite.database import Database
from aslo.adapters.sqlite.turns import Turns
from aslo.domain.errors import StoreError

logger = logging.getLogger(__name__)
T = TypeVar("T")


def _about(field: str) -> str:
    """What a delivery's body says of its repository; nothing where it cannot be read."""
    body = "CAST(body AS TEXT)"
    return f"""CASE WHEN json_valid({body}) THEN coalesce(
        json_extract({body}, '$.content.repository.{field}'),
        json_extract({body}, '$.repository.{field}')) END"""


MIGRATIONS = (
    (
        """CREATE TABLE deliveries (
            guid TEXT PRIMARY KEY, state TEXT NOT NULL, received_at INTEGER NOT NULL,
            body TEXT NOT NULL)""",
        """CREATE INDEX deliveries_unsettled ON deliveries (received_at, guid)
            WHERE state = 'accepted'""",
        """CREATE TABLE builds (
            id TEXT PRIMARY KEY, ready_at INTEGER, not_before INTEGER NOT NULL,
            created_at INTEGER NOT NULL, untold_since INTEGER, bundle_id TEXT,
            repository_id INTEGER NOT NULL, release_id INTEGER NOT NULL, body TEXT NOT NULL)""",
        """CREATE INDEX builds_waiting ON builds (not_before, created_at, id)
            WHERE ready_at IS NOT NULL""",
        "CREATE INDEX builds_untold ON builds (untold_since, id) WHERE untold_since IS NOT NULL",
        "CREATE INDEX builds_recent ON builds (created_at, id)",
        "CREATE INDEX builds_recent_of_one ON builds (bundle_id, created_at, id)",
        """CREATE INDEX builds_of_release
            ON builds (repository_id, release_id, created_at, id)""",
        """CREATE TABLE log_parts (
            build_id TEXT NOT NULL, fence INTEGER NOT NULL, end_byte INTEGER NOT NULL,
            text TEXT NOT NULL, PRIMARY KEY (build_id, fence, end_byte)) WITHOUT ROWID""",
        """CREATE TABLE activities (
            bundle_id TEXT PRIMARY KEY, folded_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL)""",
        """CREATE TABLE releases (
            bundle_id TEXT NOT NULL, version_key TEXT NOT NULL, body TEXT NOT NULL,
            PRIMARY KEY (bundle_id, version_key))""",
        # AUTOINCREMENT: a revision is never given twice, even if the last row is removed.
        """CREATE TABLE changes (
            revision INTEGER PRIMARY KEY AUTOINCREMENT, bundle_id TEXT NOT NULL)""",
        """CREATE TABLE reports (
            id TEXT PRIMARY KEY, build_id TEXT NOT NULL, sent TEXT NOT NULL,
            created_at INTEGER NOT NULL, not_before INTEGER NOT NULL, claimed_by TEXT,
            body TEXT NOT NULL)""",
        "CREATE INDEX reports_waiting ON reports (created_at, id) WHERE sent = 'waiting'",
        "CREATE INDEX reports_of_build ON reports (build_id, created_at, id)",
    ),
    (
        "CREATE TABLE record (era TEXT NOT NULL)",
        "INSERT INTO record VALUES (lower(hex(randomblob(8))))",
    ),
    (
        """CREATE INDEX activities_of_repository
            ON activities (json_extract(body, '$.repository.id'), bundle_id)""",
    ),
    (
        """CREATE TABLE counts (
            day TEXT NOT NULL, bundle_id TEXT NOT NULL, version TEXT NOT NULL,
            count INTEGER NOT NULL, PRIMARY KEY (day, bundle_id, version)) WITHOUT ROWID""",
        """CREATE TABLE shares (
            day TEXT NOT NULL, dimension TEXT NOT NULL, value TEXT NOT NULL,
            count INTEGER NOT NULL, PRIMARY KEY (day, dimension, value)) WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE chores (
            name TEXT PRIMARY KEY, due_at INTEGER NOT NULL, place TEXT NOT NULL)""",
    ),
    (
        "ALTER TABLE builds ADD COLUMN running INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE builds ADD COLUMN claimed_at INTEGER",
        # A body that cannot be read must not stop the others from being found.
        """UPDATE builds SET running = 1 WHERE ready_at IS NOT NULL AND
            CASE WHEN json_valid(CAST(body AS TEXT))
                THEN json_extract(CAST(body AS TEXT), '$.state') END = 'running'""",
        """CREATE INDEX builds_in_line ON builds (repository_id, not_before, created_at, id)
            WHERE ready_at IS NOT NULL AND running = 0""",
        """CREATE INDEX builds_running ON builds (not_before, created_at, id, repository_id)
            WHERE running = 1""",
        "CREATE INDEX builds_claimed ON builds (claimed_at, repository_id)",
    ),
    ("CREATE TABLE throttle (edition INTEGER PRIMARY KEY, body TEXT NOT NULL)",),
    (
        "ALTER TABLE deliveries ADD COLUMN repository_id INTEGER",
        "ALTER TABLE deliveries ADD COLUMN repository_name TEXT",
        f"UPDATE deliveries SET repository_id = {_about('id')}",  # noqa: S608  # fixed texts
        f"UPDATE deliveries SET repository_name = lower({_about('full_name')})",  # noqa: S608  # fixed texts
        """CREATE INDEX deliveries_of_repository
            ON deliveries (repository_id, received_at, guid) WHERE repository_id IS NOT NULL""",
        """CREATE INDEX deliveries_of_name
            ON deliveries (repository_name, received_at) WHERE repository_name IS NOT NULL""",
    ),
    (
        """CREATE TABLE checks (
            id TEXT PRIMARY KEY, ready_at INTEGER, not_before INTEGER NOT NULL,
            created_at INTEGER NOT NULL, untold_since INTEGER, repository_id INTEGER NOT NULL,
            ref TEXT NOT NULL, body TEXT NOT NULL, running INTEGER NOT NULL, claimed_at INTEGER)""",
        """CREATE INDEX checks_in_line ON checks (repository_id, not_before, created_at, id)
            WHERE ready_at IS NOT NULL AND running = 0""",
        """CREATE INDEX checks_running ON checks (not_before, created_at, id, repository_id)
            WHERE running = 1""",
        "CREATE INDEX checks_claimed ON checks (repository_id, claimed_at)",
        "CREATE INDEX checks_untold ON checks (untold_since, id) WHERE untold_since IS NOT NULL",
        "ALTER TABLE reports ADD COLUMN aside INTEGER NOT NULL DEFAULT 0",
    ),
)


class Tables:
    """Reads values from the record's file; one child for each idea."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns = Turns(database)

    def _list(self, kind: type[T], sql: str, values: Mapping[str, object]) -> list[T]:
        """The values of a query that selects key and body."""
        with self._database.reading() as connection:
            rows = connection.execute(sql, values).fetchall()
        return [from_json(kind, body, key) for key, body in rows]

    def _readable(
        self,
        kind: type[T],
        sql: str,
        values: Mapping[str, object] | None = None,
        limit: int | None = None,
    ) -> list[T]:
        """The first values of a query that selects key and body, unreadable ones left out."""
        with self._database.reading() as connection:
            return list(islice(readable(kind, connection.execute(sql, values or {})), limit))

    def _get(self, kind: type[T], sql: str, values: Mapping[str, object]) -> T | None:
        """The value of a query that selects one body by its key."""
        with self._database.reading() as connection:
            return first(connection, kind, sql, values)


def first(
    connection: sqlite3.Connection, kind: type[T], sql: str, values: Mapping[str, object]
) -> T | None:
    """The value in the one row of a query that selects key and body; None without a row."""
    row = connection.execute(sql, values).fetchone()
    return None if row is None else from_json(kind, row[1], row[0])


def readable(kind: type[T], rows: Iterable[tuple[str, str]]) -> Iterator[T]:
    """The values of rows of key and body; one that cannot be read must not stop those behind."""
    for key, body in rows:
        try:
            yield from_json(kind, body, key)
        except StoreError as error:
            logger.error("passed over: %s", error)  # noqa: TRY400  # the message says it all
