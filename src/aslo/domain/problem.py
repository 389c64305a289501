"""One finding of a check: what is wrong, where, why, and how to cure it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a problem keeps a release out of the store."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding; `code` is stable kebab-case, `file` is relative to the activity's folder."""

    code: str
    message: str
    remedy: str
    file: str | None = None
    line: int | None = None
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """`file:line`, `file`, or nothing where the problem has no place."""
        if self.file is None:
            return ""
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.file else self.message


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once: what must be cured first, then by place, as one reads a file."""

    def place(problem: Problem) -> tuple[bool, str, int]:
        mild = problem.severity is not Severity.ERROR
        return mild, problem.file or "", problem.line or 0

    return sorted(dict.fromkeys(problems), key=place)
