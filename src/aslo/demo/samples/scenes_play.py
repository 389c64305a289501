"""Screenshots of the samples about numbers, words, music and shapes."""

import math

from aslo.demo.samples.drawing import Canvas, Point, star

_BRIGHT = ("#ef5350", "#ffa726", "#ffee58", "#66bb6a", "#42a5f5", "#ab47bc")


def times_question() -> bytes:
    """A question, and the dots that show why its answer is right."""
    canvas = Canvas("#fff3e0")
    canvas.text((400, 140), "6 x 7 = ?", 84)
    for row in range(6):
        for column in range(7):
            canvas.disc((262 + 46 * column, 240 + 40 * row), 14, _BRIGHT[row])
    for number, answer in enumerate((36, 42, 48)):
        left = 150 + 180 * number
        canvas.box((left, 500), (140, 70), "#ffffff", edge="#fb8c00", round_by=16)
        canvas.text((left + 70, 535), str(answer), 38)
    return canvas.png()


def times_progress() -> bytes:
    """The table of all products, with those that are known in colour."""
    canvas = Canvas("#fff3e0")
    for row in range(1, 11):
        for column in range(1, 11):
            at = (42 + 66 * (column - 1) + 30, 70 + 51 * (row - 1))
            known = (row * column + row) % 7 != 0
            canvas.box(at, (60, 45), "#aed581" if known else "#ffffff", round_by=8)
            canvas.text((at[0] + 30, at[1] + 22), str(row * column), 22)
    return canvas.png()


def dice_table() -> bytes:
    """Five dice with pictures, and the first lines of a story."""
    canvas = Canvas("#ede7f6")
    for number in range(5):
        left = 45 + 146 * number
        canvas.box((left + 6, 106), (126, 126), "#c5b8de", round_by=20)
        canvas.box((left, 100), (126, 126), "#ffffff", round_by=20)
        _die_picture(canvas, number, (left + 63, 163))
    canvas.box((45, 270), (710, 290), "#fffdf5", round_by=10)
    story = (
        "Once a small boat sailed up to the moon.",
        "It carried a key that fitted no door,",
        "and a drum that only owls could hear.",
        "When the storm came, the giant ...",
    )
    for number, line in enumerate(story):
        canvas.line([(75, 340 + 62 * number), (725, 340 + 62 * number)], "#d1c4e9", 1)
        canvas.text((400, 318 + 62 * number), line, 28, "#4527a0")
    return canvas.png()


def _die_picture(canvas: Canvas, number: int, centre: Point) -> None:
    x, y = centre
    if number == 0:
        canvas.shape(
            [(x - 42, y + 15), (x + 42, y + 15), (x + 26, y + 38), (x - 26, y + 38)], "#8d6e63"
        )
        canvas.shape([(x, y - 40), (x, y + 8), (x + 34, y + 8)], "#ef5350")
    elif number == 1:
        canvas.disc((x, y), 38, "#ffd54f")
        canvas.disc((x + 16, y - 10), 32, "#ffffff")
    elif number == 2:
        canvas.disc((x - 20, y), 20, "#ffa726")
        canvas.disc((x - 20, y), 9, "#ffffff")
        canvas.line([(x, y), (x + 42, y), (x + 42, y + 16)], "#ffa726", 9)
    elif number == 3:
        canvas.box((x - 32, y - 18), (64, 46), "#42a5f5")
        canvas.oval((x, y + 28), (32, 12), "#42a5f5")
        canvas.oval((x, y - 18), (32, 12), "#bbdefb", edge="#1565c0")
    else:
        canvas.shape(star(centre, 44), "#ab47bc")


def word_island() -> bytes:
    """Letters in the waves, a word in the sand, palm trees for the words found."""
    canvas = Canvas("#b3e5fc")
    canvas.disc((690, 130), 48, "#fff176")
    canvas.oval((400, 400), (310, 110), "#ffe0a3")
    for x, height in ((250, 150), (545, 190), (480, 110)):
        canvas.line([(x, 350), (x + 8, 350 - height / 2), (x + 22, 350 - height)], "#8d6e63", 11)
        for tip in (-70, -36, 40, 72):
            top = (x + 22, 350 - height)
            end = (x + 22 + tip, 350 - height + abs(tip) * 0.45)
            canvas.line([top, (x + 22 + tip / 2, 344 - height - 12), end], "#43a047", 9)
    canvas.text((390, 415), "v a g _ e", 58, "#8d6e63")
    canvas.box((0, 480), (800, 120), "#29b6f6")
    for number, letter in enumerate("LUAEVR"):
        x, y = 110 + 116 * number, 535 + 14 * (-1) ** number
        canvas.disc((x, y), 36, "#ffffff", edge="#0277bd")
        canvas.text((x, y), letter, 36, "#01579b")
    return canvas.png()


