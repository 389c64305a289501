"""Bundles and static files, which the real nginx sends itself."""

import httpx
import pytest

from aslo.web.assets import STATIC, manifest

pytestmark = pytest.mark.needs("nginx")


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
