"""What a sandbox is: one command, run alone, within limits, and how it ended."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from aslo.ports import LogLine

SCRATCH = "/tmp"  # noqa: S108  inside the sandbox, where it is a file system of its own
"""The one place a command may write to, besides the folder it is given; gone when it ends."""

WRITABLE = "/into"
"""Where the command finds the folder that it may fill, which is also where it starts."""

SANDBOX_UID = 10_000
"""Who a command is when we are root; otherwise it is who we are."""

OPEN_FILES = 1024


class Death(StrEnum):
    """Why a command came to its end."""

    EXIT = "exit"
    TIME = "time"
    MEMORY = "memory"
    DISK = "disk"
    LOG = "log"
    OUTPUT = "output"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended; the exit code counts only where it exited by itself."""

    death: Death
    exit_code: int = 0

    @property
    def succeeded(self) -> bool:
        return self.death is Death.EXIT and self.exit_code == 0


@dataclass(frozen=True, slots=True)
class Command:
    """What to run; it sees the environment given here, and none of ours."""

    argv: tuple[str, ...]
    seconds: int
    label: str = ""
    """What an operator may recognise it by."""
    shown: Mapping[str, Path] = field(default_factory=dict)
    """Places inside the sandbox, and what stands there, read-only."""
    writable: Path | None = None
    """A folder of ours that stands at WRITABLE; its size is watched."""
    network: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


class Sandbox(Protocol):
    """A way to run a command apart from everything else."""

    def available(self) -> str | None:
        """Why this way is not open on this machine, with the cure; None if it is."""

    def run(self, command: Command, log: LogLine, output: BinaryIO | None = None) -> Outcome:
        """Run a command to its end. Standard error goes to the log, and so does standard output
        unless `output` takes it. Nothing of it runs when this returns or raises. BuilderError if
        the command could not be started."""


def hand_over(folder: Path | None) -> None:
    """Let a command fill our folder: as root we are somebody else than it is."""
    if folder is not None and os.getuid() == 0:
        os.chown(folder, SANDBOX_UID, SANDBOX_UID)


def exited(status: int) -> Outcome:
    """The outcome a shell-like exit status tells of: a signal, or an exit code."""
    if status < 0 or status > 128:
        return Outcome(Death.KILLED, status)
    return Outcome(Death.EXIT, status)
