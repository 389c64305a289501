"""What the developer is told, as rows of an outbox."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil

from aslo.domain.activity import Repository


class ReportKind(StrEnum):
    """What is said about a round of a build: a status or, by the App, a check; and a comment."""

    STARTED_STATUS = "started-status"
    STARTED_COMMENT = "started-comment"
    FINAL_STATUS = "final-status"
    FINAL_COMMENT = "final-comment"
    STARTED_CHECK = "started-check"
    FINAL_CHECK = "final-check"


class CommitState(StrEnum):
    """GitHub's commit states."""

    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"


class ReportState(StrEnum):
    """Whether a report has been told."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"


CHECK_NAME = "aslo"
COMMIT_CHECK_NAME = "aslo check"
"""Another, for GitHub shows of each name the latest run alone, and a commit may be released."""
ANNOTATIONS_A_WRITE = 50
"""GitHub's limit for one request; further ones are added by further requests."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark at a line of a file; `path` is relative to the repository."""

    path: str
    line: int
    title: str
    message: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What the App writes of a round of a build; `key` finds it again."""

    key: str
    state: CommitState
    title: str
    summary: str
    details_url: str
    annotations: tuple[Annotation, ...] = ()
    name: str = CHECK_NAME

    @property
    def writes(self) -> int:
        """How many requests write it at most."""
        return max(1, ceil(len(self.annotations) / ANNOTATIONS_A_WRITE))


@dataclass(frozen=True, slots=True)
class Report:
    """One status, check or comment to write on a commit; `id` is build, round and kind."""

    id: str
    build_id: str
    kind: ReportKind
    repository: Repository
    commit: str
    state: CommitState
    text: str
    """A status' description (at most 140 characters) or a comment's Markdown."""
    target_url: str
    created_at: datetime
    not_before: datetime
    sent: ReportState = ReportState.WAITING
    attempt: int = 0
    confirm: bool = False
    """Whether the public page must show the release before this is said."""
    summary: str = ""
    """A check's Markdown; its `text` is the title."""
    annotations: tuple[Annotation, ...] = ()
    aside: bool = False
    """Whether it is of the check of a commit: it waits until there is plenty left for releases,
    and is written as a check run or not at all."""

    @property
    def check(self) -> CheckRun:
        """The check run this report writes: one for all the reports of a round."""
        key = self.id.removesuffix(f"-{self.kind}")
        return CheckRun(
            key=key,
            state=self.state,
            title=self.text,
            summary=self.summary,
            details_url=self.target_url,
            annotations=self.annotations,
            name=COMMIT_CHECK_NAME if self.aside else CHECK_NAME,
        )


def report_id(build_id: str, number: int, kind: ReportKind) -> str:
    """The key that makes a report unique."""
    return f"{build_id}-{number}-{kind}"
