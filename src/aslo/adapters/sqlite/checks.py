"""Checks of commits in the record's SQLite file: a queue beside that of builds."""

import sqlite3
from datetime import datetime, timedelta
from itertools import islice

from aslo.adapters.documents import instant, to_json
from aslo.adapters.queue_keys import ready_at, untold_since
from aslo.adapters.sqlite.fenced import Fenced, instant_of
from aslo.adapters.sqlite.record import Tables, readable
from aslo.domain.build import BuildState
from aslo.domain.commit_check import CommitCheck

_BY_ID = "SELECT id, body FROM checks WHERE id = :id"
_PUT = """INTO checks VALUES
    (:id, :ready_at, :not_before, :created_at, :untold_since, :repository_id, :ref, :body,
    :running, :claimed_at)"""
_ABANDONED = """SELECT id, body FROM checks INDEXED BY checks_running
    WHERE running = 1 AND ready_at <= :now ORDER BY not_before, created_at, id"""
_RUNNING = "SELECT count(*) FROM checks WHERE running = 1"
# The order of aslo.domain.fairness, where no repository has more than one that runs.
_LINE = """FROM checks AS check_
    WHERE ready_at IS NOT NULL AND running = 0 AND not_before <= :now
    AND repository_id NOT IN (SELECT repository_id FROM checks WHERE running = 1)
    ORDER BY max(not_before, coalesce((SELECT max(claimed_at) FROM checks AS served
        WHERE served.repository_id = check_.repository_id), not_before)),
    not_before, created_at, id"""
_WAITING = f"SELECT id, body {_LINE}"
_WHOSE = f"SELECT repository_id, id {_LINE}"


class SqliteChecks(Tables):
    """The checks of the store."""

    def add_check(self, check: CommitCheck) -> bool:
        with self._database.writing() as connection:
            added = connection.execute(f"INSERT OR IGNORE {_PUT}", _row(check))
            return added.rowcount == 1

    def check(self, check_id: str) -> CommitCheck | None:
        return self._get(CommitCheck, _BY_ID, {"id": check_id})

    def claim_check(
        self, owner: str, now: datetime, lease: timedelta, most: int
    ) -> CommitCheck | None:
        with self._database.writing() as connection:
            check = _next(connection, now, most)
            if check is None:
                return None
            claimed = check.claim(owner, now, lease)
            put(connection, claimed)
        return claimed

    def renew_check(self, check_id: str, fence: int, expires_at: datetime) -> None:
        with self._database.writing() as connection:
            _FENCED.renew(connection, check_id, fence, expires_at)

    def save_check(self, check: CommitCheck) -> None:
        with self._database.writing() as connection:
            _FENCED.save(connection, check)

    def replace_check(self, old: CommitCheck, new: CommitCheck) -> bool:
        with self._database.writing() as connection:
            return _FENCED.replace(connection, old, new)

    def claimable_checks(self, now: datetime, most: int, limit: int) -> list[str]:
        with self._database.reading() as connection:
            abandoned = [key for key, _ in connection.execute(_ABANDONED, {"now": instant(now)})]
            free = max(0, most - connection.execute(_RUNNING).fetchone()[0])
            first_of: dict[int, str] = {}
            for repository, key in connection.execute(_WHOSE, {"now": instant(now)}):
                first_of.setdefault(repository, key)
        return [*abandoned, *islice(first_of.values(), free)][:limit]

    def waiting_checks(self, repository_id: int, ref: str) -> list[CommitCheck]:
        return self._readable(
            CommitCheck,
            """SELECT id, body FROM checks WHERE ready_at IS NOT NULL AND running = 0
                AND repository_id = :repository_id AND ref = :ref ORDER BY created_at, id""",
            {"repository_id": repository_id, "ref": ref},
        )

    def untold_checks(self, limit: int) -> list[CommitCheck]:
        return self._readable(
            CommitCheck,
            """SELECT id, body FROM checks WHERE untold_since IS NOT NULL
                ORDER BY untold_since, id""",
            limit=limit,
        )


def _next(connection: sqlite3.Connection, now: datetime, most: int) -> CommitCheck | None:
    values = {"now": instant(now)}
    abandoned = readable(CommitCheck, connection.execute(_ABANDONED, values))
    if (check := next(abandoned, None)) is not None:
        return check
    if connection.execute(_RUNNING).fetchone()[0] >= most:
        return None
    return next(readable(CommitCheck, connection.execute(_WAITING, values)), None)


def put(connection: sqlite3.Connection, check: CommitCheck) -> None:
    """Keep a check, in the place of one with its id."""
    connection.execute(f"REPLACE {_PUT}", _row(check))


def _row(check: CommitCheck) -> dict[str, object]:
    return {
        "id": check.id,
        "ready_at": instant_of(ready_at(check)),
        "not_before": instant(check.not_before),
        "created_at": instant(check.created_at),
        "untold_since": instant_of(untold_since(check)),
        "repository_id": check.repository.id,
        "ref": check.head.ref,
        "body": to_json(check),
        "running": check.state is BuildState.RUNNING,
        "claimed_at": instant_of(check.claimed_at),
    }


_FENCED = Fenced(CommitCheck, "check", _BY_ID, put)
