"""What machines read of a release: JSON-LD, Open Graph, the picture for those who link to it."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from aslo.domain.activity import Details, Developer, ReleaseState, Screenshot
from aslo.domain.locale import LocalizedText
from aslo.domain.sugar import Compatibility, Toolkit
from fakes.values import a_release
from fakes.web_site import MOON, PUBLIC_URL

DETAILS = Details(
    name=LocalizedText("Moon", {"es": "Luna"}),
    summary=LocalizedText("See </script> it", {"es": "Mírala"}),
    license="GPLv3+",
    spdx="GPL-3.0-or-later",
    categories=("science",),
    languages=("es", "pt_BR"),
    compatibility=Compatibility(Toolkit.GTK2, 2, "0.86", "0.116"),
)


@pytest.fixture
def shelf(site):
    poster = site.keep(b"poster", "image/png")
    shots = tuple(
        Screenshot(site.keep(lang.encode(), "image/webp"), 800, 600, lang) for lang in ("en", "es")
    )
    release = replace(a_release(), details=DETAILS, poster=poster, screenshots=shots)
    site.shelve(release, developers=(Developer("Ada", "https://github.example/Ada"),))
    return site


def data(page):
    (script,) = page.xpath("//script[@type='application/ld+json']")
    assert set(script.text) & set("<>&'") == set()
    return json.loads(script.text)


def meta(page):
    found = {each.get("property") or each.get("name"): each for each in page.xpath("//meta")}
    return {name: each.get("content") for name, each in found.items() if name}


def test_the_data_say_what_the_page_says(shelf, read):
    found = data(read(shelf.client.get(f"/es/{MOON}/1")))
    release = shelf.catalog.entry(MOON).releases[0]

    assert found["@context"] == "https://schema.org"
    assert found["@type"] == "SoftwareApplication"
    assert (found["name"], found["description"]) == ("Luna", "Mírala")
    assert (found["identifier"], found["softwareVersion"]) == (MOON, "1")
    assert found["url"] == f"{PUBLIC_URL}/es/{MOON}/1"
    assert found["operatingSystem"] == "Sugar 0.86-0.116"
    assert found["license"] == "https://spdx.org/licenses/GPL-3.0-or-later"
    assert found["inLanguage"] == ["es", "pt-BR"]
    assert found["author"] == [
        {"@type": "Person", "name": "Ada", "url": f"{PUBLIC_URL}/es/developer/Ada"}
    ]
    assert found["offers"]["price"] == "0"
    assert datetime.fromisoformat(found["datePublished"]) == release.published_at
    for url in (found["downloadUrl"], found["image"], *found["screenshot"]):
        assert shelf.client.get(url.removeprefix(PUBLIC_URL)).status_code == 200
    assert [release.screenshots[1].file.sha256 in url for url in found["screenshot"]] == [True]


def test_words_of_others_end_no_script(shelf, read):
    page = read(shelf.client.get(f"/en/{MOON}/1"))

    assert data(page)["description"] == "See </script> it"


def test_what_is_not_known_is_left_out(site, read):
    site.shelve(a_release())

    found = data(read(site.client.get(f"/{MOON}/1")))

    assert {"license", "author", "image", "screenshot", "description"} & set(found) == set()
    assert all(found.values())


def test_a_page_that_is_shared_has_a_name_a_text_and_a_picture(shelf, read):
    found = meta(read(shelf.client.get(f"/es/{MOON}/1")))
    poster = shelf.catalog.entry(MOON).releases[0].poster

    assert found["og:title"] == "Luna 1"
    assert found["og:description"] == found["description"] == "Mírala"
    assert found["og:url"] == f"{PUBLIC_URL}/es/{MOON}/1"
    assert found["og:image"] == f"{PUBLIC_URL}/picture/{poster.sha256}.png"
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["twitter:card"] == "summary_large_image"
    assert shelf.client.get(f"/picture/{poster.sha256}.png").data == b"poster"


@pytest.mark.parametrize("state", [ReleaseState.LISTED, ReleaseState.WITHDRAWN])
def test_without_a_poster_that_is_served_the_sites_own_stands_in(site, read, state):
    poster = site.keep(b"poster", "image/png") if state is ReleaseState.WITHDRAWN else None
    site.shelve(a_release(state=state, poster=poster))

    picture = meta(read(site.client.get(f"/{MOON}/1")))["og:image"]

    answer = site.client.get(picture.removeprefix(PUBLIC_URL))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.data.startswith(b"\x89PNG")
    answer.close()


def test_a_withdrawn_release_is_no_application_any_more(site, read):
    site.shelve(a_release(state=ReleaseState.WITHDRAWN))

    page = read(site.client.get(f"/{MOON}/1"))

    assert page.xpath("//script[@type='application/ld+json']") == []
    assert meta(page)["robots"] == "noindex"
