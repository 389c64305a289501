"""A control group of the kernel for one command: memory and processes, counted together.

Both layouts are known, https://docs.kernel.org/admin-guide/cgroup-v2.html and
https://docs.kernel.org/admin-guide/cgroup-v1/. Where neither may be written, what remains are
the limits of each single process, and see docs/decisions/0010-no-setup-without-a-group.md.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from aslo.ports import Limits

_ROOT = Path("/sys/fs/cgroup")
_PREFIX = "aslo-"
_REMOVAL_SECONDS = 5.0
_SHORTEST_PAUSE_SECONDS = 0.001
_LONGEST_PAUSE_SECONDS = 0.1

# A process enters by itself, before it becomes the command: so nothing of it is outside.
_ENTER = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 125; shift; done; shift; exec "$@"'


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """The folders of a group, one for each controller; none where there is no group."""

    folders: tuple[Path, ...] = ()

    def enter(self, argv: Sequence[str]) -> list[str]:
        """A command line that enters the group, then becomes `argv`."""
        if not self.folders:
            return list(argv)
        files = (str(folder / "cgroup.procs") for folder in self.folders)
        return ["/bin/sh", "-c", _ENTER, "sh", *files, "--", *argv]

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel killed something in the group for want of memory."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                with suppress(OSError):
                    counts = (line.split() for line in (folder / name).read_text().splitlines())
                    if any(key == "oom_kill" and int(count) > 0 for key, count in counts):
                        return True
        return False


@contextmanager
def control_group(limits: Limits) -> Iterator[ControlGroup]:
    """A new group with limits on memory and processes, gone afterwards."""
    name = f"{_PREFIX}{os.getpid()}-{uuid4().hex}"
    group = _unified(name, limits) or _separate(name, limits) or ControlGroup()
    try:
        yield group
    finally:
        for folder in group.folders:
            _remove(folder)


def can_group(limits: Limits) -> bool:
    """Whether a group can be made on this machine."""
    with control_group(limits) as group:
        return bool(group.folders)


def sweep() -> int:
    """Remove the groups of workers that have died; how many there were."""
    left = 0
    for folder in [*_ROOT.glob(f"{_PREFIX}*"), *_ROOT.glob(f"*/{_PREFIX}*")]:
        owner = folder.name.split("-")[1]
        if owner.isdigit() and not Path("/proc", owner).exists():
            _remove(folder)
            left += 1
    return left


def _unified(name: str, limits: Limits) -> ControlGroup | None:
    """A group below ours, in the one hierarchy of version 2, if it was delegated to us."""
    with suppress(OSError):
        above = _ROOT / _own_group().lstrip("/")
        children = (above / "cgroup.subtree_control").read_text().split()
        if {"memory", "pids"} <= set(children):
            settings = {
                "memory.max": limits.memory_bytes,
                "memory.swap.max": 0,
                "pids.max": limits.processes,
            }
            return _made((above / name, settings))
    return None


def _own_group() -> str:
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        if line.startswith("0::"):
            return line.removeprefix("0::")
    return "/"


def _separate(name: str, limits: Limits) -> ControlGroup | None:
    """Groups in the hierarchies of version 1, where each controller has its own."""
    memory, pids = _ROOT / "memory", _ROOT / "pids"
    if not (os.access(memory, os.W_OK) and os.access(pids, os.W_OK)):
        return None
    return _made(
        (memory / name, {"memory.limit_in_bytes": limits.memory_bytes}),
        (pids / name, {"pids.max": limits.processes}),
    )


def _made(*wanted: tuple[Path, Mapping[str, int]]) -> ControlGroup | None:
    made: list[Path] = []
    try:
        for folder, settings in wanted:
            folder.mkdir()
            made.append(folder)
            for name, value in settings.items():
                _set(folder / name, value)
    except OSError:
        for folder in made:
            _remove(folder)
        return None
    return ControlGroup(tuple(made))


def _set(file: Path, value: int) -> None:
    # Kernels without swap have no limit for it.
    if file.name != "memory.swap.max" or file.exists():
        file.write_text(str(value))


def _remove(folder: Path) -> None:
    """Remove a group; its last processes may take a moment to be gone."""
    deadline, pause = time.monotonic() + _REMOVAL_SECONDS, _SHORTEST_PAUSE_SECONDS
    while time.monotonic() < deadline:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            # Most often they are gone at once, and every build waits here.
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        else:
            return
