"""The request that is answered now, with what is asked of it many times read once.

Flask looks for its request at each use of its name: over a hundred times for a page, which costs
as much as finding what the page shows.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Request, has_request_context
from flask.globals import request_ctx


@dataclass(slots=True)
class Visit:
    """One request, and what its page was found to be."""

    root: str = ""
    """The path that the whole site stands below."""
    lang: str | None = None
    """The language that the path names."""
    reads: str | None = None
    """The language that the reader gets, once somebody asked for it."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """What the address asks for; the first value of each name."""
    here: str | None = None
    """The path without its language, once somebody asked for it."""
    asked_of_list: tuple[tuple[str, str], ...] | None = None
    """What was asked of a list, but for a place in it, once somebody asked for it."""
    catalog_tag: str = field(init=False, repr=False, compare=False)
    """The state of the catalog that a public page shows; AttributeError on any other page."""
    number: str | None = None
    """What logs know the request by."""
    began: float | None = None
    """When, by a clock that only runs on; seconds."""


_now: ContextVar[Visit | None] = ContextVar("visit", default=None)


def set_up(app: Flask) -> None:
    """Begin a visit with each request; before anything that reads the path's values."""
    app.url_value_preprocessor(_begin)
    app.teardown_request(_end)


def visit() -> Visit:
    """The visit of the request that is answered now; an empty one where there is none."""
    return _now.get() or _seen()


def _begin(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    _now.set(_seen())


def _seen() -> Visit:
    if not has_request_context():
        return Visit()
    request: Request = request_ctx.request
    return Visit(root=request.script_root, asked=request.args.to_dict())


def _end(_error: BaseException | None) -> None:
    _now.set(None)
