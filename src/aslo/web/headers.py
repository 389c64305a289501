"""Headers that every answer has, and those that let public pages be kept."""

import hashlib
from collections.abc import Callable
from functools import lru_cache, wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, request
from flask.typing import ResponseReturnValue

from aslo.web import kept
from aslo.web.language import reader
from aslo.web.visit import visit
from aslo.web.wiring import WebSettings, ports, settings

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FILE_POLICY = "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For what others made: a picture may dress itself, and do nothing else."""
PUBLIC = "public, max-age=60, stale-while-revalidate=86400, stale-if-error=604800"
FOREVER = "public, max-age=31536000, immutable, no-transform"
PACKAGE = Path(__file__).parents[1]
LIBRARIES = (
    "babel",
    "flask",
    "flask-babel",
    "jinja2",
    "markdown-it-py",
    "markupsafe",
    "msgspec",
    "nh3",
)
"""Those that have a say in what a page says."""
UNLESS_SAID = (
    ("Content-Security-Policy", PAGE_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cache-Control", "no-cache"),
)


def set_up(app: Flask) -> None:
    """Put the headers on every answer of the application."""
    app.after_request(_seal)


def public(view: Callable[..., ResponseReturnValue]) -> Callable[..., Response]:
    """Let a page that shows nothing but the catalog be kept, and asked for again cheaply."""

    @wraps(view)
    def page(*args: Any, **named: Any) -> Response:
        # Before the page is made: if the catalog moves meanwhile, the tag is old, not too new.
        catalog = visit().catalog_tag = ports().catalog.tag()
        tag = page_tag(catalog, reader().lang)
        if known := known_as(tag):
            response = Response(status=304)
            response.set_etag(known)
        else:
            response = make_response(view(*args, **named))
            kept.may_be_kept(catalog)
        if response.status_code == 200:
            packed = response.content_encoding
            response.set_etag(f"{tag}:{packed}" if packed else tag)
        response.headers["Cache-Control"] = PUBLIC
        if visit().lang is None:
            response.vary.add("Accept-Language")
        return response

    return page


def catalog_tag() -> str:
    """The state of the catalog that a public page shows: read before the page was begun."""
    return visit().catalog_tag


@lru_cache(maxsize=1)
def dress() -> str:
    """What changes whenever the look or the code of the pages changes, ours or a library's."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=16)
def _dressed(chosen: WebSettings) -> str:
    return f"{chosen!r} {dress()}"


def known_as(tag: str) -> str | None:
    """The tag as the reader knows it: compressing a page adds the encoding to its tag."""
    asked = request.if_none_match.as_set(include_weak=True)
    # What is between two quotes may be nothing.
    return next((each for each in asked if each and each.partition(":")[0] == tag), None)


def page_tag(catalog: str, lang: str) -> str:
    """The tag of the page that is made now, in that language, of a catalog with that tag."""
    named = (
        catalog,
        visit().root,
        request.full_path,
        lang,
        _dressed(settings()),
    )
    return hashlib.sha256(repr(named).encode()).hexdigest()[:24]


def _seal(response: Response) -> Response:
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    for name, value in UNLESS_SAID:
        if name.lower() not in present:
            headers.add(name, value)
    return response
