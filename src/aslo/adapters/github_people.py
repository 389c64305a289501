"""People of a repository on GitHub: who made it, who comments on it, and who may write to it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec

from aslo.adapters.github_answers import listed, shaped
from aslo.adapters.github_refusals import ForgeDeniedError
from aslo.domain.activity import Developer
from aslo.domain.comment import CommitComment
from aslo.domain.errors import ForgeError, NotFoundError
from aslo.domain.payload import read_comment
from aslo.domain.person import Person

PAGE_SIZE = 100
WRITING = ("write", "maintain", "admin")
Ask = Callable[..., Any]
"""Asks one question about a repository, in whichever name is right for it."""


class _Contributor(msgspec.Struct):
    login: str
    type: str
    html_url: str
    avatar_url: str
    contributions: int


class _User(msgspec.Struct):
    id: int


class _Permission(msgspec.Struct):
    permission: str
    user: _User | None


def contributors(ask: Ask, place: str, limit: int) -> list[tuple[Developer, str]]:
    """Those with most contributions first, with the address of each one's picture; no bots."""
    path = f"{place}/contributors"
    document = ask(path, per_page=min(limit, PAGE_SIZE))
    people = [shaped(item, _Contributor, path) for item in listed(document, path)]
    return [_developer(found) for found in people if not _is_bot(found)][:limit]


def comment(ask: Ask, place: str, number: int) -> CommitComment | None:
    """A comment on a commit as it is now; None if it is gone.

    https://docs.github.com/en/rest/commits/comments#get-a-commit-comment
    """
    try:
        document = ask(f"{place}/comments/{number}")
    except NotFoundError:
        return None
    try:
        return read_comment(document)
    except ValueError as error:
        raise ForgeError(f"comment {number} has an odd shape: {error}") from error


def may_write(ask: Ask, place: str, person: Person) -> bool | None:
    """Whether somebody may write; None where GitHub does not tell us, as it does to nobody who
    may not write there.

    https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
    """
    path = f"{place}/collaborators/{quote(person.login, safe='')}/permission"
    try:
        found = shaped(ask(path), _Permission, path)
    except NotFoundError:
        return False
    except ForgeDeniedError:
        return None
    # A login that was given up may be somebody else's by now.
    same = found.user is not None and found.user.id == person.id
    return same and found.permission in WRITING


def _is_bot(found: _Contributor) -> bool:
    return found.type != "User" or found.login.endswith("[bot]")


def _developer(found: _Contributor) -> tuple[Developer, str]:
    return Developer(found.login, found.html_url, found.contributions), found.avatar_url
