"""The real nginx, with the configuration that `aslo nginx` prints, before a running site."""

import json
import ssl
import subprocess

import httpx
import pytest

from aslo.config import Config
from fixtures.fronted import OFFER, PAGE, echoed
from fixtures.live import eventually
from fixtures.nginx import nginx
from fixtures.sugar_updater import read_rdf

pytestmark = pytest.mark.needs("nginx")

UNKEPT = "/builds/no-such-build"


def test_nginx_takes_the_configuration_without_a_warning(tmp_path):
    config = Config.from_environ({"ASLO_ACCEL": "/_files"})
    server = nginx(tmp_path, ["127.0.0.1:1", "127.0.0.1:2"], config)

    done = subprocess.run([*server.command, "-t"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr + (tmp_path / "error.log").read_text()


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
