"""Rebuilds an activity's icon as a clean, coloured SVG.

A Sugar icon is an SVG whose document type declares the entities `stroke_color` and `fill_color`;
Sugar replaces their values by the learner's colours, and so do we. The tree is then built anew
from what svg_rules lists, so that whatever nobody thought of is left out.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, tostring

from aslo.adapters.svg_colours import Pair
from aslo.adapters.svg_cost import refuse_explosion
from aslo.adapters.svg_reader import read_svg
from aslo.adapters.svg_rules import (
    ATTRIBUTES,
    ELEMENTS,
    GROUPS,
    LINKING,
    SHAPES,
    SVG,
    TEXTUAL,
    XLINK,
    is_name,
    is_safe,
    link_target,
    safe_style,
)

SUGAR_CANVAS = "0 0 55 55"

_COLOUR_ENTITY = re.compile(
    rb"""(<!ENTITY\s+(stroke_color|fill_color)\s+)("[^"]*"|'[^']*')""", re.ASCII
)
_SPACE = re.compile(r"[\s,]+")
# Blanks after the unit only with a unit: two runs of blanks side by side take quadratic time.
_LENGTH = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(?:(?:px|pt|pc|mm|cm|in)\s*)?", re.ASCII)


def clean_icon(source: bytes, colours: Pair) -> bytes:
    """A clean SVG with these colours; ValueError if there is no picture in the source."""
    root = read_svg(_coloured(source, colours))
    if _local_name(root) != "svg":
        raise ValueError(f"the icon is not an SVG picture, its root is {root.tag[:64]!r}")
    clean = _rebuilt(root)
    if not any(element.tag in SHAPES for element in clean.iter()):
        raise ValueError("the icon draws nothing")
    refuse_explosion(clean)
    _frame(clean, root)
    return tostring(clean, encoding="unicode").encode()


def _coloured(source: bytes, colours: Pair) -> bytes:
    def declare(match: re.Match[bytes]) -> bytes:
        colour = colours.stroke if match[2] == b"stroke_color" else colours.fill
        return match[1] + b'"' + colour.encode() + b'"'

    return _COLOUR_ENTITY.sub(declare, source)


def _local_name(element: Element) -> str:
    """The name of an SVG element, of old files without a namespace too; empty for any other."""
    namespace, _, name = element.tag.rpartition("}")
    return name if namespace in ("", "{" + SVG) else ""


def _rebuilt(found: Element) -> Element:
    name = _local_name(found)
    clean = Element("g" if name in GROUPS else name, dict(_attributes(found, name)))
    if name in TEXTUAL:
        clean.text = found.text
    for child in found:
        if _local_name(child) in ELEMENTS | GROUPS:
            made = _rebuilt(child)
            made.tail = child.tail if name in TEXTUAL else None
            clean.append(made)
    return clean


def _attributes(found: Element, name: str) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        if key == "id" and is_name(value):
            yield key, value
        elif key == "style" and (style := safe_style(value)):
            yield key, style
        elif key in ATTRIBUTES and is_safe(value):
            yield key, value
    target = link_target(found.get(f"{{{XLINK}}}href", found.get("href", "")))
    if name in LINKING and target:
        # Browsers on old laptops know only the XLink spelling, newer ones know both.
        yield "xlink:href", f"#{target}"


def _frame(clean: Element, found: Element) -> None:
    """Give the root its namespaces and a viewBox; sizes go, the page decides on them."""
    for key in ("x", "y", "width", "height"):
        clean.attrib.pop(key, None)
    clean.set("viewBox", _view_box(found))
    clean.set("xmlns", SVG)
    if any("xlink:href" in element.attrib for element in clean.iter()):
        clean.set("xmlns:xlink", XLINK)


def _view_box(found: Element) -> str:
    declared = _SPACE.split(found.get("viewBox", "").strip())
    if len(declared) == 4 and _is_box(declared):
        return " ".join(declared)
    sizes = [_LENGTH.fullmatch(found.get(key, "")) for key in ("width", "height")]
    box = ["0", "0", *(size[1] for size in sizes if size)]
    return " ".join(box) if len(box) == 4 and _is_box(box) else SUGAR_CANVAS


def _is_box(numbers: list[str]) -> bool:
    try:
        left, top, width, height = map(float, numbers)
    except ValueError:
        return False
    return all(abs(n) < 1e6 for n in (left, top)) and 0 < width < 1e6 and 0 < height < 1e6
