"""The tables of the catalog, and how an activity gets into them."""

import sqlite3
import unicodedata
from collections.abc import Iterator
from zlib import crc32

import msgspec

from aslo.adapters.documents import instant, to_json
from aslo.adapters.sqlite import developers, news
from aslo.domain.activity import Entry, Release, ReleaseState, StoredFile, latest
from aslo.domain.locale import SOURCE, LocalizedText

STATEMENTS = (
    # The file's own name tells a follower that the file was made again while it followed.
    "CREATE TABLE followed (revision INTEGER NOT NULL, era TEXT NOT NULL, file TEXT NOT NULL)",
    "INSERT INTO followed VALUES (0, '', hex(randomblob(8)))",
    """CREATE TABLE activities (
        id INTEGER PRIMARY KEY, bundle_id TEXT NOT NULL UNIQUE, entry TEXT NOT NULL,
        release TEXT, updated_at INTEGER, newest_at INTEGER)""",
    "CREATE INDEX activities_updated ON activities (updated_at) WHERE release IS NOT NULL",
    "CREATE INDEX activities_newest ON activities (newest_at) WHERE release IS NOT NULL",
    """CREATE TABLE names (
        activity INTEGER NOT NULL, lang TEXT NOT NULL, name TEXT NOT NULL,
        PRIMARY KEY (activity, lang)) WITHOUT ROWID""",
    """CREATE TABLE shelves (
        category TEXT NOT NULL, activity INTEGER NOT NULL,
        PRIMARY KEY (category, activity)) WITHOUT ROWID""",
    "CREATE INDEX shelves_of_activity ON shelves (activity)",
    """CREATE TABLE files (
        sha256 TEXT NOT NULL, activity INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
        media_type TEXT NOT NULL, PRIMARY KEY (sha256, activity)) WITHOUT ROWID""",
    "CREATE INDEX files_of_activity ON files (activity)",
    # Marks (Mn, Mc) belong to words: without them those of India fall apart into letters.
    """CREATE VIRTUAL TABLE words USING fts5 (
        names, summaries, categories, bundle_id, prefix = '2 3',
        tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'")""",
    *developers.STATEMENTS,
    *news.STATEMENTS,
)
_OF_ACTIVITY = ("names", "shelves", "files", "developers", "news", "addresses")
# Changes with the tables and with the shape of an entry: old files are then made again.
VERSION = crc32(repr((STATEMENTS, msgspec.json.schema(Entry))).encode()) >> 1 or 1


def put(connection: sqlite3.Connection, bundle_id: str, entry: Entry | None) -> None:
    """Replace what the tables hold of one activity."""
    _remove(connection, bundle_id)
    if entry is None:
        return
    release = latest(entry.releases)
    row = connection.execute(
        """INSERT INTO activities (bundle_id, entry, release, updated_at, newest_at)
            VALUES (?, ?, ?, ?, ?)""",
        (
            bundle_id,
            to_json(entry),
            release and to_json(release),
            release and instant(release.listed_at),
            instant(entry.activity.created_at),
        ),
    ).lastrowid
    if release is not None and row is not None:
        _list(connection, row, release)
        _show_files(connection, row, entry)
        developers.put(connection, row, entry.activity)
        news.put(connection, row, entry, release)


def plain(text: str) -> str:
    """A text without what a searcher leaves out: case, accents, spare blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    marked = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in marked if not unicodedata.combining(c)).split())


def _remove(connection: sqlite3.Connection, bundle_id: str) -> None:
    row = connection.execute("SELECT id FROM activities WHERE bundle_id = ?", (bundle_id,))
    for key in row.fetchall():
        for table in _OF_ACTIVITY:
            connection.execute(f"DELETE FROM {table} WHERE activity = ?", key)  # noqa: S608  # ours
        connection.execute("DELETE FROM words WHERE rowid = ?", key)
        connection.execute("DELETE FROM activities WHERE id = ?", key)


def _list(connection: sqlite3.Connection, row: int, release: Release) -> None:
    details = release.details
    names = {SOURCE: details.name.source, **details.name.translations}
    connection.executemany(
        "INSERT INTO names VALUES (?, ?, ?)",
        [(row, lang, plain(name)) for lang, name in names.items() if name],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO shelves VALUES (?, ?)",
        [(plain(category), row) for category in details.categories],
    )
    connection.execute(
        "INSERT INTO words (rowid, names, summaries, categories, bundle_id) VALUES (?, ?, ?, ?, ?)",
        (
            row,
            _all(details.name),
            _all(details.summary),
            plain(" ".join(details.categories)),
            plain(release.bundle_id),
        ),
    )


def _all(text: LocalizedText) -> str:
    # Folded here and in the query, because FTS5 folds the accents of Latin letters only.
    return plain(" ".join((text.source, *text.translations.values())))


def _show_files(connection: sqlite3.Connection, row: int, entry: Entry) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO files VALUES (?, ?, ?, ?)",
        [(file.sha256, row, file.size_bytes, file.media_type) for file in _shown(entry)],
    )


def _shown(entry: Entry) -> Iterator[StoredFile]:
    for release in entry.releases:
        if release.state is ReleaseState.LISTED:
            yield from release.files
    yield from entry.activity.files
