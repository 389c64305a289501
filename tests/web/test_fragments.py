"""Parts of pages that are kept: the same bytes as a page made from nothing, and never old."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from markupsafe import Markup

from aslo.domain.activity import Details
from aslo.domain.counts import Downloads
from aslo.domain.locale import LocalizedText
from aslo.web import fragments, kept
from fakes.values import a_release
from fakes.web_site import MOON, WebSite
from fixtures.dressed_shelf import dress

LANGUAGES = ("/en", "/es", "/ar", "/nah", "")
PAGES = (
    *("/", "/?category=science", "/?category=science&sugar=0.116", "/?sort=name&toolkit=gtk3"),
    *("/?yours=1&sugar=0.110", "/search", "/search?q=moon", "/search?q=moom", "/search?q=zz"),
    *("/search?q=%3Cb%3E%22&category=games", "/search?q=-this-page-", "/help", "/statistics"),
    *(
        "/developers",
        "/developer/moon-maker",
        "/builds",
        f"/{MOON}/3",
        f"/{MOON}/2.1",
        f"/{MOON}/releases",
    ),
    *("/org.sugarlabs.Weave/4", "/nothing"),
)


@pytest.fixture
def site(monkeypatch) -> WebSite:
    """A dressed shelf that makes every page anew, its parts apart."""
    monkeypatch.setattr(kept.KeptPages, "_kept", lambda _self, _environ: None)
    made = WebSite()
    dress(made)
    return made


def told(site: WebSite) -> Iterator[tuple[str, str]]:
    for page, lang in product(PAGES, LANGUAGES):
        for wish in ("ar", "sw") if not lang else ("en",):
            answer = site.client.get(lang + page, headers={"Accept-Language": wish})
            number = answer.headers.get("X-Request-ID", "")
            yield f"{lang}{page} {wish}", answer.text.replace(number, "") if number else answer.text


def test_pages_of_kept_parts_are_those_made_from_nothing(site, monkeypatch):
    list(told(site))
    with_parts = dict(told(site))

    def anew(_self, keys, make):
        return [make(place) for place in range(len(keys))]

    monkeypatch.setattr(fragments.Fragments, "parts", anew)
    for page, text in told(site):
        assert with_parts[page] == text, page


def test_no_page_holds_the_mark_of_its_place(site):
    for page, text in told(site):
        if "-this-page-" not in page:
            assert fragments.HERE not in text, page


def test_a_card_follows_its_activity(site):
    assert "Moon" in site.client.get("/en/").text

    details = Details(LocalizedText("Sun"))
    site.shelve(replace(a_release(MOON, "5"), details=details))

    text = site.client.get("/en/").text
    assert ">Sun<" in text
    assert ">Moon<" not in text


def test_filters_follow_the_catalog(site):
    assert "Science (2)" in site.client.get("/en/").text

    site.shelve(replace(a_release(MOON, "5"), details=Details(LocalizedText("Sun"))))

    assert "Science (1)" in site.client.get("/en/").text


def test_lists_follow_the_downloads(site):
    site.client.get("/en/?sort=popular")
    site.catalog.count_downloads({"org.sugarlabs.Weave": Downloads(9, 9)})

    text = site.client.get("/en/?sort=popular").text

    assert text.index("Weave") < text.index("Letters")


def test_a_release_outlives_the_news_of_another_activity(site, monkeypatch):
    page = f"/en/{MOON}/3"
    first = site.client.get(page).text
    reads = []
    entry = site.catalog.entry
    monkeypatch.setattr(site.catalog, "entry", lambda each: reads.append(each) or entry(each))

    site.shelve(replace(a_release("org.example.Other", "1"), details=Details(LocalizedText("Sun"))))
    assert site.client.get(page).text == first
    assert reads == []

    site.shelve(a_release(MOON, "3"), a_release(MOON, "5"))
    assert "There is a newer release." in site.client.get(page).text
    assert reads == [MOON]


def test_parts_take_no_more_room_than_they_are_given():
    kept_parts = fragments.Fragments(room_bytes=20_000)
    made = []

    def part(number: int) -> Markup:
        (got,) = kept_parts.parts([number], lambda _: made.append(number) or Markup("x" * 4_000))
        return got

    for number in range(10):
        part(number)
    part(9)
    part(0)

    assert made == [*range(10), 0]


def test_a_part_larger_than_the_room_is_given_and_not_kept():
    kept_parts = fragments.Fragments(room_bytes=2_000)

    for _ in range(2):
        assert kept_parts.parts(["key"], lambda _: Markup("x" * 4_000)) == ["x" * 4_000]
