"""Searches that nobody asked before, straight from the catalog: what is not kept in memory."""

import time
from contextlib import closing
from pathlib import Path

from aslo.adapters.catalog_sqlite import SqliteCatalog
from aslo.ports import Query
from bench import shelves
from bench.results import middle

CHAIN = ("es", "en")
SLIPS = ("physcis", "turtel", "gardne", "robto", "puzzel", "plnaet")
ALL_HAVE = ("sample", "learn", "org", "music", "math", "learn games", "games paint")
NOBODY_HAS = ("zzzz", "volcano", "q x j")


def queries() -> list[str]:
    """Names, beginnings, words together, slips, and words that all activities have."""
    names = [each.lower() for each in shelves.THINGS]
    beginnings = [name[:length] for name in names for length in (1, 2, 3, 4)]
    together = [f"{one} {other}" for one in names[:9] for other in names[:9]]
    numbered = [f"{name} {number}" for number, name in enumerate(names)]
    asked = (*names, *beginnings, *together, *numbered, *SLIPS, *ALL_HAVE, *NOBODY_HAS)
    return list(dict.fromkeys(asked))


def slowest_ms(home: Path) -> float:
    """Within what 99 of 100 of them are answered, in milliseconds, one after the other; in the
    middle one of three rounds, each with nothing in memory."""
    return middle([_round(home) for _ in range(3)])


def _round(home: Path) -> float:
    with closing(SqliteCatalog(home / "catalog.db")) as catalog:
        catalog.find(Query(), CHAIN)
        took = []
        for text in queries():
            began = time.perf_counter()
            catalog.find(Query(text), CHAIN)
            took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[len(took) * 99 // 100]
