"""Which language a page is in, and what says so."""

import pytest
from babel import Locale

from aslo.domain.activity import Details
from aslo.domain.errors import StoreError
from aslo.domain.locale import LocalizedText
from aslo.web.language import OFFERED, html_tag, interface_languages, is_known, own_name
from aslo.web.own_names import OWN_NAMES
from fakes.values import a_release
from fakes.web_site import MOON, PUBLIC_URL
from fixtures.dressed_shelf import dress

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
        ("/", "pt-PT", "Lua"),
        ("/", "ar;q=0.2,es-419;q=0.8", "Luna"),
        ("/", "es;q=0,ar;q=0.1", "القمر"),
        ("/", "gn-PY", "Luna"),
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
        ("ar", ("ar", "rtl")),
        ("ar_EG", ("ar", "rtl")),
        ("he", ("he", "rtl")),
        ("ur", ("ur", "rtl")),
        ("zh_CN", ("zh-CN", "ltr")),
        ("zh_Hant_HK", ("zh-TW", "ltr")),
        # The site does not speak these, so the page is in the nearest that it speaks.
        ("fa", ("en", "ltr")),
        ("gn", ("es", "ltr")),
        ("sr@latin", ("en", "ltr")),
    ],
)
@pytest.mark.parametrize("path", ["/", f"/{MOON}/1", "/builds", "/search?q=zebra"])
def test_a_page_says_its_language_and_direction(client, read, path, lang, expected):
    page = read(client.get(f"/{lang}{path}"))

    assert (page.get("lang"), page.get("dir")) == expected


SEARCH = {"en": "Search", "es": "Buscar", "gn": "Buscar", "pt_PT": "Buscar", "ar": "بحث"}
SEARCH |= {"zh_CN": "搜索", "zh_TW": "搜尋", "zh_Hant": "搜尋", "sw": "Tafuta", "nl": "Search"}


@pytest.mark.parametrize("lang", SEARCH)
def test_the_site_speaks_the_language_of_the_page_or_the_nearest(client, read, lang):
    page = read(client.get(f"/{lang}/"))

    assert page.xpath("//header//form//button")[0].get("aria-label") == SEARCH[lang]


def test_a_text_names_its_own_language_where_that_is_not_the_pages(client, read):
    def said(path):
        card = read(client.get(path)).find_class("card")[0]
        name, summary = card.find(".//h2//bdi"), card.find(".//p[@class='summary']")
        return name.get("lang"), summary.get("lang")

    assert said("/es/") == (None, "")
    assert said("/gn/") == (None, "")
    assert said("/pt_BR/") == ("pt", "")
    assert said("/fr/") == ("en", "")
    assert said("/en/") == (None, "")


def test_an_activity_without_a_translation_is_shown_in_its_own_words(site, read):
    site.shelve(a_release("org.sugarlabs.Plain", details=Details(LocalizedText("Ebene"))))

    page = read(site.client.get("/ar/"))

    (name,) = page.xpath("//main//h2//bdi")
    assert (name.text, name.get("lang")) == ("Ebene", "")


@pytest.mark.case("D46", "T42")
def test_an_activity_translated_into_french_alone_is_listed_in_english_too(site, read):
    name = LocalizedText("Moon", {"fr": "Lune"})
    site.shelve(a_release(details=Details(name, languages=("fr",))))

    def names(path):
        return read(site.client.get(path)).xpath("//main//h2/a//text()")

    assert (names("/"), names("/en/"), names("/fr/")) == (["Moon"], ["Moon"], ["Lune"])


@pytest.mark.parametrize("path", ["/nothing", "/builds/f00d"])
def test_what_is_told_in_english_says_so_on_a_page_in_another_language(site, read, path):
    dress(site)

    def english(lang):
        return read(site.client.get(f"/{lang}{path}")).xpath("//main//bdi[@lang='en']")

    assert english("es")
    assert not english("en")


def test_an_outage_is_told_in_the_readers_language(site, read):
    def fail():
        raise StoreError("gone")

    for rule in ("/fails", "/<lang:lang>/fails"):
        site.app.add_url_rule(rule, view_func=fail)
    page = read(site.client.get("/es/fails", headers={"Accept": "text/html"}))

    assert "Vuelve a intentarlo en un minuto." in page.find(".//main").text_content()
    assert page.xpath("//main//*[@lang]") == []


def alternates(page):
    links = page.xpath("//head/link[@rel='alternate'][@hreflang]")
    return {link.get("hreflang"): link.get("href") for link in links}


@pytest.mark.parametrize("prefix", ["", "/es", "/gn"])
def test_a_page_names_itself_in_each_language_of_the_site(client, read, prefix):
    named = alternates(read(client.get(f"{prefix}/{MOON}/1")))

    assert set(named) == {"x-default", *map(html_tag, interface_languages())}
    assert named["x-default"] == f"{PUBLIC_URL}/{MOON}/1"
    assert named["pt-BR"] == f"{PUBLIC_URL}/pt_BR/{MOON}/1"


def test_an_error_has_no_other_languages_to_name(client, read):
    assert alternates(read(client.get("/es/nothing"))) == {}


@pytest.mark.case("D52", "T42")
@pytest.mark.parametrize(
    "lang", ["xx", "$where", "a__b", "en_", "EN", "english", "e", "en-US", "en.US", "%00", "app"]
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


@pytest.mark.parametrize(("lang", "name"), OWN_NAMES.items())
def test_own_names_are_those_of_cldr(lang, name):
    known = Locale.parse(lang).display_name
    assert name == known[:1].upper() + known[1:]
