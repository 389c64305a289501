"""Builds in the record's SQLite file: the queue."""

import sqlite3
from datetime import datetime, timedelta
from itertools import islice

from aslo.adapters.documents import instant, to_json
from aslo.adapters.queue_keys import ready_at, untold_since
from aslo.adapters.sqlite import line
from aslo.adapters.sqlite.fenced import Fenced, instant_of
from aslo.adapters.sqlite.record import Tables, readable
from aslo.domain.activity import Repository
from aslo.domain.build import Build, BuildState

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
            _FENCED.renew(connection, build_id, fence, expires_at)

    def save_build(self, build: Build) -> None:
        with self._database.writing() as connection:
            _FENCED.save(connection, build)

    def replace_build(self, old: Build, new: Build) -> bool:
        with self._database.writing() as connection:
            return _FENCED.replace(connection, old, new)

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


def put(connection: sqlite3.Connection, build: Build) -> None:
    """Keep a build, in the place of one with its id."""
    connection.execute(f"REPLACE {_PUT}", _row(build))


def _row(build: Build) -> dict[str, object]:
    return {
        "id": build.id,
        "ready_at": instant_of(ready_at(build)),
        "not_before": instant(build.not_before),
        "created_at": instant(build.created_at),
        "untold_since": instant_of(untold_since(build)),
        "bundle_id": build.bundle_id,
        "repository_id": build.repository.id,
        "release_id": build.release.id,
        "body": to_json(build),
        "running": build.state is BuildState.RUNNING,
        "claimed_at": instant_of(build.claimed_at),
    }


_FENCED = Fenced(Build, "build", _BY_ID, put)
