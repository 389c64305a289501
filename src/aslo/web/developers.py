"""Those who make activities: all of them, and each with theirs."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from aslo.domain.errors import NotFoundError
from aslo.ports import Maker, Query
from aslo.web.addresses import page
from aslo.web.headers import public
from aslo.web.language import reader
from aslo.web.wiring import ports

blueprint = Blueprint("developers", __name__)

PAGE_SIZE = 60
MOST_ACTIVITIES = 100
LONGEST_LOGIN = 100


@page(blueprint, "/developers")
@public
def developers() -> ResponseReturnValue:
    """Developers by name, a page at a time, each page behind the last name of the one before."""
    after = request.args.get("after", "")[:LONGEST_LOGIN]
    found = ports().catalog.developers(after, PAGE_SIZE + 1)
    shown, more = found[:PAGE_SIZE], found[PAGE_SIZE:]
    following = shown[-1].developer.login if more else None
    return render_template("developers.html", makers=shown, after=after, following=following)


@page(blueprint, "/developer/<login>")
@public
def developer(login: str) -> ResponseReturnValue:
    """One developer and their activities."""
    known = maker(login).developer
    query = Query(developer=known.login, page_size=MOST_ACTIVITIES)
    found = ports().catalog.find(query, reader().chain)
    return render_template("developer.html", developer=known, found=found)


def maker(login: str) -> Maker:
    """The developer of that login in any case, or NotFoundError."""
    found = ports().catalog.developer(login)
    if found is None:
        raise NotFoundError(f"there is no developer {login}")
    return found
