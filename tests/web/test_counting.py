"""Which answers are counted as downloads, and what is told of them."""

import threading
from dataclasses import replace

import pytest
from werkzeug.serving import make_server

from aslo.adapters.site_http import HttpSite
from aslo.domain.counts import LOOK_BYTES, Download
from aslo.domain.sugar import Compatibility, Toolkit
from aslo.services import report
from fakes.clock import START
from fakes.values import a_release
from fakes.web_site import MOON, PUBLIC_URL, WebSite

RELEASE = replace(
    a_release(), details=replace(a_release().details, compatibility=Compatibility(Toolkit.GTK3))
)
PATH = report.download_path(RELEASE)
SIZE = 40 * 32
NOBODY = Download(MOON, "1", START.date(), "unknown", "unknown", "gtk3")


@pytest.fixture(params=["", "/_files"], ids=["sent by us", "sent by the front"])
def site(request):
    made = WebSite(accel=request.param)
    made.shelve(RELEASE)
    return made


def counted(site, path=PATH, method="GET", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = site.client.open(path, method=method, headers=named)
    assert answer.status_code < 500
    return site.downloads


def test_a_download_is_counted_without_anything_about_who_made_it(site):
    assert counted(site) == [NOBODY]


@pytest.mark.parametrize("asked", ["bytes=0-", f"bytes=0-{SIZE - 1}", "bytes=0-99999"])
def test_the_whole_in_one_range_is_one(site, asked):
    assert counted(site, Range=asked) == [NOBODY]


@pytest.mark.parametrize("asked", ["bytes=5-", "bytes=1-100", "bytes=-22", "bytes=0-9"])
def test_a_download_that_goes_on_or_looks_around_is_none(site, asked):
    assert counted(site, Range=asked) == []


def test_a_large_bundle_in_ranges_is_one(monkeypatch, site):
    monkeypatch.setattr("aslo.domain.counts.LOOK_BYTES", SIZE // 4)
    for asked in ("bytes=0-639", "bytes=640-1279", "bytes=640-"):
        counted(site, Range=asked)
    assert LOOK_BYTES > SIZE
    assert len(site.downloads) == 1


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "x", "bytes=9-1"])
def test_a_range_that_gets_the_whole_is_one(site, asked):
    assert counted(site, Range=asked) == [NOBODY]


def test_a_download_that_starts_again_because_the_bytes_changed_is_one(site):
    assert counted(site, Range="bytes=10-", If_Range='"other"') == [NOBODY]


def test_what_sends_no_bundle_is_none(site):
    tag = f'"{site.client.get(PATH).headers["ETag"].strip(chr(34))}"'
    site.downloads.clear()
    counted(site, method="HEAD")
    counted(site, If_None_Match=tag)
    counted(site, Range="bytes=999999-")
    counted(site, path="/download/org.sugarlabs.Moon/1/Other.xo")
    assert site.downloads == []


def test_robots_and_browsers_that_read_ahead_are_none(site):
    counted(site, User_Agent="Mozilla/5.0 (compatible; Googlebot/2.1)")
    for name in ("Sec_Purpose", "Purpose", "X_Moz"):
        counted(site, **{name: "prefetch"})
    assert site.downloads == []


def test_sugar_says_which_one_it_is(site):
    assert counted(site, User_Agent="Sugar/0.120") == [replace(NOBODY, sugar="0.120")]


@pytest.mark.parametrize(
    ("referrer", "language"),
    [
        (f"{PUBLIC_URL}/es/{MOON}/1", "es"),
        ("http://localhost/pt_BR/", "pt_BR"),
        (f"{PUBLIC_URL}/es_MX/", "es"),
        (f"{PUBLIC_URL}/eo/", "other"),
        (f"{PUBLIC_URL}/{MOON}/1", "ar"),
        (f"{PUBLIC_URL}/", "ar"),
        (f"{PUBLIC_URL}/xx/<script>", "ar"),
        ("https://elsewhere.example/es/", "unknown"),
        ("http://[", "unknown"),
        ("", "unknown"),
    ],
)
def test_the_language_is_that_of_our_page(site, referrer, language):
    found = counted(site, Referer=referrer, Accept_Language="ar, es;q=0.5")
    assert found == [replace(NOBODY, language=language)]


def test_a_counter_that_breaks_breaks_no_download(site, caplog):
    def breaks(_):
        raise RuntimeError("a fault of ours")

    object.__setattr__(site.app.extensions["aslo-ports"], "count", breaks)

    assert site.client.get(PATH).status_code == 200
    assert "a fault of ours" in caplog.text


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (None, range(SIZE)),
        ("bytes=0-99999", range(SIZE)),
        ("bytes=7-", range(7, SIZE)),
        ("bytes=0-9", range(10)),
    ],
)
def test_what_is_sent_is_known_whoever_sends_it(site, monkeypatch, asked, part):
    sent = []
    monkeypatch.setattr(
        "aslo.web.counting.is_download",
        lambda fetch: sent.append(range(fetch.first_byte, fetch.first_byte + fetch.sent_bytes)),
    )
    counted(site, **({"Range": asked} if asked else {}))
    assert sent == [part]


def test_our_own_look_at_what_was_published_is_none():
    site = WebSite()
    site.shelve(RELEASE)
    sha256 = site.catalog.entry(MOON).releases[0].bundle.sha256
    with make_server("127.0.0.1", 0, site.app) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        HttpSite(f"http://127.0.0.1:{server.port}").confirm(report.page_path(RELEASE), PATH, sha256)
        server.shutdown()
    assert site.downloads == []
