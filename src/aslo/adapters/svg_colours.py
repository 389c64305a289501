"""Pairs of stroke and fill for icons, visible on light and on dark pages."""

import hashlib
from typing import NamedTuple


class Pair(NamedTuple):
    """The two colours of one icon, as `#rrggbb`."""

    stroke: str
    fill: str


# A stroke stands out from white and from near-black, a fill stands out from its stroke.
PALETTE = (
    Pair("#d8430f", "#ffd86b"),
    Pair("#c2185b", "#ffc1d9"),
    Pair("#8e44ad", "#e9c8f5"),
    Pair("#5b5fc7", "#cfd4ff"),
    Pair("#1a73c8", "#bfe3ff"),
    Pair("#00798c", "#9eeaf0"),
    Pair("#00806a", "#a8f0d6"),
    Pair("#2e7d32", "#c4f0a8"),
    Pair("#5d7a00", "#e8f58c"),
    Pair("#9a6a00", "#ffe9a3"),
    Pair("#b5541c", "#ffd9b8"),
    Pair("#c62828", "#ffd0c4"),
    Pair("#d8430f", "#bfe3ff"),
    Pair("#c2185b", "#ffe14d"),
    Pair("#8e44ad", "#ffe14d"),
    Pair("#5b5fc7", "#ffe14d"),
    Pair("#1a73c8", "#ffe14d"),
    Pair("#00798c", "#ffd0e0"),
    Pair("#00806a", "#ffe39a"),
    Pair("#2e7d32", "#ffd9f0"),
    Pair("#5d7a00", "#cfe8ff"),
    Pair("#9a6a00", "#d4f7b5"),
    Pair("#b5541c", "#b9f0e4"),
    Pair("#c62828", "#c9f0ff"),
)


def pair_for(seed: str) -> Pair:
    """The same pair for the same seed, on every machine and for ever."""
    digest = hashlib.sha256(seed.encode()).digest()
    return PALETTE[int.from_bytes(digest[:8], "big") % len(PALETTE)]
