"""Those who make activities: all of them, and each with theirs."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from aslo.domain.errors import NotFoundError
from aslo.ports import Maker, Query
from aslo.web.addresses import page
from aslo.web.cursor import cursor, place
from aslo.web.headers import public
from aslo.web.language import reader
from aslo.web.wiring import ports

blueprint = Blueprint("developers", __name__)

PAGE_SIZE = 60
MOST_ACTIVITIES = 100
LIST = "developers"


@page(blueprint, "/developers")
@public
def developers() -> ResponseReturnValue:
    """Developers by name, a page at a time, each page behind the last name of the one before;
    the first page where that cannot be read."""
    after = place(LIST, request.args.get("after", "")) or ""
    shown, following = makers(after, PAGE_SIZE)
    return render_template("developers.html", makers=shown, after=after, following=following)


@page(blueprint, "/developer/<login>")
@public
def developer(login: str) -> ResponseReturnValue:
    """One developer and their activities."""
    known = maker(login).developer
    query = Query(developer=known.login, page_size=MOST_ACTIVITIES)
    found = ports().catalog.find(query, reader().chain)
    return render_template("developer.html", developer=known, found=found)


def makers(after: str, count: int) -> tuple[list[Maker], str | None]:
    """So many developers behind that login, and the cursor of those behind them."""
    found = ports().catalog.developers(after, count + 1)
    here = found[:count]
    return here, cursor(LIST, here[-1].developer.login) if len(found) > count else None


def maker(login: str) -> Maker:
    """The developer of that login in any case, or NotFoundError."""
    found = ports().catalog.developer(login)
    if found is None:
        raise NotFoundError(f"there is no developer {login}")
    return found
