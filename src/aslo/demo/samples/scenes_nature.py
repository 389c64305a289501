"""Screenshots of the samples about sky, plants and weather."""

import math
import random

from aslo.demo.samples.drawing import Canvas, Point, ring, star

_LEAF = "#7cb342"


def night_sky() -> bytes:
    """Stars over hills, and a constellation that is just being joined."""
    canvas = Canvas("#141a3c")
    chance = random.Random(3)  # noqa: S311  # the same sky every time, nothing secret
    for _ in range(160):
        place = (chance.uniform(0, 800), chance.uniform(60, 520))
        canvas.disc(place, chance.choice((1, 1.5, 2.5)), "#f4f1d0")
    swan: list[Point] = [(180, 200), (290, 240), (400, 300), (520, 350), (610, 430)]
    canvas.line(swan, "#7986cb", 2)
    canvas.line([(470, 190), (400, 300), (330, 420)], "#7986cb", 2)
    for place in [*swan, (470.0, 190.0), (330.0, 420.0)]:
        canvas.shape(star(place, 14), "#ffe082")
    canvas.text((560, 300), "Swan", 28, "#c5cae9")
    canvas.oval((180, 640), (360, 110), "#0c1026")
    canvas.oval((640, 650), (340, 130), "#0a0d20")
    return canvas.png()


