"""The check of a commit that somebody pushed or proposed; nothing of it is ever published."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from aslo.domain.activity import Repository
from aslo.domain.build import Work
from aslo.domain.head import Head


@dataclass(frozen=True, slots=True)
class CommitCheck(Work):
    """One check of one commit of a repository, however often that commit is told of."""

    head: Head = field(kw_only=True)

    def restart(self, at: datetime, delivery_guid: str) -> "CommitCheck":
        """A new round of an ended check."""
        return CommitCheck(
            id=self.id,
            repository=self.repository,
            delivery_guid=delivery_guid,
            created_at=self.created_at,
            not_before=at,
            round=self.round + 1,
            fence=self.fence,
            claimed_at=self.claimed_at,
            commit=self.commit,
            language=self.language,
            head=self.head,
        )

    def is_overtaken_by(self, other: "CommitCheck") -> bool:
        """Whether the other is of a later commit of the same branch. They may be told of in any
        order, so that what came first may be what came last on the forge."""
        if self.head.ref != other.head.ref or self.id == other.id:
            return False
        follows, leads = other.head.before == self.commit, self.head.before == other.commit
        # Where each was set back to the other, what was told of last is the tip.
        return follows if follows != leads else self.created_at <= other.created_at


def check_id(repository: Repository, commit: str) -> str:
    """The id that all deliveries about one commit of a repository share."""
    return hashlib.sha256(f"{repository.id}/check/{commit}".encode()).hexdigest()[:20]
