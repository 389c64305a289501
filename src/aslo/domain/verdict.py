"""What a look at a tree or a bundle came to."""

from dataclasses import dataclass

from aslo.domain.problem import Problem, Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that was found, worst first, and what could not be looked at."""

    problems: tuple[Problem, ...]
    notices: tuple[str, ...] = ()
    bundle_id: str = ""
    version: str = ""

    @property
    def errors(self) -> int:
        """How many problems keep it out of the store."""
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many problems do not."""
        return len(self.problems) - self.errors
