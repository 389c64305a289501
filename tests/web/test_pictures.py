"""Icons and pictures: only those of listed releases, and harmless even when opened alone."""

from dataclasses import replace

import pytest

from aslo.domain.activity import Screenshot
from fakes.values import a_release

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def shelf(site):
    icon = site.keep(SVG, "image/svg+xml")
    shot = Screenshot(site.keep(b"shot", "image/webp"), 800, 600, "en")
    site.shelve(replace(a_release(), icon=icon, screenshots=(shot,)))
    return site, icon.sha256, shot.file.sha256


@pytest.mark.case("D43", "T28")
def test_an_icon_is_served_where_it_can_do_nothing(shelf):
    site, icon, _ = shelf

    answer = site.client.get(f"/icon/{icon}.svg")

    assert answer.data == SVG
    assert answer.mimetype == "image/svg+xml"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "sandbox" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_picture_that_is_known_is_not_sent_again(shelf):
    site, _, shot = shelf

    first = site.client.get(f"/picture/{shot}.webp")
    again = site.client.get(
        f"/picture/{shot}.webp", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert first.data == b"shot"
    assert first.mimetype == "image/webp"
    assert again.status_code == 304


def test_names_that_do_not_fit_are_not_found(shelf):
    site, icon, shot = shelf
    unlisted = site.keep(b"secret", "image/svg+xml").sha256
    paths = [
        f"/icon/{shot}.svg",
        f"/picture/{icon}.svg",
        f"/picture/{icon}.webp",
        f"/picture/{shot}.png",
        f"/icon/{unlisted}.svg",
        f"/icon/{icon.upper()}.svg",
        f"/icon/{icon}.svg/",
        f"/icon/../icon/{icon}.svg",
        f"/icon/%2e%2e/{icon}.svg",
        f"/icon/{icon}",
        "/icon/x.svg",
        f"/picture/{'0' * 64}.webp",
    ]

    assert {path: site.client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
