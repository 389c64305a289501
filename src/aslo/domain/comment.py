"""Comments on commits, as far as they ask something of the store."""

from dataclasses import dataclass
from datetime import datetime

from aslo.domain.person import Person

RETRY = "/aslo retry"
"""The whole first line of a comment that asks for another try."""


@dataclass(frozen=True, slots=True)
class CommentEvent:
    """What a `commit_comment` delivery says; what it asks for is looked up at the forge."""

    comment_id: int
    asks_retry: bool
    by_program: bool
    private: bool = False


@dataclass(frozen=True, slots=True)
class CommitComment:
    """A comment as the forge shows it now."""

    id: int
    commit: str
    author: Person
    text: str
    created_at: datetime
    by_program: bool = False
    by_owner: bool = False
    """Whether its author owns the repository, which is a person's own then."""


def asks_retry(text: str) -> bool:
    """Whether a comment asks for another try; one that only mentions how does not."""
    return text.partition("\n")[0].rstrip() == RETRY
