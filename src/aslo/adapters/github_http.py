"""Speaks HTTP with GitHub: bounded in time and size, and no foreign exception gets out."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx

from aslo import http_wire
from aslo.adapters.github_answers import parsed
from aslo.adapters.github_credentials import NOWHERE, Credentials, Realm
from aslo.adapters.github_pace import RemainingPace
from aslo.adapters.github_places import Resolver, addresses, checked, origin, pinned, plain
from aslo.adapters.github_refusals import refusal
from aslo.domain.errors import ForgeError, ForgeUnreachedError
from aslo.http_wire import BoundedTransport

# https://docs.github.com/en/rest/about-the-rest-api/api-versions
HEADERS = {
    "User-Agent": "aslo",
    "X-GitHub-Api-Version": "2022-11-28",
    # Without compression a limit counts what really arrives.
    "Accept-Encoding": "identity",
}
JSON_TYPE = "application/vnd.github+json"
TIMEOUT = httpx.Timeout(20, connect=10)
MOVED = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 5
MAX_ADDRESSES = 4
MAX_ANSWER_BYTES = 8 * 1024**2
# A hundred comments of GitHub's longest size are still one answer.
MAX_KNOWN = 200
GRACE_SECONDS = 15
SLOWEST_BYTES_PER_SECOND = 10_000
LONGEST_SECONDS = 900
CALL_TIME = timedelta(seconds=90)
"""Longer than a write takes at most: its answer begins within 30 s, is small, and has 15 s before
it crawls, and then 20 s for its next bytes."""

FOREIGN = (
    *http_wire.FOREIGN,
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.CookieConflict,
    # httpx encodes names of hosts and headers without translating what goes wrong there.
    UnicodeError,
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of a client: the date, seconds that only go up, and what lets them pass."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and in whose realm; `asked` is how it is called in messages."""

    method: str
    accept: str
    asked: str
    realm: Realm = NOWHERE
    send: object = None
    until: datetime | None = None
    """When it must be over, if it writes."""
    etag: str = ""
    """Of the answer that is known already."""


@dataclass(frozen=True, slots=True)
class _Known:
    """An answer, and the tag by which GitHub knows whether it still holds."""

    etag: str = ""
    body: bytes = b""


