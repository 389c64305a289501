"""Asks a store over HTTP for a client: every wait bounded, every foreign error translated."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from aslo import http_wire
from aslo.http_wire import BoundedTransport
from aslo.web.api import shapes

Got = TypeVar("Got")
Shape = TypeVar("Shape", bound=shapes.Shape)
Query = Mapping[str, str | int | None]

PREFIX = "/api/v1"
TIMEOUT = httpx.Timeout(20, connect=10)
HEAD_SECONDS = 30.0
ANSWER_SECONDS = 120.0
ANSWER_BYTES = 64 * 1024**2
REDIRECTS = 3
_BUSY = (429, 502, 503, 504)
_FOREIGN = (
    *(httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError),
    *http_wire.FOREIGN,
)
# What is nested too deeply ends the recursion of the reader.
_NO_ANSWER = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class ClientError(Exception):
    """The store gave nothing; `code` says why."""

    code = "client-error"
    retry_after: float | None = None


class AddressError(ClientError, ValueError):
    """What was given is not the address of a store."""

    code = "bad-address"


class UnreachableError(ClientError):
    """No whole answer came in time."""

    code = "unreachable"


class UnreadableError(ClientError):
    """An answer is not what the API promises."""

    code = "unreadable"


class DamagedError(ClientError):
    """The bytes of a file are not those of its hash; nothing was written."""

    code = "damaged"


class RefusedError(ClientError):
    """The store answered with an error; `code` is the API's own."""

    def __init__(self, status: int, told: shapes.Error, retry_after: float | None = None) -> None:
        super().__init__(f"{told.message} {told.hint}".strip())
        self.status, self.code, self.told, self.retry_after = status, told.error, told, retry_after


class NotThereError(RefusedError):
    """There is no such thing, or no more."""


class BusyError(RefusedError):
    """The store is busy or away, and still was when it was asked again."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a store is asked, and how long is waited in between."""

    tries: int = 4
    longest_wait: float = 60.0
    sleep: Callable[[float], None] = time.sleep


