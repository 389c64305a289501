"""Which language a page is in, and what says so."""

import pytest

from aslo.domain.activity import Details
from aslo.domain.locale import LocalizedText
from aslo.web.language import OFFERED, html_tag, is_known, own_name
from fakes.values import a_release
from fakes.web_site import MOON

NAMES = {"en": "The Moon", "es": "Luna", "pt": "Lua", "ar": "القمر"}


@pytest.fixture
def client(site):
    details = Details(LocalizedText("Mond", NAMES), summary=LocalizedText("Schau"))
    site.shelve(a_release(details=details))
    return site.client


@pytest.mark.parametrize(
    ("path", "wishes", "name"),
    [
        ("/", "", "The Moon"),
        ("/", "es-UY,es;q=0.9", "Luna"),
        ("/", "pt-br", "Lua"),
        ("/", "xx,zz;q=0.9,es;q=0.1", "Luna"),
        ("/", "de", "The Moon"),
        ("/", "*", "The Moon"),
        ("/", "$where,a__b;q=0.9,é", "The Moon"),
        ("/", ",".join(["x"] * 5000), "The Moon"),
        ("/es/", "ar", "Luna"),
        ("/es", "ar", "Luna"),
        ("/pt_BR/", "", "Lua"),
        ("/ar/", "es", "القمر"),
        ("/gom@latin/", "", "The Moon"),
    ],
)
def test_the_path_decides_then_the_browser_then_english(client, read, path, wishes, name):
    page = read(client.get(path, headers={"Accept-Language": wishes}))

    assert page.find_class("card")[0].find(".//h2").text_content() == name


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", ("en", "ltr")),
        ("pt_BR", ("pt-BR", "ltr")),
        ("sr@latin", ("sr-Latn", "ltr")),
        ("ar", ("ar", "rtl")),
        ("he", ("he", "rtl")),
        ("ur", ("ur", "rtl")),
        ("fa", ("fa", "rtl")),
    ],
)
@pytest.mark.parametrize("path", ["/", f"/{MOON}/1", "/builds", "/search?q=zebra"])
def test_a_page_says_its_language_and_direction(client, read, path, lang, expected):
    page = read(client.get(f"/{lang}{path}"))

    assert (page.get("lang"), page.get("dir")) == expected


def test_the_words_of_the_site_say_that_they_are_english_where_the_page_is_not(client, read):
    assert read(client.get("/ar/")).find("body").get("lang") == "en"
    assert read(client.get("/en/")).find("body").get("lang") is None


def test_a_text_names_its_own_language(client, read):
    def said(path):
        card = read(client.get(path)).find_class("card")[0]
        name, summary = card.find(".//h2//bdi"), card.xpath(".//p[@class='summary']/bdi")[0]
        return name.get("lang"), summary.get("lang")

    assert said("/es/") == ("es", "")
    assert said("/pt_BR/") == ("pt", "")
    assert said("/fr/") == (None, "")


@pytest.mark.parametrize(
    "lang", ["xx", "$where", "a__b", "en_", "EN", "english", "e", "en-US", "en.US", "%00", "api"]
)
def test_what_is_no_language_is_not_found(client, lang):
    assert client.get(f"/{lang}/").status_code == 404
    assert client.get(f"/{lang}/{MOON}/1").status_code == 404


def test_links_keep_the_language_only_where_the_path_names_it(client, read):
    with_prefix = read(client.get(f"/es/{MOON}/1")).xpath("//main//a/@href | //header//a/@href")
    without = read(client.get(f"/{MOON}/1", headers={"Accept-Language": "es"}))

    assert "/es/" in with_prefix
    assert "/" in without.xpath("//header//a/@href")


def test_every_page_offers_other_languages_of_itself(client, read):
    page = read(client.get(f"/{MOON}/1"))

    offered = dict(
        zip(
            page.xpath("//footer//ul[@class='languages']//a/@href"),
            page.xpath("//footer//ul[@class='languages']//a/text()"),
            strict=True,
        )
    )
    assert offered[f"/ar/{MOON}/1"] == "العربية"
    assert offered[f"/pt_BR/{MOON}/1"] == "Português (Brasil)"
    assert len(offered) == len(OFFERED)


def test_an_error_offers_the_first_page_in_other_languages(client, read):
    page = read(client.get("/es/nothing"))

    assert "/ar/" in page.xpath("//footer//a/@href")


def test_links_take_nothing_else_from_the_query(client):
    answer = client.get("/?_external=1&_scheme=ftp&_anchor=x&lang=de&category=science")

    assert answer.status_code == 200
    assert "ftp" not in answer.text


def test_all_languages_that_are_offered_are_known():
    assert [lang for lang in OFFERED if not is_known(lang)] == []


def test_a_language_without_a_known_name_is_shown_by_its_code():
    assert own_name("nah") == "nah"
    assert own_name("<b>") == "<b>"
    assert html_tag("") == ""
