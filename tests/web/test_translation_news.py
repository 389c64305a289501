"""How complete the translations of an activity are, and which of them wait for a release."""

from dataclasses import replace

import pytest

from aslo.domain.activity import Details, Developer, ReleaseState, Unreleased
from aslo.domain.completeness import Completeness
from aslo.domain.locale import LocalizedText
from fakes.values import COMMIT, a_release
from fakes.web_site import MOON

ADA = Developer("Ada", "https://github.example/Ada")
DETAILS = Details(
    LocalizedText("Moon", {"es": "Luna"}),
    languages=("ar", "es", "nah"),
    completeness=(Completeness("ar", 999, 1000), Completeness("es", 10, 10)),
)
WAITING = Unreleased(COMMIT, ("es", "pt_BR", "tlh"))


@pytest.fixture
def shelf(site):
    site.shelve(
        a_release(version="1", commit="d" * 40, details=DETAILS),
        a_release(version="2", details=DETAILS),
        unreleased=WAITING,
        developers=(ADA,),
    )
    return site


def flat(element):
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(
    ("lang", "told", "shares"),
    [
        ("en", "Complete in 1 language", ["99%", "100%"]),
        ("fr", "Complet dans 1 langue", ["99 %", "100 %"]),
        ("ne", "१ भाषामा पूर्ण", ["९९%", "१००%"]),
    ],
)
def test_a_page_tells_how_complete_each_language_is(shelf, read, lang, told, shares):
    page = read(shelf.client.get(f"/{lang}/{MOON}/2"))

    (facts,) = page.xpath("//section[@aria-labelledby='facts']//details")
    assert told in flat(facts)
    assert [flat(li) for li in facts.findall(".//li")] == [
        f"العربية {shares[0]}",
        f"Español {shares[1]}",
        "nah",
    ]


def test_of_a_release_that_was_not_counted_nothing_is_said(site, read):
    site.shelve(a_release(details=replace(DETAILS, completeness=())))

    page = read(site.client.get(f"/en/{MOON}/1"))

    (facts,) = page.xpath("//section[@aria-labelledby='facts']//details")
    assert "Complete" not in flat(facts)
    assert "%" not in flat(facts)


def waiting(page):
    return [flat(dd) for dd in page.xpath("//dt[.='Newer translations']/following-sibling::dd[1]")]


def test_the_latest_release_tells_which_newer_translations_wait(shelf, read):
    told = waiting(read(shelf.client.get(f"/en/{MOON}/2")))

    assert told == [
        "Español, Português (Brasil), and tlh, waiting in the repository for a release",
    ]
    assert waiting(read(shelf.client.get(f"/en/{MOON}/1"))) == []


def test_after_the_next_release_nothing_waits(shelf, read):
    shelf.shelve(a_release(version="3", commit="e" * 40, details=DETAILS), unreleased=WAITING)

    assert waiting(read(shelf.client.get(f"/en/{MOON}/3"))) == []


def test_a_developer_sees_what_waits_in_all_their_activities(shelf, read):
    shelf.shelve(a_release("org.sugarlabs.Sun"), developers=(ADA,))

    page = read(shelf.client.get("/es/developer/Ada"))

    (section,) = page.xpath("//section[@aria-labelledby='waiting']")
    assert [flat(li) for li in section.findall(".//li")] == [
        "Luna: Español, Português (Brasil) y tlh"
    ]
    assert section.xpath(".//a/@href") == [f"/es/{MOON}"]


def test_a_developer_with_nothing_waiting_sees_nothing_of_it(site, read):
    site.shelve(a_release(), developers=(ADA,))

    page = read(site.client.get("/es/developer/Ada"))

    assert page.xpath("//section[@aria-labelledby='waiting']") == []


def test_the_api_tells_both(shelf):
    told = shelf.client.get(f"/api/v1/activities/{MOON}").json

    assert told["translations"] == [
        {"lang": "ar", "translated": 999, "messages": 1000, "percent": 99},
        {"lang": "es", "translated": 10, "messages": 10, "percent": 100},
    ]
    assert told["unreleased_translations"] == ["es", "pt_BR", "tlh"]


def test_of_what_was_withdrawn_nothing_waits(site, read):
    site.shelve(a_release(state=ReleaseState.WITHDRAWN, details=DETAILS), unreleased=WAITING)

    assert waiting(read(site.client.get(f"/en/{MOON}/1"))) == []
