"""The demo's own client of its forge, against the forge itself."""

import http.server
import threading

import pytest

from aslo.demo.forge_client import ForgeClient
from aslo.demo.place import DemoError
from aslo.simulator import Simulator
from fixtures.live import eventually, free_port

MOON = "sugarlabs-demo/moon"


@pytest.fixture
def simulator(tmp_path):
    """A forge whose webhook leads nowhere at first."""
    running = Simulator(tmp_path / "forge", "secret", webhook_url=f"http://127.0.0.1:{free_port()}")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(simulator):
    return ForgeClient(simulator.url)


@pytest.fixture
def store():
    """A store that answers every delivery with a build."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(202)
            self.end_headers()
            self.wfile.write(b'{"build": "b1"}')

        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<p>Welcome</p>")

        def log_message(self, *args):
            """Nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def release(client, tag):
    client.add_repository(MOON, "Moon")
    client.commit(MOON, {"moon.txt": tag.encode()}, "ana", tag)
    commit = client.tag(MOON, tag)
    return commit, client.release(MOON, tag)


def test_releases_are_known_by_tag_and_the_latest_of_a_tag_counts(client):
    _, first = release(client, "v1")
    _, second = release(client, "v2")
    _, again = release(client, "v1")

    assert first < second < again
    assert client.released(MOON) == {"v1": again, "v2": second}


def test_a_new_repository_has_no_releases(client):
    client.add_repository(MOON, "Moon")

    assert client.released(MOON) == {}


def test_a_tag_leads_to_its_commit(client):
    commit, _ = release(client, "v1")
    release(client, "v2")

    assert client.commit_of(MOON, "v1") == commit


def test_what_nobody_answered_is_delivered_again(client, simulator, store):
    _, number = release(client, "v1")
    simulator.wait()
    assert client.build_of(number) is None
    simulator.webhooks.url = store

    client.deliver_again(number)

    assert eventually(lambda: client.build_of(number), 10) == "b1"


def test_what_was_answered_is_not_delivered_again(client, simulator, store):
    simulator.webhooks.url = store
    _, number = release(client, "v1")
    simulator.wait()
    before = len(simulator.deliveries())

    client.deliver_again(number)

    assert len(simulator.deliveries()) == before


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.released(MOON),
        lambda client: client.commit_of(MOON, "v1"),
        lambda client: client.build_of(1),
        lambda client: client.deliver_again(1),
    ],
)
def test_a_forge_that_is_down_is_an_error_of_the_demo(ask):
    with pytest.raises(DemoError, match="does not answer"):
        ask(ForgeClient(f"http://127.0.0.1:{free_port()}"))


def test_an_unknown_repository_is_an_error_of_the_demo(client):
    with pytest.raises(DemoError, match="refuses"):
        client.released(MOON)


def test_another_program_at_the_forge_s_address_is_an_error_of_the_demo(store):
    with pytest.raises(DemoError, match="no forge of a demo"):
        ForgeClient(store).released(MOON)
