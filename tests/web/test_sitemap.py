"""What crawlers and browsers ask of a site beside its pages."""

from datetime import datetime

import pytest
from lxml import etree

from aslo.domain.activity import ReleaseState
from aslo.web import sitemap
from aslo.web.language import interface_languages
from fakes.values import a_release
from fakes.web_site import MOON, PUBLIC_URL, WebSite

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "o": "http://a9.com/-/spec/opensearch/1.1/",
}
WORDLESS = (
    "/robots.txt",
    "/sitemap.xml",
    "/sitemaps/pages.xml",
    f"/sitemaps/activities/{MOON}.xml",
)


def tree(site, path, mimetype="application/xml"):
    answer = site.client.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert b"evil.example" not in answer.data
    return etree.fromstring(answer.data)


def path_of(url):
    assert url.startswith(f"{PUBLIC_URL}/")
    return url.removeprefix(PUBLIC_URL)


def parts(site):
    return [
        path_of(url) for url in tree(site, "/sitemap.xml").xpath("//s:loc/text()", namespaces=NAMES)
    ]


def places(site, path):
    return tree(site, path).xpath("//s:url/s:loc/text()", namespaces=NAMES)


def test_robots_find_the_sitemap_and_stay_away_from_what_is_no_page(site):
    text = site.client.get("/robots.txt").text

    assert f"Sitemap: {PUBLIC_URL}/sitemap.xml" in text.splitlines()
    assert "User-agent: *" in text.splitlines()
    for path in ("/api/", "/builds", "/download/", "/search"):
        assert f"Disallow: {path}" in text.splitlines()
    assert "Disallow: /\n" not in text


def test_each_latest_release_is_in_exactly_one_part(site, monkeypatch):
    monkeypatch.setattr(sitemap, "STEP", 2)
    ids = site.shelve_many(5)
    site.shelve(a_release(version="1"), a_release(version="2"))

    found = [url for part in parts(site)[1:] for url in places(site, part)]

    expected = [f"{PUBLIC_URL}/{bundle_id}/1" for bundle_id in ids] + [f"{PUBLIC_URL}/{MOON}/2"]
    assert len(parts(site)) == 1 + 3
    assert sorted(found) == sorted(expected)


def test_every_place_of_the_sitemap_is_a_page_and_names_itself_in_each_language(site):
    site.shelve(a_release())

    for part in parts(site):
        for place in tree(site, part).xpath("//s:url", namespaces=NAMES):
            links = place.xpath("x:link", namespaces=NAMES)
            here = place.findtext("s:loc", namespaces=NAMES)
            assert {link.get("rel") for link in links} == {"alternate"}
            assert links[0].get("hreflang") == "x-default"
            assert links[0].get("href") == here
            assert len(links) == 1 + len(interface_languages())
            for link in links:
                assert site.client.get(path_of(link.get("href"))).status_code == 200


def test_a_place_says_when_it_changed(site):
    site.shelve(a_release())

    (moment,) = tree(site, f"/sitemaps/activities/{MOON}.xml").xpath(
        "//s:lastmod/text()", namespaces=NAMES
    )

    assert datetime.fromisoformat(moment) == a_release().listed_at


def test_what_is_not_listed_is_not_on_the_map(site):
    site.shelve(a_release(state=ReleaseState.WITHDRAWN))

    assert parts(site) == ["/sitemaps/pages.xml"]
    assert site.client.get(f"/sitemaps/activities/{MOON}.xml").status_code == 404


def test_a_full_part_keeps_to_the_limits_of_the_protocol(site):
    bundle_id = "org." + "a" * 60
    one = len(sitemap_of(site, bundle_id))

    # With a dozen more languages than now.
    assert (one + 12 * 200) * sitemap.STEP < 50 * 1024**2
    assert sitemap.STEP <= 50_000


def sitemap_of(site, bundle_id):
    site.shelve(a_release(bundle_id))
    return site.client.get(f"/sitemaps/activities/{bundle_id}.xml").data


@pytest.mark.parametrize("path", WORDLESS)
def test_what_is_the_same_for_all_is_kept_once(site, path):
    site.shelve(a_release())

    here, there = (
        site.client.get(path, headers={"Accept-Language": lang}) for lang in ("en", "es")
    )

    assert here.data == there.data
    assert "Accept-Language" not in here.headers.get("Vary", "")
    assert here.headers["Cache-Control"].startswith("public, max-age=60")
    assert here.headers["ETag"]


def test_a_browser_can_take_the_search_over(site, read):
    site.shelve(a_release())
    page = read(site.client.get("/es/"))
    (link,) = page.xpath("//link[@rel='search']")

    assert link.get("type") == "application/opensearchdescription+xml"
    found = tree(site, link.get("href"), link.get("type"))

    assert 0 < len(found.findtext("o:ShortName", namespaces=NAMES)) <= 16
    assert 0 < len(found.findtext("o:Description", namespaces=NAMES)) <= 1024
    template = found.find("o:Url", NAMES).get("template")
    assert template == f"{PUBLIC_URL}/es/search?q={{searchTerms}}"
    answer = site.client.get(path_of(template).replace("{searchTerms}", "moon"))
    assert f"/es/{MOON}/1" in answer.text


def test_a_long_name_of_the_site_is_cut_for_browsers():
    site = WebSite(site_name="The activities of our school")
    found = tree(site, "/opensearch.xml", "application/opensearchdescription+xml")

    assert len(found.findtext("o:ShortName", namespaces=NAMES)) == 16
