"""Taking a folder of bundles into the store, and again."""

import os
import subprocess
import sys
import time
from pathlib import Path

from bench import sites
from bench.results import Part
from fixtures.many_bundles import make_bundles

COUNT, QUICK = 1_000, 200
MOST_FIRST_SECONDS, MOST_AGAIN_SECONDS, MOST_MEMORY_MB = 6, 0.3, 100


def measure(folder: Path, *, quick: bool) -> Part:
    """`aslo import` of honest bundles, a first time and a second time."""
    count = QUICK if quick else COUNT
    part = Part(
        "Import",
        f"`aslo import` of {count} bundles of about 340 activities, each checked whole; the start"
        " of the program counts, and it is written down beside.",
    )
    bundles = make_bundles(folder / "bundles", count)
    size = sum(bundle.stat().st_size for bundle in bundles) / 1024**2
    part.add("bundles", size, "MiB")
    environ = sites.environ(folder / "site")
    start, _, _ = _run(["--version"], environ)
    part.add("the start of the program", start, "s")
    for name, most in (("first", MOST_FIRST_SECONDS), ("second", MOST_AGAIN_SECONDS)):
        code, seconds, memory = _import(folder / "bundles", environ)
        if code:
            part.missing(f"{name} run", f"`aslo import` ended with {code}")
            return part
        if quick:  # The targets are for more bundles.
            part.add(f"{name} run", seconds, "s")
        else:
            part.at_most(f"{name} run", seconds, most, "s")
        part.at_most(f"{name} run, memory at its peak", memory, MOST_MEMORY_MB, "MB")
    return part


def _import(folder: Path, environ: dict[str, str]) -> tuple[int, float, float]:
    seconds, memory, code = _run(["import", str(folder)], environ)
    return int(code), seconds, memory


def _run(arguments: list[str], environ: dict[str, str]) -> tuple[float, float, float]:
    """How long the program took, the most memory that a process of it had, how it ended."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "aslo", *arguments],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - started, usage.ru_maxrss / 1000, code
