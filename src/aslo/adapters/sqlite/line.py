"""The line of builds that wait in the record's SQLite file: whose turn it is."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

from aslo.domain.fairness import LATELY, MOST_AT_ONCE, turns

# From one repository to the next through the index: however many builds of it wait, each is met
# once.
_WAITING = """WITH RECURSIVE line (repository_id) AS (
    SELECT min(repository_id) FROM builds WHERE ready_at IS NOT NULL AND running = 0
    UNION ALL
    SELECT (SELECT min(repository_id) FROM builds
        WHERE ready_at IS NOT NULL AND running = 0 AND repository_id > line.repository_id)
    FROM line WHERE repository_id IS NOT NULL)
    SELECT repository_id, (SELECT min(not_before) FROM builds
        WHERE ready_at IS NOT NULL AND running = 0 AND repository_id = line.repository_id) AS since
    FROM line WHERE since <= :now"""
_RUNNING = "SELECT repository_id FROM builds WHERE running = 1"
_SERVED = """SELECT repository_id, claimed_at FROM builds WHERE claimed_at IS NOT NULL
    ORDER BY claimed_at DESC LIMIT :lately"""
# Without its name, all that waits would be looked through: that is in this order, too.
_ABANDONED = """SELECT id, body FROM builds INDEXED BY builds_running
    WHERE running = 1 AND ready_at <= :now
    ORDER BY not_before, created_at, id"""
_OF_REPOSITORY = """SELECT id, body FROM builds
    WHERE ready_at IS NOT NULL AND running = 0 AND repository_id = :repository_id
    AND not_before <= :now ORDER BY not_before, created_at, id LIMIT :limit"""

Rows = Iterator[tuple[str, str]]


def claimable(connection: sqlite3.Connection, now: int) -> Rows:
    """Keys and bodies of what a claim may take, by their turn; those behind the first are for
    whoever cannot read it."""
    return chain.from_iterable(_parts(connection, now))


def _parts(connection: sqlite3.Connection, now: int) -> Iterator[Rows]:
    yield connection.execute(_ABANDONED, {"now": now})
    for each in _turns(connection, now, _running(connection)):
        yield _of_repository(connection, each, now, -1)


def ids(connection: sqlite3.Connection, now: int) -> Iterator[str]:
    """Which builds could all be claimed now, the one whose turn it is first."""
    for key, _ in connection.execute(_ABANDONED, {"now": now}):
        yield key
    running = _running(connection)
    for each in _turns(connection, now, running):
        free = MOST_AT_ONCE - running.get(each, 0)
        for key, _ in _of_repository(connection, each, now, free):
            yield key


def _turns(connection: sqlite3.Connection, now: int, running: Mapping[int, int]) -> list[int]:
    waiting = dict(connection.execute(_WAITING, {"now": now}))
    return turns(waiting, running, _served(connection)) if waiting else []


def _of_repository(connection: sqlite3.Connection, number: int, now: int, limit: int) -> Rows:
    values = {"repository_id": number, "now": now, "limit": limit}
    return connection.execute(_OF_REPOSITORY, values)


def _running(connection: sqlite3.Connection) -> Counter[int]:
    return Counter(number for (number,) in connection.execute(_RUNNING))


def _served(connection: sqlite3.Connection) -> Mapping[int, int]:
    """When each was served last: what comes later overwrites what was before."""
    return dict(reversed(connection.execute(_SERVED, {"lately": LATELY}).fetchall()))
