"""Headers: what every answer has, and how public pages are kept."""

from dataclasses import replace

import pytest

from aslo.domain.activity import Details
from aslo.domain.locale import LocalizedText
from aslo.web import headers
from fakes.values import a_build, a_release
from fakes.web_site import MOON

PUBLIC = ["/", "/es/", "/search?q=moon", f"/{MOON}/1", f"/es/{MOON}/1", f"/{MOON}/releases"]
OTHERS = ["/builds", "/builds/b1", "/builds/b1.json", "/builds/b1/log.txt", "/nothing", "/api/hook"]


@pytest.fixture
def client(site):
    site.shelve(a_release())
    site.store.add_build(a_build())
    return site.client


@pytest.mark.case("D53")
@pytest.mark.parametrize("path", [*PUBLIC, *OTHERS, f"/{MOON}", "/static/manifest.json"])
def test_every_answer_is_sealed_and_sets_no_cookie(client, path):
    answer = client.get(path, buffered=True)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", [*PUBLIC, "/builds", "/builds/b1", "/nothing"])
def test_no_page_holds_what_the_policy_forbids(client, read, path):
    page = read(client.get(path))

    assert page.xpath("//style | //@style | //@*[starts-with(name(), 'on')]") == []
    # What is no JavaScript is data, which no policy keeps from being there.
    scripts = "//script[not(@type='application/ld+json')]"
    assert page.xpath(f"{scripts}[not(@src) or not(@defer) or normalize-space()]") == []
    sources = page.xpath("//@src | //link/@href[../@rel='stylesheet']")
    assert [source for source in sources if not source.startswith("/")] == []


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_kept_and_asked_for_again_cheaply(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == (
        "public, max-age=60, stale-while-revalidate=86400, stale-if-error=604800"
    )
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_page_is_sent_again_when_the_catalog_has_moved(site, client):
    tag = client.get("/").headers["ETag"]
    site.shelve(replace(a_release(), details=Details(LocalizedText("Sun"))))

    answer = client.get("/", headers={"If-None-Match": tag})

    assert answer.status_code == 200
    assert "Sun" in answer.text


def test_tags_differ_by_path_query_and_language(client):
    asked = [("/", ""), ("/", "es"), ("/es/", ""), ("/?sort=name", ""), (f"/{MOON}/1", "")]
    tags = {client.get(p, headers={"Accept-Language": w}).headers["ETag"] for p, w in asked}

    assert len(tags) == len(asked)


def test_a_page_that_depends_on_the_browsers_language_says_so(client):
    assert "Accept-Language" in client.get("/").headers["Vary"]
    assert "Accept-Language" not in client.get("/es/").headers.get("Vary", "")


@pytest.mark.parametrize("path", OTHERS)
def test_what_changes_without_the_catalog_is_not_kept(client, path):
    assert client.get(path).headers["Cache-Control"] in ("no-cache", "no-store")


@pytest.mark.parametrize("path", [*PUBLIC, "/builds/b1"])
def test_head_is_answered_like_get(client, path):
    answer = client.head(path)

    assert answer.status_code == 200
    assert answer.data == b""


@pytest.mark.parametrize(
    "file", ["web/templates/feed.xml", "web/templates/help.html", "domain/x.py"]
)
def test_another_version_of_the_code_has_other_tags(tmp_path, monkeypatch, file):
    monkeypatch.setattr(headers, "PACKAGE", tmp_path)
    (tmp_path / file).parent.mkdir(parents=True)
    seen = set()
    for words in ("old", "new"):
        (tmp_path / file).write_text(words)
        headers.dress.cache_clear()
        seen.add(headers.dress())
    headers.dress.cache_clear()
    assert len(seen) == 2


def test_the_look_is_kept_forever_under_an_address_of_its_own(client, read):
    (sheet,) = read(client.get("/")).xpath("//link[@rel='stylesheet']/@href")
    kept = client.get(sheet, buffered=True).headers["Cache-Control"]
    plain = client.get("/static/manifest.json", buffered=True).headers["Cache-Control"]

    assert kept == "public, max-age=31536000, immutable"
    assert plain == "no-cache"


@pytest.mark.case("D53", "T42")
@pytest.mark.parametrize("host", ["evil.example", "evil.example:99", "a b", "[", "é", ""])
@pytest.mark.parametrize(
    "path", ["/", f"/{MOON}/1", f"/{MOON}", "/nothing", "//", "//evil.example/x", f"/{MOON}//1"]
)
def test_the_host_header_is_never_echoed(client, path, host):
    answer = client.get(path, headers={"Host": host})

    assert answer.status_code < 500
    told = answer.text + str(answer.headers)
    assert "evil.example" not in told.replace("//evil.example/x", "")
