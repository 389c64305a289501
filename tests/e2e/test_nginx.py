"""The real nginx, with the configuration that `aslo nginx` prints, before a running site."""

import gzip
import json
import socket
import ssl
import subprocess
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from select import select
from urllib.parse import urlsplit

import httpx
import pytest

from aslo.config import Config
from aslo.domain import update_rdf
from aslo.domain.signature import sign
from aslo.web.assets import STATIC, manifest
from fakes.world import a_tree
from fixtures.live import SECRET, eventually, free_port, live
from fixtures.nginx import Listen, nginx
from fixtures.servers import running
from fixtures.sugar_updater import read_microformat, read_rdf

pytestmark = pytest.mark.needs("nginx")

PAGE = "/org.sugarlabs.Moon/1"
HERE = "127.0.0.1"
UNKEPT = "/builds/no-such-build"
UPLOAD = "POST /api/hook HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
SETTINGS = {"ASLO_WEBHOOK_SECRET": SECRET}


@contextmanager
def fronted(folder, **front):
    """A site with one release behind nginx: the site, the way in, and nginx itself."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"builder": "plain", "accel": "/_files", "public_url": url}
    # What is told last is confirmed by way of nginx, which is gone before the site.
    with live(folder / "live", tells=False, **settings) as site:
        node = site.url.removeprefix("http://")
        server = nginx(folder / "nginx", [node], site.config, port=port, **front)
        with running(server), httpx.Client(base_url=url, timeout=20) as http:
            site.build_of(site.release("sugarlabs-demo/moon", a_tree(), "v1"))
            eventually(lambda: http.get(PAGE).status_code == 200)
            yield site, http, server


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The site that most tests look at, and the nginx before it, which speaks TLS as well."""
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    made = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
    subprocess.run(["openssl", *words, *made], check=True, capture_output=True)
    safe = Listen(f"127.0.0.1:{free_port()}", str(certificate), str(key))
    with fronted(folder, tls=[safe]) as (site, http, server):
        yield site, http, server, safe


@pytest.fixture(scope="module")
def behind(whole):
    return whole[:2]


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


@pytest.fixture(scope="module")
def link(behind):
    _, http = behind
    page = http.get(PAGE).text
    return "/download/" + page.partition('href="/download/')[2].partition('"')[0]


@pytest.fixture(scope="module")
def data(behind, link):
    site, _ = behind
    # The application answers a resumed download itself.
    return httpx.get(site.url + link, headers={"If-Range": '"x"'}).content


def picture(http):
    page = http.get(PAGE).text
    return "/icon/" + page.partition('src="/icon/')[2].partition('"')[0]


def test_nginx_takes_the_configuration_without_a_warning(tmp_path):
    config = Config.from_environ({"ASLO_ACCEL": "/_files"})
    server = nginx(tmp_path, ["127.0.0.1:1", "127.0.0.1:2"], config)

    done = subprocess.run([*server.command, "-t"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr + (tmp_path / "error.log").read_text()


def test_a_bundle_is_sent_by_nginx_with_the_headers_of_the_application(behind, link, data):
    site, http = behind
    answer = http.get(link, headers={"Accept-Encoding": "gzip"})
    direct = httpx.get(site.url + link)

    assert answer.content == data
    assert direct.headers["X-Accel-Redirect"].startswith("/_files/")
    assert direct.content == b""
    for name in ("Content-Type", "Content-Disposition", "ETag", "Cache-Control"):
        assert answer.headers.get_list(name) == [direct.headers[name]], name
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert answer.headers.get_list(name) == [direct.headers[name]], name
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Content-Length"] == str(len(data))
    assert not {"content-encoding", "x-accel-redirect"} & set(answer.headers)


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-0", "bytes=10-19", "bytes=100-", "bytes=-22", "bytes=0-99999999", "bytes=-9999999"],
)
def test_a_range_is_exact(behind, link, data, asked):
    _, http = behind
    answer = http.get(link, headers={"Range": asked})

    first, _, last = asked.removeprefix("bytes=").partition("-")
    wanted = data[int(first) : int(last or len(data)) + 1] if first else data[-int(last) :]
    assert answer.status_code == 206
    assert answer.content == wanted
    assert answer.headers["Content-Range"].endswith(f"/{len(data)}")
    assert answer.headers["Content-Length"] == str(len(wanted))


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_outside_is_refused_with_the_length(behind, link, data, asked):
    _, http = behind
    answer = http.get(link, headers={"Range": asked})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(data)}"


