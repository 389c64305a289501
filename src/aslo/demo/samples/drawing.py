"""A canvas that draws screenshots: Sugar's toolbar on top, an activity at work below it."""

import math
from collections.abc import Iterable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 800, 600
TOOLBAR = 55
# Drawn twice as large and made small again, which smooths every edge.
_SCALE = 2

Point = tuple[float, float]


class Canvas:
    """A screen of 800 x 600; the activity has the part below the toolbar."""

    def __init__(self, background: str) -> None:
        self._image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), background)
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """The picture as PNG, the same bytes each time."""
        self._toolbar()
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        file = BytesIO()
        small.save(file, "PNG")
        return file.getvalue()

    def box(
        self, at: Point, size: Point, fill: str, *, edge: str | None = None, round_by: float = 0
    ) -> None:
        """A rectangle by its upper left corner."""
        (x, y), (width, height) = at, size
        self._draw.rounded_rectangle(
            _scaled([(x, y), (x + width, y + height)]),
            round_by * _SCALE,
            fill,
            edge,
            3 * _SCALE if edge else 0,
        )

    def disc(
        self, centre: Point, radius: float, fill: str | None, *, edge: str | None = None
    ) -> None:
        """A circle."""
        self.oval(centre, (radius, radius), fill, edge=edge)

    def oval(
        self, centre: Point, radii: Point, fill: str | None, *, edge: str | None = None
    ) -> None:
        """An ellipse."""
        (x, y), (across, down) = centre, radii
        corners = [(x - across, y - down), (x + across, y + down)]
        self._draw.ellipse(_scaled(corners), fill, edge, 3 * _SCALE if edge else 0)

    def shape(self, points: Iterable[Point], fill: str, *, edge: str | None = None) -> None:
        """A polygon."""
        corners = list(points)
        self._draw.polygon(_scaled(corners), fill)
        if edge:
            self.line([*corners, corners[0]], edge, 3)

    def line(self, points: Sequence[Point], colour: str, width: float = 4) -> None:
        """A line with round ends and joints."""
        self._draw.line(_scaled(points), colour, round(width * _SCALE), "curve")
        for point in points:
            self.disc(point, width / 2, colour)

    def text(self, centre: Point, text: str, size: float, colour: str = "#282828") -> None:
        """A line of text around its middle."""
        font = ImageFont.load_default(size * _SCALE)
        (place,) = _scaled([centre])
        self._draw.text(place, text, colour, font, anchor="mm")

    def _toolbar(self) -> None:
        self.box((0, 0), (WIDTH, TOOLBAR), "#282828")
        self.disc((34, 28), 15, "#5b8def", edge="#ffffff")
        for place in (95, 140, 185):
            self.box((place - 13, 15), (26, 26), "#808080", round_by=6)
        self.shape(_around((WIDTH - 34, 28), 16, 8, math.pi / 8), "#ffffff")


def star(centre: Point, radius: float) -> list[Point]:
    """The corners of a star with five points."""
    outer, inner = _around(centre, radius, 5), _around(centre, radius * 0.45, 5, math.pi / 5)
    return [corner for pair in zip(outer, inner, strict=True) for corner in pair]


def ring(centre: Point, radius: float, count: int) -> list[Point]:
    """Points at equal distances on a circle, from the top clockwise."""
    return _around(centre, radius, count)


def _around(centre: Point, radius: float, count: int, turn: float = 0) -> list[Point]:
    angles = (turn - math.pi / 2 + math.tau * n / count for n in range(count))
    return [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles]


def _scaled(points: Iterable[Point]) -> list[Point]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]
