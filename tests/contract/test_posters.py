"""Posters: the icon as the picture of a page that is shared."""

import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

import aslo.web
from aslo.adapters import posters
from aslo.adapters.pictures_pillow import PillowPictures
from aslo.adapters.svg_colours import pair_for

SEED = "org.sugarlabs.Moon"
GROUND = pair_for(SEED).fill
RED = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 55 55">'
    '<rect width="55" height="55" fill="#f00"/></svg>'
)


def drawn(icon=RED):
    return Image.open(BytesIO(PillowPictures().poster(icon.encode(), SEED)))


def rgb(picture, place):
    return "#{:02x}{:02x}{:02x}".format(*picture.convert("RGB").getpixel(place))


def test_a_poster_is_the_icon_on_a_coloured_ground():
    picture = drawn()

    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert rgb(picture, (5, 5)) == rgb(picture, (1195, 625)) == GROUND
    assert rgb(picture, (600, 315)) == "#ff0000"
    assert rgb(picture, (600, 80)) == "#ffffff"


def test_a_poster_is_the_same_on_every_machine():
    assert PillowPictures().poster(RED.encode(), SEED) == PillowPictures().poster(
        RED.encode(), SEED
    )


def test_words_in_an_icon_need_no_font():
    written = "<text x='2' y='40' font-family='Noto Sans' font-size='30'>Moon</text></svg>"
    picture = drawn(RED.replace("</svg>", written))

    assert ImageChops.difference(picture.convert("RGB"), drawn().convert("RGB")).getbbox() is None


@pytest.mark.parametrize("icon", ["<svg", RED.replace("</svg>", "")])
def test_what_cannot_be_drawn_is_refused(icon):
    with pytest.raises(ValueError, match="cannot be drawn"):
        PillowPictures().poster(icon.encode(), SEED)


def test_an_icon_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(posters, "CPU_SECONDS", 1)
    layers = '<g opacity=".5"><rect width="9" height="9"/>' * 180 + "</g>" * 180
    icon = RED.replace("<rect", f"{layers * 60}<rect")

    began = time.monotonic()
    with pytest.raises(ValueError, match="takes too long"):
        PillowPictures().poster(icon.encode(), SEED)

    assert time.monotonic() - began < posters.TIME_OUT_SECONDS


def test_the_sites_own_poster_shows_its_logo():
    with Image.open(Path(aslo.web.__file__).with_name("poster.png")) as picture:
        assert picture.size == (1200, 630)
        assert len(picture.convert("RGB").getcolors(100_000)) > 3
