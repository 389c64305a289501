"""The lists: all activities, and those that a search finds."""

import re

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from aslo.ports import Page, Query
from aslo.web.addresses import page
from aslo.web.headers import public
from aslo.web.language import reader
from aslo.web.wiring import ports

blueprint = Blueprint("pages", __name__)

SORTS = {"updated": _l("Updated"), "newest": _l("Newest"), "name": _l("Name")}
PAGE_SIZE = 24
LONGEST_SEARCH = 100
_NUMBER = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


@page(blueprint, "/")
@public
def index() -> ResponseReturnValue:
    """Every activity, a page at a time."""
    query = _query()
    found = _find(query)
    return render_template("index.html", found=found, query=query, sorts=SORTS)


@page(blueprint, "/search")
@public
def search() -> ResponseReturnValue:
    """Activities by their name."""
    query = _query(text=_line("q", LONGEST_SEARCH))
    found = _find(query)
    return render_template("search.html", found=found, query=query)


def _query(text: str = "") -> Query:
    sort = request.args.get("sort", "updated")
    return Query(
        text=text,
        sort=sort if sort in SORTS else "updated",
        category=_line("category", 50) or None,
        page=_page_number(),
        page_size=PAGE_SIZE,
    )


def _line(name: str, longest: int) -> str:
    return _UNPRINTABLE.sub(" ", request.args.get(name, "")).strip()[:longest]


def _page_number() -> int:
    asked = request.args.get("page", "1")
    return int(asked) if _NUMBER.fullmatch(asked) else abort(404)


def _find(query: Query) -> Page:
    found = ports().catalog.find(query, reader().chain)
    return found if query.page <= found.pages else abort(404)
