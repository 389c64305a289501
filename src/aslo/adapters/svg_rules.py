"""What a served icon may hold: everything that draws, nothing that acts, fetches or moves."""

import re
from collections.abc import Iterator

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

SHAPES = frozenset(
    {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "use"}
)
ELEMENTS = SHAPES | {
    "svg", "g", "defs", "symbol", "linearGradient", "radialGradient", "stop",
    "clipPath", "mask", "title", "desc", "tspan",
}  # fmt: skip
# Illustrator wraps a drawing in <switch>, next to a <foreignObject> that goes away.
GROUPS = frozenset({"switch", "a"})
TEXTUAL = frozenset({"title", "desc", "text", "tspan"})
LINKING = frozenset({"use", "linearGradient", "radialGradient"})

PROPERTIES = frozenset({
    "clip-path", "clip-rule", "color", "display", "dominant-baseline", "fill", "fill-opacity",
    "fill-rule", "font-family", "font-size", "font-stretch", "font-style", "font-variant",
    "font-weight", "letter-spacing", "mask", "opacity", "overflow", "paint-order",
    "shape-rendering", "stop-color", "stop-opacity", "stroke", "stroke-dasharray",
    "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "stroke-opacity", "stroke-width", "text-anchor", "text-decoration", "vector-effect",
    "visibility", "word-spacing",
})  # fmt: skip
ATTRIBUTES = PROPERTIES | {
    "clipPathUnits", "cx", "cy", "d", "dx", "dy", "fr", "fx", "fy", "gradientTransform",
    "gradientUnits", "height", "lengthAdjust", "mask-type", "maskContentUnits", "maskUnits",
    "offset", "pathLength", "points", "preserveAspectRatio", "r", "rotate", "rx", "ry",
    "spreadMethod", "textLength", "transform", "viewBox", "width", "x", "x1", "x2", "y", "y1",
    "y2",
}  # fmt: skip

_NAME = re.compile(r"[A-Za-z_][\w.:-]*", re.ASCII)
_LINK = re.compile(r"#([A-Za-z_][\w.:-]*)", re.ASCII)
# No colon, slash, backslash, at-sign or brace: no address, no CSS escape, comment or rule.
_VALUE = re.compile(r"[\w\s#.,%()+*'\"-]*", re.ASCII)
# A word is only tried from its start; from each letter on it would take quadratic time.
_CALL = re.compile(r"(?<![\w-])([\w-]+)\s*\(", re.ASCII)
_CALLS = frozenset({
    "hsl", "hsla", "matrix", "rgb", "rgba", "rotate", "scale", "skewX", "skewY", "translate", "url",
})  # fmt: skip
_URL = re.compile(r"""\burl\s*\(\s*(['"]?)#([A-Za-z_][\w.-]*)\1\s*\)""", re.ASCII)


def is_name(text: str) -> bool:
    """Whether the text can be the id of an element."""
    return _NAME.fullmatch(text) is not None


def link_target(text: str) -> str | None:
    """The id that a local link names; None for any other address."""
    match = _LINK.fullmatch(text.strip())
    return match and match[1]


def is_safe(value: str) -> bool:
    """Whether a value of an attribute or property can only draw."""
    if not _VALUE.fullmatch(value):
        return False
    rest = _URL.sub("", value)
    return "url" not in rest.lower() and all(name in _CALLS for name in _CALL.findall(rest))


def paint_targets(value: str) -> Iterator[str]:
    """The ids that a value paints, clips or masks with."""
    return (match[2] for match in _URL.finditer(value))


def safe_style(style: str) -> str:
    """The declarations of a `style` attribute that only draw."""
    pairs = (part.partition(":") for part in style.split(";"))
    kept = ((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return ";".join(f"{n}:{v}" for n, v in kept if n in PROPERTIES and v and is_safe(v))
