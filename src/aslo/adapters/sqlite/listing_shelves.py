"""The shelves on which activities stand: one bit each for every value of a filter.

So many activities can be counted and narrowed by any filters together without looking at one.
"""

import sqlite3
from collections.abc import Iterator

from aslo.domain.activity import Details, Release
from aslo.domain.categories import as_written, category_key
from aslo.domain.sugar import Compatibility

CHUNK_BITS = 2_048
"""So few that a shelf with one activity costs little, and so many that a full one has few rows."""
LONGEST_VALUE = 80

STATEMENTS = (
    """CREATE TABLE shelves (
        facet TEXT NOT NULL, value TEXT NOT NULL, chunk INTEGER NOT NULL, bits BLOB NOT NULL,
        PRIMARY KEY (facet, value, chunk)) WITHOUT ROWID""",
    """CREATE TABLE shelf_sizes (
        facet TEXT NOT NULL, value TEXT NOT NULL, size INTEGER NOT NULL,
        PRIMARY KEY (facet, value)) WITHOUT ROWID""",
    "CREATE INDEX shelf_sizes_largest ON shelf_sizes (facet, size)",
)

Place = tuple[str, str]
"""A facet and its value."""


def range_key(compatibility: Compatibility) -> str:
    """The range of Sugar as one word: `0.96-0.114`, or `0.96-` without an end."""
    return f"{compatibility.min_sugar}-{compatibility.max_sugar or ''}"


def places(release: Release) -> set[Place]:
    """The shelves on which an activity stands that is listed by this release."""
    return set(_places(release.details))


def move(connection: sqlite3.Connection, row: int, old: set[Place], new: set[Place]) -> None:
    """Take an activity from the shelves where it stood, and put it on those where it belongs."""
    for facet, value in sorted(old ^ new):
        _flip(connection, facet, value, row)
        connection.execute(
            """INSERT INTO shelf_sizes VALUES (:facet, :value, :more)
                ON CONFLICT DO UPDATE SET size = size + :more""",
            {"facet": facet, "value": value, "more": 1 if (facet, value) in new else -1},
        )


def _places(details: Details) -> Iterator[Place]:
    yield "listed", ""
    yield "toolkit", details.compatibility.toolkit.value
    yield "range", range_key(details.compatibility)
    if license_ := (details.spdx or details.license).strip():
        yield "license", license_[:LONGEST_VALUE]
    for category in details.categories:
        key, written = category_key(category), as_written(category)
        yield "category", key
        # Only to be counted; most write it just as the key is.
        if written != key:
            yield "spelled", f"{key}\n{written}"
    for lang in details.languages:
        yield "lang", lang
    for lang, name in details.name.translations.items():
        if name:
            yield "named", lang


def _flip(connection: sqlite3.Connection, facet: str, value: str, row: int) -> None:
    chunk, bit = divmod(row, CHUNK_BITS)
    key = (facet, value, chunk)
    found = connection.execute(
        "SELECT bits FROM shelves WHERE facet = ? AND value = ? AND chunk = ?", key
    ).fetchone()
    bits = int.from_bytes(found[0] if found else b"", "little") ^ (1 << bit)
    connection.execute(
        "REPLACE INTO shelves VALUES (?, ?, ?, ?)",
        (*key, bits.to_bytes((bits.bit_length() + 7) // 8, "little")),
    )
