"""What fits a text best: that very name, names that begin so, names with all its words,
its tag, the rest.

Among equals the reader's languages come first, then what is fetched most.
"""

import json
import sqlite3
from collections.abc import Sequence

from aslo.adapters.sqlite.finding_pages import Chained, Indexed, Key, Ranked, Row
from aslo.adapters.sqlite.finding_shelves import Moment, bits_of, ids_of
from aslo.adapters.sqlite.finding_words import LAST_LETTER, Found, whole_words
from aslo.domain.categories import category_key
from aslo.domain.locale import SOURCE

EXAMPLE: Key = (0, 0, 0, "")
_RANKED = 500
_FIRST = 200
"""Of more names than can be ranked, so many of the most popular ones are."""
_MOST_NAMES = 20_000


def best_first(
    connection: sqlite3.Connection,
    moment: Moment,
    found: Found,
    chosen: int,
    chain: Sequence[str],
) -> Chained:
    """The activities among `chosen` that a text finds, in order."""
    named = found.names & chosen
    head: list[Row] = moment.kept(
        ("head", found.text, named, tuple(chain)),
        lambda: _ranked(connection, moment, found, named, chain),
    )
    ranked = bits_of([number for _, number in head])
    tagged = moment.shelf(connection, "category", category_key(found.text))
    rest = found.everything & chosen
    sets = (named, tagged & rest, rest)
    streams, met = [], ranked
    for place, bits in enumerate(sets, 1):
        streams.append(_popular(bits & ~met, (place, 0)))
        met |= bits
    return Chained([Ranked(head), *streams])


def _popular(bits: int, before: Key) -> Indexed:
    return Indexed("places", "popular", "id", bits, before=before)


def _ranked(
    connection: sqlite3.Connection, moment: Moment, found: Found, named: int, chain: Sequence[str]
) -> list[Row]:
    """The activities whose names fit, in order; of too many, those most likely to be meant."""
    few = named.bit_count() <= _RANKED
    if not few:
        popular = _popular(named, ()).rows(connection, None, _FIRST, back=False)
        exact = bits_of([number for number, _ in found.exact])
        named &= exact | bits_of([number for _, number in popular])
    if not named:
        return []
    ids = ids_of(named)
    read = _begin_so if few else _chosen_begin_so
    near = {SOURCE, *chain}
    ranks = dict.fromkeys(ids, 8)
    whole: int = moment.kept(("whole", found.words), lambda: whole_words(connection, found.words))
    for number in ids_of(whole & named):
        ranks[number] = 6
    for number, lang in read(connection, found.key, ids, chain):
        if number in ranks:
            rank = (2 if whole >> number & 1 else 4) + (lang not in near)
            ranks[number] = min(ranks[number], rank)
    for number, lang in found.exact:
        if number in ranks:
            ranks[number] = min(ranks[number], int(lang not in near))
    rows = connection.execute(
        """SELECT popular, bundle_id, id FROM places
            WHERE id IN (SELECT value FROM json_each(?))""",
        (json.dumps(ids),),
    )
    return sorted(((0, ranks[number], popular, key), number) for popular, key, number in rows)


def _begin_so(
    connection: sqlite3.Connection, key: str, ids: Sequence[int], chain: Sequence[str]
) -> list[tuple[int, str]]:
    """The activities that have a name which begins so, and in which language."""
    del ids, chain
    return connection.execute(
        "SELECT activity, lang FROM names WHERE key BETWEEN ? AND ? LIMIT ?",
        (key, key + LAST_LETTER, _MOST_NAMES),
    ).fetchall()


def _chosen_begin_so(
    connection: sqlite3.Connection, key: str, ids: Sequence[int], chain: Sequence[str]
) -> list[tuple[int, str]]:
    """Those of the given ones whose name begins so in a language of the reader."""
    return connection.execute(
        """SELECT activity, lang FROM names
            WHERE activity IN (SELECT value FROM json_each(:ids))
            AND lang IN (SELECT value FROM json_each(:langs))
            AND key BETWEEN :key AND :key || :last""",
        {
            "ids": json.dumps(ids),
            "langs": json.dumps([*chain, SOURCE]),
            "key": key,
            "last": LAST_LETTER,
        },
    ).fetchall()
