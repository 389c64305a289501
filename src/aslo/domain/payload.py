"""Reads what GitHub writes about releases and repositories, in webhooks and REST answers alike.

The shapes are those of https://docs.github.com/en/webhooks/webhook-events-and-payloads#release
and https://docs.github.com/en/rest/releases; fields that ASLO does not use are passed over.
"""

from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from aslo.domain.activity import Repository, RepositoryState
from aslo.domain.comment import CommentEvent, CommitComment, asks_retry
from aslo.domain.delivery import Asset, ForgeRelease, ReleaseEvent
from aslo.domain.errors import BadDeliveryError
from aslo.domain.person import Person

# Both stores keep integers in 64 bits.
Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Size = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Moment = Annotated[datetime, Meta(tz=True)]
# A name becomes part of addresses, an address is handed to git: nothing but what GitHub issues.
FullName = Annotated[
    str, Meta(pattern=r"\A[A-Za-z0-9_-]{1,100}/(?!\.{1,2}\Z)[A-Za-z0-9_.-]{1,100}\Z")
]
Address = Annotated[str, Meta(pattern=r"\Ahttps?://[!-~]+\Z", max_length=4096)]
# What `git check-ref-format` lets through, and text that can be written as UTF-8.
Tag = Annotated[str, Meta(pattern=r"\A[^\x00-\x20\x7f~^:?*\[\\\ud800-\udfff]+\Z", max_length=1024)]

T = TypeVar("T")


class _Owner(msgspec.Struct):
    id: Id


class RepositoryShape(msgspec.Struct):
    """A `repository`, in every webhook and answer alike."""

    id: Id
    owner: _Owner
    full_name: FullName
    html_url: Address
    clone_url: Address
    private: bool
    fork: bool = False
    archived: bool = False


class _Asset(msgspec.Struct):
    id: Id
    name: str
    url: Address
    size: Size
    state: str
    digest: str | None = None


class _Release(msgspec.Struct):
    id: Id
    tag_name: Tag
    name: str | None
    body: str | None
    html_url: Address
    prerelease: bool
    draft: bool
    published_at: Moment | None
    assets: list[_Asset]


class _RepositoryEvent(msgspec.Struct):
    repository: RepositoryShape


class _User(msgspec.Struct):
    id: Id
    login: str
    type: str = "User"


class _Comment(msgspec.Struct):
    id: Id
    body: str
    user: _User | None
    commit_id: str
    created_at: Moment
    author_association: str = ""


class _CommentEvent(msgspec.Struct):
    repository: RepositoryShape
    comment: _Comment


class _Event(msgspec.Struct):
    action: str
    repository: RepositoryShape
    release: _Release


def read_release_event(document: object) -> ReleaseEvent:
    """The content of a `release` webhook; BadDeliveryError names the field that is odd."""
    try:
        event = converted(document, _Event)
    except ValueError as error:
        raise BadDeliveryError(f"the release payload cannot be read: {error}") from error
    return ReleaseEvent(
        action=_text(event.action),
        repository=repository_of(event.repository),
        release=_release(event.release),
        private=event.repository.private,
    )


def read_release(document: object) -> ForgeRelease:
    """A release as the REST API gives it; ValueError names the field that is odd."""
    return _release(converted(document, _Release))


def read_repository_event(document: object) -> Repository:
    """The repository of a `repository` webhook; BadDeliveryError names the field that is odd."""
    return read_repository_state(document).repository


def read_repository_state(document: object) -> RepositoryState:
    """The repository of any webhook as it was then; BadDeliveryError names the odd field."""
    try:
        found = converted(document, _RepositoryEvent).repository
    except ValueError as error:
        raise BadDeliveryError(f"the repository payload cannot be read: {error}") from error
    return RepositoryState(repository_of(found), found.private)


def read_comment_event(document: object) -> CommentEvent:
    """The content of a `commit_comment` webhook; BadDeliveryError names the field that is odd."""
    try:
        event = converted(document, _CommentEvent)
    except ValueError as error:
        raise BadDeliveryError(f"the comment payload cannot be read: {error}") from error
    return CommentEvent(
        comment_id=event.comment.id,
        asks_retry=asks_retry(event.comment.body),
        by_program=_is_program(event.comment.user),
        private=event.repository.private,
    )


def read_comment(document: object) -> CommitComment:
    """A comment on a commit as the REST API gives it; ValueError names the field that is odd."""
    found = converted(document, _Comment)
    user = found.user or _User(1, "", "Bot")
    return CommitComment(
        id=found.id,
        commit=_text(found.commit_id),
        author=Person(user.id, _text(user.login)),
        text=_text(found.body),
        created_at=found.created_at.astimezone(UTC),
        by_program=_is_program(found.user),
        by_owner=found.author_association == "OWNER",
    )


def read_repository(document: object) -> RepositoryState:
    """A repository as the REST API gives it; ValueError names the field that is odd."""
    found = converted(document, RepositoryShape)
    return RepositoryState(repository_of(found), found.private, found.fork, found.archived)


def _is_program(user: _User | None) -> bool:
    # Of an account that is gone nobody can say whose it was.
    return user is None or user.type != "User" or user.login.endswith("[bot]")


def converted(document: object, shape: type[T]) -> T:
    """What a document says; ValueError names the field that is odd."""
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def repository_of(found: RepositoryShape) -> Repository:
    """The repository that is told of."""
    return Repository(
        id=found.id,
        owner_id=found.owner.id,
        full_name=found.full_name,
        html_url=found.html_url,
        clone_url=found.clone_url,
    )


def _release(found: _Release) -> ForgeRelease:
    return ForgeRelease(
        id=found.id,
        tag=found.tag_name,
        name=_text(found.name),
        notes=_text(found.body),
        html_url=found.html_url,
        prerelease=found.prerelease,
        draft=found.draft,
        published_at=found.published_at and found.published_at.astimezone(UTC),
        assets=tuple(map(_asset, found.assets)),
    )


def _asset(found: _Asset) -> Asset:
    return Asset(
        id=found.id,
        name=_text(found.name),
        url=found.url,
        size_bytes=found.size,
        state=_text(found.state),
        digest=found.digest and _text(found.digest),
    )


def _text(found: str | None) -> str:
    """The text, without halves of surrogate pairs: JSON can hold them, UTF-8 cannot."""
    return (found or "").encode(errors="replace").decode()
