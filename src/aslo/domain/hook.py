"""Webhooks as an organisation or a repository has them, and what is found wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

EVENTS = ("release", "repository")
"""What a hook must tell us of."""
ASKED_FOR = (*EVENTS, "commit_comment")
"""What a hook that we make tells us of: without comments, all but asking by one works."""
CHECK_EVENTS = ("push", "pull_request")
"""What an App must be told of besides, to check commits; of a hook they would be ignored."""
CONTENT_TYPE = "json"


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook; GitHub never shows its secret again."""

    id: int
    url: str
    active: bool
    events: tuple[str, ...]
    content_type: str
    verifies: bool
    """Whether the forge checks our certificate."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery as the forge remembers it; `code` is 0 when nobody answered."""

    guid: str
    event: str
    code: int
    delivered_at: datetime
    id: int = 0
    """The forge's number of this try; every try of one delivery has its own."""
    action: str = ""
    repository_id: int = 0
    """Of the repository that it tells of; 0 where it tells of none."""

    @property
    def arrived(self) -> bool:
        """Whether we took it."""
        return 200 <= self.code < 300


@dataclass(frozen=True, slots=True)
class AppState:
    """What a GitHub App may do, and what it is told of."""

    slug: str
    permissions: Mapping[str, str]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much may still be asked in this hour, and what the token may do if that is told."""

    limit: int
    remaining: int
    scopes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was looked at; a bad one carries its cure."""

    what: str
    ok: bool
    detail: str = ""
    cure: str = ""


def wrong_with(hook: Hook) -> tuple[Symptom, ...]:
    """What is wrong with a hook that leads to us; nothing if it is as `aslo forge setup` makes
    it."""
    missing = [event for event in EVENTS if event not in hook.events and "*" not in hook.events]
    looked_at = (
        (hook.active, "is switched off"),
        (not missing, f"does not tell of {' and '.join(missing)} events"),
        (hook.content_type == CONTENT_TYPE, f"sends {hook.content_type}, not JSON"),
        (hook.verifies, "does not check the certificate of this site"),
    )
    cure = "run `aslo forge setup` for it"
    return tuple(
        Symptom(f"hook {hook.id}", ok=False, detail=detail, cure=cure)
        for ok, detail in looked_at
        if not ok
    )
