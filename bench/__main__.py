"""Measure everything, or the parts that are named: `python -m bench [PART...]`."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import catalogs, hooks, imports, pages, report, results, sandboxes, updaters
from bench.results import Part

PARTS: dict[str, Callable[..., Part]] = {
    "hooks": hooks.measure,
    "pages": pages.measure,
    "catalogs": catalogs.measure,
    "imports": imports.measure,
    "sandboxes": sandboxes.measure,
    "updaters": updaters.measure,
}


def main(wanted: list[str]) -> int:
    """Measure, and write the page; 1 if a part broke."""
    unknown = set(wanted) - set(PARTS)
    if unknown:
        print(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
        return 2
    broken = [name for name in wanted or PARTS if not _measured(name)]
    report.write(results.kept())
    print("written: docs/performance.md and docs/pictures/performance.svg")
    return 1 if broken else 0


def _measured(name: str) -> bool:
    print(f"{name} ...", flush=True)
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="aslo-bench-") as folder:
            part = PARTS[name](Path(folder), quick=bool(os.environ.get("QUICK")))
    except Exception as error:  # noqa: BLE001 - the other parts are still worth their time
        print(f"{name} broke: {type(error).__name__}: {error}")
        return False
    results.keep(name, part)
    for line in report.lines(part):
        print(f"  {line}")
    print(f"{name} took {time.monotonic() - started:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
