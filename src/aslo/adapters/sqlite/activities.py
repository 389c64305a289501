"""Activities, their releases and the changes to them, in the record's SQLite file."""

import sqlite3
from dataclasses import replace

from aslo.adapters.documents import to_json
from aslo.adapters.sqlite.record import Tables, first
from aslo.domain.activity import Activity, Change, Release
from aslo.domain.errors import NotFoundError

_ACTIVITY = "SELECT bundle_id, body FROM activities WHERE bundle_id = :bundle_id"
_FOLDED = "SELECT bundle_id, body FROM activities WHERE folded_id = :folded_id"
_OF_REPOSITORY = """SELECT bundle_id, body FROM activities
    WHERE json_extract(body, '$.repository.id') = :repository_id ORDER BY bundle_id"""
_RELEASES = """SELECT bundle_id || ' ' || version_key, body FROM releases
    WHERE bundle_id = :bundle_id"""
_RELEASE = f"{_RELEASES} AND version_key = :version_key"


class SqliteActivities(Tables):
    """The activities of the store."""

    def claim_bundle_id(self, activity: Activity) -> Activity:
        row = {"folded_id": activity.folded_id}
        with self._database.writing() as connection:
            known = first(connection, Activity, _FOLDED, row)
            if known is None:
                put_activity(connection, activity)
        return known or activity

    def activity(self, bundle_id: str) -> Activity | None:
        return self._get(Activity, _ACTIVITY, {"bundle_id": bundle_id})

    def bundle_ids(self) -> list[str]:
        with self._database.reading() as connection:
            found = connection.execute("SELECT bundle_id FROM activities ORDER BY bundle_id")
            return [bundle_id for (bundle_id,) in found]

    def activities_of_repository(self, repository_id: int) -> list[Activity]:
        return self._list(Activity, _OF_REPOSITORY, {"repository_id": repository_id})

    def save_activity(self, activity: Activity) -> bool:
        row = {"bundle_id": activity.bundle_id}
        with self._database.writing() as connection:
            stored = first(connection, Activity, _ACTIVITY, row)
            if stored is None or stored.edition != activity.edition:
                return False
            body = to_json(replace(activity, edition=activity.edition + 1))
            connection.execute(
                "UPDATE activities SET body = :body WHERE bundle_id = :bundle_id",
                {**row, "body": body},
            )
        return True

    def announce(self, bundle_id: str) -> int:
        with self._database.writing() as connection:
            added = connection.execute("INSERT INTO changes (bundle_id) VALUES (?)", (bundle_id,))
            return added.lastrowid or 0

    def last_revision(self) -> int:
        with self._database.reading() as connection:
            last = connection.execute("SELECT MAX(revision) FROM changes").fetchone()[0]
            return last or 0

    def changes(self, since: int, limit: int) -> list[Change]:
        with self._database.reading() as connection:
            rows = connection.execute(
                """SELECT revision, bundle_id FROM changes WHERE revision > ?
                    ORDER BY revision LIMIT ?""",
                (since, limit),
            )
            return [Change(*row) for row in rows]


class SqliteReleases(Tables):
    """The releases of the store."""

    def add_release(self, release: Release) -> Release:
        row = _row(release)
        with self._database.writing() as connection:
            known = first(connection, Release, _RELEASE, row)
            if known is None:
                put_release(connection, release)
        return known or release

    def release(self, bundle_id: str, version_key: str) -> Release | None:
        row = {"bundle_id": bundle_id, "version_key": version_key}
        return self._get(Release, _RELEASE, row)

    def releases(self, bundle_id: str) -> list[Release]:
        return self._list(Release, _RELEASES, {"bundle_id": bundle_id})

    def save_release(self, release: Release) -> None:
        row = _row(release)
        with self._database.writing() as connection:
            stored = first(connection, Release, _RELEASE, row)
            if stored is None:
                raise NotFoundError(f"no release {release.version} of {release.bundle_id}")
            if _served(stored) != _served(release):
                raise ValueError(f"a published release keeps its file and version, got {release!r}")
            connection.execute(
                """UPDATE releases SET body = :body
                    WHERE bundle_id = :bundle_id AND version_key = :version_key""",
                row,
            )


def put_activity(connection: sqlite3.Connection, activity: Activity) -> None:
    """Keep an activity that is not there yet."""
    row = activity.bundle_id, activity.folded_id, to_json(activity)
    connection.execute("INSERT INTO activities VALUES (?, ?, ?)", row)


def put_release(connection: sqlite3.Connection, release: Release) -> None:
    """Keep a release that is not there yet."""
    row = _row(release)
    connection.execute("INSERT INTO releases VALUES (:bundle_id, :version_key, :body)", row)


def put_change(connection: sqlite3.Connection, change: Change) -> None:
    """Keep a change under its own revision."""
    connection.execute("INSERT INTO changes VALUES (?, ?)", (change.revision, change.bundle_id))


def _row(release: Release) -> dict[str, object]:
    return {
        "bundle_id": release.bundle_id,
        "version_key": release.version_key,
        "body": to_json(release),
    }


def _served(release: Release) -> tuple[object, ...]:
    """What people may have downloaded under this version."""
    return release.bundle, release.content_digest, release.version
