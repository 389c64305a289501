"""What the bytes of a picture say of themselves, without drawing it."""

import struct
from collections.abc import Callable
from typing import NamedTuple


class PictureHeader(NamedTuple):
    """The format of a picture and its size in pixels."""

    format: str
    width: int
    height: int


def read_picture_header(data: bytes) -> PictureHeader:
    """What picture the bytes are; ValueError if they are none of PNG, JPEG, GIF and WebP, or are
    cut short so that none can be drawn."""
    for starts, read in _READERS:
        if starts(data):
            try:
                return read(data)
            except (struct.error, IndexError) as error:
                raise ValueError("it is cut short") from error
    raise ValueError(f"its bytes are none of {', '.join(FORMATS)}")


def _png(data: bytes) -> PictureHeader:
    width, height = struct.unpack_from(">II", data, 16)
    at, drawn = 8, False
    while not drawn or data[at + 4 : at + 8] == b"IDAT":
        (length,) = struct.unpack_from(">I", data, at)
        drawn = data[at + 4 : at + 8] == b"IDAT"
        at += 12 + length
        if at > len(data) + 4:  # only the checksum of the last piece may be missing
            raise ValueError("it is cut short")
    return PictureHeader("PNG", width, height)


def _gif(data: bytes) -> PictureHeader:
    return PictureHeader("GIF", *struct.unpack_from("<HH", data, 6))


def _jpeg(data: bytes) -> PictureHeader:
    at = 2
    while True:
        while data[at + 1] == 0xFF:
            at += 1
        marker, (length,) = data[at + 1], struct.unpack_from(">H", data, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            break
        at += 2 + length
    if b"\xff\xd9" not in data[at:]:
        raise ValueError("it is cut short")
    return PictureHeader("JPEG", width, height)


def _webp(data: bytes) -> PictureHeader:
    (length,) = struct.unpack_from("<I", data, 4)
    if length + 8 > len(data):
        raise ValueError("it is cut short")
    return PictureHeader("WEBP", *_WEBP_SIZES[data[12:16]](data))


def _lossy(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def _lossless(data: bytes) -> tuple[int, int]:
    (bits,) = struct.unpack_from("<I", data, 21)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _extended(data: bytes) -> tuple[int, int]:
    low_w, high_w, low_h, high_h = struct.unpack_from("<HBHB", data, 24)
    return (high_w << 16 | low_w) + 1, (high_h << 16 | low_h) + 1


_WEBP_SIZES: dict[bytes, Callable[[bytes], tuple[int, int]]] = {
    b"VP8 ": _lossy,
    b"VP8L": _lossless,
    b"VP8X": _extended,
}
_READERS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], PictureHeader]], ...] = (
    (lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (lambda data: data.startswith(b"\xff\xd8\xff"), _jpeg),
    (lambda data: data[:6] in (b"GIF87a", b"GIF89a"), _gif),
    (
        lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP" and data[12:16] in _WEBP_SIZES,
        _webp,
    ),
)
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
