"""A reader's question as SQL over the tables of the catalog."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from aslo.adapters.sqlite.developers import fold
from aslo.adapters.sqlite.listing import plain
from aslo.domain.locale import SOURCE
from aslo.ports import Query

MAX_WORDS = 16
MAX_WORD_LENGTH = 64
MAX_PAGE_SIZE = 100
_SORTS = {
    "updated": "activities.updated_at DESC, activities.bundle_id",
    "newest": "activities.newest_at DESC, activities.bundle_id",
}
_SAME_NAME = """EXISTS (SELECT 1 FROM names
    WHERE names.activity = activities.id AND names.name = :text)"""
_NAME_BEGINS_SO = """EXISTS (SELECT 1 FROM names
    WHERE names.activity = activities.id AND substr(names.name, 1, length(:text)) = :text)"""
# A word in a name weighs more than one in a summary, a category or the bundle id.
_FITS_BEST = f"""{_SAME_NAME} DESC, {_NAME_BEGINS_SO} DESC,
    bm25(words, 8, 2, 2, 1), activities.bundle_id"""


@dataclass(frozen=True, slots=True)
class Selection:
    """The SQL that counts and lists what a query asks for."""

    tables: str
    where: str
    order: str
    values: dict[str, object]

    @property
    def count(self) -> str:
        return f"SELECT count(*) FROM {self.tables} WHERE {self.where}"  # noqa: S608  # our texts

    @property
    def rows(self) -> str:
        return (
            f"SELECT activities.bundle_id, activities.release FROM {self.tables} "  # noqa: S608  # our texts
            f"WHERE {self.where} ORDER BY {self.order} LIMIT :size OFFSET :skip"
        )


def selection(query: Query, chain: Sequence[str]) -> Selection:
    """The SQL for a query; nothing a reader writes becomes part of it but as a value."""
    text = plain(_readable(query.text))
    values: dict[str, object] = {"text": text, "match": _match(text)}
    tables, where = "activities", "activities.release IS NOT NULL"
    order = _SORTS.get(query.sort, _SORTS["updated"])
    if query.category is not None:
        values["category"] = plain(_readable(query.category))
        where += """ AND EXISTS (SELECT 1 FROM shelves
            WHERE shelves.activity = activities.id AND shelves.category = :category)"""
    if query.developer is not None:
        values["developer"] = fold(_readable(query.developer))
        where += """ AND EXISTS (SELECT 1 FROM developers WHERE developers.login_folded = :developer
            AND developers.activity = activities.id)"""
    if text:
        tables += " JOIN words ON words.rowid = activities.id"
        where += " AND words MATCH :match"
        order = _FITS_BEST
    elif query.sort == "name":
        order = _by_name(chain, values)
    return Selection(tables, where, order, values)


def _by_name(chain: Sequence[str], values: dict[str, object]) -> str:
    """The order of the names that readers of that chain see."""
    names = []
    for number, lang in enumerate((*chain, SOURCE)):
        values[f"lang{number}"] = lang
        names.append(
            f"(SELECT name FROM names WHERE activity = activities.id AND lang = :lang{number})"  # noqa: S608  # a number
        )
    return f"coalesce({', '.join(names)}, ''), activities.bundle_id"


def _readable(text: str) -> str:
    """A text without what SQLite or UTF-8 cannot hold, or nobody can have meant."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text[:4096])
    return kept.strip()


def _match(text: str) -> str:
    """An FTS5 query: every word quoted, so that none is an operator, and as a beginning."""
    words = [word[:MAX_WORD_LENGTH] for word in text.split()][:MAX_WORDS]
    return " ".join('"{}"*'.format(word.replace('"', '""')) for word in words)
