"""Counts what a browser would draw, where elements refer to each other again and again."""

from collections.abc import Iterator
from itertools import chain
from xml.etree.ElementTree import Element

from aslo.adapters.svg_rules import paint_targets

MAX_DRAWN = 50_000
MAX_CHAIN = 40
MAX_LEVELS = 200
"""How deep elements may lie in each other, across references; well below Python's own limit."""


def refuse_explosion(root: Element) -> None:
    """ValueError if references make a browser draw far more than was written."""
    if _Count(root).of(root) >= MAX_DRAWN:
        raise ValueError(f"the icon's references draw more than {MAX_DRAWN} elements")


class _Count:
    """Elements drawn for an element, each target of references counted once and remembered."""

    def __init__(self, root: Element) -> None:
        self._elements = {key: each for each in root.iter() if (key := each.get("id"))}
        self._known: dict[str, int] = {}
        self._chain = 0
        self._levels = 0

    def of(self, element: Element) -> int:
        if self._levels == MAX_LEVELS:
            raise ValueError(f"the icon's references are more than {MAX_LEVELS} elements deep")
        self._levels += 1
        below = sum(map(self.of, element))
        drawn = min(MAX_DRAWN, 1 + below + sum(map(self._of_target, _references(element))))
        self._levels -= 1
        return drawn

    def _of_target(self, target: str) -> int:
        if target not in self._elements:
            return 0
        if target not in self._known:
            if self._chain == MAX_CHAIN:
                raise ValueError(f"the icon's references are more than {MAX_CHAIN} levels deep")
            self._known[target] = MAX_DRAWN  # what a circle of references costs
            self._chain += 1
            self._known[target] = self.of(self._elements[target])
            self._chain -= 1
        return self._known[target]


def _references(element: Element) -> Iterator[str]:
    link = element.get("xlink:href", "").removeprefix("#")
    return chain([link] if link else [], *map(paint_targets, element.attrib.values()))
