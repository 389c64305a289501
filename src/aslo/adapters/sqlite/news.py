"""Releases by the moment they were listed, and the address of each activity's latest one."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import timedelta

from aslo.adapters.documents import EPOCH, from_json, instant
from aslo.domain.activity import Entry, Release, ReleaseState
from aslo.ports import Address, News

STATEMENTS = (
    """CREATE TABLE news (
        activity INTEGER NOT NULL, version TEXT NOT NULL, listed_at INTEGER NOT NULL,
        PRIMARY KEY (activity, version)) WITHOUT ROWID""",
    "CREATE INDEX news_listed ON news (listed_at)",
    # Apart from the activities, whose rows are long: a sitemap reads all of these.
    """CREATE TABLE addresses (
        bundle_id TEXT PRIMARY KEY, activity INTEGER NOT NULL, version TEXT NOT NULL,
        listed_at INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX addresses_of_activity ON addresses (activity)",
)


def put(connection: sqlite3.Connection, row: int, entry: Entry, latest: Release) -> None:
    """Add the releases of a listed activity."""
    connection.executemany(
        "INSERT OR REPLACE INTO news VALUES (?, ?, ?)",
        [
            (row, release.version, instant(release.listed_at))
            for release in entry.releases
            if release.state is ReleaseState.LISTED
        ],
    )
    connection.execute(
        "INSERT INTO addresses VALUES (?, ?, ?, ?)",
        (entry.activity.bundle_id, row, latest.version, instant(latest.listed_at)),
    )


def newest(
    connection: sqlite3.Connection, limit: int, chosen: Sequence[int] | None = None
) -> list[News]:
    """The releases that were listed last: of all activities, or of those with these rows."""
    where = "" if chosen is None else "WHERE activity IN (SELECT value FROM json_each(:chosen))"
    rows = connection.execute(
        f"""SELECT bundle_id, version FROM news JOIN activities ON id = activity
            {where} ORDER BY listed_at DESC LIMIT :limit""",  # noqa: S608  # our texts
        {"chosen": json.dumps(chosen), "limit": limit},
    ).fetchall()
    entries = {bundle_id: _entry(connection, bundle_id) for bundle_id in dict(rows)}
    return [_news(entries[bundle_id], version) for bundle_id, version in rows]


def addresses(connection: sqlite3.Connection, start: str, limit: int) -> list[Address]:
    """The latest release of each activity, by bundle id, from that one on."""
    rows = connection.execute(
        """SELECT bundle_id, version, listed_at FROM addresses
            WHERE bundle_id >= ? ORDER BY bundle_id LIMIT ?""",
        (start, limit),
    )
    return [
        Address(bundle_id, version, EPOCH + timedelta(microseconds=listed_at))
        for bundle_id, version, listed_at in rows.fetchall()
    ]


def every_nth(connection: sqlite3.Connection, step: int) -> list[str]:
    """The first bundle id, and each that stands `step` places behind the one before."""
    rows = connection.execute(
        """SELECT bundle_id FROM (
            SELECT bundle_id, row_number() OVER (ORDER BY bundle_id) AS place FROM addresses)
            WHERE (place - 1) % ? = 0""",
        (step,),
    )
    return [bundle_id for (bundle_id,) in rows.fetchall()]


def _entry(connection: sqlite3.Connection, bundle_id: str) -> Entry:
    row = connection.execute("SELECT entry FROM activities WHERE bundle_id = ?", (bundle_id,))
    return from_json(Entry, row.fetchone()[0], bundle_id)


def _news(entry: Entry, version: str) -> News:
    release = next(each for each in entry.releases if each.version == version)
    return News(entry.activity, release)
