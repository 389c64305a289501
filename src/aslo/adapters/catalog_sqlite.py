"""The catalog in one local SQLite file, searched and counted in it."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path

from aslo.adapters.documents import from_json
from aslo.adapters.sqlite import counts, developers, finding, listing, news, offers
from aslo.adapters.sqlite.disposable import DisposableDatabase, locked
from aslo.adapters.sqlite.faults import translated
from aslo.adapters.sqlite.finding_shelves import Moment
from aslo.adapters.sqlite.schema import create
from aslo.domain.activity import Entry, StoredFile
from aslo.domain.counts import Dimension, Downloads, WeekSum
from aslo.domain.errors import CatalogError
from aslo.domain.offers import Offers
from aslo.ports import Address, Card, Maker, News, Page, Query, Shelf, Told


class SqliteCatalog:
    """Readers see one revision as a whole while the follower writes the next."""

    def __init__(self, path: Path) -> None:
        prepare = partial(create, statements=listing.STATEMENTS, wanted=listing.VERSION)
        self._database = DisposableDatabase(path, prepare, CatalogError)
        self._asked = threading.local()
        self._moment = Moment("")

    def revision(self) -> int:
        with self._database.reading() as connection:
            revision, self._asked.file = connection.execute(
                "SELECT revision, file FROM followed"
            ).fetchone()
        return int(revision)

    def tag(self) -> str:
        with self._database.reading() as connection:
            return _tag(connection)

    def era(self) -> str:
        with self._database.reading() as connection:
            era: str = connection.execute("SELECT era FROM followed").fetchone()[0]
        return era

    def clear(self, era: str) -> None:
        with self._database.writing() as connection:
            listing.clear(connection)
            connection.execute("UPDATE followed SET revision = 0, era = ?, caught_up = 0", (era,))

    def caught_up(self) -> bool:
        with self._database.reading() as connection:
            return bool(connection.execute("SELECT caught_up FROM followed").fetchone()[0])

    def note_caught_up(self) -> None:
        with self._database.writing() as connection:
            self._refuse_another_file(connection)
            connection.execute("UPDATE followed SET caught_up = 1")

    def apply(self, revision: int, bundle_id: str, entry: Entry | None) -> None:
        with self._database.writing() as connection:
            self._refuse_another_file(connection)
            moved = connection.execute(
                "UPDATE followed SET revision = :new WHERE revision < :new", {"new": revision}
            )
            if moved.rowcount:
                listing.put(connection, revision, bundle_id, entry)

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

    def entry_tag(self, bundle_id: str) -> str:
        with self._database.reading() as connection:
            row = connection.execute(
                """SELECT file, era, counted, changed FROM followed, activities
                    WHERE bundle_id = ?""",
                (bundle_id,),
            ).fetchone()
        return " ".join(map(str, row or ()))

    def find(self, query: Query, chain: Sequence[str]) -> Page:
        with self._database.snapshot() as connection:
            return finding.find(connection, self._moment_of(connection), query, chain)

    def facets(self, query: Query) -> Mapping[str, Sequence[Shelf]]:
        with self._database.snapshot() as connection:
            return finding.facets(connection, self._moment_of(connection), query)

    def suggest(self, text: str, chain: Sequence[str], limit: int = 8) -> tuple[Card, ...]:
        with self._database.snapshot() as connection:
            moment = self._moment_of(connection)
            return finding.suggest(connection, moment, text, chain, limit)

    def count_downloads(self, downloads: Mapping[str, Downloads]) -> None:
        with self._database.writing() as connection:
            listing.count(connection, downloads)

    def downloads(self, bundle_id: str) -> Downloads:
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT total, recent FROM downloads WHERE bundle_id = ?", (bundle_id,)
            ).fetchone()
        return Downloads(*row or ())

    def keep_week(self, week: date, sums: Iterable[WeekSum]) -> None:
        with self._database.writing() as connection:
            counts.put_week(connection, week, sums)

    def week_sums(self, dimension: Dimension, value: str | None = None) -> list[WeekSum]:
        with self._database.reading() as connection:
            return counts.week_sums(connection, dimension, value)

    def counted_at(self) -> datetime | None:
        with self._database.reading() as connection:
            return counts.counted_at(connection)

    def note_counted(self, at: datetime) -> None:
        with self._database.writing() as connection:
            counts.note_counted(connection, at)

    def developers(self, after: str, limit: int) -> list[Maker]:
        with self._database.reading() as connection:
            return developers.makers(connection, after, limit)

    def developer(self, login: str) -> Maker | None:
        with self._database.reading() as connection:
            return developers.maker(connection, login)

    def news(
        self, limit: int, *, category: str | None = None, developer: str | None = None
    ) -> list[News]:
        query = Query(category=category, developer=developer)
        with self._database.snapshot() as connection:
            if query == Query():
                return news.newest(connection, limit)
            chosen = finding.chosen(connection, self._moment_of(connection), query)
            return news.newest(connection, limit, chosen)

    def addresses(self, start: str, limit: int) -> list[Address]:
        with self._database.reading() as connection:
            return news.addresses(connection, start, limit)

    def address_starts(self, step: int) -> list[str]:
        with self._database.reading() as connection:
            return news.every_nth(connection, step)

    def offers(self, bundle_ids: Iterable[str]) -> dict[str, Offers]:
        with self._database.reading() as connection:
            return offers.some(connection, bundle_ids)

    def names(self, bundle_ids: Iterable[str], chain: Sequence[str]) -> dict[str, str]:
        with self._database.snapshot() as connection:
            return finding.names(connection, self._moment_of(connection), bundle_ids, chain)

    def every_offer(self, after: str, limit: int) -> list[Offers]:
        with self._database.reading() as connection:
            return offers.page(connection, after, limit)

    def changed(self, since: int, limit: int) -> Told:
        with self._database.snapshot() as connection:
            era, revision = connection.execute("SELECT era, revision FROM followed").fetchone()
            return Told(era, revision, tuple(offers.changed(connection, since, limit)))

    def holds_file(self, sha256: str) -> StoredFile | None:
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT sha256, size_bytes, media_type FROM files WHERE sha256 = ?", (sha256,)
            ).fetchone()
        return row and StoredFile(*row)

    def close(self) -> None:
        self._database.close()

    def _moment_of(self, connection: sqlite3.Connection) -> Moment:
        """What is kept in memory of the catalog as the connection sees it."""
        tag = _tag(connection)
        moment = self._moment
        if moment.tag != tag:
            # What another thread puts in its place is of the moment that that one sees.
            moment = self._moment = Moment(tag)
        return moment


def _tag(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT file, era, revision, counted FROM followed").fetchone()
    return " ".join(map(str, row))
