"""What was measured: rows of a table, kept between runs so that a part can be measured alone."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

KEPT = Path("build/bench.json")


@dataclass
class Row:
    """One figure, beside what it is held to."""

    what: str
    value: float | None
    unit: str
    target: str = ""
    met: bool | None = None
    note: str = ""


@dataclass
class Part:
    """The figures of one part of the suite, and when they were taken."""

    title: str
    about: str
    rows: list[Row] = field(default_factory=list)
    series: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """Lines of the plot: a name and its points."""
    taken_at: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"))

    def add(self, what: str, value: float | None, unit: str, note: str = "") -> None:
        """A figure without a target."""
        self.rows.append(Row(what, value, unit, note=note))

    def at_most(self, what: str, value: float, most: float, unit: str, note: str = "") -> None:
        """A figure that should be small."""
        self.rows.append(Row(what, value, unit, f"at most {most:g}", value <= most, note))

    def at_least(self, what: str, value: float, least: float, unit: str, note: str = "") -> None:
        """A figure that should be large."""
        self.rows.append(Row(what, value, unit, f"at least {least:g}", value >= least, note))

    def missing(self, what: str, why: str) -> None:
        """A figure that could not be taken here."""
        self.rows.append(Row(what, None, "", note=f"not measured: {why}"))


def keep(name: str, part: Part, path: Path = KEPT) -> None:
    """Keep a part in the place of what was measured of it before."""
    known = json.loads(path.read_text()) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(known | {name: asdict(part)}, indent=1))


def kept(path: Path = KEPT) -> dict[str, Part]:
    """The parts that were measured, now or before."""
    known = json.loads(path.read_text()) if path.exists() else {}
    return {name: _part(each) for name, each in known.items()}


def _part(each: dict) -> Part:
    rows = [Row(**row) for row in each.pop("rows")]
    return Part(**each, rows=rows)


def middle(values: Sequence[float]) -> float:
    """The median; one odd round says nothing."""
    return median(values)
