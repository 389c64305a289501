"""Bars over weeks, drawn on the server: paths and labels for an inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from babel.dates import format_skeleton
from flask_babel import get_locale

from aslo.web.numbers import number

_TOP, _BOTTOM = 10.0, 140.0
_WIDTH = 360.0
_DIGIT = 7.5
_GAP = 0.2
"""Of the room of a bar."""
_LEVELS = 2
_MONTHS_EVERY = 13
"""In weeks: four labels a year have room on the narrowest screen."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A label on an axis, and where on it."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture in units of its view box. Time runs from left to right in every language, as the
    years of a timeline do on most charts for readers of Arabic and Hebrew too."""

    left: float
    bars: tuple[str, ...]
    """A path for each series, the first at the bottom."""
    levels: tuple[Mark, ...]
    months: tuple[Mark, ...]
    width: ClassVar[float] = _WIDTH
    height: ClassVar[float] = _BOTTOM + 24
    base: ClassVar[float] = _BOTTOM


def draw(weeks: Sequence[date], *series: Sequence[int]) -> Plot:
    """The plot of one or more series, stacked; each has a number for every week."""
    stacked = [sum(column) for column in zip(*series, strict=True)]
    step = _step(max(stacked, default=0))
    steps = [step * level for level in range(_LEVELS + 1)]
    scale = (_BOTTOM - _TOP) / steps[-1]
    labels = [number(each) for each in steps]
    left = max(map(len, labels)) * _DIGIT + 6
    room = (_WIDTH - left) / max(len(weeks), 1)
    return Plot(
        left=left,
        bars=_paths(series, left, room, scale),
        levels=tuple(
            Mark(round(_BOTTOM - each * scale, 1), label)
            for each, label in zip(steps, labels, strict=True)
        ),
        months=tuple(
            Mark(round(left + place * room, 1), _month(weeks[place]))
            for place in range(0, len(weeks), _MONTHS_EVERY)
            if len(weeks) - place > _MONTHS_EVERY // 2
        ),
    )


def _paths(
    series: Sequence[Sequence[int]], left: float, room: float, scale: float
) -> tuple[str, ...]:
    below = [0] * len(series[0])
    paths = []
    for numbers in series:
        bars = [
            _bar(left + (place + _GAP / 2) * room, room * (1 - _GAP), under * scale, each * scale)
            for place, (under, each) in enumerate(zip(below, numbers, strict=True))
            if each
        ]
        paths.append("".join(bars))
        below = [under + each for under, each in zip(below, numbers, strict=True)]
    return tuple(paths)


def _bar(x: float, width: float, under: float, tall: float) -> str:
    """One bar; what is there is at least a line that can be seen."""
    return f"M{x:.1f} {_BOTTOM - under:.1f}h{width:.1f}v-{max(tall, 0.8):.1f}h-{width:.1f}z"


def _step(most: int) -> int:
    """The smallest round step of which _LEVELS reach as high as that."""
    tenth = 1
    while True:
        for factor in (10, 15, 20, 25, 30, 40, 50, 60, 80):
            step, rest = divmod(factor * tenth, 10)
            if not rest and step * _LEVELS >= most:
                return step
        tenth *= 10


def _month(week: date) -> str:
    return format_skeleton("yMMM", week, locale=get_locale() or "en")
