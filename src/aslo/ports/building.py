"""From a commit to a bundle: sources, builders and their limits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aslo.domain.activity import Repository
from aslo.domain.problem import Problem
from aslo.domain.verdict import Verdict

LogLine = Callable[[str], None]
"""Takes one line of a build log, without its newline."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one build may use."""

    build_seconds: int = 900
    fetch_seconds: int = 300
    memory_bytes: int = 2 * 1024**3
    disk_bytes: int = 2 * 1024**3
    processes: int = 256
    log_bytes: int = 1024**2


class Source(Protocol):
    """Fetches source trees."""

    def fetch(
        self, repository: Repository, tag: str, commit: str, into: Path, log: LogLine
    ) -> Path:
        """Fetch one commit into a new git work tree below `into` and return it. No hook, filter,
        submodule or configuration of the repository runs. BadSourceError if the author can cure
        it, BuilderError if not."""


@dataclass(frozen=True, slots=True)
class LooseTree:
    """An activity's folder, packed whatever is wrong with it."""

    bundle: Path
    problems: tuple[Problem, ...]
    """What kept files out of the bundle, or would keep the store from packing it."""
    notices: tuple[str, ...]
    """What could not be looked at, and why."""
    made_from: Mapping[str, str]
    """The source in the tree of each file that packing made."""
    tags: tuple[str, ...] = ()
    """Of the commit, if activity.info is still as in it."""


class TreePacker(Protocol):
    """Packs what lies in a folder, for a look at it."""

    def pack(self, tree: Path, into: Path) -> LooseTree:
        """Write a bundle of the folder as it is on disk, as Sugar packs it, below `into`. No code
        of it runs, and nothing is written into it."""


class Examiner(Protocol):
    """Looks at a tree that anybody may have made, apart from whoever asks."""

    def examine(self, tree: Path, into: Path) -> Verdict:
        """What keeps a release of the tree out of the store or should be better, the first few of
        each kind. Bounded time, memory and disk, and what passes them is a problem of the tree; no
        code of it runs, and nothing is left in it or in the empty folder `into`. BuilderError if
        the fault is ours. Nothing of the look still runs when this returns."""


class ExactFiles(Protocol):
    """Single files of a tree; UnfixableFileError for whatever stands in their place."""

    def read(self, tree: Path, name: str) -> bytes:
        """The bytes of a regular file that no link leads to."""

    def replace(self, tree: Path, name: str, before: bytes, after: bytes) -> None:
        """Replace the bytes all at once, with the file's mode, if they are still as before."""


class Builder(Protocol):
    """Turns a source tree into a bundle, in isolation."""

    @property
    def name(self) -> str:
        """`docker`, `bubblewrap` or `plain`."""

    def available(self) -> str | None:
        """Why it cannot be used on this machine, with the cure; None if it can."""

    def build(self, tree: Path, into: Path, log: LogLine) -> Path:
        """Build the work tree and return the one `.xo` file, copied into `into`. No secrets,
        bounded time, memory, processes and disk; and no network, unless nothing of the activity
        is run. BuildFailedError if the author can cure it, BuilderError if not. Nothing of it
        still runs when this returns."""

    def sweep(self) -> int:
        """Remove what builds left behind whose worker died; how much it was."""
