"""The tip of a branch or of a pull request, as a push or a proposal makes it known."""

from dataclasses import dataclass

from aslo.domain.activity import Repository

BRANCHES = "refs/heads/"


@dataclass(frozen=True, slots=True)
class Head:
    """A commit at a tip, and where that stood before."""

    commit: str
    ref: str
    """`refs/heads/NAME`, or `refs/pull/NUMBER/head` for what a fork proposes."""
    pull_request: int | None = None
    before: str | None = None
    """The commit that was there before, if the forge told."""

    @property
    def branch(self) -> str:
        """The name of the branch; what a fork proposes keeps its ref."""
        return self.ref.removeprefix(BRANCHES)


@dataclass(frozen=True, slots=True)
class HeadEvent:
    """A commit that is to be checked; without a head it is to be checked once more."""

    repository: Repository
    commit: str
    head: Head | None = None
