"""Pictures: whatever comes in, only pixels come out."""

import random
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from aslo.adapters.pictures_pillow import PillowPictures
from aslo.domain.errors import FilesError


@pytest.fixture
def pictures() -> PillowPictures:
    return PillowPictures()


@pytest.fixture
def save(tmp_path):
    """Saves a picture, as the format given, under any name."""

    def save(picture: Image.Image, name: str, kind: str, **options: object) -> Path:
        path = tmp_path / name
        picture.save(path, kind, **options)
        return path

    return save


def drawing(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), "#c02020")
    picture.paste("#2020c0", (width // 2, 0, width, height))
    return picture.convert(mode)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_each_format_becomes_webp_whatever_its_name_says(pictures, save, tmp_path, kind):
    source = save(drawing(), "screen.txt", kind)
    assert pictures.screenshot(source, tmp_path / "out", 1280) == ("image/webp", 800, 600)
    with Image.open(tmp_path / "out") as made:
        assert made.format == "WEBP"
        red, _, blue = made.convert("RGB").getpixel((100, 300))
    assert red > 150 > blue


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_each_png_mode_is_read(pictures, save, tmp_path, mode):
    picture = Image.new(mode, (400, 300)) if mode == "I;16" else drawing(400, 300, mode)
    source = save(picture, "screen.png", "PNG")
    assert pictures.screenshot(source, tmp_path / "out", 1280)[1:] == (400, 300)


def test_a_cmyk_jpeg_is_read(pictures, save, tmp_path):
    source = save(drawing(mode="CMYK"), "screen.jpg", "JPEG")
    assert pictures.screenshot(source, tmp_path / "out", 1280) == ("image/webp", 800, 600)


def test_a_transparent_palette_stays_transparent(pictures, save, tmp_path):
    picture = Image.new("P", (400, 300), 0)
    source = save(picture, "screen.png", "PNG", transparency=0)
    pictures.screenshot(source, tmp_path / "out", 1280)
    with Image.open(tmp_path / "out") as made:
        assert made.mode == "RGBA"
        assert made.getpixel((5, 5))[3] == 0


def test_sixteen_grey_bits_are_not_cut_to_white(pictures, save, tmp_path):
    source = save(Image.new("I;16", (400, 300), 30_000), "screen.png", "PNG")
    pictures.screenshot(source, tmp_path / "out", 1280)
    with Image.open(tmp_path / "out") as made:
        assert 100 < made.convert("L").getpixel((5, 5)) < 130


@pytest.mark.parametrize(
    ("size", "made"), [((2560, 1000), (1280, 500)), ((900, 1800), (640, 1280))]
)
def test_the_longest_side_is_at_most_1280(pictures, save, tmp_path, size, made):
    source = save(drawing(*size), "screen.png", "PNG")
    assert pictures.screenshot(source, tmp_path / "out", 1280)[1:] == made


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_small_one_is_small(pictures, save, tmp_path, kind):
    source = save(drawing(2560, 1920), "screen", kind)
    assert pictures.screenshot(source, tmp_path / "out", 480) == ("image/webp", 480, 360)
    with Image.open(tmp_path / "out") as made:
        red, _, blue = made.convert("RGB").getpixel((60, 180))
    assert red > 150 > blue


def test_only_the_first_frame_of_an_animation_is_shown(pictures, save, tmp_path):
    frames = [Image.new("RGB", (400, 300), "white")] * 5
    source = save(
        drawing(400, 300), "a.gif", "GIF", save_all=True, append_images=frames, duration=50
    )
    pictures.screenshot(source, tmp_path / "out", 1280)
    with Image.open(tmp_path / "out") as made:
        assert getattr(made, "n_frames", 1) == 1


def test_a_photograph_is_turned_upright(pictures, save, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    source = save(drawing(600, 400), "photo.jpg", "JPEG", exif=exif)
    assert pictures.screenshot(source, tmp_path / "out", 1280)[1:] == (400, 600)
    with Image.open(tmp_path / "out") as made:
        red, _, blue = made.convert("RGB").getpixel((200, 50))
    assert red > 150 > blue


def test_nothing_but_pixels_is_kept(pictures, save, tmp_path):
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "secret name")
    text.add_itxt("XML:com.adobe.xmp", "<secret/>")
    source = save(
        drawing(), "a.png", "PNG", exif=exif, pnginfo=text, icc_profile=b"secret" * 40, dpi=(9, 9)
    )
    pictures.screenshot(source, tmp_path / "out", 1280)
    data = (tmp_path / "out").read_bytes()
    assert b"secret" not in data
    assert not {b"EXIF", b"XMP ", b"ICCP"} & chunks(data)


def test_what_follows_a_picture_is_left_behind(pictures, save, tmp_path):
    source = save(drawing(), "a.png", "PNG")
    source.write_bytes(source.read_bytes() + b"<script>alert(1)</script>")
    pictures.screenshot(source, tmp_path / "out", 1280)
    assert b"script" not in (tmp_path / "out").read_bytes()


@pytest.mark.parametrize("size", [(55, 55), (199, 150), (1000, 149)])
def test_an_icon_among_the_screenshots_is_refused(pictures, save, tmp_path, size):
    source = save(drawing(*size), "icon.png", "PNG")
    with pytest.raises(ValueError, match=rf"icon\.png has {size[0]} x {size[1]} pixels"):
        pictures.screenshot(source, tmp_path / "out", 1280)
    assert not (tmp_path / "out").exists()


def test_the_smallest_screenshot_is_taken_upright_too(pictures, save, tmp_path):
    for size in ((200, 150), (150, 200)):
        source = save(drawing(*size), "a.png", "PNG")
        assert pictures.screenshot(source, tmp_path / "out", 1280)[1:] == size


@pytest.mark.case("D44", "T28")
def test_a_decompression_bomb_is_refused_before_it_is_decoded(pictures, tmp_path):
    for side in (7000, 20_000, 60_000):
        source = tmp_path / "bomb.png"
        source.write_bytes(png_header(side, side))
        with pytest.raises(ValueError, match=r"bomb\.png.*pixels|bomb\.png.*[Dd]ecompression"):
            pictures.screenshot(source, tmp_path / "out", 1280)


@pytest.mark.case("D44", "T28")
def test_a_file_that_is_too_large_is_refused_unread(pictures, tmp_path):
    source = tmp_path / "large.png"
    with source.open("wb") as file:
        file.truncate(10 * 1024**2 + 1)
    with pytest.raises(ValueError, match=r"large\.png has 10485761 bytes"):
        pictures.screenshot(source, tmp_path / "out", 1280)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_file_cut_short_is_refused(pictures, save, tmp_path, kind):
    source = save(noise(), "cut", kind)
    data = source.read_bytes()
    for part in (0, 10, 100, len(data) // 2):
        source.write_bytes(data[:part])
        with pytest.raises(ValueError, match="cut cannot be shown"):
            pictures.screenshot(source, tmp_path / "out", 1280)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_damaged_bytes_are_shown_or_refused_but_never_crash(pictures, save, tmp_path, kind):
    source = save(noise(), "damaged", kind)
    data = source.read_bytes()
    chance = random.Random(7)
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(chance.randrange(1, 20)):
            broken[chance.randrange(min(len(broken), 400))] = chance.randrange(256)
        source.write_bytes(broken)
        try:
            pictures.screenshot(source, tmp_path / "out", 1280)
        except ValueError as error:
            assert "damaged" in str(error)  # noqa: PT017  # either end is fine


@pytest.mark.case("D44", "T28")
@pytest.mark.parametrize("content", [b"", b"<svg/>", b"%!PS-Adobe-3.0 EPSF-3.0", b"BM" + bytes(99)])
def test_other_kinds_of_files_are_refused(pictures, tmp_path, content):
    source = tmp_path / "other.png"
    source.write_bytes(content)
    with pytest.raises(ValueError, match="none of PNG, JPEG, GIF, WEBP"):
        pictures.screenshot(source, tmp_path / "out", 1280)


@pytest.mark.case("D44", "T30")
def test_a_link_or_a_folder_is_no_picture(pictures, save, tmp_path):
    link = tmp_path / "link.png"
    link.symlink_to(save(drawing(), "a.png", "PNG"))
    (tmp_path / "folder.png").mkdir()
    for source in (link, tmp_path / "folder.png", tmp_path / "missing.png"):
        with pytest.raises(ValueError, match="is not a file"):
            pictures.screenshot(source, tmp_path / "out", 1280)


def test_a_place_that_cannot_be_written_is_our_fault(pictures, save, tmp_path):
    source = save(drawing(), "a.png", "PNG")
    with pytest.raises(FilesError, match="cannot be written"):
        pictures.screenshot(source, tmp_path / "missing" / "out", 1280)


def test_an_avatar_is_a_square_cut_from_the_middle(pictures, save, tmp_path):
    picture = Image.new("RGB", (300, 100), "#c02020")
    picture.paste("#20c020", (100, 0, 200, 100))
    assert pictures.avatar(save(picture, "me.jpg", "JPEG"), tmp_path / "out") == "image/webp"
    with Image.open(tmp_path / "out") as made:
        assert made.size == (96, 96)
        red, green, _ = made.convert("RGB").getpixel((10, 48))
    assert green > 150 > red


def test_a_tiny_avatar_grows(pictures, save, tmp_path):
    pictures.avatar(save(drawing(8, 8), "me.png", "PNG"), tmp_path / "out")
    with Image.open(tmp_path / "out") as made:
        assert made.size == (96, 96)


def test_the_same_picture_gives_the_same_bytes(pictures, save, tmp_path):
    source = save(noise(), "a.png", "PNG")
    pictures.screenshot(source, tmp_path / "one", 1280)
    pictures.screenshot(source, tmp_path / "two", 1280)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def noise() -> Image.Image:
    return Image.frombytes("RGB", (320, 240), random.Random(1).randbytes(320 * 240 * 3))


def chunks(webp: bytes) -> set[bytes]:
    found, file = set(), BytesIO(webp[12:])
    while head := file.read(8):
        found.add(head[:4])
        size = struct.unpack("<I", head[4:])[0]
        file.seek(size + size % 2, 1)
    return found


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
