"""The tables of the catalog, and how an activity gets into them."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zlib import crc32

import msgspec

from aslo.adapters.documents import instant, to_json
from aslo.adapters.sqlite import (
    counts,
    developers,
    listing_shelves,
    listing_words,
    news,
    offers,
)
from aslo.domain import categories, spelling, typos
from aslo.domain import offers as domain_offers
from aslo.domain.activity import Entry, Release, latest
from aslo.domain.counts import Downloads
from aslo.domain.locale import LocalizedText
from aslo.domain.offers import Offers
from aslo.domain.sugar import Compatibility

STATEMENTS = (
    # The file's own name tells a follower that the file was made again while it followed.
    """CREATE TABLE followed (
        revision INTEGER NOT NULL, era TEXT NOT NULL, file TEXT NOT NULL, counted INTEGER NOT NULL,
        caught_up INTEGER NOT NULL)""",
    "INSERT INTO followed VALUES (0, '', hex(randomblob(8)), 0, 0)",
    # A row keeps its number for as long as the activity is known: the shelves go by it.
    """CREATE TABLE activities (
        id INTEGER PRIMARY KEY, bundle_id TEXT NOT NULL UNIQUE, shelves TEXT NOT NULL,
        entry TEXT NOT NULL, changed INTEGER NOT NULL)""",
    # What is listed, in small rows: each order goes up, and bundle ids part equals.
    """CREATE TABLE places (
        id INTEGER PRIMARY KEY, bundle_id TEXT NOT NULL, popular INTEGER NOT NULL,
        newest INTEGER NOT NULL, updated INTEGER NOT NULL)""",
    "CREATE INDEX places_popular ON places (popular, bundle_id)",
    "CREATE INDEX places_newest ON places (newest, bundle_id)",
    "CREATE INDEX places_updated ON places (updated, bundle_id)",
    "CREATE TABLE cards (id INTEGER PRIMARY KEY, card TEXT NOT NULL)",
    """CREATE TABLE downloads (
        bundle_id TEXT PRIMARY KEY, total INTEGER NOT NULL, recent INTEGER NOT NULL)
        WITHOUT ROWID""",
    """CREATE TABLE files (
        sha256 TEXT NOT NULL, activity INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
        media_type TEXT NOT NULL, PRIMARY KEY (sha256, activity)) WITHOUT ROWID""",
    "CREATE INDEX files_of_activity ON files (activity)",
    *listing_shelves.STATEMENTS,
    *listing_words.STATEMENTS,
    *counts.STATEMENTS,
    *developers.STATEMENTS,
    *news.STATEMENTS,
    *offers.STATEMENTS,
)
_TABLES = (
    *("activities", "places", "cards", "developers", "files", "shelves", "shelf_sizes", "names"),
    *("words", "vocabulary", "parts", "downloads", "sums", "counted", "news", "addresses"),
    *("offers", "changed"),
)


@dataclass(frozen=True, slots=True)
class CardDocument:
    """What a card shows, in every language."""

    bundle_id: str
    version: str
    name: LocalizedText
    summary: LocalizedText
    icon_sha256: str | None
    size_bytes: int
    file_name: str
    compatibility: Compatibility
    created_at: datetime
    updated_at: datetime
    unreleased: tuple[str, ...] = ()


def _written_by() -> Iterator[bytes]:
    """The code that says what is kept in the tables."""
    for module in (
        categories,
        spelling,
        typos,
        counts,
        developers,
        listing_shelves,
        listing_words,
        news,
        offers,
        domain_offers,
    ):
        yield Path(str(module.__file__)).read_bytes()
    yield Path(__file__).read_bytes()


# Changes with the tables and with what is kept in them: old files are then made again.
VERSION = (
    crc32(
        b"".join(_written_by())
        + repr([msgspec.json.schema(kind) for kind in (Entry, CardDocument, Offers)]).encode()
    )
    >> 1
    or 1
)


def put(connection: sqlite3.Connection, revision: int, bundle_id: str, entry: Entry | None) -> None:
    """Replace what the tables hold of one activity."""
    offers.put(connection, revision, bundle_id, entry)
    found = connection.execute(
        "SELECT id, shelves FROM activities WHERE bundle_id = ?", (bundle_id,)
    ).fetchone()
    row, shelves = found or (None, "[]")
    stood = {(facet, value) for facet, value in msgspec.json.decode(shelves)}
    release = latest(entry.releases) if entry else None
    stands = listing_shelves.places(release) if release else set()
    if row is not None:
        _unlist(connection, row)
    if entry is None:
        connection.execute("DELETE FROM activities WHERE id = ?", (row,))
    else:
        kept = msgspec.json.encode(sorted(stands)).decode()
        row = _keep(connection, row, (bundle_id, kept, to_json(entry), revision))
        if release is not None:
            _list(connection, row, entry, release)
    if row is not None:
        listing_shelves.move(connection, row, stood, stands)


def clear(connection: sqlite3.Connection) -> None:
    """Forget every activity, and what was counted."""
    for table in _TABLES:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608  # ours


def count(connection: sqlite3.Connection, downloads: Mapping[str, Downloads]) -> None:
    """Replace what is known of downloads, and move the edition of the counts if that differs."""
    wanted = {key: (each.total, each.recent) for key, each in downloads.items()}
    known = {
        key: (total, recent) for key, total, recent in connection.execute("SELECT * FROM downloads")
    }
    changed = {key: wanted.get(key, (0, 0)) for key in {*known, *wanted}}
    changed = {key: each for key, each in changed.items() if each != known.get(key, (0, 0))}
    if not changed:
        return
    connection.execute("UPDATE followed SET counted = counted + 1")
    connection.executemany(
        "REPLACE INTO downloads VALUES (?, ?, ?)", [(key, *each) for key, each in changed.items()]
    )
    connection.executemany(
        """UPDATE places SET popular = ? WHERE id = (
            SELECT id FROM activities WHERE bundle_id = ?)""",
        [(_popular(*each), key) for key, each in changed.items()],
    )


def _popular(total: int, recent: int) -> int:
    """Most recent downloads first, then most of all, as one number that goes up."""
    most = 2**31 - 1
    return -(min(recent, most) << 31 | min(total, most))


def _keep(
    connection: sqlite3.Connection, row: int | None, values: tuple[str, str, str, int]
) -> int:
    kept: int = connection.execute(
        """REPLACE INTO activities (id, bundle_id, shelves, entry, changed)
            VALUES (?, ?, ?, ?, ?) RETURNING id""",
        (row, *values),
    ).fetchone()[0]
    return kept


def _unlist(connection: sqlite3.Connection, row: int) -> None:
    for table, key in (
        ("places", "id"),
        ("cards", "id"),
        ("developers", "activity"),
        ("files", "activity"),
        ("news", "activity"),
        ("addresses", "activity"),
    ):
        connection.execute(f"DELETE FROM {table} WHERE {key} = ?", (row,))  # noqa: S608  # ours
    listing_words.remove_words(connection, row)


def _list(connection: sqlite3.Connection, row: int, entry: Entry, release: Release) -> None:
    counted = connection.execute(
        "SELECT total, recent FROM downloads WHERE bundle_id = ?", (release.bundle_id,)
    ).fetchone()
    connection.execute(
        "INSERT INTO places VALUES (?, ?, ?, ?, ?)",
        (
            row,
            release.bundle_id,
            _popular(*counted or (0, 0)),
            -instant(entry.activity.created_at),
            -instant(release.listed_at),
        ),
    )
    connection.execute("INSERT INTO cards VALUES (?, ?)", (row, to_json(_card(entry, release))))
    developers.put(connection, row, entry.activity)
    news.put(connection, row, entry, release)
    connection.executemany(
        "INSERT OR IGNORE INTO files VALUES (?, ?, ?, ?)",
        [(file.sha256, row, file.size_bytes, file.media_type) for file in entry.public_files],
    )
    listing_words.put_words(connection, row, release.bundle_id, release.details)


def _card(entry: Entry, release: Release) -> CardDocument:
    details = release.details
    return CardDocument(
        bundle_id=release.bundle_id,
        version=release.version,
        name=details.name,
        summary=details.summary,
        icon_sha256=release.icon.sha256 if release.icon else None,
        size_bytes=release.bundle.size_bytes,
        file_name=release.file_name,
        compatibility=details.compatibility,
        created_at=entry.activity.created_at,
        updated_at=release.listed_at,
        unreleased=entry.activity.waiting(release),
    )
