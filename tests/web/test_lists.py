"""The index and the search."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from aslo.domain.activity import Details, RepositoryState
from aslo.domain.errors import CatalogError
from aslo.domain.locale import LocalizedText
from aslo.domain.sugar import Compatibility, Toolkit
from fakes.values import a_build, a_release, a_repository
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
    site.shelve_many(50)

    first = read(site.client.get("/?sort=name&language="))
    (onward,) = first.xpath("//a[@rel='next']/@href")
    second = read(site.client.get(onward))
    third = read(site.client.get(second.xpath("//a[@rel='next']/@href")[0]))
    again = read(site.client.get(second.xpath("//a[@rel='prev']/@href")[0]))

    assert [len(page.find_class("card")) for page in (first, second, third)] == [24, 24, 2]
    assert names(again) == names(first) != names(second)
    assert first.xpath("//a[@rel='prev']") == third.xpath("//a[@rel='next']") == []
    assert re.fullmatch(r"/\?after=.+&sort=name", onward)


def names(page):
    return [link.text_content() for link in page.xpath("//main//h2/a")]


@pytest.mark.case("T42")
@pytest.mark.parametrize(
    "cursor",
    ["0", "abc", "W10", "x" * 5_000, "\0", "é", "WyJwb3B1bGFyIiwxXQ", "WyJwb3B1bGFyIiwie30iXQ"],
)
@pytest.mark.parametrize("way", ["after", "before"])
@pytest.mark.parametrize("path", ["/", "/search?q=moon", "/es/?sort=name"])
def test_a_broken_place_in_a_list_is_its_beginning(moon, path, way, cursor, read):
    page = read(moon.get(path + ("&" if "?" in path else "?") + urlencode({way: cursor})))

    assert len(page.find_class("card")) == 1


def test_a_sort_that_we_do_not_know_is_the_usual_one(moon, read):
    page = read(moon.get("/?sort=$where"))

    (chosen,) = page.xpath("//nav[@aria-label='Sort by']//a[@aria-current]")
    assert chosen.text_content() == "Popular"


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


def test_a_search_that_filters_empty_offers_the_same_without_them(moon, read):
    page = read(moon.get("/search?q=moon&category=games&toolkit=gtk9&sugar=x&license=%00"))

    links = page.xpath("//main//a/@href")
    assert "/search?q=moon" in links
    assert len(read(moon.get("/search?q=moon")).find_class("card")) == 1
    assert len(page.find_class("card")) == 0


def test_a_slip_is_mended_and_the_reader_told(moon, read):
    page = read(moon.get("/search?q=mooon&sort=name"))

    assert page.find(".//h1").text_content() == "Showing results for moon"
    assert len(page.find_class("card")) == 1
    (instead,) = page.xpath("//main//a[contains(., 'instead')]")
    assert instead.text_content() == "Search for mooon instead"
    meant = read(moon.get(instead.get("href")))
    assert len(meant.find_class("card")) == 0
    assert "mooon" in meant.find(".//h1").text_content()


def test_blanks_are_no_slip(moon, read):
    page = read(moon.get("/search?q=look++our"))

    assert "Showing" not in page.find(".//h1").text_content()
    assert len(page.find_class("card")) == 1


@pytest.mark.case("D52", "T42")
@pytest.mark.parametrize("text", ["\0", "a\0b", "x" * 9000, "\u202e", '"', "' OR 1=1 --", "%", "*"])
def test_an_odd_search_is_answered(moon, read, text):
    answer = moon.get("/search", query_string={"q": text})

    assert answer.status_code == 200
    read(answer)


def test_a_search_keeps_the_language(moon, read):
    page = read(moon.get("/es/search?q=luna"))

    assert set(page.xpath("//form/@action")) == {"/es/search"}
    assert "/fr/search?q=luna" in page.xpath("//footer//a/@href")


# filters


@pytest.fixture
def shelf(site):
    """Four activities; two of them are games."""
    for number, (kinds, first) in enumerate(
        [(("Games", "math"), "0.96"), (("games",), "0.118"), (("math",), "0.96"), ((), "0.86")]
    ):
        bundle_id = f"org.sugarlabs.Some{number}"
        details = replace(
            DETAILS,
            name=LocalizedText(f"Some {number}"),
            categories=kinds,
            languages=("es",) if number else ("fr", "es"),
            compatibility=Compatibility(Toolkit.GTK3, 3, first),
            spdx="GPL-3.0-or-later",
        )
        site.shelve(a_release(bundle_id, details=details))
    return site.client


def test_filters_hold_together_and_are_taken_away_one_by_one(shelf, read):
    page = read(shelf.get("/?category=games&language=fr&sort=name"))

    assert names(page) == ["Some 0"]
    chips = page.xpath("//ul[@aria-label='Chosen filters']//a")
    assert [" ".join(chip.text_content().split()) for chip in chips] == [
        "Category: Games \N{MULTIPLICATION SIGN}",
        "Language: Français \N{MULTIPLICATION SIGN}",
        "Remove all filters",
    ]
    assert names(read(shelf.get(chips[0].get("href")))) == ["Some 0"]
    assert names(read(shelf.get(chips[1].get("href")))) == ["Some 0", "Some 1"]
    assert chips[2].get("href") == "/?sort=name"


def test_a_filter_tells_how_many_each_value_leaves(shelf, read):
    page = read(shelf.get("/?category=games"))

    options = {
        select.get("name"): [option.text_content() for option in select]
        for select in page.xpath("//select")
    }
    assert options["category"] == ["Any", "Games (2)", "Maths (2)"]
    assert options["language"] == ["Any", "Español (2)", "Français (1)"]
    assert options["sugar"][:3] == ["Any", "0.121 (2)", "0.120 (2)"]
    assert page.xpath("//select/option[@selected]/@value") == ["games"]
    assert page.xpath("//details[@open]") == []


def test_the_form_of_the_filters_keeps_the_rest(shelf, read):
    page = read(shelf.get("/search?q=some&sort=name&category=games&developer=ada&exact=1"))

    (form,) = page.xpath("//form[.//select]")
    hidden = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    assert hidden == {"q": "some", "sort": "name", "exact": "1"}
    assert form.get("action") == "/search"
    assert form.xpath(".//select[@name='developer']/option[@selected]/@value") == ["ada"]


def test_a_search_can_be_filtered_and_sorted(shelf, read):
    page = read(shelf.get("/search?q=some&sort=name&sugar=0.116&toolkit=gtk3"))

    assert names(page) == ["Some 0", "Some 2", "Some 3"]
    assert page.xpath("//nav[@aria-label='Sort by']/a[@aria-current]")[0].text_content() == "Name"


def test_categories_stand_in_a_row(shelf, read):
    row = read(shelf.get("/en/?sort=name")).xpath("//nav[@aria-label='Categories']//a")

    assert [link.get("href") for link in row] == [
        "/en/?category=games&sort=name",
        "/en/?category=math&sort=name",
    ]


@pytest.mark.parametrize(
    "name", ["category", "toolkit", "sugar", "language", "license", "developer"]
)
@pytest.mark.parametrize(
    "value", ["$where", "'", "x" * 3_000, "\0", "\u202e", "zz_ZZ@x", "0.9.9.9"]
)
def test_an_unknown_value_leaves_nothing_and_says_so(shelf, read, name, value):
    for path in ("/", "/search?q=some"):
        address = path + ("&" if "?" in path else "?") + urlencode({name: value})
        page = read(shelf.get(address))
        if value != "\0":
            assert names(page) == []
            assert len(page.xpath("//ul[@aria-label='Chosen filters']//a")) == 1


# Sugar's own browser

BROWSE = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.0"
    " Safari/605.1.15 SugarLabs/0.116"
)


def test_sugars_own_browser_is_led_to_what_runs_on_its_sugar(shelf, read):
    assert shelf.get("/en/?category=games").status_code == 200  # and is kept
    led = shelf.get("/en/?category=games", headers={"User-Agent": BROWSE})

    assert led.status_code == 302
    assert led.location == "/en/?category=games&sugar=0.116&yours=1"
    assert led.headers["Cache-Control"].startswith("private")
    page = read(shelf.get(led.location, headers={"User-Agent": BROWSE}))
    assert names(page) == ["Some 0"]
    assert "Showing what runs on your Sugar 0.116. Show all" in page.text_content()
    for link in (
        "//a[text()='Show all']/@href",
        "//ul[@aria-label='Chosen filters']//a[contains(@aria-label, 'Sugar')]/@href",
        "//a[text()='Remove all filters']/@href",
    ):
        (everything,) = page.xpath(link)
        answer = shelf.get(everything, headers={"User-Agent": BROWSE})
        assert answer.status_code == 200, everything
        assert {"Some 0", "Some 1"} <= set(names(read(answer))), everything


def test_a_change_of_language_keeps_the_way_out_of_what_runs_on_your_sugar(shelf, read):
    page = read(shelf.get("/en/?sugar=0.116&yours=1", headers={"User-Agent": BROWSE}))

    (spanish,) = page.xpath("//footer//a[@lang='es']/@href")

    assert "Mostrar" in read(shelf.get(spanish, headers={"User-Agent": BROWSE})).text_content()
    assert spanish == "/es/?sugar=0.116&yours=1"


@pytest.mark.parametrize(
    "agent", ["", "Sugar/0.120", "NoSugarLabs/0.116", "SugarLabs/x", "SugarLabs/0.1165432"]
)
def test_no_other_browser_is_led(shelf, agent):
    answer = shelf.get("/", headers={"User-Agent": agent})

    assert answer.status_code == 200
    assert "User-Agent" not in answer.headers.get("Vary", "")


# suggestions


def test_names_are_suggested_with_their_page_and_icon(site):
    icon = site.keep(b"<svg/>", "image/svg+xml")
    site.shelve(a_release(details=DETAILS, icon=icon))

    answer = site.client.get("/es/suggest?q=lu")

    assert answer.json == [
        {"name": "Luna", "lang": "es", "url": f"/es/{MOON}/1", "icon": f"/icon/{icon.sha256}.svg"}
    ]
    assert answer.headers["Cache-Control"].startswith("public")
    assert answer.headers["ETag"]


@pytest.mark.parametrize("text", ["", "m", " m ", "!!", "zebra", "\0", "x" * 9_000])
def test_too_little_to_suggest_anything_by(moon, text):
    answer = moon.get("/suggest", query_string={"q": text})

    assert (answer.status_code, answer.json) == (200, [])


def test_no_more_is_suggested_than_is_read_at_a_glance(site):
    site.shelve_many(20)

    assert len(site.client.get("/suggest?q=man").json) == 8


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
    repository = a_repository()
    site.forge.named[repository.full_name] = RepositoryState(repository, private=False)
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
