"""How much the real nginx lets through, how long it waits, and what it shows if nobody answers."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from select import select
from urllib.parse import urlsplit

import httpx
import pytest

from fixtures.fronted import HERE, OFFER, PAGE, UPDATER, deliver, echoed, fronted, padded, picture
from fixtures.live import eventually
from fixtures.sugar_updater import read_rdf

pytestmark = pytest.mark.needs("nginx")

UPLOAD = "POST /api/hook HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"


@pytest.fixture(scope="module", autouse=True)
def dawdlers(behind):
    """Two who begin to ask as the tests begin, and go no further: how long each was waited for."""
    site, _ = behind
    port = urlsplit(site.config.public_url).port
    head = "GET /en/ HTTP/1.1\r\nHost: x\r\n"
    with ThreadPoolExecutor(2) as pool:
        begun = {"head": head, "body": UPLOAD}
        yield {name: pool.submit(dawdle, port, words) for name, words in begun.items()}


def dawdle(port, words):
    """Say some words and wait for the end: how long that took."""
    with stalled(port, words) as waiting:
        began = time.monotonic()
        waiting.settimeout(60)
        while waiting.recv(4096):
            pass
        return time.monotonic() - began


def stalled(port, words):
    """A connection to nginx on which some words were said."""
    made = socket.create_connection(("127.0.0.1", port))
    made.sendall(words.encode())
    return made


@pytest.mark.case("T02")
def test_a_large_delivery_passes_and_a_larger_one_does_not(behind):
    _, http = behind
    assert deliver(http, padded(24 * 1024**2)).status_code == 200
    assert deliver(http, padded(27 * 1024**2)).status_code == 413


def test_nothing_else_takes_a_large_body(behind):
    _, http = behind
    assert http.post("/search", content=b"x" * 2 * 1024**2).status_code == 413


def test_a_burst_of_deliveries_is_not_too_many(behind):
    site, _ = behind
    with (
        httpx.Client(base_url=site.config.public_url, timeout=20) as http,
        ThreadPoolExecutor(50) as pool,
    ):
        codes = list(pool.map(lambda _: deliver(http, padded(1)).status_code, range(300)))
    assert set(codes) == {200}


def test_each_answer_of_the_hook_is_the_applications_own(behind):
    _, http = behind
    answers = [deliver(http, padded(1)) for _ in range(2)]
    assert len({answer.json()["delivery"] for answer in answers}) == 2
    assert not any("X-Cache" in answer.headers for answer in answers)


def test_a_reader_who_asks_too_much_is_told_to_wait(tmp_path):
    with echoed(tmp_path, pages_per_second=1, pages_burst=3) as port:
        url = f"http://127.0.0.1:{port}/search"
        answers = [httpx.get(f"{url}?q={n}") for n in range(6)]

    slow = [answer for answer in answers if answer.status_code == 429]
    assert slow
    assert all(answer.headers["Retry-After"] == "5" for answer in slow)


def test_an_address_has_only_so_many_connections_and_takes_none_from_another(tmp_path):
    most = 5
    with echoed(tmp_path, connections=most) as port, ExitStack() as held:
        # nginx counts a connection when it has read the head of what is asked there.
        begun = [held.enter_context(stalled(port, UPLOAD)) for _ in range(most)]
        one_more = eventually(lambda: refused_by(port, HERE), 10)
        another = asked_from(port, "127.0.0.2")
        begun[0].close()
        then = eventually(lambda: not refused_by(port, HERE), 10)
        answered, _, _ = select(begun[1:], [], [], 0)

    assert one_more.headers["Retry-After"] == "5"
    assert another.status_code == 200
    assert then
    assert answered == [], "fewer than that"


def refused_by(port, address):
    """The answer to a request from an address, if it is that there are too many."""
    answer = asked_from(port, address)
    return answer if answer.status_code == 429 else None


def asked_from(port, address):
    way = httpx.HTTPTransport(local_address=address)
    with httpx.Client(transport=way, timeout=20) as http:
        return http.get(f"http://127.0.0.1:{port}/healthz")


def test_the_site_stays_up_while_the_application_is_down(tmp_path):
    with fronted(tmp_path) as (site, http, _):
        icon = picture(http)
        before = {path: http.get(path).content for path in ("/en/", PAGE, icon, OFFER)}
        site.stop()

        for path, content in before.items():
            answer = http.get(path)
            assert (answer.status_code, answer.content) == (200, content), path
        assert read_rdf(http.get(f"{UPDATER}?id=org.never.Seen&appVersion=0.98").content) is None
        assert http.get("/update.json?never=seen").json() == {"activities": {}}
        away = http.get("/never/seen")
        assert away.status_code == 503
        assert away.headers["Retry-After"] == "30"
        assert away.headers["Cache-Control"] == "no-store"
        assert "minuto" in away.text
        refused = deliver(http, padded(1))
        assert refused.status_code == 503


def test_an_old_page_is_shown_at_once_and_made_anew_behind(tmp_path):
    with fronted(tmp_path) as (_, http, server):
        kept = server.folder / "cache"
        http.get("/en/")
        server.stop()
        age(kept)
        server.start()

        stale = http.get("/en/").headers["X-Cache"]
        fresh = eventually(lambda: http.get("/en/").headers["X-Cache"] == "HIT")

    assert stale == "STALE"
    assert fresh


def age(cache):
    """Let what is kept be older than its minute: its header begins with the moment it ends."""
    for path in (each for each in cache.rglob("*") if each.is_file()):
        raw = bytearray(path.read_bytes())
        # ngx_http_file_cache_header_t: version, then valid_sec, updating_sec, error_sec.
        raw[8:16] = int(time.time() - 1).to_bytes(8, "little")
        path.write_bytes(raw)


def test_who_does_not_end_the_head_of_a_request_is_left(dawdlers):
    assert 14 < dawdlers["head"].result() < 20


def test_who_does_not_go_on_with_a_body_is_left(dawdlers):
    assert 29 < dawdlers["body"].result() < 35