@pytest.mark.parametrize("asked", ["bytes=5-1", "lines=1-2", "bytes=0-1,5-6", "x"])
def test_a_range_that_we_do_not_serve_gets_the_whole(behind, link, data, asked):
    _, http = behind
    answer = http.get(link, headers={"Range": asked})

    assert answer.status_code == 200
    assert answer.content == data


def test_a_broken_download_goes_on_only_with_the_same_bytes(behind, link, data):
    _, http = behind
    tag = http.get(link).headers["ETag"]

    same = http.get(link, headers={"Range": "bytes=10-", "If-Range": tag})
    other = http.get(link, headers={"Range": "bytes=10-", "If-Range": '"other"'})
    known = http.get(link, headers={"If-None-Match": tag})

    assert (same.status_code, same.content) == (206, data[10:])
    assert (other.status_code, other.content) == (200, data)
    assert (known.status_code, known.content) == (304, b"")


def test_head_tells_the_true_length(behind, link, data):
    _, http = behind
    answer = http.head(link)

    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.case("D50", "T42")
@pytest.mark.parametrize(
    "path", ["/_files/", "/_files/ab/cd", "/metrics", "/readyz", "/download/../x"]
)
def test_what_is_inside_is_not_found(behind, path):
    _, http = behind
    assert http.get(path).status_code == 404


def test_static_files_come_from_nginx_and_are_kept_for_ever(behind):
    _, http = behind
    page = http.get("/en/").text
    style = "/static/" + page.partition('href="/static/')[2].partition('"')[0]
    answer = http.get(style)

    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert "X-Cache" not in answer.headers


def test_static_files_are_sent_as_they_were_packed(behind):
    _, http = behind
    name = manifest().files["aslo.css"]
    packed = (STATIC / f"{name}.gz").read_bytes()
    small = http.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
    whole = http.get(f"/static/{name}", headers={"Accept-Encoding": "identity"})
    other = http.get("/static/manifest.json")

    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(packed)
    assert small.headers["Content-Type"].startswith("text/css")
    assert "Accept-Encoding" in small.headers["Vary"]
    assert small.content == whole.content == (STATIC / name).read_bytes()
    assert other.headers["Cache-Control"] == "no-cache"


def test_a_page_that_is_kept_is_not_asked_for_again(behind):
    _, http = behind
    first, second = (http.get("/fr/").headers["X-Cache"] for _ in range(2))
    assert (first, second) == ("MISS", "HIT")


def test_each_reader_gets_a_page_in_their_language(behind):
    _, http = behind
    langs = []
    for _ in range(2):
        for wish in ("es-MX,es;q=0.9", "ar", "en"):
            page = http.get(PAGE, headers={"Accept-Language": wish}).text
            langs.append(page.partition('<html lang="')[2].partition('"')[0])
    assert langs == ["es", "ar", "en"] * 2


def test_each_reader_gets_a_page_in_an_encoding_they_take(behind):
    _, http = behind
    with_weights = "gzip;q=1.0, br;q=0"
    sent = []
    for _ in range(2):
        for accepted in ("gzip, deflate, br", "gzip", with_weights, "identity"):
            answer = http.get(PAGE, headers={"Accept-Encoding": accepted})
            sent.append(answer.headers.get("Content-Encoding"))
            assert "Moon" in answer.text
    assert sent == ["br", "gzip", None, None] * 2


