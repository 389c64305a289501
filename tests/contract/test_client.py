"""The client against the real application, and against servers that keep no promise."""

import gzip
import hashlib
import inspect
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from aslo import client_http
from aslo.client import (
    AddressError,
    BusyError,
    Client,
    ClientError,
    DamagedError,
    NotThereError,
    Patience,
    RefusedError,
    UnreachableError,
    UnreadableError,
)
from aslo.web.api import shapes, update_shapes
from fakes.values import a_delivery, a_release
from fakes.web_site import MOON, WebSite, bundle_bytes
from fixtures.dressed_shelf import dress
from fixtures.serving import serving

BASE = "https://aslo.example"
GUID = "11111111-2222-4333-8444-555555555555"
MANY = 130


@pytest.fixture(scope="module")
def site():
    made = WebSite()
    made.catalog.clear("an era")
    dress(made)
    made.shelve_many(MANY)
    made.store.add_delivery(a_delivery(GUID, build_id="f00d"))
    return made


@pytest.fixture(scope="module")
def store(site):
    # Without a socket: everything else of HTTP is there.
    with Client(BASE, transport=httpx.WSGITransport(app=site.app)) as made:
        yield made


def is_listed(release):
    return release.state == "listed"


ASKED = {
    "activities": lambda store: len({each.bundle_id for each in store.activities()}) > MANY,
    "search": lambda store: store.search("mooon").text == "moon",
    "activity": lambda store: store.activity(MOON).bundle_id == MOON,
    "releases": lambda store: store.releases(MOON)[0].version == "4",
    "release": lambda store: store.release(MOON, "2.1").bundle.sha256,
    "newest": lambda store: len(store.newest(7)) == 7,
    "categories": lambda store: "games" in [each.name for each in store.categories()],
    "developers": lambda store: "moon-maker" in [each.login for each in store.developers()],
    "developer": lambda store: store.developer("MOON-maker").activities == 1,
    "builds": lambda store: {each.id for each in store.builds()} == {"f00d", "b1"},
    "build": lambda store: len(store.build("f00d").problems) == 2,
    "delivery": lambda store: store.delivery(GUID).build.id == "f00d",
    "statistics": lambda store: store.statistics().weeks == [],
    "updates": lambda store: (
        [each.verdict for each in store.updates("0.116", {MOON: "1"})] == ["newer"]
    ),
    "changes": lambda store: sum(len(page.changes) for page in store.changes()) > MANY,
}
APART = {"close", "download"}


def test_every_method_is_asked_here():
    methods = {name for name, _ in inspect.getmembers(Client, inspect.isfunction)}

    assert {name for name in methods if not name.startswith("_")} == set(ASKED) | APART


@pytest.mark.parametrize("name", ASKED)
def test_the_application_answers_as_the_client_reads(name, store):
    assert ASKED[name](store)


def test_all_pages_are_gone_through_each_activity_once(store):
    ids = [each.bundle_id for each in store.activities(sort="name", q="many")]

    assert len(ids) == len(set(ids)) == MANY


@pytest.mark.parametrize(
    ("chosen", "sort"),
    [
        ({}, "sort=name"),
        ({"q": None, "sort": None, "category": "games"}, "sort=name"),
        ({"sort": "newest"}, "sort=newest"),
        ({"q": "moon"}, ""),
        ({"q": "moon", "sort": "updated"}, "sort=updated"),
    ],
)
def test_all_are_gone_through_in_an_order_that_stays(chosen, sort):
    page = b'{"items": [], "total": 0, "total_is_exact": true, "text": "", "next": null}'
    server = Scripted((200, JSON, page))

    list(server.client().activities(**chosen))

    (asked,) = server.names("QUERY_STRING")
    assert [each for each in asked.split("&") if each.startswith("sort=")] == [sort] * bool(sort)


def test_what_is_chosen_is_asked_for(store):
    games = {each.bundle_id for each in store.activities(category="games")}

    assert "org.sugarlabs.2Cars" in games
    assert MOON not in games


def test_more_activities_than_fit_into_a_question_are_asked_about_in_parts(store):
    installed = {f"org.example.a{number}": "1" for number in range(1_500)} | {MOON: "1"}

    told = list(store.updates("0.116", installed))

    assert [each.id for each in told] == list(installed)
    assert told[-1].version == "3"


def test_changes_begin_anew_where_another_history_is_told(store, site):
    first, *_ = store.changes(limit=10)

    again = next(store.changes(first.era, first.next, limit=10))
    anew = next(store.changes("a lost era", first.next, limit=10))

    assert (first.begins, first.ends, again.begins) == (True, False, False)
    assert again.changes[0].revision > first.next
    assert (anew.begins, anew.changes) == (True, first.changes)


