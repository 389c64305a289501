"""Fetch a file from an address that a developer named, with the standard library alone."""

import http
import http.client
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from aslo.domain.check_errors import AddressError
from aslo.domain.shown import shown

SECONDS = 120
"""For the whole of it: a server that drips would else be waited for for ever."""
MOST_REDIRECTS = 5

_SILENCE_SECONDS = 20
_PIECE_BYTES = 64 * 1024
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(address: str) -> bool:
    """Whether an address is one of this very machine, by its own words."""
    return urlsplit(address).hostname in _LOOPBACK


def fetch_file(address: str, to: Path, limit_bytes: int, seconds: float = SECONDS) -> None:
    """Stream what is at an address into a new file; AddressError if it cannot be had, or is
    larger or slower than allowed."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            _fetch(address, to, limit_bytes)
        except BaseException as error:  # noqa: BLE001  told by whoever waits
            failed.append(error)

    # A thread, since a server that drips its headers is beyond every time-out of a socket.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise AddressError(f"{shown(address)} takes longer than {seconds:.0f} seconds")
    if failed:
        raise _explained(address, failed[0])


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, and none to a less safe place."""

    max_redirections = MOST_REDIRECTS

    def __init__(self, *, plain: bool) -> None:
        self._plain = plain

    def redirect_request(  # noqa: PLR0917  urllib's own signature
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        secure = urlsplit(newurl).scheme == "https"
        if not secure and not (self._plain and is_loopback(newurl)):
            fp.close()
            raise AddressError(f"it leads on to {shown(newurl)}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(address: str, to: Path, limit_bytes: int) -> None:
    opener = urllib.request.build_opener(_Redirects(plain=is_loopback(address)))
    asked = urllib.request.Request(address, headers={"User-Agent": "aslo-check"})  # noqa: S310  https, or this machine: see Address
    with opener.open(asked, timeout=_SILENCE_SECONDS) as answer, to.open("xb") as file:
        _receive(answer, file.write, limit_bytes)


def _receive(answer: Any, write: Callable[[bytes], Any], limit_bytes: int) -> None:
    announced = answer.headers.get("Content-Length", "")
    left = limit_bytes - (int(announced) if announced.isdigit() else 0)
    if left >= 0:
        left = limit_bytes
        while left >= 0 and (piece := answer.read(_PIECE_BYTES)):
            left -= len(piece)
            write(piece)
    if left < 0:
        raise AddressError(f"it has more than {limit_bytes} bytes")
    if answer.length:
        raise AddressError(f"it broke off {answer.length} bytes before its end")


def _explained(address: str, error: BaseException) -> AddressError:
    if isinstance(error, AddressError):
        return AddressError(f"{shown(address)} cannot be used: {error}")
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        if error.code < http.HTTPStatus.BAD_REQUEST:
            return AddressError(f"{shown(address)} leads on too often, or to no https address")
        phrase = http.client.responses.get(error.code, "")
        return AddressError(f"{shown(address)} answers {error.code} {phrase}".strip())
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return AddressError(f"{shown(address)} cannot be fetched: {reason}"[:300])
