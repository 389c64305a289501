"""The index and the search."""

import re

import pytest

from aslo.domain.activity import Details
from aslo.domain.errors import CatalogError
from aslo.domain.locale import LocalizedText
from aslo.domain.sugar import Compatibility, Toolkit
from fakes.values import a_build, a_release
from fakes.web_site import MOON

NAME = LocalizedText("Moon", {"es": "Luna", "ar": "القمر"})
DETAILS = Details(
    name=NAME,
    summary=LocalizedText("Look at the moon", {"en": "Look at our moon"}),
    categories=("science",),
    compatibility=Compatibility(Toolkit.GTK3, 3, "0.116"),
)


@pytest.fixture
def moon(site):
    site.shelve(a_release(details=DETAILS))
    return site.client


def test_a_card_says_what_one_must_know_before_a_download(moon, read):
    page = read(moon.get("/"))

    (card,) = page.find_class("card")
    text = " ".join(card.text_content().split())
    assert "Moon" in text
    assert "Look at our moon" in text
    assert "Version 1" in text
    assert "1.3 kB" in text
    assert "GTK 3" in text
    assert [link.get("href") for link in card.findall(".//a")] == [
        "/org.sugarlabs.Moon/1",
        "/download/org.sugarlabs.Moon/1/Moon-1.xo",
        "/org.sugarlabs.Moon/1",
    ]
    icon = card.find(".//img")
    assert (icon.get("width"), icon.get("height"), icon.get("alt")) == ("55", "55", "")


def test_an_empty_store_says_so(site, read):
    assert "no activity here yet" in read(site.client.get("/")).text_content()


def test_a_name_is_shown_in_the_language_of_the_path(moon, read):
    page = read(moon.get("/es/"))

    assert "Luna" in page.text_content()
    assert page.find_class("card")[0].find(".//a").get("href") == "/es/org.sugarlabs.Moon/1"


def test_pages_lead_on_and_back(site, read):
    site.shelve_many(25)

    first, second = read(site.client.get("/?sort=name")), read(site.client.get("/?page=2"))

    assert len(first.find_class("card")) == 24
    assert first.xpath("//a[@rel='next']/@href") == ["/?page=2&sort=name"]
    assert first.xpath("//a[@rel='prev']") == []
    assert len(second.find_class("card")) == 1
    assert second.xpath("//a[@rel='next']") == []
    assert len(second.xpath("//a[@rel='prev']")) == 1


@pytest.mark.parametrize("page", ["0", "-1", "2", "abc", "1e3", "", "1" + "0" * 18, "٢", "1.0"])
@pytest.mark.parametrize("path", ["/", "/search", "/es/"])
def test_a_page_that_cannot_be_is_not_found(moon, path, page):
    assert moon.get(path, query_string={"page": page}).status_code == 404


def test_a_sort_that_we_do_not_know_is_the_usual_one(moon, read):
    page = read(moon.get("/?sort=$where"))

    assert page.xpath("//main//nav//a[@aria-current]")[0].text_content() == "Updated"


def test_a_category_has_a_list(moon, read):
    assert len(read(moon.get("/?category=science")).find_class("card")) == 1
    assert len(read(moon.get("/?category=games")).find_class("card")) == 0


@pytest.mark.parametrize("text", ["moon", "MOO", "luna", "القمر"])
def test_a_search_finds_names_in_every_language(moon, read, text):
    page = read(moon.get("/search", query_string={"q": text}))

    assert len(page.find_class("card")) == 1
    assert page.xpath("//input[@name='q']/@value")[0] == text


def test_a_search_that_finds_nothing_gives_ways_on(moon, read):
    page = read(moon.get("/search?q=zebra"))

    assert "zebra" in page.find(".//h1").text_content()
    assert page.xpath("//main//form[@role='search']//input/@value") == ["zebra"]
    assert page.xpath("//main//a/@href") == ["/"]


@pytest.mark.parametrize("text", ["\0", "a\0b", "x" * 9000, "\u202e", '"', "' OR 1=1 --", "%", "*"])
def test_an_odd_search_is_answered(moon, read, text):
    answer = moon.get("/search", query_string={"q": text})

    assert answer.status_code == 200
    read(answer)


def test_a_search_keeps_the_language(moon, read):
    page = read(moon.get("/es/search?q=luna"))

    assert page.xpath("//form/@action") == ["/es/search"]
    assert "/fr/search?q=luna" in page.xpath("//footer//a/@href")


def test_a_catalog_out_of_order_is_a_503(site, monkeypatch, read):
    def fails():
        raise CatalogError("cannot read /var/lib/aslo/catalog.db")

    monkeypatch.setattr(site.catalog, "tag", fails)

    answer = site.client.get("/")

    assert answer.status_code == 503
    assert "/var/lib" not in answer.text
    read(answer)


def test_every_link_of_a_page_leads_somewhere(site, moon, read):
    site.store.add_build(a_build())
    site.shelve(a_release(details=DETAILS), a_release(version="2", details=DETAILS))
    seen: set[str] = set()
    waiting = {"/"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = moon.get(path, buffered=True)
        assert answer.status_code in (200, 302), path
        if answer.mimetype == "text/html" and answer.status_code == 200:
            waiting |= ours(read(answer)) - seen

    assert {f"/{MOON}/1", f"/es/{MOON}/releases", f"/download/{MOON}/1/Moon-1.xo"} <= seen


def ours(page):
    """Links to this site, in one more language than the reader's own."""
    links = page.xpath("//@href | //@src | //@action")
    return {link for link in links if re.match(r"/(es/|[^/]{4,}|$)", link)}
