"""The API behind the real nginx: what is kept, what passes, and how nginx itself refuses."""

import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
from werkzeug.serving import make_server

from aslo.config import Config
from aslo.domain import update_rdf
from aslo.domain.activity import ReleaseState
from fakes.values import a_release
from fakes.web_site import MOON, WebSite
from fixtures.nginx import nginx
from fixtures.servers import running

pytestmark = pytest.mark.needs("nginx")

ASKED = f"/updates?sugar=0.116&have={MOON}:0"


@contextmanager
def fronted(folder, **front):
    """A site in this process, behind nginx."""
    site = WebSite(api_per_minute=0)
    site.shelve(a_release(), a_release(version="2"))
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()

    def stop():
        server.shutdown()
        serving.join()
        server.server_close()

    before = nginx(folder, [f"127.0.0.1:{server.server_port}"], Config.from_environ({}), **front)
    with running(before), httpx.Client(base_url=f"http://127.0.0.1:{before.port}/api/v1") as http:
        yield site, http, stop
    if serving.is_alive():
        stop()


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    with fronted(tmp_path_factory.mktemp("nginx")) as (site, http, _):
        yield site, http


def cached(http, path, times=2, **headers):
    return [http.get(path, headers=headers).headers["X-Cache"] for _ in range(times)]


def installed(count, name="org.sugarlabs." + "x" * 100):
    return {"sugar": "0.116", "installed": [{"id": name, "version": "1" * 60}] * count}


def test_answers_of_the_catalog_are_kept_once_for_all_languages(behind):
    _, http = behind

    assert cached(http, "/categories") == ["MISS", "HIT"]
    assert cached(http, "/categories", **{"Accept-Language": "es"}) == ["HIT", "HIT"]
    assert cached(http, ASKED) == ["MISS", "HIT"]


@pytest.mark.parametrize("path", ["/changes", "/builds", "/nothing", "/activities?limit=0"])
def test_what_must_be_fresh_and_what_is_wrong_is_asked_anew(behind, path):
    _, http = behind

    assert cached(http, path) == ["MISS", "MISS"]


def test_a_post_is_answered_by_the_application_each_time(behind):
    site, http = behind
    body = {"sugar": "0.116", "installed": [{"id": MOON, "version": "1"}]}
    first = http.post("/updates", json=body).json()["items"][0]
    entry = site.catalog.entry(MOON)
    kept = tuple(
        replace(each, state=ReleaseState.HELD) if each.version == "2" else each
        for each in entry.releases
    )
    site.catalog.apply(site.catalog.revision() + 1, MOON, replace(entry, releases=kept))

    assert (first["verdict"], first["version"]) == ("newer", "2")
    assert http.post("/updates", json=body).json()["items"][0]["verdict"] == "current"


def test_a_thousand_activities_pass(behind):
    _, http = behind
    answer = http.post("/updates", json=installed(1_000))

    assert len(str(installed(1_000))) > 200_000
    assert (answer.status_code, len(answer.json()["items"])) == (200, 1_000)


