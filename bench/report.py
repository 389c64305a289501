"""Writes what was measured as a page and a picture."""

from collections.abc import Iterator
from pathlib import Path

from bench import machine
from bench.results import Part, Row

PAGE = Path("docs/performance.md")
PICTURE = Path("docs/pictures/performance.svg")
_HEAD = """# Performance

Made by `make bench`; do not edit by hand. Absolute numbers are those of one machine, where the
client that asks takes its share of the same cores. Ratios hold more widely: both sides were
measured in one run, in turns, and the median is told. [Scaling](scaling.md) draws conclusions.

Machine: {machine}.
"""


def write(parts: dict[str, Part]) -> None:
    """The page, and the picture if any part has lines for it."""
    series = {name: line for part in parts.values() for name, line in part.series.items()}
    text = _HEAD.format(machine=machine.describe())
    if series:
        text += f"\n![Answers a second by the size of the catalog](pictures/{PICTURE.name})\n"
        _draw(series)
    for part in parts.values():
        text += f"\n## {part.title}\n\n{part.about}\nTaken {part.taken_at}.\n\n"
        text += "\n".join(_table(part)) + "\n"
    PAGE.write_text(text)


def lines(part: Part) -> Iterator[str]:
    """The figures of a part, for whoever waits."""
    for row in part.rows:
        met = {True: "met", False: "NOT MET", None: ""}[row.met]
        yield "  ".join(each for each in (f"{row.what}: {_value(row)}", row.target, met) if each)


def _table(part: Part) -> Iterator[str]:
    yield "| what | measured | target | met | |"
    yield "|---|--:|--:|---|---|"
    for row in part.rows:
        met = {True: "yes", False: "**no**", None: ""}[row.met]
        yield f"| {row.what} | {_value(row)} | {row.target} | {met} | {row.note} |"


def _value(row: Row) -> str:
    if row.value is None:
        return "-"
    return f"{_number(row.value)} {row.unit}".strip()


def _number(value: float) -> str:
    if value == int(value) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _draw(series: dict[str, list[tuple[float, float]]]) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - takes a second, and not every run draws

    mpl.use("svg")
    # The same figures give the same file.
    mpl.rcParams["svg.hashsalt"] = "aslo"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(7, 4))
    for name, points in series.items():
        axes.plot(*zip(*sorted(points), strict=True), marker="o", label=name)
    axes.set(xscale="log", yscale="log", xlabel="activities", ylabel="answers a second")
    axes.set_title("Pages made by Gunicorn alone")
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend(fontsize="small")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, bbox_inches="tight", metadata={"Date": None, "Creator": None})
    plt.close(figure)
