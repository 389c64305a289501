"""Reads untrusted SVG: internal entities are expanded within limits, nothing else is fetched."""

import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

MAX_BYTES = 1024**2
MAX_ENTITIES = 64
MAX_ENTITY_DEPTH = 4
MAX_EXPANSION = 4 * 1024**2
MAX_ELEMENTS = 20_000
MAX_DEPTH = 100

_REFERENCE = re.compile("&([^#&;][^&;]*);")


def read_svg(source: bytes) -> Element:
    """The element tree of an SVG document; ValueError says why it is none, or not a fair one."""
    if len(source) > MAX_BYTES:
        raise ValueError(f"the icon has {len(source)} bytes, more than {MAX_BYTES}")
    parser = _Parser(source)
    try:
        parser.feed(source)
        root: Element = parser.close()
    except ParseError as error:
        raise ValueError(f"the icon is not well-formed XML: {error}") from error
    except DefusedXmlException as error:
        raise ValueError("the icon refers to an external entity") from error
    except (LookupError, UnicodeError) as error:
        raise ValueError(f"the icon is written in an unknown encoding: {error}") from error
    return root


class _Parser(DefusedXMLParser):
    """Refuses external entities by itself and counts what internal ones can grow to."""

    def __init__(self, source: bytes) -> None:
        super().__init__(target=_Builder(), forbid_entities=False)
        # Every reference has an ampersand, in each encoding that expat knows.
        self._entities = Entities(max_references=source.count(b"&"))
        self.parser.EntityDeclHandler = self._declare

    def _declare(self, name: str, is_parameter: int, value: str | None, *_external: Any) -> None:
        # Expat is not asked to expand parameter entities, and external ones are refused on use.
        if not is_parameter:
            self._entities.declare(name, value or "")


class Entities:
    """Measures declared entities before the first one is expanded."""

    def __init__(self, max_references: int) -> None:
        self._max_references = max_references
        self._values: dict[str, str] = {}

    def declare(self, name: str, value: str) -> None:
        """Add an entity; ValueError if the document could now grow beyond the limits."""
        self._values.setdefault(name, value)
        if len(self._values) > MAX_ENTITIES:
            raise ValueError(f"the icon declares more than {MAX_ENTITIES} entities")
        sizes: dict[str, int] = {}
        longest = max(self._size(each, sizes, MAX_ENTITY_DEPTH) for each in self._values)
        if longest * self._max_references > MAX_EXPANSION:
            raise ValueError(f"the icon's entities expand to more than {MAX_EXPANSION} characters")

    def _size(self, name: str, sizes: dict[str, int], levels: int) -> int:
        if levels < 0:
            raise ValueError(f"the icon nests entities deeper than {MAX_ENTITY_DEPTH} levels")
        if name not in sizes:
            value = self._values.get(name, "")
            nested = (self._size(each, sizes, levels - 1) for each in _REFERENCE.findall(value))
            sizes[name] = len(value) + sum(nested)
        return sizes[name]


class _Builder(TreeBuilder):
    """Builds the tree, and stops while it is being made larger than any icon."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._elements = 0
        self._characters = 0

    def start(self, tag: Any, attrs: dict[Any, Any], /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise ValueError(f"the icon nests elements deeper than {MAX_DEPTH} levels")
        if self._elements > MAX_ELEMENTS:
            raise ValueError(f"the icon has more than {MAX_ELEMENTS} elements")
        self._count(sum(map(len, attrs.values())))
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)

    def data(self, data: str, /) -> None:
        self._count(len(data))
        super().data(data)

    def _count(self, characters: int) -> None:
        self._characters += characters
        if self._characters > MAX_EXPANSION:
            raise ValueError(f"the icon expands to more than {MAX_EXPANSION} characters")
