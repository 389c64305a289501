"""The record as a whole in its SQLite file: its era, its figures, and all that is in it."""

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from aslo.adapters.documents import EPOCH, from_json
from aslo.adapters.sqlite import activities, builds, checks, counted, deliveries, reports
from aslo.adapters.sqlite.record import Tables
from aslo.domain.activity import Activity, Change, Release
from aslo.domain.build import Build
from aslo.domain.commit_check import CommitCheck
from aslo.domain.delivery import Delivery
from aslo.domain.errors import MalformedDocumentError, StoreError
from aslo.domain.report import Report
from aslo.ports import BuildLog, Figures, Item, Unreadable

_KINDS: Mapping[str, tuple[type, str]] = {
    "deliveries": (Delivery, "SELECT guid, body FROM deliveries ORDER BY guid"),
    "builds": (Build, "SELECT id, body FROM builds ORDER BY id"),
    "checks": (CommitCheck, "SELECT id, body FROM checks ORDER BY id"),
    "activities": (Activity, "SELECT bundle_id, body FROM activities ORDER BY bundle_id"),
    "releases": (
        Release,
        """SELECT bundle_id || ' ' || version_key, body FROM releases
            ORDER BY bundle_id, version_key""",
    ),
    "reports": (Report, "SELECT id, body FROM reports ORDER BY id"),
}
_LOGS = """SELECT build_id, fence, text FROM log_parts ORDER BY build_id, fence, end_byte"""
_CHANGES = "SELECT revision, bundle_id FROM changes ORDER BY revision"
_WAITING = """SELECT
    (SELECT count(*) FROM builds WHERE ready_at IS NOT NULL),
    (SELECT count(*) FROM builds WHERE ready_at IS NOT NULL
        AND json_extract(body, '$.state') = 'running'),
    (SELECT min(created_at) FROM builds WHERE ready_at IS NOT NULL),
    (SELECT count(*) FROM deliveries WHERE state = 'accepted'),
    (SELECT min(received_at) FROM deliveries WHERE state = 'accepted'),
    (SELECT count(*) FROM reports WHERE sent = 'waiting'),
    (SELECT min(created_at) FROM reports WHERE sent = 'waiting'),
    (SELECT coalesce(max(revision), 0) FROM changes),
    (SELECT count(*) FROM checks WHERE ready_at IS NOT NULL)"""
_TABLES = (*_KINDS, "changes", "log_parts", "counts", "shares")


class SqliteWhole(Tables):
    """The store as one thing."""

    def era(self) -> str:
        with self._database.reading() as connection:
            row = connection.execute("SELECT era FROM record").fetchone()
        if row is None:
            raise StoreError(f"{self._database.path} has lost its era; restore it from a backup")
        return str(row[0])

    def begin_era(self, after: str) -> str:
        with self._database.writing() as connection:
            new = secrets.token_hex(8)
            connection.execute("UPDATE record SET era = ? WHERE era = ?", (new, after))
        return self.era()

    def figures(self) -> Figures:
        with self._database.reading() as connection:
            found = connection.execute(_WAITING).fetchone()
        unended, running, build_at, unsettled, delivery_at, waiting, report_at, *rest = found
        revision, checks = rest
        return Figures(
            queued=unended - running,
            running=running,
            oldest_build_at=_moment(build_at),
            unsettled=unsettled,
            oldest_unsettled_at=_moment(delivery_at),
            reports=waiting,
            oldest_report_at=_moment(report_at),
            revision=revision,
            checks=checks,
        )

    def batch(self) -> AbstractContextManager[None]:
        return self._database.batch()

    def dump(self) -> Iterator[Item]:
        with self._database.snapshot() as connection:
            yield from _items(connection, "deliveries")
            yield from _items(connection, "builds")
            yield from _items(connection, "checks")
            for build_id, fence, text in connection.execute(_LOGS):
                yield BuildLog(build_id, fence, text)
            for revision, bundle_id in connection.execute(_CHANGES):
                yield Change(revision, bundle_id)
            yield from _items(connection, "activities")
            yield from _items(connection, "releases")
            yield from _items(connection, "reports")
            yield from counted.items(connection)

    def load(self, items: Iterable[Item], era: str) -> None:
        """All or nothing: one transaction."""
        ends: dict[tuple[str, int], int] = {}
        with self._database.writing() as connection:
            for table in _TABLES:
                found = connection.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608  # ours
                if found.fetchone():
                    raise StoreError(f"the record is not empty: there are {table} in it")
            for item in items:
                _put(connection, item, ends)
            connection.execute("UPDATE record SET era = ?", (era,))


_PUTS: Mapping[str, Callable[[sqlite3.Connection, Any], None]] = {
    "Delivery": deliveries.put,
    "Build": builds.put,
    "CommitCheck": checks.put,
    "Activity": activities.put_activity,
    "Release": activities.put_release,
    "Change": activities.put_change,
    "Report": reports.put,
    "DayCount": counted.add,
    "DayShare": counted.add,
}


def _put(connection: sqlite3.Connection, item: Item, ends: dict[tuple[str, int], int]) -> None:
    if isinstance(item, Unreadable):
        message = f"the {item.kind} {item.key} cannot be read, so it cannot be kept"
        raise ValueError(message)  # noqa: TRY004 - its type is right, its content is not
    if isinstance(item, BuildLog):
        claim = item.build_id, item.fence
        ends[claim] = ends.get(claim, 0) + len(item.text.encode())
        part = (*claim, ends[claim], item.text)
        connection.execute("INSERT INTO log_parts VALUES (?, ?, ?, ?)", part)
        return
    _PUTS[type(item).__name__](connection, item)


def _items(connection: sqlite3.Connection, table: str) -> Iterator[Item]:
    kind, sql = _KINDS[table]
    for key, body in connection.execute(sql):
        yield _item(table, kind, key, body)


def _item(table: str, kind: type, key: str, body: str) -> Item:
    try:
        item: Item = from_json(kind, body, key)
    except MalformedDocumentError:
        return Unreadable(table, key, body)
    return item


def _moment(instant: int | None) -> datetime | None:
    return None if instant is None else EPOCH + timedelta(microseconds=instant)
