"""The filters of a list: their values in words, how many activities each leaves, the chosen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from aslo.domain.categories import category_key
from aslo.domain.sugar import Toolkit
from aslo.ports import Page, Query, Shelf
from aslo.web.asking import FILTERS, YOURS, link, without_sugar
from aslo.web.language import own_name
from aslo.web.wiring import ports
from aslo.web.words import TOOLKITS

NAMES = {
    "category": _l("Category"),
    "toolkit": _l("Toolkit"),
    "sugar": _l("Runs on Sugar"),
    "language": _l("Language"),
    "license": _l("Licence"),
    "developer": _l("Developer"),
}
CATEGORIES = {
    "art": _l("Art"),
    "chat": _l("Chat"),
    "documents": _l("Documents"),
    "education": _l("Education"),
    "game": _l("Games"),
    "games": _l("Games"),
    "geography": _l("Geography"),
    "language": _l("Language"),
    "logic": _l("Logic"),
    "math": _l("Maths"),
    "maths": _l("Maths"),
    "mathematics": _l("Maths"),
    "media": _l("Media"),
    "music": _l("Music"),
    "programming": _l("Programming"),
    "puzzle": _l("Puzzles"),
    "reading": _l("Reading"),
    "science": _l("Science"),
    "system": _l("System"),
    "tools": _l("Tools"),
    "writing": _l("Writing"),
}
"""Categories that many activities have; others are shown as their authors wrote them."""
MOST_OPTIONS = 40
IN_A_ROW = 12


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be chosen."""

    value: str
    words: str | LazyString
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """What can be chosen of one kind."""

    name: str
    words: LazyString
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Chip:
    """A value that was chosen, and the list without it."""

    name: LazyString
    words: str | LazyString
    without: str


def offered(query: Query, found: Page) -> list[Filter]:
    """Every filter that would leave something of what was found, or that was chosen."""
    facets = ports().catalog.facets(replace(query, text=found.text))
    filters = [
        Filter(name, NAMES[name], _options(name, facets.get(known, ()), query, found.total))
        for name, known in FILTERS.items()
    ]
    return [each for each in filters if each.options]


def chosen(query: Query) -> list[Chip]:
    """The filters that narrow this list."""
    return [
        Chip(NAMES[name], _words(name, value), link(**_without(name)))
        for name, known in FILTERS.items()
        if (value := getattr(query, known)) is not None
    ]


def categories(chosen_one: str | None) -> list[Option]:
    """The fullest categories of all, for a row above the list."""
    shelves = ports().catalog.facets(Query())["category"][:IN_A_ROW]
    return list(_listed("category", shelves, chosen_one))


def _options(name: str, shelves: Sequence[Shelf], query: Query, total: int) -> list[Option]:
    value = getattr(query, FILTERS[name])
    known = [each for each in shelves if each.value != Toolkit.UNKNOWN][:MOST_OPTIONS]
    listed = list(_listed(name, known, value))
    if value is not None and not any(option.chosen for option in listed):
        listed.insert(0, Option(value, _words(name, value), total, chosen=True))
    return listed


def _listed(name: str, shelves: Sequence[Shelf], value: str | None) -> Iterator[Option]:
    for each in shelves:
        is_it = value is not None and _same(name, value, each.value)
        words = _words(name, each.value, each.written)
        yield Option(each.value, words, each.count, chosen=is_it)


def _same(name: str, one: str, other: str) -> bool:
    if name == "category":
        return category_key(one) == category_key(other)
    return one.casefold() == other.casefold()


def _words(name: str, value: str, written: str = "") -> str | LazyString:
    if name == "category":
        return CATEGORIES.get(value.casefold(), written or value)
    if name == "toolkit":
        return next((words for kind, words in TOOLKITS.items() if kind.value == value), value)
    return own_name(value) if name == "language" else value


def _without(name: str) -> dict[str, str | None]:
    return {name: without_sugar(), YOURS: None} if name == "sugar" else {name: None}
