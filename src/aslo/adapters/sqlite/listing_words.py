"""By which words an activity is found, and how they get into the tables of the catalog."""

import json
import sqlite3

from aslo.domain import typos
from aslo.domain.activity import Details
from aslo.domain.locale import SOURCE, LocalizedText
from aslo.domain.spelling import is_spaced, name_words, squeezed, words

ID = "*"
"""The language of the name that an activity's bundle id is."""
LONGEST_KEY = 80
LONGEST_DESCRIPTION = 4_000

STATEMENTS = (
    # The names that readers see, in the order in which they see them.
    """CREATE TABLE names (
        lang TEXT NOT NULL, key TEXT NOT NULL, bundle_id TEXT NOT NULL, activity INTEGER NOT NULL,
        PRIMARY KEY (lang, key, bundle_id)) WITHOUT ROWID""",
    "CREATE INDEX names_by_key ON names (key, activity, lang)",
    "CREATE INDEX names_of_activity ON names (activity, lang, key)",
    # Every word is spelled before it gets here. Nothing ranks by how often or where it stands,
    # so neither is kept; what is kept answers 1 to 3 letters as fast as whole words.
    """CREATE VIRTUAL TABLE words USING fts5 (
        names, tags, summaries, descriptions,
        prefix = '1 2 3', detail = column, columnsize = 0, tokenize = "ascii")""",
    # Words of names, as they were written, and by their parts. One that no name has any more
    # stays: whoever finds one here asks whether it is still in use.
    "CREATE TABLE vocabulary (word TEXT PRIMARY KEY, written TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE parts (
        part TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (part, word)) WITHOUT ROWID""",
)


def put_words(connection: sqlite3.Connection, row: int, bundle_id: str, details: Details) -> None:
    """Let an activity be found by what its bundle says of itself."""
    names = {SOURCE: details.name.source, **details.name.translations}
    connection.executemany(
        "INSERT OR IGNORE INTO names VALUES (?, ?, ?, ?)",
        [
            (lang, squeezed(name)[:LONGEST_KEY], bundle_id, row)
            for lang, name in {**names, ID: bundle_id}.items()
            if name or lang == SOURCE
        ],
    )
    spelled: dict[str, str] = {}
    for name in dict.fromkeys(names.values()):
        spelled = name_words(name) | spelled
    last = bundle_id.rpartition(".")[2]
    columns = (
        spelled,
        words("\n".join(details.categories)),
        [*words(_all(details.summary)), *filter(str.isalpha, name_words(last))],
        words(_all(details.description, LONGEST_DESCRIPTION)),
    )
    connection.execute(
        "INSERT INTO words (rowid, names, tags, summaries, descriptions) VALUES (?, ?, ?, ?, ?)",
        (row, *(" ".join(dict.fromkeys(column)) for column in columns)),
    )
    _learn(connection, spelled)


def remove_words(connection: sqlite3.Connection, row: int) -> None:
    """Let an activity be found no more."""
    connection.execute("DELETE FROM names WHERE activity = ?", (row,))
    connection.execute("DELETE FROM words WHERE rowid = ?", (row,))


def _learn(connection: sqlite3.Connection, spelled: dict[str, str]) -> None:
    """Words that a searcher may have meant."""
    known = connection.execute(
        """SELECT word FROM vocabulary WHERE word IN (SELECT value FROM json_each(?))""",
        (json.dumps([*spelled]),),
    )
    new = spelled.keys() - {word for (word,) in known}
    parts = {word: typos.parts(word) for word in sorted(new) if _is_of_letters(word)}
    connection.executemany(
        "INSERT INTO vocabulary VALUES (?, ?)",
        [(word, spelled[word]) for word, found in parts.items() if found],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO parts VALUES (?, ?)",
        [(part, word) for word, found in parts.items() for part in found],
    )


def _is_of_letters(word: str) -> bool:
    return not any(letter.isdigit() for letter in word) and is_spaced(word)


def _all(text: LocalizedText, longest: int | None = None) -> str:
    said = dict.fromkeys((text.source, *text.translations.values()))
    return "\n".join(each[:longest] for each in said)