def test_a_page_keeps_its_tag_behind_nginx(behind):
    _, http = behind
    first = http.get(PAGE, headers={"Accept-Encoding": "br"})
    known = {"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]}
    again = http.get(PAGE, headers=known)
    assert not first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.content) == (304, b"")


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers that it was asked with."""

    def do_GET(self):
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def echoed(folder, **front):
    """The port of an nginx before an application that only echoes."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as node:
        threading.Thread(target=node.serve_forever).start()
        nodes = [f"127.0.0.1:{node.server_port}"]
        server = nginx(folder, nodes, Config.from_environ(SETTINGS), **front)
        with running(server):
            yield server.port
        node.shutdown()


@pytest.mark.parametrize("path", ["/en/", "/builds", "/healthz", "/download/a.b/1/x.xo"])
def test_the_application_is_told_who_asks_and_under_which_number(tmp_path, path):
    """nginx inherits what it tells only where a location tells nothing of its own."""
    with echoed(tmp_path) as port:
        told = httpx.get(f"http://127.0.0.1:{port}{path}").json()

    assert len(told["x-request-id"]) == 32
    assert (told["x-forwarded-for"], told["x-forwarded-proto"]) == ("127.0.0.1", "http")
    assert told["host"] == "127.0.0.1"
    assert "connection" not in told


@pytest.mark.parametrize("path", ["/", "/es/", "/es"])
def test_sugars_own_browser_is_led_though_the_index_is_kept(behind, path):
    _, http = behind
    sugar = {"User-Agent": "Mozilla/5.0 (X11) AppleWebKit/605.1 SugarLabs/0.116"}
    for _ in range(2):
        plain = http.get(path)

    led = http.get(path, headers=sugar)

    assert plain.headers["X-Cache"] == "HIT"
    assert (led.status_code, led.headers["X-Cache"]) == (302, "BYPASS")
    assert http.get(path).status_code == 200
    shown = [http.get(led.headers["Location"], headers=sugar) for _ in range(2)][-1]
    assert (shown.status_code, shown.headers["X-Cache"]) == (200, "HIT")


@pytest.mark.case("D53", "T42")
def test_another_name_of_the_host_changes_no_page(behind):
    _, http = behind
    page = http.get("/de/", headers={"Host": "evil.example"})
    assert "evil.example" not in page.text + str(page.headers)


UPDATER = "/services/update-aslo.php"
OFFER = f"{UPDATER}?id=org.sugarlabs.Moon&appVersion=0.120"
MOST_OF_AN_OFFER = 700
"""Bytes on the wire, with all headers."""
SUGAR = {"User-Agent": "Sugar/0.120", "Accept-Encoding": "gzip, deflate"}


@pytest.mark.parametrize(
    ("path", "told"), [(OFFER, "org.sugarlabs.Moon"), ("/update.json", '{"activities":')]
)
def test_what_updaters_ask_is_kept_once_whatever_the_language(behind, path, told):
    _, http = behind
    http.get(path, headers=SUGAR)
    answers = [
        http.get(path, headers={**SUGAR, "Accept-Language": lang}) for lang in ("es", "ar", "")
    ]

    assert {answer.headers["X-Cache"] for answer in answers} == {"HIT"}
    assert {answer.status_code for answer in answers} == {200}
    assert all(told in answer.text for answer in answers)


def test_an_offer_behind_nginx_is_what_the_client_reads_and_can_be_fetched(behind, data):
    _, http = behind
    for _ in range(2):
        for headers in (SUGAR, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "br"}):
            told = read_rdf(http.get(OFFER, headers=headers).content)
            assert told is not None
            assert http.get(told.link).content == data


@pytest.mark.parametrize(
    "query", ["", "?", "?id=%00&appVersion=%ff", f"?id={'a' * 7000}&appVersion=0.98", "?id=a.b+&x"]
)
def test_whatever_is_asked_behind_nginx_the_client_can_read_the_answer(behind, query):
    site, http = behind
    for url in (UPDATER + query, site.url + UPDATER + query):
        assert http.get(url).content.decode() == update_rdf.NOTHING