def test_a_history_that_ends_between_two_pages_is_begun_anew():
    site = WebSite()
    site.catalog.clear("old")
    site.shelve_many(4)
    with Client(BASE, transport=httpx.WSGITransport(app=site.app)) as store:
        pages = store.changes(limit=2)
        next(pages)
        site.catalog.clear("new")
        site.shelve(a_release(MOON))
        (rest,) = pages

    assert (rest.era, rest.begins, rest.ends) == ("new", True, True)
    assert [each.bundle_id for each in rest.changes] == [MOON]


@pytest.mark.parametrize(
    ("ask", "kind", "code"),
    [
        (lambda store: store.activity("org.example.None"), NotThereError, "not-found"),
        (lambda store: store.activity(".."), NotThereError, "not-found"),
        (lambda store: store.activity("a/../../etc?x#y"), NotThereError, "not-found"),
        (lambda store: store.search("x" * 200), RefusedError, "bad-question"),
    ],
)
def test_an_error_has_the_code_of_the_api(ask, kind, code, store):
    with pytest.raises(kind) as refused:
        ask(store)

    assert refused.value.code == code
    assert refused.value.told.hint


def test_a_client_needs_nothing_of_the_server():
    program = (
        "import sys, aslo.client\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} &"
        " {'flask', 'werkzeug', 'jinja2', 'babel', 'celery', 'pymongo', 'PIL'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"


def test_without_httpx_the_client_says_what_to_install():
    program = "import sys; sys.modules['httpx'] = None; import aslo.client"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 1
    assert "needs httpx, which is not installed: pip install 'aslo[client]'" in done.stderr


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "form https://host"),
        ("aslo.example", "form https://host"),
        ("ftp://aslo.example", "form https://host"),
        ("file:///etc/passwd", "form https://host"),
        ("https://", "form https://host"),
        ("http://[x", "is no address"),
        ("http://aslo.example:port", "is no address"),
        ("https://aslo.example:99999", "is no address"),
        ("https://aslo.example/\x00", "is no address"),
        ("https://ada:secret@aslo.example", "no user and no password"),
        ("https://aslo.example/?lang=es", "end it before"),
        ("https://aslo.example/#top", "end it before"),
        (None, "is no address"),
    ],
)
def test_what_is_no_address_of_a_store_is_told_at_once(url, message):
    with pytest.raises(AddressError, match=message) as error:
        Client(url)

    assert "secret" not in str(error.value)


