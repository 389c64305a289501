"""How far a command is, for who sits before it."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import click

T = TypeVar("T")


def watched(label: str) -> Callable[[list[T]], Iterable[T]]:
    """Shows a bar on a terminal while things are gone through, and nothing elsewhere."""

    def watch(things: list[T]) -> Iterator[T]:
        hidden = not sys.stderr.isatty()
        with click.progressbar(things, label=label, file=sys.stderr, hidden=hidden) as bar:
            yield from bar

    return watch
