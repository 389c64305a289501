"""Characters that a page cannot hold, or that would turn what stands beside them."""

import re
from typing import Any

from markupsafe import Markup

# HTML has no way to write these, and UTF-8 none to write half a surrogate pair.
_UNWRITABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_DIRECTION_MARKS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def writable(value: Any) -> Any:
    """The value; a text without characters that no page may hold."""
    if not isinstance(value, str) or not _UNWRITABLE.search(value):
        return value
    clean = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    return Markup(clean) if isinstance(value, Markup) else clean  # noqa: S704  # was safe before


def finished(value: Any) -> Any:
    """The value as templates write it. Markup was made from values that went through here, or
    by those who answer for it, and is not looked through again."""
    return value if isinstance(value, Markup) else writable(value)


def plain(text: object) -> str:
    """A text for places without markup, where a direction mark would turn its neighbours."""
    return _DIRECTION_MARKS.sub("", str(text))
