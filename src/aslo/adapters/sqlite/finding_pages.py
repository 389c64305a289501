"""Lists in an order, a page at a time: each page begins where the last one ended.

A place in a list is a key that outlives changes of the catalog and is the same in every copy of
it, so that a reader may go on after an hour, and on another node.
"""

import binascii
import json
import sqlite3
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from aslo.adapters.sqlite.finding_shelves import ids_of
from aslo.ports import Led

FEW = 1_000
"""So many are looked up and sorted; more are met in the order that an index has."""
_MOST_AT_ONCE = 500
_LONGEST_CURSOR = 1_000

Key = tuple[str | int, ...]
Row = tuple[Key, int]
"""Where an activity stands in its list, and its number."""


class Stream(Protocol):
    """Activities in an order."""

    def rows(
        self, connection: sqlite3.Connection, key: Key | None, count: int, *, back: bool
    ) -> list[Row]:
        """So many activities that stand behind the key, nearest first; before it, going back.
        Without a key they are those at the beginning; going back, at the end."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Activities that were put in order before."""

    sorted_rows: Sequence[Row]

    def rows(
        self, connection: sqlite3.Connection, key: Key | None, count: int, *, back: bool
    ) -> list[Row]:
        del connection
        ordered = self.sorted_rows[::-1] if back else self.sorted_rows
        return [row for row in ordered if key is None or _is_behind(row[0], key, back=back)][:count]


@dataclass(frozen=True, slots=True)
class Indexed:
    """Some activities in the order of an index over `column` and bundle id."""

    table: str
    column: str
    number: str
    """The column with the activity's number."""
    chosen: int
    """Which activities, as a set of bits."""
    lang: str | None = None
    """Of the names, only those in that language."""
    before: Key = ()
    """What stands at the beginning of each of its keys."""
    _sorted: list[Row] = field(default_factory=list)

    def rows(
        self, connection: sqlite3.Connection, key: Key | None, count: int, *, back: bool
    ) -> list[Row]:
        if not self.chosen:
            return []
        if self.chosen.bit_count() <= FEW:
            if not self._sorted:
                self._sorted.extend(sorted(self._all(connection)))
            return Ranked(self._sorted).rows(connection, key, count, back=back)
        start = None
        if key is not None:
            ours = key[: len(self.before)]
            if ours == self.before:
                start = key[len(self.before) :]
            elif _is_behind(ours, self.before, back=back):
                return []
        return list(self._walk(connection, start, count, back=back))

    def _all(self, connection: sqlite3.Connection) -> Iterator[Row]:
        sql = (
            f"SELECT {self.column}, bundle_id, {self.number} FROM {self.table} WHERE "  # noqa: S608  # ours
            f"{self._of_lang} {self.number} IN (SELECT value FROM json_each(:ids))"
        )
        ids = json.dumps(ids_of(self.chosen))
        for column, bundle_id, number in connection.execute(sql, {"ids": ids, "lang": self.lang}):
            yield (*self.before, column, bundle_id), number

    def _walk(
        self, connection: sqlite3.Connection, start: Key | None, count: int, *, back: bool
    ) -> Iterator[Row]:
        order = "DESC" if back else "ASC"
        values: dict[str, object] = {"lang": self.lang}
        where = f"{self._of_lang} 1"
        if start is not None:
            values.update(zip(("column", "bundle_id"), start, strict=True))
            where += f" AND ({self.column}, bundle_id) {'<' if back else '>'} (:column, :bundle_id)"
        cursor = connection.execute(
            f"SELECT {self.column}, bundle_id, {self.number} FROM {self.table} "  # noqa: S608  # ours
            f"WHERE {where} ORDER BY {self.column} {order}, bundle_id {order}",
            values,
        )
        flags = self.chosen.to_bytes(self.chosen.bit_length() // 8 + 1, "little")
        bits, left = len(flags) * 8, count
        # Most lists leave nearly all; of the others more are read the longer it takes.
        at_once = count
        while left > 0 and (batch := cursor.fetchmany(at_once)):
            at_once = min(2 * at_once, _MOST_AT_ONCE)
            for column, bundle_id, number in batch:
                if number < bits and flags[number >> 3] >> (number & 7) & 1:
                    yield (*self.before, column, bundle_id), number
                    left -= 1
                    if not left:
                        return

    @property
    def _of_lang(self) -> str:
        return "" if self.lang is None else "lang = :lang AND"


@dataclass(frozen=True, slots=True)
class Chained:
    """One stream behind the other."""

    streams: Sequence[Stream]

    def rows(
        self, connection: sqlite3.Connection, key: Key | None, count: int, *, back: bool
    ) -> list[Row]:
        found: list[Row] = []
        for stream in reversed(self.streams) if back else self.streams:
            if len(found) < count:
                found += stream.rows(connection, key, count - len(found), back=back)
        return found


@dataclass(frozen=True, slots=True)
class Order:
    """A list: its streams together."""

    name: str
    streams: Sequence[Stream]
    example: Key
    """A key as those of its streams are."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The activities of one page, and where it can be left."""

    ids: tuple[int, ...]
    next: str | None = None
    previous: str | None = None
    led: Led = Led.THERE


def cut(
    connection: sqlite3.Connection, order: Order, size: int, after: str | None, before: str | None
) -> Cut:
    """A page of a list: behind one cursor, or before the other, or the first one."""
    name, streams = order.name, order.streams
    key = _read(before or after, name, order.example)
    led = Led.UNREADABLE if (before or after) and key is None else Led.THERE
    back = bool(before) and key is not None
    rows = _merged(connection, streams, key, size + 1, back=back)
    if not rows and key is not None:
        key, back, led = None, False, Led.NOWHERE
        rows = _merged(connection, streams, None, size + 1, back=False)
    page, more = rows[:size], len(rows) > size
    if back:
        page.reverse()
    if not page:
        return Cut((), led=led)
    first, last = page[0][0], page[-1][0]
    edge = last if back else first
    behind = key is not None and bool(_merged(connection, streams, edge, 1, back=not back))
    earlier, later = (more, behind) if back else (behind, more)
    return Cut(
        tuple(number for _, number in page),
        _write(name, last) if later else None,
        _write(name, first) if earlier else None,
        led,
    )


def _merged(
    connection: sqlite3.Connection,
    streams: Sequence[Stream],
    key: Key | None,
    count: int,
    *,
    back: bool,
) -> list[Row]:
    rows = [row for each in streams for row in each.rows(connection, key, count, back=back)]
    return sorted(rows, reverse=back)[:count]


def _is_behind(key: Key, other: Key, *, back: bool) -> bool:
    return key < other if back else key > other


def _write(name: str, key: Key) -> str:
    return urlsafe_b64encode(json.dumps([name, *key]).encode()).decode().rstrip("=")


def _read(cursor: str | None, name: str, example: Key) -> Key | None:
    """The key in a cursor; None if it is none of this list."""
    if not cursor or len(cursor) > _LONGEST_CURSOR:
        return None
    try:
        read = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(read, list) or read[:1] != [name] or len(read) != len(example) + 1:
        return None
    key = tuple(read[1:])
    fits = all(_fits(part, wanted) for part, wanted in zip(key, example, strict=True))
    return key if fits else None


def _fits(part: object, wanted: str | int) -> bool:
    if isinstance(wanted, str):
        return isinstance(part, str) and part.isprintable()
    return type(part) is int and abs(part) < 2**63
