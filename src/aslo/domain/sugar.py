"""What an activity runs on: toolkit, Python, and the range of Sugar versions."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

SUGARS = (
    *("0.121", "0.120", "0.118", "0.116", "0.114", "0.112", "0.110", "0.108", "0.106", "0.104"),
    *("0.102", "0.100", "0.98", "0.96", "0.94", "0.92", "0.90", "0.88", "0.86", "0.84", "0.82"),
)
"""The stable versions of Sugar that schools have, newest first."""


class Toolkit(StrEnum):
    """The user-interface toolkit an activity is written for."""

    GTK2 = "gtk2"
    GTK3 = "gtk3"
    GTK4 = "gtk4"
    WEB = "web"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Compatibility:
    """What tells on which Sugar an activity runs; Sugar versions are `0.96`, both ends included."""

    toolkit: Toolkit = Toolkit.UNKNOWN
    python: int | None = None
    min_sugar: str = "0.86"
    max_sugar: str | None = None


# What Browse, the browser of Sugar, adds to the name of its engine.
_BROWSE = re.compile(r"\bSugarLabs/(0\.\d{1,3})\b")


def browsed_from(agent: str) -> str | None:
    """The version of Sugar whose own browser has this User-Agent; None for any other browser."""
    found = _BROWSE.search(agent)
    return found and found[1]


@lru_cache(maxsize=512)
def sugar_version(text: str) -> tuple[int, ...]:
    """`0.100` as a tuple of integers, so that 0.98 is older than 0.100; or raise ValueError."""
    parts = text.split(".")
    if not parts or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise ValueError(f"not a Sugar version, got {text[:32]!r}")
    return tuple(map(int, parts))


@lru_cache(maxsize=512)
def sugar_meant(asked: str) -> str:
    """The version of Sugar that all who choose go by: its first two parts, for what was mended
    since makes no other Sugar, and an end of those in use for what is beyond it; ValueError for
    what is no version."""
    first, second, *_ = (*sugar_version(asked), 0)
    oldest, newest = sugar_version(SUGARS[-1]), sugar_version(SUGARS[0])
    return ".".join(map(str, min(max((first, second), oldest), newest)))


def runs_on(compatibility: Compatibility, sugar: str) -> bool:
    """Whether an activity runs on this version of Sugar."""
    asked = sugar_version(sugar_meant(sugar))
    if asked < sugar_version(compatibility.min_sugar):
        return False
    return compatibility.max_sugar is None or asked <= sugar_version(compatibility.max_sugar)
