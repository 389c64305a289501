"""What others point to a release with: badge, code for telephones, permanent address."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from aslo.domain.activity import Details, ReleaseState
from aslo.domain.build import BuildState
from aslo.domain.completeness import Completeness
from aslo.domain.errors import StoreError
from aslo.domain.locale import LocalizedText
from aslo.domain.sugar import Compatibility
from aslo.web.badge import Half
from fakes.clock import START
from fakes.values import a_build, a_release
from fakes.web_site import MOON, PUBLIC_URL, WebSite

SVG = "{http://www.w3.org/2000/svg}"
BADGE = f"/badge/{MOON}.svg"
QR = f"/qr/{MOON}/2.svg"


MORE = ("translations", "sugar", "build")


def below(name):
    """The address of another badge of the same activity."""
    return f"/badge/{MOON}/{name}.svg"


@pytest.fixture
def shelf(site):
    site.shelve(a_release(version="1"), a_release(version="2"))
    return site


def badge(site, path=BADGE):
    answer = site.client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    return etree.fromstring(answer.data)


def words(drawn):
    return [text.text for text in drawn.iter(f"{SVG}text")]


def test_a_badge_tells_the_latest_version(shelf):
    drawn = badge(shelf)

    assert words(drawn) == ["ASLO", "v2"]
    assert drawn.get("aria-label") == drawn.findtext(f"{SVG}title") == "ASLO: v2"


@pytest.mark.parametrize("state", [ReleaseState.WITHDRAWN, ReleaseState.HELD])
def test_a_badge_of_what_is_not_here_says_so_and_is_still_a_picture(site, state):
    site.shelve(a_release(state=state))

    assert words(badge(site)) == words(badge(site, "/badge/org.a.B.svg")) == ["ASLO", "not listed"]
    colours = badge(site).xpath("//@fill")
    site.shelve(a_release())
    assert badge(site).xpath("//@fill") != colours


def test_the_two_halves_of_a_badge_hold_their_words_side_by_side():
    site = WebSite(site_name="Activities & more")
    site.shelve(a_release(version="2.1~dfsg"))

    drawn = badge(site)

    name, state = drawn.findall(f"{SVG}g/{SVG}rect")
    assert int(state.get("x")) == int(name.get("width"))
    assert int(drawn.get("width")) == int(name.get("width")) + int(state.get("width"))
    for half, text in zip((name, state), drawn.iter(f"{SVG}text"), strict=True):
        assert int(text.get("textLength")) + 12 == int(half.get("width"))
        assert float(text.get("x")) == int(half.get("x", 0)) + int(half.get("width")) / 2
        # Verdana at 11 pixels has 5 to 11 a character; no font can leave the frame.
        assert 4 * len(text.text) < int(text.get("textLength")) < 11 * len(text.text)


def test_a_script_without_latin_letters_gets_the_room_it_needs():
    assert Half("活动").text_width >= 22
    assert Half("iii").text_width < Half("mmm").text_width


@pytest.mark.parametrize("path", [BADGE, QR, below("translations"), below("sugar")])
def test_a_picture_for_others_does_nothing_and_is_kept_once_for_all_languages(shelf, path):
    first = shelf.client.get(path, headers={"Accept-Language": "es"})
    again = shelf.client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert "script-src 'none'" in first.headers["Content-Security-Policy"]
    assert first.headers["Cache-Control"].startswith("public, max-age=60")
    assert "Accept-Language" not in first.headers.get("Vary", "")
    assert again.status_code in (200, 304)
    assert etree.fromstring(first.data).xpath("//@style | //*[local-name() = 'script']") == []


def test_a_badge_moves_with_its_activity(shelf):
    tag = shelf.client.get(BADGE).headers["ETag"]
    shelf.shelve(a_release(version="3"))

    moved = shelf.client.get(BADGE, headers={"If-None-Match": tag})

    assert moved.status_code == 200
    assert "v3" in moved.text


def test_each_release_has_a_code_of_its_own(shelf):
    drawn, other = shelf.client.get(QR), shelf.client.get(f"/qr/{MOON}/1.svg")

    assert drawn.mimetype == "image/svg+xml"
    assert etree.fromstring(drawn.data).get("viewBox")
    assert drawn.data != other.data
    assert shelf.client.get(f"/qr/{MOON}/3.svg").status_code == 404


def test_a_page_gives_what_others_need_to_point_to_it(shelf, read):
    page = read(shelf.client.get(f"/es/{MOON}/2"))

    permanent, code = (page.get_element_by_id(name).text for name in ("permanent", "badge-code"))
    assert permanent == f"{PUBLIC_URL}/{MOON}/2"
    assert code == f"[![ASLO]({PUBLIC_URL}{BADGE})]({PUBLIC_URL}/{MOON})"
    copied = page.xpath("//section[@aria-labelledby='share']//button")
    assert [button.get("data-copy") for button in copied] == [
        "#permanent",
        "#badge-code",
        *(f"#badge-{name}" for name in MORE),
    ]
    assert {button.findtext("span") for button in copied} == {"Copiar"}
    assert page.xpath("//details//img/@src") == [*(below(name) for name in MORE), QR]
    codes = [page.get_element_by_id(f"badge-{name}").text for name in MORE]
    assert codes[1] == f"[![sugar]({PUBLIC_URL}{below('sugar')})]({PUBLIC_URL}/{MOON})"
    assert page.xpath("//*[contains(@class, 'd-print-block')]//img/@src") == [QR]


def spoken(*counts, languages=()):
    """The details of an activity with so many messages translated of ten, by language."""
    return Details(
        LocalizedText("Moon"),
        languages=languages,
        completeness=tuple(Completeness(lang, count, 10) for lang, count in counts),
        compatibility=Compatibility(min_sugar="0.96"),
    )


@pytest.mark.parametrize(
    ("details", "told"),
    [
        (spoken(("es", 10), ("fr", 9)), "1 of 2 complete"),
        (spoken(("es", 10)), "1 of 1 complete"),
        (spoken(languages=("es", "fr")), "2 languages"),
        (spoken(languages=("es",)), "1 language"),
        (spoken(), "none yet"),
    ],
)
def test_a_badge_tells_how_many_translations_are_complete(site, details, told):
    site.shelve(a_release(details=details))

    drawn = badge(site, below("translations"))

    assert words(drawn) == ["translations", told]
    assert drawn.get("aria-label") == f"translations: {told}"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("es", ["Español", "100 %"]),
        ("pt-br", ["Português (Brasil)", "99 %"]),
        ("fr", ["Français", "translated"]),
        ("de", ["Deutsch", "not translated"]),
        ("no-language-at-all", ["translation", "not translated"]),
    ],
)
def test_a_badge_tells_how_complete_one_translation_is(site, language, told):
    details = spoken(("es", 10), languages=("es", "fr"))
    more = replace(details, completeness=(*details.completeness, Completeness("pt_BR", 999, 1000)))
    site.shelve(a_release(details=more))

    assert words(badge(site, below(f"translations/{language}"))) == told


@pytest.mark.parametrize(("last", "told"), [(None, "0.96+"), ("0.116", "0.96\N{EN DASH}0.116")])
def test_a_badge_tells_on_which_sugar_it_works(site, last, told):
    needs = Compatibility(min_sugar="0.96", max_sugar=last)
    site.shelve(a_release(details=replace(spoken(), compatibility=needs)))

    assert words(badge(site, below("sugar"))) == ["Sugar", told]


@pytest.mark.parametrize("name", ["translations", "translations/es", "sugar"])
def test_the_other_badges_of_what_is_not_here_say_so_too(site, name):
    assert words(badge(site, below(name)))[1] == "not listed"


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (BuildState.PUBLISHED, "published"),
        (BuildState.FAILED, "not published"),
        (BuildState.ERRORED, "trouble on our side"),
        (BuildState.RUNNING, "in work"),
        (BuildState.WITHDRAWN, "taken back"),
    ],
)
def test_a_badge_tells_how_the_newest_build_stands(site, state, told):
    site.store.add_build(a_build("old", bundle_id=MOON, state=BuildState.FAILED))
    newer = START + timedelta(hours=1)
    site.store.add_build(a_build("new", bundle_id=MOON, state=state, created_at=newer))

    assert words(badge(site, below("build"))) == ["build", told]


def test_the_badge_of_a_build_moves_without_the_catalog(site):
    assert words(badge(site, below("build"))) == ["build", "none"]
    first = site.client.get(below("build"))
    site.store.add_build(a_build(bundle_id=MOON, state=BuildState.FAILED))

    known = {"If-None-Match": first.headers["ETag"]}
    moved = site.client.get(below("build"), headers=known)
    same = site.client.get(below("build"), headers={"If-None-Match": moved.headers["ETag"]})

    assert (moved.status_code, same.status_code) == (200, 304)
    assert moved.headers["Cache-Control"] == "public, max-age=60"
    assert "script-src 'none'" in moved.headers["Content-Security-Policy"]


def test_a_badge_has_no_place_for_our_troubles(site, monkeypatch):
    def away(*_):
        raise StoreError("away")

    monkeypatch.setattr(site.store, "recent_builds", away)

    assert words(badge(site, below("build"))) == ["build", "not known now"]
    assert site.client.get(below("build")).headers["Cache-Control"] == "no-cache"
