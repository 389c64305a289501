"""Which activities a text finds, and which word was meant where it finds none."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from aslo.adapters.sqlite.finding_shelves import bits_of
from aslo.adapters.sqlite.listing_words import ID, LONGEST_KEY
from aslo.domain import typos
from aslo.domain.locale import SOURCE
from aslo.domain.spelling import asked, squeezed

MOST_WORDS = 8
MOST_LETTERS = 4_096
MOST_FOUND = 20_000
"""Activities that are counted and ranked; of more, only the first that came into the catalog."""
LAST_LETTER = "\U0010ffff"
"""What no key goes beyond."""
_MOST_EXACT = 200
_MOST_NAMES = 5_000
_LEAST_KEY = 3
_MOST_MEANT = 20
_SOME = 50
_MOST_TRIED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """What a text finds, as sets of activities; each is in the next one."""

    text: str = ""
    """The text, or what was meant by it."""
    words: tuple[str, ...] = ()
    key: str = ""
    """The text as the key of a name."""
    exact: tuple[tuple[int, str], ...] = ()
    """The activities of that very name, and in which language."""
    names: int = 0
    everything: int = 0
    capped: bool = False
    """Whether there are more."""


def look_up(connection: sqlite3.Connection, text: str) -> Found:
    """What the text finds as it is written."""
    text = " ".join(text[:MOST_LETTERS].split())
    words = asked(text)[:MOST_WORDS]
    return _find(connection, text, words) if words else Found(text)


def mended(connection: sqlite3.Connection, found: Found, langs: Sequence[str]) -> Found:
    """What a text finds with its slips of the finger mended for those who read these languages;
    what it found, if it has none."""
    if found.names or not found.words:
        return found
    for meant, written in _meant(connection, found.words, langs):
        better = _find(connection, written, meant)
        if better.names or (better.everything and not found.everything):
            return better
    return found


def whole_words(connection: sqlite3.Connection, words: Sequence[str]) -> int:
    """The activities whose names have every word whole, not only its beginning."""
    every = " AND ".join(f'"{word}"' for word in words)
    return _matching(connection, f"{{names}} : ({every})")[0]


def _find(connection: sqlite3.Connection, text: str, words: Sequence[str]) -> Found:
    key = squeezed(text)[:LONGEST_KEY]
    exact = connection.execute(
        "SELECT activity, lang FROM names WHERE key = ? LIMIT ?", (key, _MOST_EXACT)
    ).fetchall()
    every = " AND ".join(f'"{word}"*' for word in words)
    names, _ = _matching(connection, f"{{names}} : ({every})")
    # Blanks in the wrong places: only its beginning tells.
    names |= _begin_so(connection, key) | bits_of([activity for activity, _ in exact])
    everything, capped = _matching(connection, every)
    return Found(text, tuple(words), key, tuple(exact), names, everything | names, capped)


def _begin_so(connection: sqlite3.Connection, key: str) -> int:
    """Activities whose name begins so; a few letters are no name."""
    if len(key) < _LEAST_KEY:
        return 0
    row = connection.execute(
        """SELECT json_group_array(activity) FROM (
            SELECT activity FROM names WHERE key BETWEEN ? AND ? AND lang <> ? LIMIT ?)""",
        (key, key + LAST_LETTER, ID, _MOST_NAMES),
    ).fetchone()
    return bits_of(_numbers(row[0]))


def _matching(connection: sqlite3.Connection, match: str) -> tuple[int, bool]:
    """The activities that match, and whether there are more."""
    # One text for all of them, because a row each takes five times as long.
    row = connection.execute(
        """SELECT json_group_array(rowid) FROM (
            SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)""",
        (match, MOST_FOUND + 1),
    ).fetchone()
    ids = _numbers(row[0])
    return bits_of(ids[:MOST_FOUND]), len(ids) > MOST_FOUND


def _numbers(text: str) -> list[int]:
    return msgspec.json.decode(text, type=list[int])


def _meant(
    connection: sqlite3.Connection, words: Sequence[str], langs: Sequence[str]
) -> Iterator[tuple[list[str], str]]:
    """What may have been meant by the words, best first, and how it is written."""
    choices = [
        [(word, word)] if _is_known(connection, word) else _nearest(connection, word, langs)
        for word in words
    ]
    if not all(choices):
        return
    for turn in range(min(max(map(len, choices)), _MOST_TRIED)):
        chosen = [choice[min(turn, len(choice) - 1)] for choice in choices]
        meant = [word for word, _ in chosen]
        if meant != list(words):
            yield meant, " ".join(written for _, written in chosen)


def _is_known(connection: sqlite3.Connection, word: str) -> bool:
    """Whether somebody writes it so, or begins a name or a tag so."""
    match = f'"{word}" OR {{names tags}} : "{word}"*'
    row = connection.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (match,)).fetchone()
    return row is not None or bool(_begin_so(connection, word))


def _nearest(
    connection: sqlite3.Connection, word: str, langs: Sequence[str]
) -> list[tuple[str, str]]:
    """Words of names that are a slip away, each as it is written: the closest first, then those
    that begin a name in one of the languages, then those of the most popular activities."""
    rows = connection.execute(
        """SELECT word, written FROM vocabulary WHERE word IN (
            SELECT parts.word FROM parts WHERE part IN (SELECT value FROM json_each(:traces))
            UNION SELECT value FROM json_each(:swapped))""",
        {"traces": json.dumps(typos.traces(word)), "swapped": json.dumps(typos.swapped(word))},
    ).fetchall()
    apart = {row: typos.distance(word, row[0]) for row in rows}
    close = sorted((apart[row], row) for row in rows if apart[row] <= typos.slips(word))
    near = []
    for slips, (known, written) in close[:_MOST_MEANT]:
        popular, is_read = _use(connection, known, langs)
        if popular is not None:
            near.append((slips, not is_read, known[0] != word[0], popular, known, written))
    return [(known, written) for *_, known, written in sorted(near)]


def _use(
    connection: sqlite3.Connection, word: str, langs: Sequence[str]
) -> tuple[int | None, bool]:
    """How popular the best of some names with that word is, if there is one, and whether a name
    in one of the languages begins so."""
    found: tuple[int | None, int] = connection.execute(
        """SELECT
            (SELECT min(popular) FROM places WHERE id IN (
                SELECT rowid FROM words WHERE words MATCH :match LIMIT :some)),
            EXISTS (SELECT 1 FROM names WHERE key BETWEEN :word AND :word || :last
                AND lang IN (SELECT value FROM json_each(:langs)))""",
        {
            "match": f'{{names}} : "{word}"',
            "some": _SOME,
            "word": word,
            "last": LAST_LETTER,
            "langs": json.dumps([*langs, SOURCE]),
        },
    ).fetchone()
    return found[0], bool(found[1])
