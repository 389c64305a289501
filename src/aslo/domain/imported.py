"""What becomes of each file of a folder that is imported."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from aslo.domain.errors import AsloError, BadBundleError


class ImportState(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    ALREADY = "already there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a file is known not to have changed since it was last looked at."""

    path: str
    size_bytes: int
    modified_ns: int
    inode: int


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
    problems = error.problems if isinstance(error, BadBundleError) else ()
    return ImportOutcome(
        stamp=stamp,
        state=ImportState.REFUSED,
        bundle_id=bundle_id,
        code=error.code,
        message=error.message,
        hint=error.hint,
        problems=tuple(f"{problem} ({problem.code}): {problem.remedy}" for problem in problems),
    )


@dataclass(slots=True)
class ImportReport:
    """How many files came in, and each that did not."""

    imported: int = 0
    already_there: int = 0
    refused: list[ImportOutcome] = field(default_factory=list)
    warned: list[ImportOutcome] = field(default_factory=list)

    def take(self, outcomes: Iterable[ImportOutcome]) -> None:
        """Count some more."""
        for outcome in outcomes:
            self.imported += outcome.state is ImportState.IMPORTED
            self.already_there += outcome.state is ImportState.ALREADY
            if outcome.state is ImportState.REFUSED:
                self.refused.append(outcome)
            if outcome.warnings:
                self.warned.append(outcome)
