"""Activities narrowed by filters and counted by them, as sets of bits."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import Any

from aslo.adapters.sqlite.developers import fold
from aslo.adapters.sqlite.listing_shelves import CHUNK_BITS
from aslo.domain.categories import category_key
from aslo.domain.sugar import SUGARS, Compatibility, runs_on
from aslo.ports import Card, Query, Shelf

MOST_VALUES = 200
"""More of one facet are not counted; those with fewest activities are left out."""
MOST_KEPT = 32
MOST_CARDS = 500

CardKey = tuple[int, tuple[str, ...]]
"""An activity's number, and the languages that its words were picked for."""

_TO_FLAGS = bytes(each == ord("1") for each in range(256))


class Moment:
    """What was read at one state of the catalog, kept in memory until its tag is another."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self._shelves: dict[tuple[str, str], int] = {}
        self._kept: dict[object, Any] = {}
        self.cards: dict[CardKey, Card] = {}

    def shelf(self, connection: sqlite3.Connection, facet: str, value: str) -> int:
        """The activities on one shelf."""
        return self.shelves(connection, facet, [value])[value]

    def shelves(
        self, connection: sqlite3.Connection, facet: str, values: Sequence[str]
    ) -> dict[str, int]:
        """The activities on each of these shelves."""
        known = {value: self._shelves.get((facet, value), 0) for value in values}
        unread = [value for value, bits in known.items() if not bits]
        for value, bits in (_read(connection, facet, unread) if unread else {}).items():
            known[value] = bits
            # An empty one may be of a value that somebody made up, and there is no end of those.
            if bits:
                self._shelves[facet, value] = bits
        return known

    def kept(self, key: object, make: Callable[[], Any]) -> Any:
        """What was made for the key before, or is made now."""
        found = self._kept.get(key, self)  # Itself is nothing that anybody keeps.
        if found is self:
            found = make()
            while len(self._kept) >= MOST_KEPT:
                # Another thread may have taken the same one.
                self._kept.pop(next(iter(self._kept), None), None)
            self._kept[key] = found
        return found

    def keep_card(self, key: CardKey, card: Card) -> Card:
        """Keep what a list shows of an activity, and return it."""
        while len(self.cards) >= MOST_CARDS:
            self.cards.pop(next(iter(self.cards), key), None)
        self.cards[key] = card
        return card


def bits_of(ids: Sequence[int]) -> int:
    """The set of these activities."""
    if not ids:
        return 0
    digits = bytearray(b"0") * (max(ids) + 1)
    for each in ids:
        digits[~each] = 49
    return int(digits, 2)


def ids_of(bits: int) -> list[int]:
    """The activities of a set."""
    digits = f"{bits:b}"[::-1].encode().translate(_TO_FLAGS)
    return list(compress(range(len(digits)), digits))


def filters(connection: sqlite3.Connection, moment: Moment, query: Query) -> dict[str, int]:
    """The activities that each filter of the query leaves; all that are listed first."""
    left = {"listed": moment.shelf(connection, "listed", "")}
    if query.category is not None:
        left["category"] = moment.shelf(connection, "category", category_key(query.category))
    for name in ("toolkit", "lang", "license"):
        if (value := getattr(query, name)) is not None:
            left[name] = moment.shelf(connection, name, value)
    if query.sugar is not None:
        left["sugar"] = _union(moment, connection, query.sugar)
    if query.developer is not None:
        left["developer"] = _of_developer(connection, query.developer)
    return left


def together(sets: Iterable[int]) -> int:
    """What is in all of the sets."""
    first, *others = sets
    for each in others:
        first &= each
    return first


def facets(
    connection: sqlite3.Connection, moment: Moment, query: Query, found: int | None
) -> Mapping[str, tuple[Shelf, ...]]:
    """How many activities each value of each facet would leave."""
    left = filters(connection, moment, query)
    if found is not None:
        left["text"] = found
    told: dict[str, tuple[Shelf, ...]] = {}
    for facet in ("category", "toolkit", "lang", "license"):
        rest = together(bits for name, bits in left.items() if name != facet)
        shelves = moment.shelves(connection, facet, _largest(connection, facet))
        spelled = _spelled(connection) if facet == "category" else {}
        counted = [
            Shelf(value, (bits & rest).bit_count(), spelled.get(value, ""))
            for value, bits in shelves.items()
        ]
        counted.sort(key=lambda shelf: (-shelf.count, shelf.value))
        told[facet] = tuple(shelf for shelf in counted if shelf.count)
    rest = together(bits for name, bits in left.items() if name != "sugar")
    versions = ((each, _union(moment, connection, each) & rest) for each in SUGARS)
    told["sugar"] = tuple(Shelf(each, bits.bit_count()) for each, bits in versions if bits)
    return told


def _read(connection: sqlite3.Connection, facet: str, values: Sequence[str]) -> dict[str, int]:
    read: dict[str, bytearray] = {value: bytearray() for value in values}
    rows = connection.execute(
        """SELECT value, chunk, bits FROM shelves
            WHERE facet = ? AND value IN (SELECT value FROM json_each(?)) ORDER BY value, chunk""",
        (facet, json.dumps(values)),
    )
    for value, chunk, bits in rows:
        whole = read[value]
        whole.extend(bytes(chunk * CHUNK_BITS // 8 - len(whole)))
        whole.extend(bits)
    return {value: int.from_bytes(whole, "little") for value, whole in read.items()}


def _largest(connection: sqlite3.Connection, facet: str) -> list[str]:
    rows = connection.execute(
        "SELECT value FROM shelf_sizes WHERE facet = ? AND size > 0 ORDER BY size DESC LIMIT ?",
        (facet, MOST_VALUES),
    )
    return [value for (value,) in rows]


def _spelled(connection: sqlite3.Connection) -> dict[str, str]:
    """How most activities write a category, where that differs from its key."""
    rows = connection.execute(
        """SELECT value, size FROM shelf_sizes WHERE facet = 'spelled' AND size > 0
            ORDER BY size DESC, value"""
    )
    best: dict[str, tuple[str, int]] = {}
    left = dict(
        connection.execute(
            "SELECT value, size FROM shelf_sizes WHERE facet = 'category'"
        ).fetchall()
    )
    for value, size in rows:
        key, _, written = value.partition("\n")
        best.setdefault(key, (written, size))
        left[key] -= size
    return {key: written for key, (written, size) in best.items() if size >= left[key]}


def _union(moment: Moment, connection: sqlite3.Connection, sugar: str) -> int:
    """The activities of every range in which that Sugar is."""
    try:
        fitting = [
            value for value in _largest(connection, "range") if runs_on(_range(value), sugar)
        ]
    except ValueError:
        return 0
    bits = 0
    for each in moment.shelves(connection, "range", fitting).values():
        bits |= each
    return bits


def _range(value: str) -> Compatibility:
    first, _, last = value.partition("-")
    return Compatibility(min_sugar=first, max_sugar=last or None)


def _of_developer(connection: sqlite3.Connection, login: str) -> int:
    rows = connection.execute(
        "SELECT activity FROM developers WHERE login_folded = ?", (fold(login),)
    )
    return bits_of([activity for (activity,) in rows])
