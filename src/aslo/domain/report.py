"""What the developer is told, as rows of an outbox."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aslo.domain.activity import Repository


class ReportKind(StrEnum):
    """The four things said about a round of a build."""

    STARTED_STATUS = "started-status"
    STARTED_COMMENT = "started-comment"
    FINAL_STATUS = "final-status"
    FINAL_COMMENT = "final-comment"


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


@dataclass(frozen=True, slots=True)
class Report:
    """One status or comment to write on a commit; `id` is build, round and kind."""

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


def report_id(build_id: str, number: int, kind: ReportKind) -> str:
    """The key that makes a report unique."""
    return f"{build_id}-{number}-{kind}"
