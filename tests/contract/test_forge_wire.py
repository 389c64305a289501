"""GitHubForge over real sockets: what httpx itself makes of a bad connection."""

import contextlib
import socket
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from aslo.adapters.forge_github import GitHubForge
from aslo.adapters.site_http import HttpSite
from aslo.domain.activity import Repository
from aslo.domain.delivery import Asset
from aslo.domain.errors import ForgeError, SiteError
from aslo.http_wire import BoundedTransport
from fixtures.listener import Listener

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
Script = Callable[[socket.socket], None]


def cut_short(peer: socket.socket) -> None:
    peer.sendall(HEAD + b"Content-Length: 1000\r\n\r\n" + b"x" * 10)


def cut_short_in_a_chunk(peer: socket.socket) -> None:
    peer.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + b"x" * 10)


def reset(peer: socket.socket) -> None:
    peer.sendall(HEAD + b"Content-Length: 1000\r\n\r\n" + b"x" * 10)
    # Lingering for no time at all makes the close a reset.
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def no_http(peer: socket.socket) -> None:
    peer.sendall(b"220 mail.test ESMTP\r\n")


def two_lengths(peer: socket.socket) -> None:
    peer.sendall(HEAD + b"Content-Length: 10\r\nContent-Length: 20\r\n\r\n" + b"x" * 20)


def drip(peer: socket.socket) -> None:
    """Begin an answer whose head never ends."""
    with contextlib.suppress(OSError):
        peer.sendall(HEAD + b"X-Slow: ")
        while True:
            peer.sendall(b"x")
            time.sleep(0.02)


def crawl(peer: socket.socket) -> None:
    """Answer well, a byte at a time and without end."""
    with contextlib.suppress(OSError):
        peer.sendall(HEAD + b"Content-Length: 1000\r\n\r\n")
        while True:
            peer.sendall(b"x")
            time.sleep(0.02)


def silent(_peer: socket.socket) -> None:
    """Hang up without a word."""


@contextlib.contextmanager
def listening(script: Script) -> Iterator[str]:
    """The address of whoever reads each request's head, and goes by a script then."""

    def talk(peer: socket.socket) -> None:
        peer.recv(65_536)
        script(peer)

    made = Listener(talk)
    yield f"http://127.0.0.1:{made.port}"
    made.close()


@pytest.fixture(params=[cut_short, cut_short_in_a_chunk, reset, no_http, two_lengths, silent])
def peer(request: pytest.FixtureRequest) -> Iterator[str]:
    with listening(request.param) as url:
        yield url


@pytest.mark.case("T15", "T23")
def test_a_bad_connection_is_an_outage_and_leaves_no_file(peer: str, tmp_path: Path) -> None:
    forge = GitHubForge(peer, "token")
    asset = Asset(1, "a.xo", f"{peer}/repos/a/b/releases/assets/1", 1000, "uploaded")

    with pytest.raises(ForgeError):
        forge.download_asset(asset, tmp_path / "a.xo", 10_000)
    with pytest.raises(ForgeError):
        forge.resolve_tag(Repository(1, 2, "a/b", peer, peer), "v1")

    forge.close()
    assert list(tmp_path.iterdir()) == []


def test_nobody_at_home_is_an_outage() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    forge = GitHubForge(url, "token")

    with pytest.raises(ForgeError, match="ConnectError"):
        forge.resolve_tag(Repository(1, 2, "a/b", url, url), "v1")
    forge.close()


@pytest.mark.case("T15")
def test_an_answer_that_does_not_begin_is_given_up(tmp_path: Path) -> None:
    """Each of its bytes comes in time."""
    client = httpx.Client(transport=BoundedTransport(0.3), timeout=5)
    with listening(drip) as slow:
        forge = GitHubForge(slow, "token", client=client)
        begun = time.monotonic()

        with pytest.raises(ForgeError, match="ReadTimeout"):
            forge.resolve_tag(Repository(1, 2, "a/b", slow, slow), "v1")

        assert time.monotonic() - begun < 3
        forge.close()


@pytest.mark.case("T15")
def test_a_site_that_does_not_answer_in_time_is_not_waited_for() -> None:
    with listening(crawl) as slow, pytest.raises(SiteError, match="takes too long"):
        HttpSite(slow, longest_seconds=0.3).confirm("/a/1", "/download/a", "f" * 64)


@pytest.mark.case("T15")
def test_the_bounds_are_in_force_without_a_word() -> None:
    forge = GitHubForge("https://api.github.test", "token")

    assert isinstance(forge._http._client._transport, BoundedTransport)
    forge.close()