class Scripted:
    """A server that answers one thing after the other, and remembers what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.slept = []

    def __call__(self, environ, start_response):
        self.asked.append(environ)
        status, headers, body = self.answers.pop(0)
        start_response(f"{status} Said", list(headers.items()))
        return [body]

    def client(self, **patience):
        return Client(
            BASE,
            patience=Patience(sleep=self.slept.append, **patience),
            transport=httpx.WSGITransport(app=self),
        )

    def names(self, name):
        return [environ.get(name) for environ in self.asked]


JSON = {"Content-Type": "application/json"}
EMPTY = (200, JSON, b'{"items": []}')
DEEP = b'{"x":' + b"[" * 100_000
BUSY = b'{"error": "too-many", "message": "wait", "hint": "a little"}'


def busy(status, after):
    return status, JSON | {"Retry-After": after}, BUSY


@pytest.mark.parametrize("name", ["..", ".", "a/../b?c=d#e", "%2e%2e", "\u00e9"])
def test_a_name_stays_in_its_place_of_the_path(name):
    server = Scripted((404, JSON, b'{"error": "not-found", "message": "", "hint": ""}'))

    with pytest.raises(NotThereError):
        server.client().activity(name)

    asked = server.asked[0]
    assert (asked["PATH_INFO"], asked["QUERY_STRING"]) == (f"/api/v1/activities/{name}", "")


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_store_is_asked_again_after_the_time_it_names(status):
    server = Scripted(busy(status, "7"), busy(status, "0"), EMPTY)

    assert server.client().categories() == []
    assert server.slept == [7, 0]


def test_the_time_may_be_named_as_a_date():
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    server = Scripted(busy(503, until), EMPTY)

    server.client().categories()

    assert 25 < server.slept[0] <= 30


@pytest.mark.parametrize("after", ["soon", "-1", "1e3", "99999999999", "Thu, 99 Nov 2026", ""])
def test_a_time_that_cannot_be_read_is_a_short_one(after):
    server = Scripted(busy(503, after), EMPTY)

    server.client().categories()

    assert server.slept == [0.5]


def test_a_store_that_stays_busy_is_left_after_a_few_tries():
    server = Scripted(*[busy(429, "1")] * 9)

    with pytest.raises(BusyError) as refused:
        server.client().categories()

    assert (refused.value.code, refused.value.status) == ("too-many", 429)
    assert (len(server.asked), server.slept) == (4, [1, 1, 1])


def test_nobody_waits_for_longer_than_they_said():
    server = Scripted(busy(429, "3600"))

    with pytest.raises(BusyError) as refused:
        server.client(longest_wait=60).categories()

    assert (refused.value.retry_after, server.slept) == (3600, [])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((200, JSON, b"<html>"), UnreadableError),
        ((200, JSON, b'{"items": 3}'), UnreadableError),
        ((200, JSON, b'{"items": [{"name": "\xff"}]}'), UnreadableError),
        ((200, JSON, b""), UnreadableError),
        ((200, JSON | {"Content-Encoding": "gzip"}, b"no gzip"), UnreachableError),
        ((302, {"Location": "https://elsewhere.example/"}, b""), RefusedError),
        ((500, JSON, b"<html>"), RefusedError),
        ((418, JSON, b"[]"), RefusedError),
        ((204, {}, b""), RefusedError),
        ((200, JSON, DEEP), UnreadableError),
        ((404, JSON, DEEP), NotThereError),
    ],
)
def test_an_answer_that_is_none_is_an_error_of_the_client(answer, kind):
    with pytest.raises(kind) as error:
        Scripted(*[answer] * 4).client().categories()

    assert isinstance(error.value, ClientError)
    assert error.value.code


@pytest.mark.parametrize(
    "url", ["http://[x/", "//[", f"{BASE}/\x00", f"{BASE}/{'x' * 70_000}", f"{BASE}/\ud800"]
)
def test_an_address_that_is_none_is_an_error_of_the_client(url, tmp_path):
    with pytest.raises(UnreadableError, match="is none"):
        Scripted().client().download(shapes.msgspec.structs.replace(FILE, url=url), tmp_path / "a")

    assert not list(tmp_path.iterdir())


def test_a_name_that_no_address_can_have_is_an_error_of_the_client():
    with pytest.raises(UnreadableError, match="is none"):
        Scripted().client().activity("\ud800")
    with pytest.raises(UnreadableError, match="is none"):
        list(Scripted().client().updates("0.116", {"\ud800": "1"}))


def test_what_a_newer_store_says_beyond_is_left_out():
    server = Scripted((200, JSON, b'{"items": [{"name": "a", "activities": 1, "x": 2}], "y": 3}'))

    assert server.client().categories() == [shapes.Category(name="a", activities=1)]


def test_a_bomb_is_not_unpacked():
    bomb = gzip.compress(bytes(80 * 1024**2), 9)
    with pytest.raises(UnreadableError, match="longer"):
        Scripted((200, JSON | {"Content-Encoding": "gzip"}, bomb)).client().categories()


def test_pages_that_go_round_in_a_circle_come_to_an_end():
    page = b'{"items": [], "next": "a"}'
    with pytest.raises(UnreadableError, match="circle"):
        list(Scripted(*[(200, JSON, page)] * 9).client().developers())


def test_changes_that_go_back_come_to_an_end():
    def page(going_on, era="e", *, is_more=True):
        told = shapes.Changes(era=era, items=[], next=going_on, is_more=is_more)
        return 200, JSON, shapes.msgspec.json.encode(told)

    with pytest.raises(UnreadableError, match="go on from 4"):
        list(Scripted(page(5), page(4)).client().changes("e", 1))
    with pytest.raises(UnreadableError, match="another history"):
        list(Scripted(*(page(5, str(n)) for n in range(20))).client().changes("e", 1))


def test_a_store_that_is_not_there_is_told_in_time():
    began = time.monotonic()
    with (
        pytest.raises(UnreachableError),
        Client("http://127.0.0.1:9", patience=Patience(2, sleep=lambda _: None)) as store,
    ):
        store.categories()

    assert time.monotonic() - began < 10


def test_a_store_whose_headers_drip_is_left_in_time(monkeypatch):
    monkeypatch.setattr(client_http, "HEAD_SECONDS", 0.5)
    with dripping(b"HTTP/1.1 200 OK\r\n" + b"X-Header: some\r\n" * 1_000) as address:
        began = time.monotonic()
        with (
            pytest.raises(UnreachableError, match=r"timed out|did not begin in time"),
            Client(address, patience=Patience(1)) as store,
        ):
            store.categories()

    assert time.monotonic() - began < 5


@contextmanager
def dripping(answer):
    """A server that says one byte after the other, each soon enough for whoever waits for one."""

    def serve():
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                for byte in answer:
                    connection.sendall(bytes([byte]))
                    time.sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join()


# downloads

DATA = bundle_bytes(a_release(MOON, "3"))
FILE = shapes.File(
    url=f"{BASE}/download/{MOON}/3/Moon-3.xo",
    sha256=hashlib.sha256(DATA).hexdigest(),
    size_bytes=len(DATA),
    media_type="application/vnd.olpc-sugar",
)
PART = f".Moon.xo.{FILE.sha256[:16]}.part"


def whole(data=DATA):
    return 200, {}, data


def rest(start, data=DATA):
    return 206, {"Content-Range": f"bytes {start}-{len(DATA) - 1}/{len(DATA)}"}, data[start:]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_fetched_from_the_application(site, tmp_path):
    """Under its own address, though the application believes to be another host."""
    with serving(site.app) as url, Client(url) as store:
        file = store.release(MOON, "3").bundle
        made = store.download(file, tmp_path / "Moon.xo")
        (update,) = store.updates("0.116", {MOON: "1"})
        same = store.download(update, tmp_path / "Again.xo")

    assert file.url.startswith(BASE)
    assert made.read_bytes() == same.read_bytes() == DATA
    assert names(tmp_path) == ["Again.xo", "Moon.xo"]


def test_a_part_of_a_file_is_gone_on_with(site, tmp_path):
    (tmp_path / PART).write_bytes(DATA[:500])
    asked = []

    def watched(environ, start_response):
        asked.append((environ.get("HTTP_RANGE"), environ.get("HTTP_IF_RANGE")))
        return site.app(environ, start_response)

    with Client(BASE, transport=httpx.WSGITransport(app=watched)) as store:
        made = store.download(FILE, tmp_path / "Moon.xo")

    assert made.read_bytes() == DATA
    assert asked == [("bytes=500-", f'"{FILE.sha256}"')]


def test_a_file_that_ends_early_is_gone_on_with(tmp_path):
    server = Scripted(whole(DATA[:300]), rest(300, DATA[:900]), rest(900))

    made = server.client().download(FILE, tmp_path / "Moon.xo")

    assert made.read_bytes() == DATA
    assert server.names("HTTP_RANGE") == [None, "bytes=300-", "bytes=900-"]


@pytest.mark.parametrize("part", [b"other bytes", DATA + b"more", bytes(len(DATA))])
def test_a_damaged_part_is_begun_anew(part, tmp_path):
    (tmp_path / PART).write_bytes(part)
    given = [rest(len(part))] if len(part) < len(DATA) else []

    made = Scripted(*given, whole()).client().download(FILE, tmp_path / "Moon.xo")

    assert made.read_bytes() == DATA


@pytest.mark.parametrize("data", [DATA[:-1] + b"x", DATA + b"x", DATA[1:] + b"xyz", DATA * 9])
def test_other_bytes_are_not_written(data, tmp_path):
    (tmp_path / "Moon.xo").write_bytes(b"what was there")

    with pytest.raises(DamagedError):
        Scripted(*[whole(data)] * 4).client().download(FILE, tmp_path / "Moon.xo")

    assert (tmp_path / "Moon.xo").read_bytes() == b"what was there"
    assert names(tmp_path) == ["Moon.xo"]


def test_a_part_that_nobody_asked_for_is_no_file(tmp_path):
    with pytest.raises(UnreadableError):
        Scripted(rest(300)).client().download(FILE, tmp_path / "Moon.xo")

    assert names(tmp_path) == []


def test_the_store_may_send_a_download_elsewhere_and_nothing_else(tmp_path):
    moved = {"Location": "https://mirror.example/Moon.xo"}
    server = Scripted((302, moved, b""), whole(), (302, moved, b""))

    server.client().download(FILE, tmp_path / "Moon.xo")
    with pytest.raises(RefusedError):
        server.client().categories()

    assert server.names("HTTP_HOST") == ["aslo.example", "mirror.example", "aslo.example"]


def test_a_file_that_is_named_at_another_host_is_asked_of_the_store(tmp_path):
    file = shapes.File(
        url="http://192.0.2.1:22/x.xo?a=b", sha256=FILE.sha256, size_bytes=len(DATA), media_type=""
    )
    server = Scripted(whole())

    server.client().download(file, tmp_path / "Moon.xo")

    assert server.names("HTTP_HOST") == ["aslo.example"]
    assert server.names("PATH_INFO") == ["/x.xo"]


@pytest.mark.parametrize("sha256", ["", "../" * 20, "A" * 64, "a" * 63 + "\n"])
def test_what_has_no_hash_is_not_fetched(sha256, tmp_path):
    update = update_shapes.Update(
        id=MOON, verdict="newer", url=FILE.url, sha256=sha256, size_bytes=3
    )

    with pytest.raises(UnreadableError):
        Scripted().client().download(update, tmp_path / "Moon.xo")


def test_a_file_that_is_gone_is_told_as_gone(tmp_path):
    gone = (410, JSON, b'{"error": "gone", "message": "gone", "hint": "See the others."}')

    with pytest.raises(NotThereError) as refused:
        Scripted(gone).client().download(FILE, tmp_path / "Moon.xo")

    assert refused.value.code == "gone"