class StoreHttp:
    """Asks one store; it connects when it is first asked."""

    def __init__(
        self, url: str, patience: Patience, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._base = _address(url)
        self._patience = patience
        self._http = httpx.Client(
            timeout=TIMEOUT,
            trust_env=False,
            transport=transport or BoundedTransport(HEAD_SECONDS),
            max_redirects=REDIRECTS,
            headers={"User-Agent": "aslo-client", "Accept": "application/json"},
        )

    def close(self) -> None:
        """Let go of connections; calling it twice is fine."""
        self._http.close()

    def ask(
        self,
        kind: type[Shape],
        method: str,
        names: tuple[str, ...],
        query: Query,
        body: msgspec.Struct | None = None,
    ) -> Shape:
        """The answer to one question, of that shape."""
        with _written(f"the question for {names}"):
            request = self._question(method, names, query, body)
        return self.persist(lambda: self._told(kind, request))

    def _question(
        self, method: str, names: tuple[str, ...], query: Query, body: msgspec.Struct | None
    ) -> httpx.Request:
        given = {name: value for name, value in query.items() if value is not None}
        content = msgspec.json.encode(body) if body else None
        headers = {"Content-Type": "application/json"} if body else None
        return self._http.build_request(
            method, self._base + _path(*names), params=given, content=content, headers=headers
        )

    def _told(self, kind: type[Shape], request: httpx.Request) -> Shape:
        with self._sent(request, (200,)) as answer:
            body = b"".join(bounded(answer.iter_bytes(), ANSWER_SECONDS, ANSWER_BYTES))
        try:
            return msgspec.json.decode(body, type=kind)
        except _NO_ANSWER as error:
            raise UnreadableError(f"{request.url} is not as the API says: {error}") from error

    @contextmanager
    def file(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The answer that brings a file, or a part of it."""
        with _written(f"the address {url[:200]!r}"):
            request = self._http.build_request("GET", self._own(url), headers=dict(headers))
        with self._sent(request, (200, 206), follow_redirects=True) as answer:
            yield answer

    def _own(self, url: str) -> str:
        """The address of a file, at the store that the client was given."""
        if url.startswith(f"{self._base}/"):
            return url
        base, there = urlsplit(self._base), urlsplit(url)
        return there._replace(scheme=base.scheme, netloc=base.netloc).geturl()

    @contextmanager
    def _sent(
        self, request: httpx.Request, wanted: tuple[int, ...], *, follow_redirects: bool = False
    ) -> Iterator[httpx.Response]:
        try:
            answer = self._http.send(request, stream=True, follow_redirects=follow_redirects)
            try:
                if answer.status_code not in wanted:
                    raise _refusal(answer)
                yield answer
            finally:
                answer.close()
        except _FOREIGN as error:
            raise UnreachableError(f"{request.url}: {error or type(error).__name__}") from error

    def persist(self, once: Callable[[], Got]) -> Got:
        """What one try gives, after as many as it takes and are allowed."""
        patience = self._patience
        for number in range(patience.tries):
            try:
                return once()
            except (UnreachableError, BusyError) as error:
                pause = error.retry_after if error.retry_after is not None else 0.5 * 2**number
                if number + 1 >= patience.tries or pause > patience.longest_wait:
                    raise
                patience.sleep(pause)
        raise AssertionError("the last try returns or raises")


@contextmanager
def _written(what: str) -> Iterator[None]:
    """Tell what no address or body can be made of as an error of ours."""
    try:
        yield
    except (ValueError, httpx.InvalidURL) as error:
        raise UnreadableError(f"{what} is none: {error}") from error


def _refusal(answer: httpx.Response) -> RefusedError:
    status = answer.status_code
    told = shapes.Error(error=f"http-{status}", message=f"{answer.url} answered {status}", hint="")
    with suppress(ClientError, *_NO_ANSWER, *_FOREIGN):
        body = b"".join(bounded(answer.iter_bytes(), ANSWER_SECONDS, ANSWER_BYTES))
        told = msgspec.json.decode(body, type=shapes.Error)
    if status in _BUSY:
        return BusyError(status, told, _seconds(answer.headers.get("Retry-After", "")))
    return (NotThereError if status in (404, 410) else RefusedError)(status, told)


def _seconds(told: str) -> float | None:
    """What Retry-After says: seconds or a date (RFC 9110, 10.2.3); None for anything else."""
    if told.isascii() and told.isdigit() and len(told) < 10:
        return float(told)
    try:
        until = parsedate_to_datetime(told)
        return max(0.0, (until.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def bounded(pieces: Iterator[bytes], seconds: float, most: int | None = None) -> Iterator[bytes]:
    """The pieces of an answer, as long as they are not too slow and not too many."""
    deadline, came = time.monotonic() + seconds, 0
    for piece in pieces:
        came += len(piece)
        if most is not None and came > most:
            raise UnreadableError("the answer is longer than it can be")
        if time.monotonic() > deadline:
            raise UnreachableError("the answer took too long")
        yield piece


def _address(url: str) -> str:
    """The address of a store, without a slash at its end."""
    try:
        parts, read = urlsplit(url), httpx.URL(url)
        parts.port  # noqa: B018  # reading it is what checks it
    except (TypeError, ValueError, httpx.InvalidURL) as error:
        raise AddressError(f"{_shown(url)} is no address: {error}") from error
    if parts.scheme not in ("http", "https") or not read.host:
        raise AddressError(f"{_shown(url)} does not have the form https://host")
    if "@" in parts.netloc:
        raise AddressError("an address of a store has no user and no password: it asks for none")
    if parts.query or parts.fragment:
        raise AddressError(
            f"{_shown(url)} has more than the address of a store: end it before ? or #"
        )
    return url.rstrip("/")


def _shown(url: object) -> str:
    return repr(url)[:200]


def _path(*names: str) -> str:
    return PREFIX + "".join(f"/{_segment(name)}" for name in names)


def _segment(name: str) -> str:
    """A name as a segment of a path; dots alone would be taken for a way up."""
    return quote(name, safe="") if name.strip(".") else "%2E" * len(name)
