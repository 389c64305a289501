"""The catalog in one local SQLite file with full-text search."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from aslo.adapters.documents import from_json
from aslo.adapters.sqlite import developers, news
from aslo.adapters.sqlite.disposable import DisposableDatabase, locked
from aslo.adapters.sqlite.faults import translated
from aslo.adapters.sqlite.finding import MAX_PAGE_SIZE, selection
from aslo.adapters.sqlite.listing import STATEMENTS, VERSION, plain, put
from aslo.adapters.sqlite.schema import create
from aslo.domain.activity import Entry, Release, StoredFile
from aslo.domain.errors import CatalogError
from aslo.ports import Address, Card, Maker, News, Page, Query


class SqliteCatalog:
    """Readers see one revision as a whole while the follower writes the next."""

    def __init__(self, path: Path) -> None:
        prepare = partial(create, statements=STATEMENTS, wanted=VERSION)
        self._database = DisposableDatabase(path, prepare, CatalogError)
        self._asked = threading.local()

    def revision(self) -> int:
        with self._database.reading() as connection:
            revision, self._asked.file = connection.execute(
                "SELECT revision, file FROM followed"
            ).fetchone()
        return int(revision)

    def tag(self) -> str:
        with self._database.reading() as connection:
            tag: str = connection.execute("SELECT revision || file FROM followed").fetchone()[0]
        return tag

    def era(self) -> str:
        with self._database.reading() as connection:
            era: str = connection.execute("SELECT era FROM followed").fetchone()[0]
        return era

    def clear(self, era: str) -> None:
        with self._database.writing() as connection:
            for (bundle_id,) in connection.execute("SELECT bundle_id FROM activities").fetchall():
                put(connection, bundle_id, None)
            connection.execute("UPDATE followed SET revision = 0, era = ?", (era,))

    def apply(self, revision: int, bundle_id: str, entry: Entry | None) -> None:
        with self._database.writing() as connection:
            self._refuse_another_file(connection)
            moved = connection.execute(
                "UPDATE followed SET revision = :new WHERE revision < :new", {"new": revision}
            )
            if moved.rowcount:
                put(connection, bundle_id, entry)

    def _refuse_another_file(self, connection: sqlite3.Connection) -> None:
        """An empty file that took over in between lacks what came before this change."""
        file = connection.execute("SELECT file FROM followed").fetchone()[0]
        if file != getattr(self._asked, "file", file):
            raise CatalogError(f"{self._database.path} was made again; follow it from its start")

    @contextmanager
    def lock(self) -> Iterator[bool]:
        path = self._database.path
        with ExitStack() as held:
            with translated(path, CatalogError):
                lock = locked(path.with_name(f"{path.name}.lock"), wait=False)
                mine = held.enter_context(lock)
            yield mine

    def entry(self, bundle_id: str) -> Entry | None:
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT entry FROM activities WHERE bundle_id = ?", (bundle_id,)
            ).fetchone()
        return row and from_json(Entry, row[0], bundle_id)

    def find(self, query: Query, chain: Sequence[str]) -> Page:
        chosen = selection(query, chain)
        size = min(max(query.page_size, 1), MAX_PAGE_SIZE)
        with self._database.snapshot() as connection:
            total = connection.execute(chosen.count, chosen.values).fetchone()[0]
            pages = max(1, -(-total // size))
            number = min(max(query.page, 1), pages)
            limits = {"size": size, "skip": (number - 1) * size}
            rows = connection.execute(chosen.rows, chosen.values | limits).fetchall()
        cards = tuple(_card(from_json(Release, body, key), chain) for key, body in rows)
        return Page(cards, total, number, pages)

    def developers(self, after: str, limit: int) -> list[Maker]:
        with self._database.reading() as connection:
            return developers.makers(connection, after, limit)

    def developer(self, login: str) -> Maker | None:
        with self._database.reading() as connection:
            return developers.maker(connection, login)

    def news(
        self, limit: int, *, category: str | None = None, developer: str | None = None
    ) -> list[News]:
        shelf = None if category is None else plain(category)
        with self._database.snapshot() as connection:
            return news.newest(connection, limit, shelf, developer)

    def addresses(self, start: str, limit: int) -> list[Address]:
        with self._database.reading() as connection:
            return news.addresses(connection, start, limit)

    def address_starts(self, step: int) -> list[str]:
        with self._database.reading() as connection:
            return news.every_nth(connection, step)

    def holds_file(self, sha256: str) -> StoredFile | None:
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT sha256, size_bytes, media_type FROM files WHERE sha256 = ?", (sha256,)
            ).fetchone()
        return row and StoredFile(*row)

    def close(self) -> None:
        self._database.close()


def _card(release: Release, chain: Sequence[str]) -> Card:
    return Card(
        bundle_id=release.bundle_id,
        version=release.version,
        name=release.details.name.pick(chain),
        summary=release.details.summary.pick(chain),
        icon_sha256=release.icon.sha256 if release.icon else None,
        release=release,
    )