def test_an_offer_is_small_on_the_wire(behind):
    """As Gunicorn sends it, with every header, to one who asks as Sugar does."""
    site, _ = behind
    host, _, port = site.url.removeprefix("http://").rpartition(":")
    asked = "".join(f"{name}: {value}\r\n" for name, value in SUGAR.items())
    request = f"GET {OFFER} HTTP/1.1\r\nHost: {host}\r\n{asked}Connection: Keep-Alive\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(request.encode())
        head, _, body = line.recv(65536).partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        while len(body) < length:
            body += line.recv(65536)

    assert head.startswith(b"HTTP/1.1 200 OK")
    assert len(body) == length
    assert read_rdf(gzip.decompress(body)).version == "1"
    assert len(head) + 4 + length <= MOST_OF_AN_OFFER


def test_a_group_is_kept_for_each_language_and_follows_that_of_its_path(behind):
    _, http = behind
    langs = []
    for _ in range(2):
        for path, wish in (("/fr/microformat", "es"), ("/microformat", "es"), ("/microformat", "")):
            asked = {"Accept-Language": wish, **SUGAR}
            page = http.get(f"{path}?sugar=0.120", headers=asked)
            langs.append(page.text.partition('<html lang="')[2].partition('"')[0])
            assert "org.sugarlabs.Moon" in read_microformat(page.text, str(page.url)).found
    assert langs == ["fr", "es", "en"] * 2
    assert page.headers["X-Cache"] == "HIT"


def deliver(http, body, secret=SECRET):
    headers = {
        "X-GitHub-Event": "ping",
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-Hub-Signature-256": sign(body, secret.encode()),
        "Content-Type": "application/json",
    }
    return http.post("/api/hook", content=body, headers=headers)


def padded(size):
    return json.dumps({"zen": "x" * size}).encode()


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


def test_an_updater_that_asks_too_much_is_offered_nothing(tmp_path):
    with fronted(tmp_path, updaters_per_second=1, updaters_burst=3) as (_, http, _):
        told = [read_rdf(http.get(OFFER).content) for _ in range(6)]

    assert told[0] is not None
    assert told[-1] is None


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


def test_one_page_goes_out_over_tls_and_over_plain_http(whole):
    _, http, _, listen = whole
    trusted = ssl.create_default_context(cafile=listen.certificate)

    plain = http.get("/en/")
    safe = httpx.get(f"https://{listen.listen}/en/", verify=trusted)
    assert read_rdf(http.get(OFFER).content).link.startswith("http://")

    assert (plain.status_code, safe.status_code) == (200, 200)
    assert plain.text == safe.text
    assert "Strict-Transport-Security" not in plain.headers


def test_the_log_gives_an_id_to_each_request_that_reached_the_application(whole):
    _, http, server, _ = whole
    http.get(UNKEPT)
    for _ in range(2):
        http.get("/sw/")
    log = server.folder / "access.log"
    lines = eventually(lambda: log.exists() and about(log.read_text(), UNKEPT, "/sw/"))

    asked, missed, hit = lines
    assert len(asked["request_id"]) == 32
    assert (missed["cache"], hit["cache"], hit["request_id"]) == ("MISS", "HIT", "")


def about(log, *paths):
    """The lines about these paths, once all three are there."""
    # The last line may be half written.
    lines = [json.loads(line) for line in log.splitlines(keepends=True) if line[-1] == "\n"]
    found = [line for line in lines if line["path"] in paths]
    return found if len(found) >= 3 else None


def test_who_does_not_end_the_head_of_a_request_is_left(dawdlers):
    assert 14 < dawdlers["head"].result() < 20


def test_who_does_not_go_on_with_a_body_is_left(dawdlers):
    assert 29 < dawdlers["body"].result() < 35