def sky_names() -> bytes:
    """The page on which invented constellations get a name."""
    canvas = Canvas("#141a3c")
    names = ("The Kite", "The Teapot", "The Bicycle", "The Long Cat")
    for number, name in enumerate(names):
        left, top = 60 + 360 * (number % 2), 100 + 240 * (number // 2)
        canvas.box((left, top), (320, 200), "#232b5c", round_by=16)
        points = ring((left + 160, top + 85), 60, 4 + number)
        canvas.line([*points, points[0]], "#7986cb", 2)
        for point in points:
            canvas.shape(star(point, 11), "#ffe082")
        canvas.text((left + 160, top + 175), name, 26, "#ffffff")
    return canvas.png()


def leaf_question() -> bytes:
    """A large leaf, and three answers to choose from."""
    canvas = Canvas("#f6f3e4")
    canvas.text((400, 95), "Which edge has your leaf?", 34)
    _leaf(canvas, (400, 285), 150, "#8bc34a")
    for number, answer in enumerate(("smooth", "toothed", "lobed")):
        left = 90 + 220 * number
        canvas.box((left, 480), (180, 76), "#ffffff", edge="#5d7a00", round_by=18)
        canvas.text((left + 90, 518), answer, 28, "#33691e")
    return canvas.png()


def herbarium() -> bytes:
    """Pressed leaves with their names."""
    canvas = Canvas("#efe6cf")
    colours = ("#8bc34a", "#ffb300", "#d84315", "#558b2f", "#c0a000", "#a1452a")
    names = ("hazel", "birch", "maple", "oak", "willow", "lime tree")
    for number, (colour, name) in enumerate(zip(colours, names, strict=True)):
        left, top = 55 + 240 * (number % 3), 85 + 255 * (number // 3)
        canvas.box((left, top), (210, 230), "#fffdf5", edge="#c9b98f", round_by=6)
        _leaf(canvas, (left + 105, top + 95), 55 + 6 * (number % 3), colour)
        canvas.text((left + 105, top + 200), name, 24)
    return canvas.png()


def _leaf(canvas: Canvas, centre: Point, size: float, colour: str) -> None:
    x, y = centre
    side = [size * 0.55 * math.sin(math.pi * step / 30) for step in range(31)]
    down = [y - size + 2 * size * step / 30 for step in range(31)]
    left = [(x - wide, high) for wide, high in zip(side, down, strict=True)]
    right = [(x + wide, high) for wide, high in zip(side, down, strict=True)]
    canvas.shape([*left, *reversed(right)], colour, edge="#4e5d1e")
    canvas.line([(x, y - size * 0.8), (x, y + size * 1.15)], "#4e5d1e", 4)
    for step in (-0.4, -0.1, 0.2, 0.5):
        for way in (-1, 1):
            tip = (x + way * size * 0.35, y + size * (step - 0.25))
            canvas.line([(x, y + size * step), tip], "#4e5d1e", 2)


def weather_week() -> bytes:
    """Seven days, each with its weather, and the temperatures as a line."""
    canvas = Canvas("#e3f2fd")
    temperatures = (18, 21, 24, 19, 15, 17, 22)
    for number, day in enumerate(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")):
        left = 45 + 103 * number
        canvas.box((left, 80), (92, 170), "#ffffff", round_by=14)
        canvas.text((left + 46, 108), day, 24)
        _weather(canvas, (left + 46, 180), rain=temperatures[number] < 18)
    points = [(91.0 + 103 * n, 620 - 12.0 * t) for n, t in enumerate(temperatures)]
    canvas.line([(60, 540), (760, 540)], "#90a4ae", 2)
    canvas.line(points, "#1a73c8", 5)
    for (x, y), temperature in zip(points, temperatures, strict=True):
        canvas.disc((x, y), 9, "#ffffff", edge="#1a73c8")
        canvas.text((x, y - 28), f"{temperature} C", 20)
    return canvas.png()


def _weather(canvas: Canvas, centre: Point, *, rain: bool) -> None:
    x, y = centre
    if not rain:
        for tip in ring(centre, 36, 8):
            canvas.line([centre, tip], "#ffb300", 4)
        canvas.disc(centre, 22, "#ffd54f", edge="#ffb300")
        return
    for offset, radius in ((-18, 14), (0, 20), (18, 14)):
        canvas.disc((x + offset, y - 8), radius, "#90a4ae")
    for offset in (-16, 0, 16):
        canvas.line([(x + offset, y + 18), (x + offset - 5, y + 36)], "#1a73c8", 4)


def bean_chart() -> bytes:
    """Two beans in their pots, one in the light and one in the dark."""
    canvas = Canvas("#fff8e7")
    canvas.box((400, 55), (400, 545), "#4a4e69")
    for x, height, colour in ((200, 210, _LEAF), (600, 120, "#c8d48a")):
        canvas.line([(x, 450), (x, 450 - height)], colour, 8)
        for step in (0.45, 0.8):
            for way in (-1, 1):
                canvas.oval((x + way * 34, 450 - height * step - 14), (34, 14), colour)
        canvas.shape([(x - 75, 450), (x + 75, 450), (x + 55, 550), (x - 55, 550)], "#c1693c")
        canvas.box((x - 85, 435), (170, 30), "#a9552d", round_by=6)
    canvas.text((200, 105), "light: 21 cm", 32)
    canvas.text((600, 105), "dark: 12 cm", 32, "#ffffff")
    for mark in range(0, 25, 5):
        canvas.line([(384, 435 - mark * 10), (416, 435 - mark * 10)], "#9a8c98", 3)
    return canvas.png()


def flower_clock() -> bytes:
    """Twelve flowers around a clock, those of the past hours open."""
    canvas = Canvas("#dcedc8")
    centre = (400.0, 328.0)
    for hour, place in enumerate(ring(centre, 205, 12)):
        if hour <= 7:
            for petal in ring(place, 22, 6):
                canvas.disc(petal, 15, ("#f06292", "#ffb74d", "#9575cd")[hour % 3])
            canvas.disc(place, 14, "#fff59d")
        else:
            canvas.oval(place, (13, 20), "#689f38")
    canvas.disc(centre, 138, "#ffffff", edge="#558b2f")
    for hour, place in enumerate(ring(centre, 112, 12)):
        canvas.text(place, str(hour or 12), 26)
    canvas.line([centre, ring(centre, 65, 12)[7]], "#282828", 9)
    canvas.line([centre, ring(centre, 95, 12)[0]], "#282828", 5)
    canvas.disc(centre, 9, "#282828")
    return canvas.png()
