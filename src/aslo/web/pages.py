"""The lists: all activities, those that a search finds, and names that a search may begin."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial, wraps
from typing import Any

from cachetools.keys import hashkey
from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from aslo.domain.spelling import is_spaced, squeezed
from aslo.domain.sugar import browsed_from
from aslo.ports import Query
from aslo.web import asking, filters
from aslo.web.addresses import page
from aslo.web.fragments import kept_fragment
from aslo.web.headers import catalog_tag, public
from aslo.web.language import html_tag, reader
from aslo.web.visit import visit
from aslo.web.wiring import ports

blueprint = Blueprint("pages", __name__)

SORTS = {
    "popular": _l("Popular"),
    "newest": _l("Newest"),
    "updated": _l("Updated"),
    "name": _l("Name"),
}
BEST_FIT = _l("Best match")
SHORTEST_BEGINNING = 2
MOST_SUGGESTIONS = 8


def led_by_sugar(view: Callable[..., Response]) -> Callable[..., Response]:
    """Lead Sugar's own browser to what runs on its Sugar, unless its reader said otherwise."""

    @wraps(view)
    def led(*args: Any, **named: Any) -> Response:
        sugar = browsed_from(request.user_agent.string)
        if sugar is None or "sugar" in visit().asked:
            return view(*args, **named)
        to = asking.link(sugar=sugar, **{asking.YOURS: "1"})
        response = make_response(redirect(to, 302))
        # Others who ask the same are not led; so it is kept by that browser alone.
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response

    return led


@page(blueprint, "/")
@led_by_sugar
@public
def index() -> ResponseReturnValue:
    """Every activity, a page at a time."""
    query = asking.query()
    categories = partial(filters.categories, query.category)
    return _list("index.html", query, categories=categories, sorts=SORTS)


@page(blueprint, "/search")
@public
def search() -> ResponseReturnValue:
    """Activities by what they say of themselves."""
    query = asking.query(asking.line("q", asking.LONGEST_SEARCH))
    sorts = {"": BEST_FIT, **SORTS} if query.text else SORTS
    return _list("search.html", query, sorts=sorts)


@page(blueprint, "/suggest")
@public
def suggest() -> ResponseReturnValue:
    """The names that a text may be the beginning of."""
    text = asking.line("q", asking.LONGEST_SEARCH)
    letters = squeezed(text)
    enough = len(letters) >= SHORTEST_BEGINNING or not is_spaced(letters)
    cards = ports().catalog.suggest(text, reader().chain, MOST_SUGGESTIONS) if enough else ()
    return jsonify(
        [
            {
                "name": card.name.text,
                "lang": html_tag(card.name.lang),
                "url": url_for("detail.release", bundle_id=card.bundle_id, version=card.version),
                "icon": card.icon_sha256 and url_for("pictures.icon", sha256=card.icon_sha256),
            }
            for card in cards
        ]
    )


def _list(template: str, query: Query, **more: Any) -> str:
    yours = query.sugar if asking.YOURS in visit().asked else None
    found = ports().catalog.find(query, reader().chain)
    shown: dict[str, Any] = {
        "query": query,
        "chips": filters.chosen(query),
        "link": asking.link,
        "yours": yours,
        "any_sugar": asking.without_sugar(),
    }

    @cache
    def values() -> dict[str, Any]:
        sort = query.sort if query.sort in SORTS else "" if query.text else "popular"
        offered = filters.offered(query, found)
        return {**shown, **more, "sort": sort, "filters": offered, "kept": asking.kept}

    anywhere = replace(query, after=None, before=None)
    # Hashed once for all the parts that are looked up by it.
    key = hashkey(
        *(catalog_tag(), request.endpoint, anywhere, found.text, found.total),
        asking.kept_line(),
    )
    return render_template(
        template,
        found=found,
        mended=bool(found.cards) and found.text != " ".join(query.text.split()),
        choices=lambda part: kept_fragment(part, key, values),
        **shown,
    )
