"""Pages that are kept in memory: the same answers as before, until the catalog moves."""

import gzip
from dataclasses import replace

import brotli
import pytest

from aslo.domain.activity import Details
from aslo.domain.errors import CatalogError
from aslo.domain.locale import LocalizedText
from aslo.web import kept
from fakes.values import a_build, a_release
from fakes.web_site import MOON, WebSite

PAGE = f"/en/{MOON}/1"


class CountingMeter:
    """Remembers what was answered."""

    def __init__(self):
        self.seen = []

    def answered(self, method, route, status, seconds):
        self.seen.append((method, route, status))


@pytest.fixture
def meter():
    return CountingMeter()


@pytest.fixture
def site(meter):
    made = WebSite(meter=meter)
    made.shelve(a_release())
    return made


@pytest.fixture
def looks(site, monkeypatch):
    """Every look at an activity that a page needed."""
    seen = []
    look = site.catalog.entry
    monkeypatch.setattr(site.catalog, "entry", lambda bundle_id: seen.append(1) or look(bundle_id))
    return seen


def test_a_page_is_made_once_and_answered_alike(site, looks):
    first, second = site.client.get(PAGE), site.client.get(PAGE)

    assert len(looks) == 1
    assert (second.status, second.data) == (first.status, first.data)
    assert dict(second.headers) == dict(first.headers)


def test_a_page_is_made_anew_when_the_catalog_has_moved(site):
    site.client.get(PAGE)
    site.shelve(replace(a_release(), details=Details(LocalizedText("Sun"))))

    assert "Sun" in site.client.get(PAGE).text


def test_a_page_below_another_root_is_another_page(site):
    below = {"SCRIPT_NAME": "/evil"}
    first = site.client.get("/en/help", environ_overrides=below)
    second = site.client.get("/en/help")

    assert "/evil/en/" in first.text
    assert "/evil" not in second.text
    assert first.headers["ETag"] != second.headers["ETag"]


def test_a_kept_page_is_counted_under_its_route(site, meter):
    for _ in range(2):
        site.client.get(PAGE)
    site.client.get(PAGE, headers={"If-None-Match": "W/" + site.client.get(PAGE).headers["ETag"]})

    route = "/<lang:lang>/<bundle_id:bundle_id>/<version:version>"
    assert meter.seen == [("GET", route, 200)] * 3 + [("GET", route, 304)]


def test_a_reader_without_a_language_in_the_path_gets_the_wished_one(site):
    pages = {
        wish: site.client.get("/", headers={"Accept-Language": wish}).text
        for wish in ("es", "ar", "es", "en")
    }

    assert '<html lang="es"' in pages["es"]
    assert 'dir="rtl"' in pages["ar"]
    assert '<html lang="en"' in pages["en"]


def test_all_who_wish_the_same_language_share_a_page(site, looks):
    for wish in ("es", "es-UY,es;q=0.9,en;q=0.1", "xx, es-419"):
        site.client.get(PAGE.removeprefix("/en"), headers={"Accept-Language": wish})

    assert len(looks) == 1


def test_a_page_with_its_language_in_the_path_is_kept_once_for_all_wishes(site, looks):
    for wish in ("es", "ar", ""):
        site.client.get(PAGE, headers={"Accept-Language": wish})

    assert len(looks) == 1


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip;q=1.0, br;q=0.1", "gzip", gzip.decompress),
        ("gzip, br;q=0", "gzip", gzip.decompress),
        ("deflate", None, bytes),
        ("", None, bytes),
    ],
)
def test_a_page_is_sent_in_the_best_encoding_that_the_reader_takes(
    site, accepted, encoding, unpack
):
    plain = site.client.get(PAGE)
    for _ in range(2):
        answer = site.client.get(PAGE, headers={"Accept-Encoding": accepted})

        assert answer.headers.get("Content-Encoding") == encoding
        assert unpack(answer.data) == plain.data
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_each_encoding_has_a_strong_tag_of_its_own(site):
    tags = {
        site.client.get(PAGE, headers={"Accept-Encoding": accepted}).headers["ETag"]
        for accepted in ("br", "gzip", "")
    }

    assert len(tags) == 3
    assert not any(tag.startswith("W/") for tag in tags)


@pytest.mark.parametrize("warm", [True, False], ids=["kept", "not kept"])
@pytest.mark.parametrize("accepted", ["br", ""])
def test_a_reader_who_knows_the_page_is_told_so(site, accepted, warm):
    tag = site.client.get(PAGE, headers={"Accept-Encoding": accepted}).headers["ETag"]
    if not warm:
        layer(site)._pages.clear()

    answer = site.client.get(PAGE, headers={"Accept-Encoding": accepted, "If-None-Match": tag})

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Cache-Control"].startswith("public")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("asked", ["*", '"", *', 'W/""'])
def test_a_page_without_a_tag_is_known_to_nobody(site, asked):
    first = site.client.get("/update.json")
    again = site.client.get("/update.json", headers={"If-None-Match": asked})

    assert "ETag" not in first.headers
    assert (again.status_code, again.data) == (200, first.data)


def test_the_head_of_a_kept_page_is_that_of_the_page(site):
    page = site.client.get(PAGE)
    head = site.client.head(PAGE)

    assert head.data == b""
    assert dict(head.headers) == dict(page.headers)


def test_what_changes_without_the_catalog_is_not_kept(site):
    site.store.add_build(a_build())
    site.client.get("/builds/b1")
    site.store.append_log("b1", 1, "hello from the build\n")

    assert "hello from the build" in site.client.get("/builds/b1").text


@pytest.mark.parametrize("path", [f"/en/{MOON}/99", "/en/nothing", "/en/nothing/more"])
def test_what_is_not_there_is_not_kept(site, path):
    assert site.client.get(path).status_code == 404
    assert len(layer(site)._pages) == 0


def test_a_catalog_that_cannot_be_read_is_an_outage_for_kept_pages_too(site, monkeypatch):
    site.client.get(PAGE)

    def fails():
        raise CatalogError("cannot read /var/lib/aslo/catalog.db")

    monkeypatch.setattr(site.catalog, "tag", fails)

    assert site.client.get(PAGE).status_code == 503


def test_what_is_large_is_not_gathered_in_memory(site, monkeypatch):
    monkeypatch.setattr(kept, "LARGEST_BYTES", 1000)
    site.shelve(a_release())
    gathered = []
    really_whole = kept._whole
    monkeypatch.setattr(kept, "_whole", lambda body: gathered.append(1) or really_whole(body))

    assert len(site.client.get("/en/microformat").data) > 1000

    assert not gathered
    assert len(layer(site)._pages) == 0


def test_kept_pages_take_no_more_than_their_room(site):
    room = 64 * 1024
    pages = kept.KeptPages(layer(site)._make, _ports(site), room)
    site.app.wsgi_app = pages

    for number in range(100):
        site.client.get(f"{PAGE}?number={number}")

    assert 0 < len(pages._pages) < 100
    assert pages._pages.currsize <= room


def test_sugars_own_browser_is_led_though_the_index_is_kept_for_others(site):
    site.client.get("/en/")

    led = site.client.get("/en/", headers={"User-Agent": "Mozilla/5.0 SugarLabs/0.112"})

    assert led.status_code == 302


def _ports(site):
    return layer(site)._ports


def layer(site):
    """The layer that keeps pages, which is behind the one that answers updaters."""
    return site.app.wsgi_app._rest
