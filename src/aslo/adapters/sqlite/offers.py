"""What is offered of each activity, in small rows of their own: an updater asks one after another.

Also the last change of each activity, for those who follow this store."""

import json
import sqlite3
from collections.abc import Iterable

from aslo.adapters.documents import from_json, to_json
from aslo.domain.activity import Entry
from aslo.domain.offers import Offers, offers_of
from aslo.ports import Changed

STATEMENTS = (
    """CREATE TABLE offers (
        bundle_id TEXT PRIMARY KEY, is_listed INTEGER NOT NULL, offers TEXT NOT NULL)
        WITHOUT ROWID""",
    "CREATE TABLE changed (revision INTEGER PRIMARY KEY, bundle_id TEXT NOT NULL UNIQUE)",
)


def put(connection: sqlite3.Connection, revision: int, bundle_id: str, entry: Entry | None) -> None:
    """Replace what is offered of an activity, and note when it changed."""
    connection.execute("REPLACE INTO changed VALUES (?, ?)", (revision, bundle_id))
    if entry is None:
        connection.execute("DELETE FROM offers WHERE bundle_id = ?", (bundle_id,))
        return
    made = offers_of(bundle_id, entry.releases)
    row = bundle_id, bool(made.offers), to_json(made)
    connection.execute("REPLACE INTO offers VALUES (?, ?, ?)", row)


def some(connection: sqlite3.Connection, bundle_ids: Iterable[str]) -> dict[str, Offers]:
    """The offers of these activities."""
    rows = connection.execute(
        """SELECT bundle_id, offers FROM offers
            WHERE bundle_id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(bundle_ids)),),
    )
    return {bundle_id: from_json(Offers, text, bundle_id) for bundle_id, text in rows.fetchall()}


def page(connection: sqlite3.Connection, after: str, limit: int) -> list[Offers]:
    """The offers of listed activities, by bundle id, behind that one."""
    rows = connection.execute(
        """SELECT bundle_id, offers FROM offers WHERE bundle_id > ? AND is_listed
            ORDER BY bundle_id LIMIT ?""",
        (after, limit),
    )
    return [from_json(Offers, text, bundle_id) for bundle_id, text in rows.fetchall()]


def changed(connection: sqlite3.Connection, since: int, limit: int) -> list[Changed]:
    """The activities that changed last behind a revision, in that order."""
    rows = connection.execute(
        """SELECT revision, changed.bundle_id, entry
            FROM changed LEFT JOIN activities ON activities.bundle_id = changed.bundle_id
            WHERE revision > ? ORDER BY revision LIMIT ?""",
        (since, limit),
    )
    return [
        Changed(revision, bundle_id, text and from_json(Entry, text, bundle_id))
        for revision, bundle_id, text in rows.fetchall()
    ]
