"""What a reader asks of a list: read from the address, and written into others."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request

from aslo.ports import Query
from aslo.web.addresses import ASKED_OF_LISTS, link_asked
from aslo.web.visit import visit

PAGE_SIZE = 24
LONGEST_SEARCH = 100
FILTERS: Mapping[str, str] = {
    # `lang` is the language of the page.
    "category": "category",
    "toolkit": "toolkit",
    "sugar": "sugar",
    "language": "lang",
    "license": "license",
    "developer": "developer",
}
"""Filters by their name in an address, and in a query."""
ANY_SUGAR = "all"
"""Said by a reader whose own browser is Sugar's, and who wants to see everything."""
YOURS = "yours"
"""Marks a version of Sugar that the reader's browser named."""

_KEPT = sorted(ASKED_OF_LISTS)
LONGEST_VALUE = 80
_LONGEST_CURSOR = 1_000
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def query(text: str = "") -> Query:
    """What the address of this page asks for; nonsense in it is passed on and finds nothing."""
    values = {known: _filter(name) for name, known in FILTERS.items()}
    return Query(
        text=text,
        sort=line("sort", 10),
        exact="exact" in visit().asked,
        after=line("after", _LONGEST_CURSOR) or None,
        before=line("before", _LONGEST_CURSOR) or None,
        page_size=PAGE_SIZE,
        **values,
    )


def line(name: str, longest: int) -> str:
    """One value of the address on one line."""
    asked = visit().asked.get(name)
    return _UNPRINTABLE.sub(" ", asked).strip()[:longest] if asked else ""


def kept(*without: str) -> dict[str, str]:
    """What the reader asked of this list, but for its place in it and what is named."""
    return {name: value for name, value in kept_line() if name not in without}


def kept_line() -> tuple[tuple[str, str], ...]:
    """All that the reader asked of this list, but for its place in it, in one order."""
    now = visit()
    if now.asked_of_list is None:
        lines = ((name, line(name, LONGEST_SEARCH)) for name in _KEPT if name in now.asked)
        now.asked_of_list = tuple((name, value) for name, value in lines if value)
    return now.asked_of_list


def link(**changes: str | None) -> str:
    """This list with something else asked of it, from its beginning; None asks it no more."""
    # In one order, so that one list has one address.
    asked: dict[str, Any] = dict(sorted({**kept(*changes), **changes}.items()))
    return link_asked(request.endpoint or "pages.index", **asked)


def without_sugar() -> str | None:
    """What a link asks of Sugar's version to ask nothing: a reader who was led here by it would be
    led here again. By the address alone, since a page is kept for every browser."""
    return ANY_SUGAR if YOURS in visit().asked else None


def _filter(name: str) -> str | None:
    value = line(name, LONGEST_VALUE) or None
    return None if name == "sugar" and value == ANY_SUGAR else value
