"""Builds in the record's SQLite file: the queue."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from aslo.adapters.documents import instant, to_json
from aslo.adapters.queue_keys import ready_at, untold_since
from aslo.adapters.sqlite import line
from aslo.adapters.sqlite.record import Tables, first, readable
from aslo.domain.activity import Repository
from aslo.domain.build import Build, BuildState, Lease
from aslo.domain.errors import StaleClaimError

_BY_ID = "SELECT id, body FROM builds WHERE id = :id"
_PUT = """INTO builds VALUES
    (:id, :ready_at, :not_before, :created_at, :untold_since, :bundle_id,
    :repository_id, :release_id, :body, :running, :claimed_at)"""


class SqliteBuilds(Tables):
    """The builds of the store."""

    def add_build(self, build: Build) -> bool:
        with self._database.writing() as connection:
            added = connection.execute(f"INSERT OR IGNORE {_PUT}", _row(build))
            return added.rowcount == 1

    def build(self, build_id: str) -> Build | None:
        return self._get(Build, _BY_ID, {"id": build_id})

    def claim_build(self, owner: str, now: datetime, lease: timedelta) -> Build | None:
        with self._database.writing() as connection:
            rows = line.claimable(connection, instant(now))
            build = next(readable(Build, rows), None)
            if build is None:
                return None
            claimed = build.claim(owner, now, lease)
            put(connection, claimed)
        return claimed

    def renew_build(self, build_id: str, fence: int, expires_at: datetime) -> None:
        with self._database.writing() as connection:
            stored = _running(connection, build_id, fence)
            owner = stored.lease.owner if stored.lease else ""
            put(connection, replace(stored, lease=Lease(owner, expires_at)))

    def save_build(self, build: Build) -> None:
        with self._database.writing() as connection:
            stored = _running(connection, build.id, build.fence)
            lease = stored.lease if build.state is BuildState.RUNNING else None
            put(connection, replace(build, lease=lease))

    def replace_build(self, old: Build, new: Build) -> bool:
        with self._database.writing() as connection:
            stored = first(connection, Build, _BY_ID, {"id": old.id})
            if stored is None or _standing(stored) != _standing(old):
                return False
            put(connection, new)
        return True

    def claimable_builds(self, now: datetime, limit: int) -> list[str]:
        with self._database.reading() as connection:
            return list(islice(line.ids(connection, instant(now)), limit))

    def untold_builds(self, limit: int) -> list[Build]:
        return self._readable(
            Build,
            """SELECT id, body FROM builds WHERE untold_since IS NOT NULL
                ORDER BY untold_since, id""",
            limit=limit,
        )

    def recent_builds(
        self, limit: int, bundle_id: str | None = None, behind: Build | None = None
    ) -> list[Build]:
        where = "WHERE TRUE" if bundle_id is None else "WHERE bundle_id = :bundle_id"
        place: dict[str, object] = {}
        if behind is not None:
            where += " AND (created_at, id) < (:created_at, :id)"
            place = {"created_at": instant(behind.created_at), "id": behind.id}
        return self._list(
            Build,
            f"""SELECT id, body FROM builds {where}
                ORDER BY created_at DESC, id DESC LIMIT :limit""",  # noqa: S608  # fixed texts
            {"bundle_id": bundle_id, "limit": limit, **place},
        )

    def builds_of_release(self, repository_id: int, release_id: int) -> list[Build]:
        return self._readable(
            Build,
            """SELECT id, body FROM builds
                WHERE repository_id = :repository_id AND release_id = :release_id
                ORDER BY created_at DESC, id DESC""",
            {"repository_id": repository_id, "release_id": release_id},
        )

    def builds_of_commit(self, repository_id: int, commit: str) -> list[Build]:
        return self._readable(
            Build,
            """SELECT id, body FROM builds
                WHERE repository_id = :repository_id AND json_extract(body, '$.commit') = :commit
                ORDER BY created_at DESC, id DESC""",
            {"repository_id": repository_id, "commit": commit},
        )

    def next_repository(self, after: int) -> Repository | None:
        found = self._readable(
            Build,
            """SELECT id, body FROM builds WHERE repository_id > :after
                ORDER BY repository_id, release_id, created_at, id""",
            {"after": after},
            limit=1,
        )
        return found[0].repository if found else None


def _running(connection: sqlite3.Connection, build_id: str, fence: int) -> Build:
    stored = first(connection, Build, _BY_ID, {"id": build_id})
    if stored is None or stored.state is not BuildState.RUNNING or stored.fence != fence:
        raise StaleClaimError(f"build {build_id} is not running under fence {fence}")
    return stored


def _standing(build: Build) -> tuple[BuildState, int, int]:
    return build.state, build.round, build.fence


def put(connection: sqlite3.Connection, build: Build) -> None:
    """Keep a build, in the place of one with its id."""
    connection.execute(f"REPLACE {_PUT}", _row(build))


def _row(build: Build) -> dict[str, object]:
    return {
        "id": build.id,
        "ready_at": _instant(ready_at(build)),
        "not_before": instant(build.not_before),
        "created_at": instant(build.created_at),
        "untold_since": _instant(untold_since(build)),
        "bundle_id": build.bundle_id,
        "repository_id": build.repository.id,
        "release_id": build.release.id,
        "body": to_json(build),
        "running": build.state is BuildState.RUNNING,
        "claimed_at": _instant(build.claimed_at),
    }


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else instant(moment)
