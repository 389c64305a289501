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
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOOK_SECONDS = 0.005
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
    """How long the program took, the most memory of it and its processes at once in MB, how it
    ended."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "aslo", *arguments],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    most = 0
    while process.poll() is None:
        most = max(most, _memory(process.pid))
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - started, most / 1e6, process.returncode


def _memory(pid: int) -> int:
    """The bytes of a process and its children now; the system's own figure of the peak would be
    that of this program, from which each of them began."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0  # It has ended meanwhile.
    return pages * PAGE_BYTES + sum(_memory(int(child)) for child in children)
