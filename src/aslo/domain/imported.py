"""What becomes of each file of a folder that is imported."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from aslo.domain.errors import (
    AsloError,
    BadBundleError,
    BuildFailedError,
    BundleIdTakenError,
    BundleIdUnassignedError,
    VersionTakenError,
)
from aslo.domain.problem import Problem

HINTS = {
    BadBundleError.code: "Leave it out, or ask its developers for a version without them.",
    BuildFailedError.code: "Leave it out, or ask its developers to mend it in a new version.",
    BundleIdTakenError.code: "Leave it out: only its repository publishes under that bundle_id.",
    BundleIdUnassignedError.code: "If that is right, run it, then import again.",
    VersionTakenError.code: "Nothing to do: what was published under a version stays as it is.",
}
"""What an operator can do who imports, where an error's own hint is for who makes the activity."""


class ImportState(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    ALREADY = "already there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a file is known not to have changed since it was last looked at, or, with its
    commit, a tag of a git tree or of a repository."""

    path: str
    size_bytes: int = 0
    modified_ns: int = 0
    inode: int = 0
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """What became of one file, and why."""

    stamp: Stamp
    state: ImportState
    bundle_id: str = ""
    version: str = ""
    content_digest: str = ""
    code: str = ""
    message: str = ""
    hint: str = ""
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def refusal(stamp: Stamp, error: AsloError, bundle_id: str = "") -> ImportOutcome:
    """A file that does not come in because of an error."""
    problems = error.problems if isinstance(error, BadBundleError | BuildFailedError) else ()
    return ImportOutcome(
        stamp=stamp,
        state=ImportState.REFUSED,
        bundle_id=bundle_id,
        code=error.code,
        message=error.message,
        hint=HINTS.get(error.code, error.hint),
        problems=written(problem for problem in problems if problem.message != error.message),
    )


def written(problems: Iterable[Problem]) -> tuple[str, ...]:
    """Problems as lines of a report."""
    return tuple(f"{problem} ({problem.code}): {problem.remedy}" for problem in problems)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something that is nothing to import, and why."""

    name: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """How much came in, and each that did not."""

    imported: int = 0
    already_there: int = 0
    refused: list[ImportOutcome] = field(default_factory=list)
    warned: list[ImportOutcome] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)

    def take(self, outcomes: Iterable[ImportOutcome]) -> None:
        """Count some more."""
        for outcome in outcomes:
            self.imported += outcome.state is ImportState.IMPORTED
            self.already_there += outcome.state is ImportState.ALREADY
            if outcome.state is ImportState.REFUSED:
                self.refused.append(outcome)
            if outcome.warnings:
                self.warned.append(outcome)
