"""What the pages are dressed in: files named by their hash, and the drawings inside icons."""

import re
from functools import cache
from pathlib import Path

import msgspec
from flask import Flask
from markupsafe import Markup

from aslo.web.addresses import link_to

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
_NAMED_BY_HASH = re.compile(r"[\w-]+\.[0-9a-f]{12}\.(?:css|js|svg)")


class Manifest(msgspec.Struct, frozen=True):
    """What `make assets` made: the hashed name of each file, and each icon's drawing."""

    files: dict[str, str]
    glyphs: dict[str, str]


def set_up(app: Flask) -> None:
    """Let templates name files and icons."""
    app.add_template_global(asset)
    app.add_template_global(glyph)


@cache
def manifest() -> Manifest:
    """What was built, read once."""
    return msgspec.json.decode((STATIC / "manifest.json").read_bytes(), type=Manifest)


def asset(name: str) -> str:
    """The address of a file, which changes with its content."""
    return link_to("static", filename=manifest().files[name])


def is_named_by_hash(file_name: str) -> bool:
    """Whether a file below `/static` may be kept for ever under this name."""
    return _NAMED_BY_HASH.fullmatch(file_name) is not None


@cache
def glyph(name: str, *, turns: bool = False) -> Markup:
    """An icon of one colour beside words, drawn in the page itself; it may turn with the script."""
    # Not by `use` from a file: Firefox before 132 lets only `default-src` allow that.
    drawing = Markup(manifest().glyphs[name])  # noqa: S704 - ours, and nobody else's
    return Markup(
        '<svg class="{}" width="16" height="16" viewBox="0 0 16 16" fill="currentColor"'
        ' aria-hidden="true" focusable="false">{}</svg>'
    ).format("glyph turns" if turns else "glyph", drawing)
