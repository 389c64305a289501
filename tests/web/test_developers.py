"""The pages of developers."""

from urllib.parse import unquote

import pytest

from aslo.domain.activity import Developer, ReleaseState
from aslo.web import developers
from aslo.web.cursor import cursor, place
from fakes.values import a_release
from fakes.web_site import MOON

ADA, BO = Developer("Ada", "https://github.example/Ada"), Developer("bo", "javascript:alert(1)")


def shelve(site, name, *people, **release):
    site.shelve(a_release(f"org.sugarlabs.{name}", **release), developers=people)


def logins(page):
    return page.xpath("//main//li//bdi/text()")


def test_developers_are_listed_with_how_much_they_made(site, read):
    shelve(site, "Moon", ADA, BO)
    shelve(site, "Sun", ADA)

    page = read(site.client.get("/es/developers"))

    assert logins(page) == ["Ada", "bo"]
    assert page.xpath("//main//li//a/@href") == ["/es/developer/Ada", "/es/developer/bo"]
    counts = [" ".join(p.text_content().split()) for p in page.xpath("//main//li//p")]
    assert counts == ["Ada 2 actividades", "bo 1 actividad"]


def test_pages_of_developers_follow_each_other(site, read, monkeypatch):
    monkeypatch.setattr(developers, "PAGE_SIZE", 2)
    shelve(site, "Moon", *(Developer(f"dev{number}", "") for number in range(5)))

    path, seen = "/developers", []
    while path:
        page = read(site.client.get(path))
        seen.append(logins(page))
        path = next(iter(page.xpath("//a[@rel='next']/@href")), None)

    assert seen == [["dev0", "dev1"], ["dev2", "dev3"], ["dev4"]]
    assert "/developers" in page.xpath("//main//nav//a/@href")
    cursor = page.xpath("//link[@rel='canonical']/@href")[0].partition("after=")[2]
    assert place(developers.LIST, unquote(cursor)) == "dev3"


@pytest.mark.parametrize("after", ["dev1", "%00", "x" * 2000, "ZGV2MQ", "é", cursor("other", "a")])
def test_a_place_that_is_none_leads_to_the_first_page(site, read, after):
    shelve(site, "Moon", *(Developer(f"dev{number}", "") for number in range(2)))

    page = read(site.client.get("/developers", query_string={"after": after}))

    assert logins(page) == ["dev0", "dev1"]


def test_a_developer_has_a_page_with_their_activities(site, read):
    face = site.keep(b"face", "image/webp")
    shelve(site, "Moon", Developer("Ada", ADA.html_url, 1, face))
    shelve(site, "Sun", BO)

    page = read(site.client.get("/developer/ada"))

    assert page.findtext(".//h1//bdi") == "Ada"
    assert page.xpath("//main//img/@src")[0] == f"/picture/{face.sha256}.webp"
    assert f"/{MOON}/1" in page.xpath("//main//a/@href")
    assert "/org.sugarlabs.Sun/1" not in page.xpath("//main//a/@href")
    assert ADA.html_url in page.xpath("//main//a/@href")
    assert "/feeds/developer/Ada.atom" in page.xpath("//main//a/@href")


def test_more_activities_than_a_page_holds_are_one_click_away(site, read, monkeypatch):
    monkeypatch.setattr(developers, "MOST_ACTIVITIES", 2)
    for name in ("Moon", "Sun", "Mars"):
        shelve(site, name, ADA)

    main = read(site.client.get("/developer/Ada")).find(".//main")

    assert len(main.xpath(".//h2")) == 2
    (everything,) = main.xpath(".//a[text()='Show all']/@href")
    assert len(read(site.client.get(everything)).xpath("//main//article")) == 3


def test_an_address_that_is_none_of_the_web_is_no_link(site, read):
    shelve(site, "Moon", BO)

    page = read(site.client.get("/developer/bo"))

    assert [link for link in page.xpath("//@href") if "javascript" in link] == []


@pytest.mark.parametrize("path", ["/developer/bo", "/developer/nobody", "/es/developer/A%00b"])
def test_whoever_made_nothing_that_is_listed_is_not_found(site, path, read):
    shelve(site, "Moon", BO, state=ReleaseState.WITHDRAWN)

    answer = site.client.get(path)

    assert answer.status_code == 404
    read(answer)


def test_words_of_a_name_are_only_words(site, read):
    evil = "<script>alert(1)<b>&amp;"
    shelve(site, "Moon", Developer(evil, "https://github.example/'\"<b>"))

    page = read(site.client.get("/developer/%3Cscript%3Ealert(1)%3Cb%3E&amp;"))

    assert page.findtext(".//h1//bdi") == evil
    assert page.xpath("//script[not(@src)] | //b") == []


def test_nobody_is_a_page_too(site, read):
    assert "nobody" in read(site.client.get("/developers")).find(".//main").text_content()
