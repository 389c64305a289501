"""What a build or a check works with: the ports, and what the operator decided."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aslo.ports import (
    PLAIN_WORDS,
    Builder,
    CheckRecord,
    Clock,
    Examiner,
    Files,
    Forge,
    Pictures,
    Site,
    Source,
    Store,
    Words,
    Workspace,
)

BESIDE_BUILD = timedelta(minutes=12)
"""What waiting for an upload, fetching, further tries and publishing may take of a build's time."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator decides about building."""

    public_url: str
    attempts: int = 3
    asset_wait: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(minutes=15) + BESIDE_BUILD
    """The time after which a round is ended whatever it is at (`Build.begun_at`)."""
    asset_limit_bytes: int = 100 * 1024**2
    checks: bool = False
    """Whether the App tells of a build as a check run, where it is installed."""
    checks_at_once: int = 1
    """How many commits are checked at once in all, so that other workers are free for releases."""


@dataclass(frozen=True, slots=True)
class CheckBench:
    """What checking a commit is given: nothing that keeps files, lists or shows anything."""

    store: CheckRecord
    forge: Forge
    source: Callable[[], Source]
    builder: Callable[[], Builder]
    examiner: Examiner
    workspace: Workspace
    clock: Clock
    rules: Rules
    words: Words = PLAIN_WORDS


@dataclass(frozen=True, slots=True)
class Workbench:
    """The ports a worker needs, and its rules."""

    store: Store
    files: Files
    forge: Forge
    source: Callable[[], Source]
    builder: Callable[[], Builder]
    """Both are chosen when first needed, so that a worker starts on a machine that cannot build
    just now."""
    examiner: Examiner
    pictures: Pictures
    workspace: Workspace
    site: Site
    clock: Clock
    rules: Rules
    words: Words = PLAIN_WORDS

    @property
    def for_checks(self) -> CheckBench:
        """The part of it that checks of commits may use."""
        return CheckBench(
            store=self.store,
            forge=self.forge,
            source=self.source,
            builder=self.builder,
            examiner=self.examiner,
            workspace=self.workspace,
            clock=self.clock,
            rules=self.rules,
            words=self.words,
        )
