"""The simulator's memory: documents in one SQLite file, so that a restart keeps everything."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

Document = dict[str, Any]


class UnknownError(Exception):
    """The simulator holds nothing by that name."""


_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_of_kind ON documents (kind, id);
"""


class State:
    """Documents by kind and id; every write is committed when the call returns."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._connected() as connection:
            # Write-ahead logging lets a page be read while a delivery is recorded.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_TABLES)

    def add(self, kind: str, document: Document) -> Document:
        """Keep a new document and return it with its id, which no other document has."""
        with self._connected() as connection:
            cursor = connection.execute(
                "INSERT INTO documents (kind, body) VALUES (?, ?)", (kind, json.dumps(document))
            )
        return {**document, "id": cursor.lastrowid}

    def add_all(self, kind: str, documents: Sequence[Document]) -> list[Document]:
        """Keep new documents together, and return them with their ids."""
        sql = "INSERT INTO documents (kind, body) VALUES (?, ?)"
        with self._connected() as connection:
            ids = [connection.execute(sql, (kind, json.dumps(d))).lastrowid for d in documents]
        return [{**d, "id": number} for d, number in zip(documents, ids, strict=True)]

    def save(self, kind: str, document: Document) -> None:
        """Replace a document that is there."""
        body = {name: value for name, value in document.items() if name != "id"}
        with self._connected() as connection:
            connection.execute(
                "UPDATE documents SET body = ? WHERE kind = ? AND id = ?",
                (json.dumps(body), kind, document["id"]),
            )

    def remove(self, kind: str, document_id: int) -> None:
        """Forget a document."""
        with self._connected() as connection:
            connection.execute(
                "DELETE FROM documents WHERE kind = ? AND id = ?", (kind, document_id)
            )

    def get(self, kind: str, document_id: int) -> Document | None:
        """The document with that id."""
        with self._connected() as connection:
            row = connection.execute(
                "SELECT id, body FROM documents WHERE kind = ? AND id = ?", (kind, document_id)
            ).fetchone()
        return row and _document(row)

    def find(self, kind: str, **wanted: object) -> list[Document]:
        """The documents of a kind whose fields have these values, oldest first."""
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT id, body FROM documents WHERE kind = ? ORDER BY id", (kind,)
            ).fetchall()
        found = map(_document, rows)
        return [each for each in found if _has(each, wanted)]

    def newest(self, kind: str, before: int | None, limit: int, **wanted: object) -> list[Document]:
        """So many of the documents that `find` gives, newest first, with ids below that one."""
        with self._connected() as connection:
            rows = connection.execute(
                """SELECT id, body FROM documents WHERE kind = ? AND (? IS NULL OR id < ?)
                    ORDER BY id DESC""",
                (kind, before, before),
            )
            found = (each for each in map(_document, rows) if _has(each, wanted))
            return list(islice(found, limit))

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        # A connection for each use: threads share none, and closing has no moment to miss.
        with closing(sqlite3.connect(self._file, timeout=30)) as connection, connection:
            yield connection


def only(found: Sequence[Document | None], name: str) -> Document:
    """The one document found, or UnknownError."""
    if not found or found[0] is None:
        raise UnknownError(f"the simulator has no {name}")
    return found[0]


def now() -> str:
    """The present moment as GitHub writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _has(document: Document, wanted: Mapping[str, object]) -> bool:
    return all(document.get(name) == value for name, value in wanted.items())


def _document(row: tuple[int, str]) -> Document:
    return {**json.loads(row[1]), "id": row[0]}
