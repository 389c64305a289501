"""Public pages as they were answered, kept in memory until the catalog moves."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache
from flask import Flask, Request
from flask.globals import request_ctx
from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header, parse_etags

from aslo.domain.errors import CatalogError
from aslo.domain.sugar import browsed_from
from aslo.web.language import wished
from aslo.web.sessions import is_personal
from aslo.web.visit import visit
from aslo.web.wiring import WebPorts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOM_BYTES = 4 * 1024**2
"""What the kept pages of one process take."""
LARGEST_BYTES = 512 * 1024
ENCODINGS = ("br", "gzip")
_ROW_BYTES = 2048
"""What a page costs beside its body."""
_MARK = "aslo.mark"
_ACCEPTED = "aslo.accepted"
_DIFFERS_BY = {"accept-encoding", "accept-language"}
_LOST_WITHOUT_BODY = ("Content-Type", "Content-Length", "Content-Encoding")

Key = tuple[str, str, str, str | None, str]


@dataclass(slots=True)
class Mark:
    """What the application says of the page that it makes, if that may be kept."""

    catalog: str = ""
    """The catalog's tag, read before the page was made."""
    route: str = ""
    any_language: bool = False
    """Whether the page is the same whatever language the reader wishes."""


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, and the state of the catalog that it shows."""

    mark: Mark
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str


def set_up(app: Flask, ports: WebPorts) -> None:
    """Stand in front of the application with what it answered before."""
    app.wsgi_app = KeptPages(app.wsgi_app, ports)  # type: ignore[method-assign]


def may_be_kept(catalog: str, *, any_language: bool | None = None) -> None:
    """Let the page that is made now be kept for as long as the catalog has that tag; for readers
    of any language where it says so, or its address names one."""
    asked: Request = request_ctx.request
    if is_personal(asked.path):
        return  # Whoever is kept for others must not be one of them.
    mark = asked.environ.get(_MARK)
    if mark is not None:
        mark.catalog = catalog
        mark.route = asked.url_rule.rule if asked.url_rule else ""
        named = visit().lang is not None
        mark.any_language = named if any_language is None else any_language


def is_kept_elsewhere() -> None:
    """Keep no second copy of the answer that is made now, whoever says that it may be kept."""
    request_ctx.request.environ.pop(_MARK, None)


def takes_gzip() -> bool:
    """Whether the reader takes gzip, also where something else was chosen for the answer."""
    accepted = request_ctx.request.environ.get(_ACCEPTED, "")
    return bool(accepted) and parse_accept_header(accepted)["gzip"] > 0


class KeptPages:
    """A WSGI application that answers from memory what another one has answered before.

    It tells that one which encoding the answer shall have, so that a page is kept at most once
    for each of them.
    """

    def __init__(
        self, make: "WSGIApplication", ports: WebPorts, room_bytes: int = ROOM_BYTES
    ) -> None:
        self._make = make
        self._ports = ports
        self._lock = threading.Lock()
        self._pages: LRUCache[Key, Page] = LRUCache(room_bytes, lambda p: len(p.body) + _ROW_BYTES)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        accepted = environ[_ACCEPTED] = environ.get("HTTP_ACCEPT_ENCODING", "")
        environ["HTTP_ACCEPT_ENCODING"] = encoding(accepted)
        method = environ["REQUEST_METHOD"]
        # Sugar's own browser is led to other pages than the rest.
        if method not in ("GET", "HEAD") or browsed_from(environ.get("HTTP_USER_AGENT", "")):
            return self._make(environ, start_response)
        began = time.perf_counter()
        page = self._kept(environ)
        if page is None:
            return self._new(environ, start_response)
        status, headers, body = _answer(page, environ)
        start_response(status, headers)
        took = time.perf_counter() - began
        self._ports.meter.answered(method, page.mark.route, int(status[:3]), took)
        return body

    def _kept(self, environ: Mapping[str, Any]) -> Page | None:
        with self._lock:
            page = self._pages.get(_key(environ, any_language=True)) or self._pages.get(
                _key(environ, any_language=False)
            )
        return page if page and page.mark.catalog == self._catalog() else None

    def _catalog(self) -> str | None:
        try:
            return self._ports.catalog.tag()
        except CatalogError:
            return None  # The application says it better.

    def _new(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        mark = environ[_MARK] = Mark()
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            started[:] = status, headers
            return start_response(status, headers, exc_info)

        answer = self._make(environ, start)
        if not mark.catalog or environ["REQUEST_METHOD"] != "GET":
            return answer
        status, headers = started
        read = Headers(headers)
        if not _is_whole(status, read):
            return answer
        body = _whole(answer)
        etag = read.get("ETag", "").strip('"')
        self._keep(environ, Page(mark, status, headers, body, etag))
        return [body]

    def _keep(self, environ: Mapping[str, Any], page: Page) -> None:
        if len(page.body) <= LARGEST_BYTES:
            with self._lock:
                self._pages[_key(environ, any_language=page.mark.any_language)] = page


@lru_cache(maxsize=256)
def encoding(accepted: str) -> str:
    """The encoding for a reader who accepts these (RFC 9110, 12.5.3); empty for none."""
    best = parse_accept_header(accepted).best_match(ENCODINGS) if accepted else None
    return best or ""


def _key(environ: Mapping[str, Any], *, any_language: bool) -> Key:
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    wish = None if any_language else wished(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    root = environ.get("SCRIPT_NAME", "")
    return root, path, query, wish, environ["HTTP_ACCEPT_ENCODING"]


def _is_whole(status: str, headers: Headers) -> bool:
    """Whether an answer is a page that others may get as well, and not too large for memory."""
    varies = {name.strip().lower() for name in headers.get("Vary", "").split(",")} - {""}
    is_small = int(headers.get("Content-Length", "0")) <= LARGEST_BYTES
    is_same = "Set-Cookie" not in headers and varies <= _DIFFERS_BY
    return status.startswith("200 ") and is_small and is_same


def _whole(answer: Iterable[bytes]) -> bytes:
    try:
        return b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()


def _answer(
    page: Page, environ: Mapping[str, Any]
) -> tuple[str, list[tuple[str, str]], list[bytes]]:
    """The page for this reader: whole, its headers alone, or the word that it is the same."""
    asked = environ.get("HTTP_IF_NONE_MATCH")
    # A web server in front may have weakened the tag.
    if asked is not None and page.etag and parse_etags(asked).contains_weak(page.etag):
        headers = [pair for pair in page.headers if pair[0] not in _LOST_WITHOUT_BODY]
        return "304 NOT MODIFIED", headers, []
    body = [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]
    return page.status, list(page.headers), body
