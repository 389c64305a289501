"""A screenshot that the check lets pass is one that the store shows, and the other way round."""

from io import BytesIO

import pytest
from PIL import Image

from aslo.adapters import pictures_pillow
from aslo.adapters.pictures_pillow import PillowPictures
from aslo.services import judge_screenshots, screenshots
from fixtures.trees import png


def drawn(form, size=(320, 240), **how):
    data = BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(data, form, **how)
    return data.getvalue()


PICTURES = {
    "png": drawn("PNG"),
    "jpeg": drawn("JPEG"),
    "progressive jpeg": drawn("JPEG", progressive=True),
    "jpeg with words": drawn("JPEG", comment=b"x" * 3000),
    "gif": drawn("GIF"),
    "webp": drawn("WEBP"),
    "webp without loss": drawn("WEBP", lossless=True),
    "webp with words": drawn("WEBP", exif=Image.Exif()),
    "upright": drawn("PNG", (150, 200)),
    "too narrow": drawn("PNG", (600, 149)),
    "too small": drawn("PNG", (199, 199)),
    "small jpeg": drawn("JPEG", (55, 55)),
    "small gif": drawn("GIF", (55, 55)),
    "small webp": drawn("WEBP", (55, 55)),
    "small webp without loss": drawn("WEBP", (55, 55), lossless=True),
    "bmp": drawn("BMP"),
    "text": b"what",
    "nothing": b"",
    "half a png": drawn("PNG")[:2000],
    "half a jpeg": drawn("JPEG")[:2000],
    "half a webp": drawn("WEBP")[:2000],
    "a png's beginning": png(320, 240)[:20],
    "a jpeg's beginning": b"\xff\xd8\xff",
    "a gif's beginning": b"GIF89a",
    "a webp's beginning": b"RIFF\0\0\0\0WEBPVP8 ",
}


@pytest.mark.parametrize("name", PICTURES)
def test_both_judge_a_picture_alike(tmp_path, name):
    path = tmp_path / "screenshots" / "1.png"
    path.parent.mkdir()
    path.write_bytes(PICTURES[name])
    try:
        PillowPictures().screenshot(path, tmp_path / "out", screenshots.LONGEST_SIDE)
        shown = True
    except ValueError:
        shown = False

    assert (not list(judge_screenshots.judge_screenshots(tmp_path))) is shown


def test_both_have_the_same_limits():
    for name in ("MAX_PIXELS", "MIN_LONGER_SIDE", "MIN_SHORTER_SIDE"):
        assert getattr(judge_screenshots, name) == getattr(pictures_pillow, name)
