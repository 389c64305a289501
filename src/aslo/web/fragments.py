"""Parts of pages that many pages share: made once, and kept by all that they show."""

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from cachetools import LRUCache
from cachetools.keys import hashkey
from flask import Flask, current_app, render_template
from markupsafe import Markup, escape

from aslo.ports import Card
from aslo.web.addresses import here
from aslo.web.language import reader
from aslo.web.visit import visit

ROOM_BYTES = 2 * 1024**2
"""What the kept parts of one process take."""
HERE = "/-this-page-"
"""Stands in a kept part for the path of the page, which alone differs; no page has that path."""
_ROW_BYTES = 1024
"""What a part costs beside its text."""
_FRAGMENTS = "aslo-fragments"


class Fragments:
    """The parts that one application keeps."""

    def __init__(self, room_bytes: int = ROOM_BYTES) -> None:
        self._lock = threading.Lock()
        # Python keeps four bytes for each character where one of them is rare.
        self._parts: LRUCache[Hashable, Markup] = LRUCache(
            room_bytes, lambda part: part.__sizeof__() + _ROW_BYTES
        )

    def has(self, key: Hashable) -> bool:
        """Whether it was made for that key before, and is kept still."""
        with self._lock:
            return key in self._parts

    def parts(self, keys: Sequence[Hashable], make: Callable[[int], Markup]) -> list[Markup]:
        """What was made for each key before, or is made now by its place among them."""
        with self._lock:
            known = [self._known(key) for key in keys]
        return [
            self._new(key, make(place)) if part is None else part
            for place, (key, part) in enumerate(zip(keys, known, strict=True))
        ]

    def _known(self, key: Hashable) -> Markup | None:
        try:
            # `get` would look for the key twice, and a page asks for some thirty.
            return self._parts[key]
        except KeyError:
            return None

    def _new(self, key: Hashable, part: Markup) -> Markup:
        if part.__sizeof__() + _ROW_BYTES <= self._parts.maxsize:
            with self._lock:
                self._parts[key] = part
        return part


def set_up(app: Flask) -> None:
    """Let templates take parts that are kept."""
    app.extensions[_FRAGMENTS] = Fragments()
    for each in (fragment, around, card_fragments):
        app.add_template_global(each)


def fragment(template: str, **values: Hashable) -> Markup:
    """A template that shows nothing of the request but these values and the reader's language."""
    return kept_fragment(template, tuple(values.values()), lambda: values)


def kept_fragment(template: str, key: Hashable, values: Callable[[], Mapping[str, Any]]) -> Markup:
    """A template whose values follow from the key, and are asked for only if it is not kept."""
    return _fragments().parts([_key(template, key)], lambda _: _made(template, values()))[0]


def is_kept(template: str, key: Hashable) -> bool:
    """Whether `kept_fragment` would not ask for the values now."""
    return _fragments().has(_key(template, key))


def around(template: str, **values: Hashable) -> Markup:
    """A fragment that leads to this page in other languages."""
    kept = fragment(template, here=HERE, **values)
    # As plain texts: markup would escape both again, and our own is long.
    return Markup(str.replace(kept, HERE, str(escape(here()))))  # noqa: S704  # of markup


def card_fragments(cards: Sequence[Card]) -> Markup:
    """The cards of a list. The key is the whole card, so no part outlives what it shows."""
    read_by = _reader()
    keys = [hashkey(card, *read_by) for card in cards]
    parts = _fragments().parts(keys, lambda place: _made("_card.html", {"card": cards[place]}))
    return Markup("\n".join(parts))  # noqa: S704  # of markup


def _fragments() -> Fragments:
    fragments: Fragments = current_app.extensions[_FRAGMENTS]
    return fragments


def _key(template: str, key: Hashable) -> Hashable:
    return hashkey(template, key, *_reader())


def _reader() -> tuple[str, str | None, str]:
    now = visit()
    return now.root, now.lang, reader().lang


def _made(template: str, values: Mapping[str, Any]) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704  # a template escapes
