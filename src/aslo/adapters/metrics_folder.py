"""Where the programs of a machine count together; the library is told before its import."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aslo.ports import Standing

if TYPE_CHECKING:
    from aslo.adapters.meter_prometheus import PrometheusMeter


def meter(parent: Path, look: Callable[[], Standing]) -> "PrometheusMeter":
    """A meter that counts together with every process of this machine that has this folder."""
    # Another machine may see the same folder, and have processes of the same ids.
    folder = parent / socket.gethostname()
    share(folder)
    # Its library reads where to count while it is imported.
    from aslo.adapters.meter_prometheus import PrometheusMeter  # noqa: PLC0415

    return PrometheusMeter(look, folder)


def share(folder: Path) -> None:
    """Let this process, and what it starts, count in that folder. What processes before counted
    is dropped once none of them lives, for a counter may only fall when all begin again."""
    folder.mkdir(parents=True, exist_ok=True)
    files = list(folder.glob("*.db"))
    if not any(_lives(_owner(path)) for path in files):
        for path in files:
            path.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _owner(path: Path) -> int:
    """The process whose file this is; the library puts its id at the end of the name."""
    number = path.stem.rpartition("_")[2]
    return int(number) if number.isdecimal() else 0


def _lives(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
