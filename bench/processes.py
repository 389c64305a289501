"""What processes cost, as Linux counts it (proc(5))."""

import os
from collections.abc import Iterable
from pathlib import Path

_USER, _SYSTEM = 11, 12
"""Places in `/proc/PID/stat` behind the name of the program."""


def children(pid: int) -> list[int]:
    """The processes that one has started, as Gunicorn its workers."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pids: Iterable[int]) -> float:
    """The time that these have spent on a processor so far."""
    ticks = 0
    for pid in pids:
        counts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(counts[_USER]) + int(counts[_SYSTEM])
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int) -> float:
    """The memory of one that is in RAM, with what it shares with others."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
