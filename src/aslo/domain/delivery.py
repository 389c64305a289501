"""A webhook delivery, and the table that decides what is done with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aslo.domain.activity import Repository
from aslo.domain.comment import CommentEvent
from aslo.domain.head import Head


class Verdict(StrEnum):
    """What a delivery leads to."""

    BUILD = "build"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    FOLLOW = "follow"
    """A repository changed: its activities follow what the forge says of it now."""
    FORGET = "forget"
    """The App was installed or removed somewhere: what was known of that is asked anew."""
    RETRY = "retry"
    """A comment asks for another try; whether its author may is asked of the forge."""
    CHECK = "check"
    """A commit is looked at before there is a release of it."""
    IGNORE = "ignore"


class DeliveryState(StrEnum):
    """Whether a delivery still has something to do."""

    ACCEPTED = "accepted"
    SETTLED = "settled"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file attached to a release; `digest` is `sha256:<hex>` or nothing on old releases."""

    id: int
    name: str
    url: str
    """The API address of the asset, fetched with `Accept: application/octet-stream`."""
    size_bytes: int
    state: str
    digest: str | None = None

    @property
    def is_bundle(self) -> bool:
        return self.name.lower().endswith(".xo")


@dataclass(frozen=True, slots=True)
class ForgeRelease:
    """A release as the forge tells of it."""

    id: int
    tag: str
    name: str
    notes: str
    html_url: str
    prerelease: bool
    draft: bool
    published_at: datetime | None
    assets: tuple[Asset, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """The newest releases of a repository, newest first."""

    releases: tuple[ForgeRelease, ...]
    is_whole: bool
    """Whether these are all there are."""
    mark: str = ""
    """By what the forge knows later whether they are as they were; empty if it cannot tell."""


@dataclass(frozen=True, slots=True)
class ReleaseEvent:
    """What a `release` delivery says."""

    action: str
    repository: Repository
    release: ForgeRelease
    private: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook POST, keyed by its GUID; the durable answer to "did you get it?"."""

    guid: str
    event: str
    action: str
    received_at: datetime
    verdict: Verdict
    reason: str
    """Why this verdict, in words for the developer."""
    state: DeliveryState
    body_sha256: str
    build_id: str | None = None
    """The build, or the check of a commit, that it leads to."""
    content: ReleaseEvent | None = None
    received_count: int = 1
    repository: Repository | None = None
    """Which repository an event without content tells of; none where it is private."""
    comment_id: int | None = None
    """Which comment asks for another try."""
    quiet: bool = False
    """Whether what becomes of it is told to nobody: it is of long ago, and was asked for by an
    operator."""
    head: Head | None = None
    """The commit that is to be checked; none where it is to be checked once more."""

    @property
    def about(self) -> Repository | None:
        """The repository that it tells of, as far as we keep that."""
        return self.content.repository if self.content else self.repository


ACTIONS = {
    "published": Verdict.BUILD,
    "released": Verdict.BUILD,
    "prereleased": Verdict.BUILD,
    "edited": Verdict.AMEND,
    "unpublished": Verdict.WITHDRAW,
    "deleted": Verdict.WITHDRAW,
}
"""GitHub's `release` actions that are for us; `created` also comes for a saved draft."""


KEPT = "what was published stays as it is"
EVENTS: dict[tuple[str, str], tuple[Verdict, str]] = {
    ("repository", "renamed"): (Verdict.FOLLOW, "its activities take the new name"),
    ("repository", "transferred"): (Verdict.FOLLOW, "its activities take the new owner"),
    ("repository", "privatized"): (Verdict.FOLLOW, "a private repository is never listed"),
    ("repository", "publicized"): (Verdict.FOLLOW, "what was hidden is listed again"),
    ("repository", "deleted"): (Verdict.IGNORE, KEPT),
    ("repository", "archived"): (Verdict.IGNORE, KEPT),
    ("repository", "unarchived"): (Verdict.IGNORE, KEPT),
    ("installation", "created"): (Verdict.FORGET, "the App is installed"),
    ("installation", "deleted"): (Verdict.FORGET, "the App is no longer installed"),
    ("installation", "suspend"): (Verdict.FORGET, "the App is suspended"),
    ("installation", "unsuspend"): (Verdict.FORGET, "the App is no longer suspended"),
    ("installation_repositories", "added"): (Verdict.FORGET, "the App has more repositories"),
    ("installation_repositories", "removed"): (Verdict.FORGET, "the App has fewer repositories"),
}
"""What other events lead to. A name, an owner and who may look are asked of the forge itself:
an old delivery that is played again must change nothing."""

COMMENTED = ("commit_comment", "created")


def is_for_us(event: str, action: str) -> bool:
    """Whether a delivery of that kind may lead to anything but the check of a commit."""
    verdict, _ = EVENTS.get((event, action), (Verdict.IGNORE, ""))
    is_comment = (event, action) == COMMENTED
    return verdict is not Verdict.IGNORE or is_comment or (event == "release" and action in ACTIONS)


def judge_comment(content: CommentEvent) -> tuple[Verdict, str]:
    """What to do with a comment on a commit, and why."""
    if not content.asks_retry:
        return Verdict.IGNORE, "the comment asks nothing of us"
    if content.by_program:
        # Ours among them: what we write can never start anything.
        return Verdict.IGNORE, "the comment is a program's, and asks nothing of us"
    if content.private:
        return Verdict.IGNORE, "the repository is private; a private release is never listed"
    return Verdict.RETRY, "the comment asks for another try"


def judge(event: str, action: str, content: ReleaseEvent | None) -> tuple[Verdict, str]:
    """What to do with a delivery, and why."""
    if (event, action) in EVENTS:
        verdict, reason = EVENTS[event, action]
        return verdict, f"{event} action {action!r}: {reason}"
    if event != "release" or content is None:
        return Verdict.IGNORE, f"event {event!r} is not a release"
    if content.private:
        return Verdict.IGNORE, "the repository is private; a private release is never listed"
    verdict = ACTIONS.get(action, Verdict.IGNORE)
    if verdict is Verdict.IGNORE:
        return verdict, f"release action {action!r} needs no build"
    if content.release.draft and verdict is Verdict.BUILD:
        return Verdict.IGNORE, "the release is a draft"
    return verdict, f"release action {action!r}"
