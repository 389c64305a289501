"""The page of a release."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import Details, Developer, ReleaseState, Screenshot
from aslo.domain.declared import declared_repository
from aslo.domain.locale import LocalizedText
from aslo.domain.sugar import Compatibility, Toolkit
from aslo.services import report
from fakes.values import a_release
from fakes.web_site import MOON

FIRST, SECOND = a_release(version="1"), a_release(version="2.1~dfsg")


def text(page):
    return " ".join(page.text_content().split())


def links(page):
    return page.xpath("//main//a/@href")


def test_the_address_of_an_activity_leads_to_its_latest_release(site):
    site.shelve(FIRST, SECOND)

    assert site.client.get(f"/{MOON}").headers["Location"] == f"/{MOON}/2.1~dfsg"
    assert site.client.get(f"/es/{MOON}").headers["Location"] == f"/es/{MOON}/2.1~dfsg"


@pytest.mark.parametrize("spelled", ["2.1", "2.1.0", "2.1-local", "2.1.0~x"])
def test_another_spelling_of_a_version_leads_to_ours(site, spelled):
    site.shelve(FIRST, SECOND)

    answer = site.client.get(f"/{MOON}/{spelled}", headers={"Host": "evil.example"})

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/{MOON}/2.1~dfsg"


def test_the_paths_that_the_developer_is_told_are_pages(site):
    site.shelve(FIRST)

    assert site.client.get(report.page_path(FIRST)).status_code == 200
    assert site.client.get(report.download_path(FIRST)).status_code == 200


@pytest.mark.case("D51")
@pytest.mark.parametrize(
    "path",
    [
        "/org.sugarlabs.Mars",
        "/org.sugarlabs.Mars/1",
        "/org.sugarlabs.Mars/releases",
        f"/{MOON}/3",
        f"/{MOON}/abc",
        f"/{MOON}/nan",
        f"/{MOON}/01",
        f"/{MOON}/1e5",
        f"/{MOON}/-1",
        f"/{MOON}/1_0",
        f"/{MOON}/٣",
        f"/{MOON}/{'9' * 200}",
        f"/xx/{MOON}/1",
        f"/$where/{MOON}/1",
    ],
)
def test_what_does_not_exist_is_not_found(site, path, read):
    site.shelve(FIRST)

    answer = site.client.get(path)

    assert answer.status_code == 404
    read(answer)


def test_an_older_release_points_to_the_latest(site, read):
    site.shelve(FIRST, SECOND)

    older = read(site.client.get(f"/{MOON}/1"))
    latest = read(site.client.get(f"/{MOON}/2.1~dfsg"))

    (banner,) = older.find_class("notice")
    assert banner.find(".//a").get("href") == f"/{MOON}/2.1~dfsg"
    assert latest.find_class("notice") == []


def test_a_release_for_testing_says_so_and_is_not_the_latest(site, read):
    site.shelve(FIRST, replace(SECOND, prerelease=True))

    page = read(site.client.get(f"/{MOON}/2.1~dfsg"))

    assert site.client.get(f"/{MOON}").headers["Location"] == f"/{MOON}/1"
    assert "for testing" in text(page.find_class("notice")[0])
    assert page.find_class("notice")[0].find(".//a").get("href") == f"/{MOON}/1"
    assert report.download_path(SECOND) in links(page)


def test_a_withdrawn_release_keeps_its_page_without_a_download(site, read):
    site.shelve(FIRST, replace(SECOND, state=ReleaseState.WITHDRAWN))

    page = read(site.client.get(f"/{MOON}/2.1~dfsg"))

    assert "was withdrawn" in text(page.find_class("notice")[0])
    assert report.download_path(SECOND) not in links(page)
    assert f"/{MOON}/1" in links(page)


def test_an_activity_of_nothing_but_withdrawn_releases_still_explains_itself(site, read):
    site.shelve(replace(FIRST, state=ReleaseState.WITHDRAWN))

    assert site.client.get(f"/{MOON}").headers["Location"] == f"/{MOON}/1"
    assert "was withdrawn" in text(read(site.client.get(f"/{MOON}/1")))


def test_a_held_release_is_named_nowhere(site):
    site.shelve(FIRST, replace(SECOND, state=ReleaseState.HELD))

    for path in (f"/{MOON}/1", f"/{MOON}/releases"):
        assert "2.1~dfsg" not in site.client.get(path).text


def test_every_release_is_listed_highest_first(site, read):
    site.shelve(FIRST, a_release(version="1.10"), a_release(version="1.9"), SECOND)

    page = read(site.client.get(f"/{MOON}/releases"))

    assert [each.text_content() for each in page.xpath("//main//ol//h2//bdi")] == [
        "2.1~dfsg",
        "1.10",
        "1.9",
        "1",
    ]


def test_a_reader_sees_which_version_runs_on_which_sugar(site, read):
    needs = {
        "12": Compatibility(Toolkit.GTK3, 3, "0.116"),
        "11": Compatibility(Toolkit.GTK3, 2, "0.114", "0.114"),
        "10": Compatibility(Toolkit.GTK2, 2, "0.96", "0.117"),
    }
    words = LocalizedText("Moon")
    site.shelve(
        *(
            a_release(version=version, details=Details(name=words, compatibility=need))
            for version, need in needs.items()
        )
    )

    page = read(site.client.get(f"/{MOON}/releases"))
    spanish = read(site.client.get(f"/es/{MOON}/releases"))

    rows = page.xpath("//section[@aria-labelledby='which']//tbody/tr")
    assert [[text(cell) for cell in row][:2] for row in rows] == [
        ["0.116 and later", "12"],
        ["0.114", "11"],
        ["0.96 to 0.112", "10"],
    ]
    assert f"/download/{MOON}/10/Moon-10.xo" in links(page)
    shown = spanish.xpath("//section[@aria-labelledby='which']")[0]
    assert "Qué versión funciona en cada Sugar" in text(shown)
    assert "0.116 y posteriores" in text(shown)


def test_of_what_is_offered_nobody_there_is_no_table(site, read):
    site.shelve(replace(FIRST, state=ReleaseState.WITHDRAWN), replace(SECOND, prerelease=True))
    page = read(site.client.get(f"/{MOON}/releases"))
    assert not page.xpath("//section[@aria-labelledby='which']")


def test_more_releases_are_one_click_away(site, read):
    site.shelve(FIRST, SECOND)

    page = read(site.client.get(f"/{MOON}/2.1~dfsg"))

    assert f"/{MOON}/1" in links(page)
    assert f"/{MOON}/releases" in links(page)


def test_the_facts_are_there(site, read):
    details = Details(
        name=LocalizedText("Moon"),
        license="GPLv3+",
        categories=("science",),
        homepage="https://moon.example/",
        languages=("ar", "pt_BR", "nah"),
        compatibility=Compatibility(Toolkit.GTK2, 2, "0.86", "0.116"),
        max_participants=4,
    )
    shelved = site.shelve(replace(FIRST, details=details))
    release = site.catalog.entry(MOON).releases[0]

    page = read(site.client.get(f"/{MOON}/1"))

    facts = {
        term.text_content(): " ".join(term.getnext().text_content().split())
        for term in page.findall(".//dt")
    }
    assert facts["Works on Sugar"] == "0.86 to 0.116"
    assert facts["Toolkit"] == "GTK 2"
    assert facts["Licence"] == "GPLv3+"
    assert facts["Size"] == "1.3 kB (about 0.2 sec on a slow line)"
    assert facts["SHA-256"].split()[0] == release.bundle.sha256
    assert facts["Commit"] == release.commit
    assert facts["Source"] == shelved.repository.full_name
    assert "العربية" in facts["Languages"]
    assert "Português (Brasil)" in facts["Languages"]
    assert "nah" in facts["Languages"]
    assert f"/pt_BR/{MOON}/1" in links(page)
    assert f"/builds/{release.build_id}" in links(page)
    isolated = {element.text_content() for element in page.findall(".//bdi")}
    assert {"GPLv3+", MOON, "1.3 kB", release.bundle.sha256} <= isolated


@pytest.mark.parametrize("path", ["", "/releases"])
def test_a_release_of_a_tree_that_was_imported_has_a_commit_and_no_build(site, read, path):
    site.shelve(replace(FIRST, build_id="", html_url=""))

    page = read(site.client.get(f"/{MOON}/1" if not path else f"/{MOON}{path}"))

    assert FIRST.commit in text(page)
    assert not [link for link in links(page) if "/builds/" in link]


def picture(site, content: str, lang: str) -> Screenshot:
    return Screenshot(site.keep(content.encode(), "image/webp"), 800, 600, lang)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/es", "es"), ("/pt_BR", "pt"), ("/fr", "en"), ("/en", "en"), ("", "en")],
)
def test_pictures_are_in_the_readers_language_else_in_english(site, read, path, expected):
    shots = tuple(picture(site, lang, lang) for lang in ("en", "es", "pt", ""))
    site.shelve(replace(FIRST, screenshots=shots))

    page = read(site.client.get(f"{path}/{MOON}/1"))

    chosen = next(shot for shot in shots if shot.lang == expected)
    (image,) = page.find_class("pictures")[0].findall(".//img")
    assert chosen.file.sha256 in image.get("src")
    assert image.get("alt")
    assert site.client.get(image.get("src")).data == expected.encode()


def test_pictures_of_no_language_are_for_everybody(site, read):
    site.shelve(replace(FIRST, screenshots=(picture(site, "x", ""),)))

    assert len(read(site.client.get(f"/es/{MOON}/1")).find_class("pictures")) == 1


def test_a_list_shows_small_pictures_that_lead_to_large_ones_with_their_captions(site, read):
    large, small = picture(site, "large", "es"), picture(site, "small", "es").file
    plain = picture(site, "plain", "es")
    shot = replace(large, caption="La luna & <el> río", small=small)
    site.shelve(replace(FIRST, screenshots=(shot, plain)))

    first, second = read(site.client.get(f"/es/{MOON}/1")).xpath("//ul[@class='pictures']/li")

    assert first.find(".//a").get("href") == f"/picture/{large.file.sha256}.webp"
    assert first.find(".//img").get("src") == f"/picture/{small.sha256}.webp"
    assert first.find(".//img").get("alt") == "La luna & <el> río"
    assert first.find(".//figcaption/bdi").text_content() == "La luna & <el> río"
    assert first.find(".//figcaption/bdi").get("lang") == "es"
    assert second.find(".//img").get("src") == second.find(".//a").get("href")
    assert second.find(".//figcaption") is None


def test_developers_have_their_names_pages_and_faces(site, read):
    face = site.keep(b"face", "image/webp")
    developers = (
        Developer("ada", "https://github.example/ada", 9, face),
        Developer("bo", "javascript:alert(1)"),
    )
    site.shelve(FIRST, developers=developers)

    page = read(site.client.get(f"/{MOON}/1"))

    people = page.find_class("people")[0]
    assert [name.text_content() for name in people.findall(".//bdi")] == ["ada", "bo"]
    assert people.xpath(".//a/@href") == ["/developer/ada", "/developer/bo"]
    assert people.xpath(".//img/@src") == [f"/picture/{face.sha256}.webp"]


def test_a_picture_that_is_served_no_more_is_not_shown(site, read):
    icon = site.keep(b"<svg/>", "image/svg+xml")
    site.shelve(replace(FIRST, icon=icon, state=ReleaseState.WITHDRAWN))

    page = read(site.client.get(f"/{MOON}/1"))

    assert page.xpath("//main//img[contains(@src, '/icon/')]") == []


def test_the_permanent_address_is_the_public_one(site, read):
    site.shelve(FIRST)

    page = read(site.client.get(f"/{MOON}/1/", headers={"Host": "evil.example"}))

    assert page.xpath("//link[@rel='canonical']/@href") == [f"https://aslo.example/{MOON}/1"]


def test_a_release_published_later_with_a_lower_version_is_not_the_latest(site):
    site.shelve(replace(FIRST, published_at=FIRST.published_at + timedelta(days=9)), SECOND)

    assert site.client.get(f"/{MOON}").headers["Location"] == f"/{MOON}/2.1~dfsg"


def test_an_imported_release_names_no_tag_commit_or_build(site, read):
    site.shelve(a_release(build_id="", tag="", commit=""), repository=declared_repository(""))

    page = read(site.client.get(f"/{MOON}/1"))

    assert [each.text_content() for each in page.xpath("//*[@aria-labelledby='source']//dt")] == [
        "Size",
        "Bundle id",
        "SHA-256",
    ]
    assert not [link for link in links(page) if "/builds" in link]


def test_an_imported_release_names_the_repository_that_it_declares(site, read):
    repository = declared_repository("sugarlabs/moon")
    site.shelve(a_release(build_id="", tag="", commit=""), repository=repository)

    page = read(site.client.get(f"/{MOON}/1"))

    assert "https://github.com/sugarlabs/moon" in links(page)
