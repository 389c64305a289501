"""Reads what GitHub tells of commits: pushes, pull requests, and wishes to check one again.

The shapes are those of https://docs.github.com/en/webhooks/webhook-events-and-payloads; fields
that ASLO does not use are passed over.
"""

from collections.abc import Callable, Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from aslo.domain.errors import BadDeliveryError
from aslo.domain.head import BRANCHES, Head, HeadEvent
from aslo.domain.payload import Id, RepositoryShape, Tag, converted, repository_of
from aslo.domain.report import COMMIT_CHECK_NAME

PULL_REQUEST_ACTIONS = ("opened", "synchronize", "reopened", "ready_for_review")
AGAIN = "rerequested"
Sha = Annotated[str, Meta(pattern=r"\A[0-9a-f]{40}\Z")]

Document = Mapping[str, object]


class _Push(msgspec.Struct):
    ref: Tag
    before: Sha
    after: Sha
    repository: RepositoryShape


class _Numbered(msgspec.Struct):
    id: Id


class _Tip(msgspec.Struct):
    sha: Sha
    ref: Tag
    # Of a fork that was deleted meanwhile nothing is told.
    repo: _Numbered | None


class _PullRequest(msgspec.Struct):
    head: _Tip


class _PullRequestEvent(msgspec.Struct):
    number: Id
    pull_request: _PullRequest
    repository: RepositoryShape
    before: Sha | None = None


class _Checked(msgspec.Struct):
    head_sha: Sha
    name: str = COMMIT_CHECK_NAME


class _CheckRunEvent(msgspec.Struct):
    check_run: _Checked
    repository: RepositoryShape


class _CheckSuiteEvent(msgspec.Struct):
    check_suite: _Checked
    repository: RepositoryShape


Judged = tuple[HeadEvent | None, str]
"""What is to be checked, and why; or nothing, and why not."""


def judge_head(event: str, action: str, document: Document) -> Judged:
    """What a delivery about a commit asks for; BadDeliveryError names the field that is odd."""
    if not isinstance(document.get("installation"), dict):
        return None, "no GitHub App is installed there, and commits are checked for an App alone"
    try:
        found, reason = READERS[event](action, document)
    except ValueError as error:
        raise BadDeliveryError(f"the {event} payload cannot be read: {error}") from error
    if found is not None and _is_private(document):
        return None, "the repository is private; nothing of it is looked at"
    return found, reason


def _push(_action: str, document: Document) -> Judged:
    if document.get("deleted") is True:
        return None, "a branch or a tag was deleted"
    if not str(document.get("ref", "")).startswith(BRANCHES):
        return None, "a tag was pushed; only its release counts"
    push = converted(document, _Push)
    head = Head(push.after, push.ref, before=push.before)
    return HeadEvent(repository_of(push.repository), push.after, head), f"push to {head.branch}"


def _pull_request(action: str, document: Document) -> Judged:
    if action not in PULL_REQUEST_ACTIONS:
        return None, f"pull request action {action!r} brings no commit"
    told = converted(document, _PullRequestEvent)
    tip, number = told.pull_request.head, told.number
    # A branch of the same repository is pushed to as well, and is one branch by both ways.
    ours = tip.repo is not None and tip.repo.id == told.repository.id
    ref = f"{BRANCHES}{tip.ref}" if ours else f"refs/pull/{number}/head"
    head = Head(tip.sha, ref, number, told.before)
    repository = repository_of(told.repository)
    return HeadEvent(repository, tip.sha, head), f"pull request {number} {action}"


def _check_run(action: str, document: Document) -> Judged:
    if action != AGAIN:
        return None, f"check run action {action!r} asks for nothing"
    told = converted(document, _CheckRunEvent)
    if told.check_run.name != COMMIT_CHECK_NAME:
        return None, "the check run is of a release, which is built anew by redelivering its hook"
    event = HeadEvent(repository_of(told.repository), told.check_run.head_sha)
    return event, "the check is asked for again"


def _check_suite(action: str, document: Document) -> Judged:
    if action != AGAIN:
        return None, f"check suite action {action!r} asks for nothing"
    told = converted(document, _CheckSuiteEvent)
    event = HeadEvent(repository_of(told.repository), told.check_suite.head_sha)
    return event, "all checks are asked for again"


def _is_private(document: Document) -> bool:
    repository = document.get("repository")
    return isinstance(repository, dict) and repository.get("private") is not False


READERS: Mapping[str, Callable[[str, Document], Judged]] = {
    "push": _push,
    "pull_request": _pull_request,
    "check_run": _check_run,
    "check_suite": _check_suite,
}


def asks_for_check(event: str, action: str) -> bool:
    """Whether a delivery of that kind may lead to a check of a commit."""
    actions = {"push": ("",), "pull_request": PULL_REQUEST_ACTIONS}.get(event, (AGAIN,))
    return event in READERS and action in actions
