"""Downloads: whole, in part, known already, withdrawn, and under other names."""

import hashlib
from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState
from aslo.services import report
from fakes.values import a_release
from fakes.web_site import bundle_bytes

RELEASE = a_release()
DATA = bundle_bytes(RELEASE)
PATH = report.download_path(RELEASE)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def client(site):
    site.shelve(RELEASE)
    return site.client


@pytest.mark.case("T42")
def test_a_bundle_comes_whole_with_all_its_headers(client):
    answer = client.get(PATH, headers={"Accept-Encoding": "gzip"})

    assert answer.status_code == 200
    assert answer.data == DATA
    headers = answer.headers
    assert headers["Content-Length"] == str(len(DATA))
    assert headers["Content-Type"] == "application/vnd.olpc-sugar"
    assert headers["Content-Disposition"] == "attachment; filename=Moon-1.xo"
    assert headers["ETag"] == f'"{SHA256}"'
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in headers["Cache-Control"]
    assert "no-transform" in headers["Cache-Control"]
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "Content-Encoding" not in headers


@pytest.mark.case("T42")
def test_head_tells_the_true_length_without_the_bytes(client):
    answer = client.head(PATH, headers={"Range": "bytes=0-9"})

    assert answer.status_code == 200
    assert answer.data == b""
    assert answer.headers["Content-Length"] == str(len(DATA))
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.case("T42")
@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=100-", 100, len(DATA) - 1),
        ("bytes=-22", len(DATA) - 22, len(DATA) - 1),
        ("bytes=0-99999999", 0, len(DATA) - 1),
        ("bytes=-99999999", 0, len(DATA) - 1),
    ],
)
def test_a_range_is_exact(client, asked, first, last):
    answer = client.get(PATH, headers={"Range": asked})

    assert answer.status_code == 206
    assert answer.data == DATA[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert answer.headers["Content-Type"] == "application/vnd.olpc-sugar"
    assert answer.headers["ETag"] == f'"{SHA256}"'


@pytest.mark.parametrize("asked", [f"bytes={len(DATA)}-", "bytes=99999-99999", "bytes=-0"])
def test_a_range_outside_is_refused_with_the_length(client, asked):
    answer = client.get(PATH, headers={"Range": asked})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("asked", ["bytes=5-1", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "x"])
def test_a_range_that_we_do_not_serve_gets_the_whole(client, asked):
    answer = client.get(PATH, headers={"Range": asked})

    assert answer.status_code == 200
    assert answer.data == DATA


def test_a_broken_download_goes_on_only_with_the_same_bytes(client):
    same = client.get(PATH, headers={"Range": "bytes=10-", "If-Range": f'"{SHA256}"'})
    other = client.get(PATH, headers={"Range": "bytes=10-", "If-Range": '"other"'})

    assert same.status_code == 206
    assert other.status_code == 200
    assert other.data == DATA


def test_bytes_that_are_known_are_not_sent_again(client):
    answer = client.get(PATH, headers={"If-None-Match": f'"{SHA256}"'})

    assert answer.status_code == 304
    assert answer.data == b""


@pytest.mark.case("D50", "D51", "T42")
@pytest.mark.parametrize(
    "path",
    [
        "/download/org.sugarlabs.Moon/1/Other-1.xo",
        "/download/org.sugarlabs.Moon/2/Moon-1.xo",
        "/download/org.sugarlabs.Moon/1.0/Moon-1.xo",
        "/download/org.sugarlabs.Mars/1/Moon-1.xo",
        "/download/org.sugarlabs.Moon/1/",
        "/download/org.sugarlabs.Moon/1/..",
        "/download/org.sugarlabs.Moon/abc/Moon-1.xo",
        "/download/../x",
        "/download/%2e%2e/%2e%2e/etc/passwd",
        "/download/org.sugarlabs.Moon/1/%2e%2e%2fMoon-1.xo",
        "/download/org.sugarlabs.Moon/1/Moon-1.xo%00",
        "/download/org.sugarlabs.Moon/1/./Moon-1.xo",
        "/download/org.sugarlabs.Moon/1/Moon-1.xo/",
    ],
)
def test_any_other_name_is_not_found(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert DATA not in answer.data


def test_a_withdrawn_release_is_gone_and_its_page_says_so(site, read):
    site.shelve(replace(RELEASE, state=ReleaseState.WITHDRAWN))

    assert site.client.get(PATH).status_code == 410
    assert "withdrawn" in read(site.client.get(report.page_path(RELEASE))).text_content()


def test_a_held_release_is_not_there(site):
    site.shelve(replace(RELEASE, state=ReleaseState.HELD))

    assert site.client.get(PATH).status_code == 404
    assert site.client.get(report.page_path(RELEASE)).status_code == 404


def test_the_file_is_closed_when_the_answer_has_been_sent(site, monkeypatch):
    site.shelve(RELEASE)
    opened = []
    really_open = site.files.open
    monkeypatch.setattr(site.files, "open", lambda h: opened.append(really_open(h)) or opened[-1])

    for headers in ({}, {"Range": "bytes=0-4"}, {"Range": "bytes=99999-"}):
        site.client.get(PATH, headers=headers).close()
    site.client.head(PATH).close()

    assert len(opened) == 4
    assert all(file.closed for file in opened)


@pytest.mark.case("T41")
@pytest.mark.parametrize("damaged", [b"", DATA[:-1], DATA + b"x"])
def test_a_file_that_lost_bytes_at_rest_is_told_and_not_sent(site, client, damaged):
    site.files.contents[SHA256] = damaged

    answer = client.get(PATH)

    assert answer.status_code == 503
    assert "immutable" not in answer.headers.get("Cache-Control", "")
    assert str(len(DATA)) != answer.headers["Content-Length"]
