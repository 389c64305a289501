"""GitHubForge and a name server that changes its mind: what was checked is what is asked."""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from aslo.adapters.forge_github import GitHubForge
from aslo.adapters.github_http import TIMEOUT
from aslo.domain.delivery import Asset
from aslo.domain.errors import ForgeError
from aslo.http_wire import BoundedTransport
from fixtures.certificates import Certificate, made_for
from fixtures.listener import Listener

NAME = "rebinds.test"
CHECKED, INSIDE = "127.0.0.2", "127.0.0.1"
BUNDLE = b"bundle" * 100


class Place:
    """Answers every request with one body, by TLS if it has a certificate, and remembers them."""

    def __init__(self, address: str, port: int = 0, certificate: Certificate | None = None) -> None:
        self._tls = certificate.server() if certificate else None
        self.heads: list[bytes] = []
        self.answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        self._listener = Listener(self._talk, address, port)
        self.address, self.port = address, self._listener.port
        self.close = self._listener.close

    @property
    def connections(self) -> int:
        return self._listener.connections

    def _talk(self, peer: socket.socket) -> None:
        peer.settimeout(10)
        talking = self._tls.wrap_socket(peer, server_side=True) if self._tls else peer
        with talking:
            while head := talking.recv(65_536):
                self.heads.append(head)
                talking.sendall(self.answer)


class ChangingNames:
    """A name server that tells one address the first time it is asked, and another ever after."""

    def __init__(self, first: str, later: str) -> None:
        self._answers = [first, later]
        self._truly = socket.getaddrinfo
        self.asked = 0

    def __call__(self, host, *args, **kwargs):
        if host in (NAME, NAME.encode()):
            self.asked += 1
            host = self._answers[0] if self.asked == 1 else self._answers[1]
        return self._truly(host, *args, **kwargs)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> ChangingNames:
    changing = ChangingNames(CHECKED, INSIDE)
    monkeypatch.setattr(socket, "getaddrinfo", changing)
    return changing


@pytest.fixture
def certificate(request: pytest.FixtureRequest) -> Certificate:
    return made_for(getattr(request, "param", NAME))


@pytest.fixture
def places(certificate: Certificate) -> Iterator[tuple[Place, Place, Place]]:
    """The forge; the place that was checked; and what listens inside, at the same port."""
    forge = Place(INSIDE)
    checked = Place(CHECKED, certificate=certificate)
    inside = Place(INSIDE, checked.port, certificate)
    moved = f"HTTP/1.1 302 Found\r\nLocation: https://{NAME}:{checked.port}/x.xo\r\n"
    forge.answer = f"{moved}Content-Length: 0\r\n\r\n".encode()
    checked.answer = inside.answer = (
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BUNDLE) + BUNDLE
    )
    yield forge, checked, inside
    for listener in (forge, checked, inside):
        listener.close()


def trusting(certificate: Certificate) -> httpx.Client:
    """A client as the site's own, but for whom it trusts."""
    carried = BoundedTransport(tls=certificate.client())
    return httpx.Client(timeout=TIMEOUT, trust_env=False, transport=carried)


def fetched(place: Place, certificate: Certificate, to: Path) -> str:
    url = f"http://{place.address}:{place.port}"
    client = trusting(certificate)
    forge = GitHubForge(url, "token", client=client)
    asset = Asset(1, "a.xo", f"{url}/repos/a/b/releases/assets/1", len(BUNDLE), "uploaded")
    try:
        return forge.download_asset(asset, to, 10_000)
    finally:
        forge.close()


@pytest.mark.case("T23")
def test_the_address_that_was_checked_is_the_one_that_is_asked(
    names, places, certificate, tmp_path
):
    forge, checked, inside = places

    digest = fetched(forge, certificate, tmp_path / "a.xo")

    assert digest == hashlib.sha256(BUNDLE).hexdigest()
    assert f"Host: {NAME}:{checked.port}".encode() in checked.heads[0]
    assert (names.asked, inside.connections) == (1, 0)


@pytest.mark.case("T23")
@pytest.mark.parametrize("certificate", ["another.test", CHECKED], indirect=True)
def test_a_certificate_must_be_of_the_name_and_not_of_the_address(
    names, places, certificate, tmp_path
):
    forge, checked, inside = places

    with pytest.raises(ForgeError, match="ConnectError"):
        fetched(forge, certificate, tmp_path / "a.xo")

    assert (checked.heads, inside.connections, list(tmp_path.iterdir())) == ([], 0, [])


@pytest.mark.case("T23")
def test_a_connection_to_one_name_is_not_used_for_another_of_its_address(
    names, places, certificate, tmp_path
):
    """Its certificate was looked at for the first name alone."""
    forge, checked, _ = places
    url = f"http://{forge.address}:{forge.port}"
    client = trusting(certificate)
    asking = GitHubForge(url, "token", client=client)

    asking.download_picture(f"https://{NAME}:{checked.port}/a.png", tmp_path / "a", 10_000)
    with pytest.raises(ForgeError, match="ConnectError"):
        asking.download_picture(f"https://{CHECKED}:{checked.port}/b.png", tmp_path / "b", 10_000)

    asking.close()
    assert len(checked.heads) == 1


@pytest.mark.case("T23")
def test_a_name_that_led_outside_is_never_followed_inside(tmp_path):
    asked: list[httpx.Request] = []
    answers = {"storage.test": iter(["93.184.215.15", INSIDE])}

    def resolve(host: str) -> list[str]:
        return [next(answers[host])] if host in answers else ["93.184.215.14"]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(BUNDLE))

    client = httpx.Client(transport=httpx.MockTransport(answer))
    forge = GitHubForge("https://api.github.test", "token", client=client, resolve=resolve)

    forge.download_picture("https://storage.test/a.png", tmp_path / "a", 10_000)
    with pytest.raises(ForgeError, match="into our own network"):
        forge.download_picture("https://storage.test/a.png", tmp_path / "b", 10_000)

    assert [str(request.url) for request in asked] == ["https://93.184.215.15/a.png"]
    assert asked[0].headers["host"] == asked[0].extensions["sni_hostname"] == "storage.test"


def test_where_one_address_is_dead_the_next_is_asked(places, certificate, tmp_path):
    forge, checked, _ = places
    url = f"http://{forge.address}:{forge.port}"
    client = trusting(certificate)
    asking = GitHubForge(url, "token", client=client, resolve=lambda _host: ["127.0.0.9", CHECKED])

    asking.download_picture(f"https://{NAME}:{checked.port}/a.png", tmp_path / "a", 10_000)

    asking.close()
    assert (tmp_path / "a").read_bytes() == BUNDLE