@pytest.mark.parametrize(
    ("path", "size"), [("/updates", 257 * 1024), ("/activities", 17 * 1024), ("/x", 17 * 1024)]
)
def test_a_larger_body_is_refused_in_the_one_shape(behind, path, size):
    _, http = behind
    answer = http.post(path, content=b" " * size, headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
    assert refused(answer) == "request-entity-too-large"


def test_another_origin_may_ask_through_nginx(behind):
    _, http = behind
    answer = http.options("/updates", headers={"Origin": "https://sugarizer.example"})

    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers.get_list("Access-Control-Allow-Origin") == ["*"]
    assert http.get("/categories").headers.get_list("Access-Control-Allow-Origin") == ["*"]


def test_the_page_for_people_is_kept_in_each_language(behind):
    _, http = behind
    page = str(http.base_url).removesuffix("v1/").rstrip("/")

    assert cached(http, page) == ["MISS", "HIT"]
    assert '<html lang="es"' in http.get(page, headers={"Accept-Language": "es"}).text


def test_a_program_that_asks_too_much_is_told_when_to_come_again(tmp_path):
    with fronted(tmp_path, pages_per_second=1, pages_burst=1) as (_, http, _stop):
        answers = [http.get("/categories") for _ in range(8)]

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert refused(answers[-1]) == "too-many-requests"
    assert answers[-1].headers["Access-Control-Expose-Headers"] == "Retry-After"


def test_the_root_of_the_api_is_refused_in_the_one_shape_too(tmp_path):
    with fronted(tmp_path, pages_per_second=1, pages_burst=3) as (_, http, _):
        answers = [http.get(str(http.base_url).rstrip("/")) for _ in range(8)]

    assert answers[0].status_code == 404
    assert refused(answers[-1]) == "too-many-requests"


def test_no_verdict_is_stale_though_the_rest_is_shown_as_it_was(tmp_path):
    with fronted(tmp_path) as (site, http, stop):
        site.app.after_request(gone_in_a_second)
        before = http.get("/categories")
        offered = http.get(ASKED).json()["items"][0]
        site.catalog.apply(site.catalog.revision() + 1, MOON, None)
        time.sleep(2.1)
        anew = http.get(ASKED).json()["items"][0]
        time.sleep(2.1)
        stop()
        after = http.get("/categories")
        away = [http.get(ASKED), http.get("/changes"), http.post("/updates", json=installed(1))]

    assert (offered["verdict"], anew["verdict"]) == ("newer", "unknown")
    assert (after.status_code, after.content) == (200, before.content)
    for answer in away:
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert refused(answer) == "outage"


@pytest.mark.parametrize(
    "path", [f"/services/update-aslo.php?id={MOON}&appVersion=0.116", "/update.json"]
)
def test_no_updater_is_offered_what_was_withdrawn_but_an_outage_changes_nothing(tmp_path, path):
    with fronted(tmp_path) as (site, http, stop):
        site.app.wsgi_app = each_gone_in_a_second(site.app.wsgi_app)
        url = http.base_url.join(path)
        offered = http.get(url)
        site.catalog.apply(site.catalog.revision() + 1, MOON, None)
        time.sleep(2.1)
        anew = http.get(url)
        time.sleep(2.1)
        stop()
        away = http.get(url)

    assert MOON in offered.text
    assert MOON not in anew.text
    assert (away.status_code, away.content, away.headers["X-Cache"]) == (200, anew.content, "STALE")


def raw(http, line, *headers):
    """What nginx says to a request as it is written here."""
    request = "\r\n".join([line, f"Host: {http.base_url.host}", *headers, "", ""])
    with socket.create_connection((http.base_url.host, http.base_url.port), timeout=10) as line_:
        line_.sendall(request.encode())
        line_.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: line_.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode().splitlines()
    told = httpx.Headers([tuple(each.split(": ", 1)) for each in rest])
    return httpx.Response(int(first.split()[1]), headers=told, content=body)


LONG = "x" * 9_000
MANY = [f"X-Header-{number}: {'x' * 4_000}" for number in range(12)]


@pytest.mark.parametrize("path", ["/api/v1/activities?q=", "/api/hook?", "/api/anything/"])
def test_a_program_whose_address_is_too_long_is_told_so_in_the_one_shape(behind, path):
    answer = raw(behind[1], f"GET {path}{LONG} HTTP/1.1")

    assert answer.status_code == 414
    assert refused(answer) == "request-uri-too-long"


@pytest.mark.parametrize("path", ["/api/v1/activities", "/api/hook"])
def test_a_program_whose_headers_are_too_large_is_told_so_in_the_one_shape(behind, path):
    answer = raw(behind[1], f"GET {path} HTTP/1.1", *MANY)

    assert answer.status_code == 431
    assert refused(answer) == "request-header-fields-too-large"


def test_a_program_whose_request_cannot_be_read_is_told_so_in_the_one_shape(behind):
    answer = raw(behind[1], "GET /api/v1/activities HTTP/1.1", "Content-Length: many")

    assert answer.status_code == 400
    assert refused(answer) == "bad-request"


@pytest.mark.parametrize("path", ["/services/update-aslo.php?id=", "/services/update.php?"])
@pytest.mark.parametrize("headers", [(), MANY, ["Content-Length: many"]])
def test_an_updater_that_nginx_does_not_read_is_offered_nothing(behind, path, headers):
    answer = raw(behind[1], f"GET {path}{'' if headers else LONG} HTTP/1.1", *headers)

    assert answer.status_code == 200
    assert (answer.headers["Content-Type"], answer.text) == ("text/xml", update_rdf.NOTHING)


def test_an_updater_that_sends_too_much_is_offered_nothing(behind):
    url = behind[1].base_url.join("/services/update-aslo.php")
    answer = behind[1].post(url, content=b"x" * 40_000)

    assert (answer.status_code, answer.text) == (200, update_rdf.NOTHING)


def test_who_wants_the_list_and_is_not_read_gets_an_empty_one(behind):
    answer = raw(behind[1], f"GET /update.json?{LONG} HTTP/1.1")

    assert (answer.status_code, answer.json()) == (200, {"activities": {}})


def test_a_reader_whose_address_is_too_long_is_told_so_in_words(behind):
    answer = raw(behind[1], f"GET /search?q={LONG} HTTP/1.1")

    assert (answer.status_code, answer.headers["Content-Type"]) == (414, "text/plain")
    assert "nginx" not in answer.text


@pytest.mark.parametrize("path", ["/.aslo/api/unread", "/.aslo/offers/x", "/.aslo/page/unread"])
def test_what_nginx_says_by_itself_is_at_no_address(behind, path):
    assert behind[1].get(behind[1].base_url.join(path)).status_code == 404


def test_rubbish_in_the_name_of_an_updater_drives_out_no_page(tmp_path):
    with fronted(tmp_path) as (_, http, _stop):
        cached(http, "/categories")
        for number in range(300):
            http.get(http.base_url.join(f"/services/update-aslo.php?id=rubbish{number}"))
        folders = {
            name: sum(1 for each in (tmp_path / name).rglob("*") if each.is_file())
            for name in ("cache", "cache-offers")
        }

    assert folders == {"cache": 1, "cache-offers": 300}


def gone_in_a_second(response):
    response.headers["X-Accel-Expires"] = "1"
    return response


def each_gone_in_a_second(application):
    """The same for what is answered before Flask."""

    def answering(environ, start_response):
        def start(status, headers, *rest):
            return start_response(status, [*headers, ("X-Accel-Expires", "1")], *rest)

        return application(environ, start)

    return answering


def refused(answer):
    """The code of an error that nginx made as the application would."""
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.get_list("Access-Control-Allow-Origin") == ["*"]
    assert set(answer.json()) == {"error", "message", "hint"}
    return answer.json()["error"]