def drum_grid() -> bytes:
    """Four rows of drops; the beat that is playing is lit."""
    canvas = Canvas("#263238")
    rhythm = ("x...x.x.", "..x...x.", "x.x.x.xx", "....x..x")
    canvas.box((190 + 72 * 4 - 2, 80), (68, 490), "#37474f", round_by=12)
    for row, (drops, name) in enumerate(
        zip(rhythm, ("deep", "high", "rattle", "wood"), strict=True)
    ):
        y = 140 + 122 * row
        canvas.text((100, y), name, 30, "#eceff1")
        for beat, drop in enumerate(drops):
            centre = (222 + 72 * beat, y)
            if drop == "x":
                _drop(canvas, centre, ("#4fc3f7", "#81c784", "#ffd54f", "#f48fb1")[row])
            else:
                canvas.disc(centre, 8, "#546e7a")
    return canvas.png()


def _drop(canvas: Canvas, centre: Point, colour: str) -> None:
    x, y = centre
    canvas.disc((x, y + 8), 24, colour)
    canvas.shape([(x - 22, y), (x, y - 42), (x + 22, y)], colour)


def paper_maze() -> bytes:
    """A maze on squared paper with its way marked."""
    canvas = Canvas("#fbf7ea")
    plan = (
        "................",
        ".######.#######.",
        ".#....#.#.....#.",
        ".#.##.#.#.###.#.",
        ".#.#..#...#.#.#.",
        ".#.#.######.#.#.",
        "...#........#...",
        ".#.########.###.",
        ".#..........#...",
        ".##########.#.##",
        "................",
    )
    for row, line in enumerate(plan):
        for column, square in enumerate(line):
            at = (48 + 44 * column, 86 + 44 * row)
            canvas.box(at, (42, 42), "#37474f" if square == "#" else "#ffffff", round_by=4)
    way = [
        (0, 0),
        (7, 0),
        (7, 4),
        (9, 4),
        (9, 2),
        (13, 2),
        (13, 6),
        (15, 6),
        (15, 8),
        (13, 8),
        (13, 10),
        (15, 10),
    ]
    canvas.line([(69 + 44 * x, 107 + 44 * y) for x, y in way], "#f4511e", 6)
    canvas.disc((69, 107), 14, "#7cb342")
    canvas.shape(star((69 + 44 * 15, 107 + 44 * 10), 18), "#ffb300")
    return canvas.png()


def quilt() -> bytes:
    """Six by eight patches in a pattern with two lines of symmetry."""
    canvas = Canvas("#fce4ec")
    side = 80
    for row in range(6):
        for column in range(8):
            left, top = 80 + side * column, 82 + side * row
            _patch(canvas, (left, top), side, min(row, 5 - row), min(column, 7 - column))
    return canvas.png()


def _patch(canvas: Canvas, at: Point, side: float, row: int, column: int) -> None:
    x, y = at
    canvas.box(at, (side - 4, side - 4), "#ffffff", round_by=4)
    colour = _BRIGHT[(row * 2 + column) % 6]
    middle = (x + side / 2 - 2, y + side / 2 - 2)
    kind = (row + column) % 3
    if kind == 0:
        canvas.disc(middle, side * 0.36, colour)
    elif kind == 1:
        half = side * 0.4
        corners = [(half * math.cos(a), half * math.sin(a)) for a in (0, 1.5708, 3.1416, 4.7124)]
        canvas.shape([(middle[0] + dx, middle[1] + dy) for dx, dy in corners], colour)
    else:
        canvas.box((x + 14, y + 14), (side - 32, side - 32), colour, round_by=4)


def train() -> bytes:
    """A locomotive with three wagons; the fourth letter still waits in the yard."""
    canvas = Canvas("#e0f7fa")
    canvas.box((0, 400), (800, 200), "#aed581")
    canvas.line([(0, 402), (800, 402)], "#6d4c41", 8)
    _engine(canvas)
    for number, letter in enumerate("boa"):
        _wagon(canvas, 300 + 165 * number, letter, _BRIGHT[number])
    for number, letter in enumerate("ste"):
        canvas.box((215 + 130 * number, 460), (100, 84), "#ffffff", edge="#00838f", round_by=14)
        canvas.text((265 + 130 * number, 502), letter, 50)
    return canvas.png()


def _engine(canvas: Canvas) -> None:
    canvas.box((60, 250), (190, 110), "#00838f", round_by=14)
    canvas.box((165, 170), (85, 120), "#00838f", round_by=10)
    canvas.box((182, 190), (50, 45), "#e0f7fa", round_by=6)
    canvas.box((85, 195), (34, 60), "#006064", round_by=4)
    for x, y, radius in ((100, 165, 18), (130, 130, 24), (175, 100, 30)):
        canvas.disc((x, y), radius, "#ffffff")
    for x in (100, 205):
        canvas.disc((x, 368), 32, "#37474f", edge="#eceff1")


def _wagon(canvas: Canvas, left: float, letter: str, colour: str) -> None:
    canvas.line([(left - 50, 345), (left, 345)], "#37474f", 6)
    canvas.box((left, 245), (130, 115), colour, round_by=10)
    canvas.text((left + 65, 300), letter, 74, "#263238")
    for x in (left + 32, left + 98):
        canvas.disc((x, 375), 24, "#37474f", edge="#eceff1")