class GitHubHttp:
    """Asks the API of one GitHub; credentials go to that host and to no other."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        client: httpx.Client | None = None,
        clocks: Clocks | None = None,
        resolve: Resolver | None = None,
    ) -> None:
        self.base = plain(base_url)
        self._credentials = credentials
        # trust_env is off: no .netrc, proxy or certificate setting is picked up unseen.
        self._client = client or httpx.Client(
            timeout=TIMEOUT, trust_env=False, transport=BoundedTransport()
        )
        self._clocks = clocks or Clocks()
        self._pace = RemainingPace(self._clocks.now, self._clocks.sleep)
        self._resolve = resolve or addresses
        self._known: dict[str, _Known] = {}

    def __repr__(self) -> str:
        return f"GitHubHttp({str(self.base)!r})"

    def close(self) -> None:
        """Let go of connections; calling it twice is fine."""
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        realm: Realm = NOWHERE,
        send: object = None,
        until: datetime | None = None,
        **query: str | int,
    ) -> Any:
        """The JSON answer to one question; None when GitHub says that there is none (204). A
        write that may not be over by `until` is not begun."""
        return self.ask_whole(method, path, realm=realm, send=send, until=until, **query)[0]

    def ask_whole(
        self,
        method: str,
        path: str,
        *,
        realm: Realm = NOWHERE,
        send: object = None,
        until: datetime | None = None,
        **query: str | int,
    ) -> tuple[Any, httpx.Headers]:
        """The JSON answer to one question, and the headers it came with."""
        url = self._url(path)
        if query:
            url = url.copy_merge_params(query)
        asked = f"{method} {url.path}"
        question = Question(method, JSON_TYPE, asked, realm, send, until)
        with self.stream(url, question) as response:
            body = b"".join(self.receive(response, MAX_ANSWER_BYTES, asked))
        return parsed(body, asked), response.headers

    def ask_again(self, path: str, realm: Realm) -> Any:
        """The JSON answer to a question that is asked more than once; GitHub counts none whose
        answer is as it was."""
        url = self._url(path)
        before = self._known.get(path, _Known())
        known = self._unless(before.etag, url, realm) or before
        if len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known[path] = known
        return parsed(known.body, f"GET {url.path}")

    def ask_unless(
        self, etag: str, path: str, realm: Realm, **query: int
    ) -> tuple[Any, str] | None:
        """The JSON answer and its tag; None, which GitHub does not count, if it is that one."""
        url = self._url(path).copy_merge_params(query)
        told = self._unless(etag, url, realm)
        return None if told is None else (parsed(told.body, f"GET {url.path}"), told.etag)

    def _unless(self, etag: str, url: httpx.URL, realm: Realm) -> _Known | None:
        question = Question("GET", JSON_TYPE, f"GET {url.path}", realm, etag=etag)
        with self.stream(url, question) as response:
            if response.status_code == HTTPStatus.NOT_MODIFIED:
                return None
            body = b"".join(self.receive(response, MAX_ANSWER_BYTES, question.asked))
        return _Known(response.headers.get("etag", ""), body)

    def _url(self, path: str) -> httpx.URL:
        return self.base.copy_with(raw_path=self.base.raw_path.rstrip(b"/") + path.encode("ascii"))

    @contextmanager
    def stream(self, url: httpx.URL, question: Question) -> Iterator[httpx.Response]:
        """The successful answer, redirects followed, its body still to be received."""
        asked = question.asked
        with translated(asked):
            response = self._follow(url, question)
            try:
                same = bool(question.etag) and response.status_code == HTTPStatus.NOT_MODIFIED
                if not (response.is_success or same):
                    body = b"".join(self.receive(response, MAX_ANSWER_BYTES, asked))
                    ours = self.is_ours(response.request.url)
                    raise refusal(response, body, asked, self._clocks.now(), ours=ours)
                yield response
            finally:
                response.close()

    def receive(self, response: httpx.Response, limit_bytes: int, asked: str) -> Iterator[bytes]:
        """The body as it comes in; ForgeError once it is too large, or crawls."""
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ForgeError(f"the answer to {asked} is compressed, which was not asked for")
        started = self._clocks.monotonic()
        received = 0
        for chunk in response.iter_raw():
            received += len(chunk)
            if received > limit_bytes:
                raise AnswerTooLargeError(f"the answer to {asked} has over {limit_bytes} bytes")
            _require_speed(received, self._clocks.monotonic() - started, asked)
            yield chunk

    def _follow(self, url: httpx.URL, question: Question) -> httpx.Response:
        asked = question.asked
        for _ in range(MAX_REDIRECTS + 1):
            response = self._send(url, question)
            if response.status_code not in MOVED:
                return response
            response.close()
            url = url.join(response.headers.get("location", ""))
            # A moved repository is still the API's; storage elsewhere is only ever read.
            if question.method != "GET" and not self.is_ours(url):
                raise ForgeError(f"GitHub redirects {asked} to another host, {url.host!r}")
        raise ForgeError(f"GitHub redirects {asked} more than {MAX_REDIRECTS} times")

    def _send(self, url: httpx.URL, question: Question) -> httpx.Response:
        if not self.is_ours(url):
            return self._sent_elsewhere(url, question)
        header = self._credentials.header(question.realm)
        response = self._sent(url, question, header)
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._credentials.refused(
            question.realm, header
        ):
            response.close()
            return self._sent(url, question, self._credentials.header(question.realm))
        return response

    def _sent(self, url: httpx.URL, question: Question, header: str) -> httpx.Response:
        self._pace.wait(header)
        self._require_time(question)
        request = self._request(url, question)
        if header:
            request.headers["Authorization"] = header
        if question.etag:
            request.headers["If-None-Match"] = question.etag
        response = self._client.send(request, stream=True, follow_redirects=False)
        self._pace.note(header, response.headers)
        return response

    def _require_time(self, question: Question) -> None:
        if question.until is None or question.method == "GET":
            return
        if self._clocks.now() + CALL_TIME > question.until:
            raise ForgeError(f"there is no time left for {question.asked}")

    def _sent_elsewhere(self, url: httpx.URL, question: Question) -> httpx.Response:
        """Ask a place that somebody led us to, at an address of it that was looked at: its name
        may stand for another one a moment later."""
        found = checked(url, question.asked, base=self.base, resolve=self._resolve)
        *others, last = found[:MAX_ADDRESSES]
        for address in others:
            with suppress(*http_wire.UNREACHED):
                return self._sent_to(address, url, question)
        return self._sent_to(last, url, question)

    def _sent_to(self, address: str, url: httpx.URL, question: Question) -> httpx.Response:
        request = pinned(self._request(url, question), address)
        return self._client.send(request, stream=True, follow_redirects=False)

    def _request(self, url: httpx.URL, question: Question) -> httpx.Request:
        headers = {**HEADERS, "Accept": question.accept}
        return self._client.build_request(question.method, url, headers=headers, json=question.send)

    def is_ours(self, url: httpx.URL) -> bool:
        return origin(url) == origin(self.base)


class AnswerTooLargeError(ForgeError):
    """An answer is larger than its limit."""


@contextmanager
def translated(asked: str) -> Iterator[None]:
    """Turn what httpx raises into ForgeError; its own words may quote headers, so only the
    class is named."""
    try:
        yield
    except FOREIGN as error:
        what = f"GitHub cannot be asked for {asked}: {type(error).__name__}"
        raise ForgeUnreachedError(what) from error


def _require_speed(received: int, seconds: float, asked: str) -> None:
    slow = received < SLOWEST_BYTES_PER_SECOND * seconds
    if (slow and seconds > GRACE_SECONDS) or seconds > LONGEST_SECONDS:
        raise ForgeError(f"the answer to {asked} crawls: {received} bytes in {seconds:.0f} s")
