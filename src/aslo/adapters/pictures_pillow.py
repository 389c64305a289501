"""Pictures made safe with Pillow: whatever comes in is decoded, and drawn anew as WebP."""

import struct
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from aslo.adapters.posters import poster
from aslo.adapters.svg import clean_icon
from aslo.adapters.svg_colours import pair_for
from aslo.domain.errors import FilesError

MEDIA_TYPE = "image/webp"
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
MAX_BYTES = 10 * 1024**2
MAX_PIXELS = 40_000_000
MIN_LONGER_SIDE, MIN_SHORTER_SIDE = 200, 150
AVATAR_SIDE = 96
QUALITY = 82

# What Pillow's decoders raise on bytes that are cut short or lie about themselves.
_DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, OverflowError, TypeError, KeyError, IndexError,
    ZeroDivisionError, MemoryError, struct.error,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


class PillowPictures:
    """The port Pictures by Pillow, and by our own SVG cleaner for icons."""

    def screenshot(self, source: Path, to: Path, longest: int) -> tuple[str, int, int]:
        """Decode a picture by its bytes, not its name, re-encode it as WebP of at most so many
        pixels a side, and return media type, width and height; ValueError says why not."""
        picture = _decoded(source, longest)
        shorter, longer = sorted(picture.size)
        if longer < MIN_LONGER_SIDE or shorter < MIN_SHORTER_SIDE:
            raise ValueError(
                f"{source.name} has {picture.width} x {picture.height} pixels, "
                f"fewer than {MIN_LONGER_SIDE} x {MIN_SHORTER_SIDE}: an icon, no screenshot"
            )
        picture.thumbnail((longest, longest))
        _write(picture, to)
        return MEDIA_TYPE, picture.width, picture.height

    def avatar(self, source: Path, to: Path) -> str:
        """Re-encode a contributor's picture as a square of 96 pixels, cut from its middle."""
        _write(ImageOps.fit(_decoded(source, AVATAR_SIDE), (AVATAR_SIDE, AVATAR_SIDE)), to)
        return MEDIA_TYPE

    def icon(self, svg: bytes, seed: str) -> bytes:
        """A clean SVG with the pair of colours of this seed; ValueError if it is no icon."""
        return clean_icon(svg, pair_for(seed))

    def poster(self, icon: bytes, seed: str) -> bytes:
        """The icon on the paler of this seed's colours; ValueError if it cannot be drawn."""
        return poster(icon, pair_for(seed).fill)


def _decoded(source: Path, wanted: int) -> Image.Image:
    """The picture upright, in RGB or RGBA, with nothing but its pixels; a JPEG much larger than
    wanted may come at a fraction of its size, for a fraction of the work."""
    data = _read(source)
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            _refuse_bomb(picture)
            picture.draft("RGB", (max(wanted, MIN_LONGER_SIDE),) * 2)
            return _bare(ImageOps.exif_transpose(picture))
    except _DAMAGE as error:
        raise ValueError(f"{source.name} cannot be shown: {_reason(error)}") from error


def _read(source: Path) -> bytes:
    try:
        if source.is_symlink() or not source.is_file():
            raise ValueError(f"{source.name} is not a file")
        if (size := source.stat().st_size) > MAX_BYTES:
            raise ValueError(f"{source.name} has {size} bytes, more than {MAX_BYTES}")
        return source.read_bytes()
    except OSError as error:
        raise FilesError(f"{source} cannot be read: {error.strerror}") from error


def _refuse_bomb(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise ValueError(
            f"it has {picture.width} x {picture.height} pixels, more than {MAX_PIXELS} in all"
        )


def _bare(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        # Sixteen bits a pixel: converting would cut all but the darkest to white.
        picture = picture.convert("I").point(lambda level: level / 256).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    bare = picture.convert(mode)
    bare.info = {}
    return bare


def _reason(error: BaseException) -> str:
    if isinstance(error, UnidentifiedImageError):
        return f"its bytes are none of {', '.join(FORMATS)}"
    return str(error) or type(error).__name__


def _write(picture: Image.Image, to: Path) -> None:
    encoded = BytesIO()
    picture.save(encoded, "WEBP", quality=QUALITY, method=4)
    try:
        to.write_bytes(encoded.getvalue())
    except OSError as error:
        raise FilesError(f"{to} cannot be written: {error.strerror}") from error
