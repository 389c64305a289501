"""Tags as GitHub's REST API tells of them.

https://docs.github.com/en/rest/git/refs#get-a-reference,
https://docs.github.com/en/rest/git/tags#get-a-tag and
https://docs.github.com/en/rest/repos/repos#list-repository-tags
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec

from aslo.adapters.github_answers import listed, shaped
from aslo.domain.errors import BadSourceError, ForgeError

MAX_NESTED_TAGS = 5

Ask = Callable[[str], Any]
"""Asks for what is at a path."""


class _GitObject(msgspec.Struct):
    type: str
    sha: str


class _Pointer(msgspec.Struct):
    """What a ref and an annotated tag share."""

    object: _GitObject


class _Named(msgspec.Struct):
    name: str


def resolve(ask: Ask, repository: str, tag: str) -> str:
    """The commit of a tag of the repository at that path; NotFoundError, or BadSourceError if it
    names something else."""
    where = f"{repository}/git"
    found = _pointer(ask, f"{where}/ref/{quote(f'tags/{tag}', safe='')}")
    for _ in range(MAX_NESTED_TAGS):
        if found.type != "tag":
            break
        found = _pointer(ask, f"{where}/tags/{_told(found.sha)}")
    if found.type != "commit":
        raise BadSourceError(f"tag {tag!r} names a {found.type}, not a commit")
    return _told(found.sha)


def names(ask: Ask, repository: str) -> tuple[str, ...]:
    """The names of the tags that are told at once."""
    path = f"{repository}/tags"
    return tuple(shaped(each, _Named, path).name for each in listed(ask(path), path))


def is_object_name(text: str) -> bool:
    """Whether a git object may be called so."""
    return len(text) == 40 and not text.strip("0123456789abcdef")


def _pointer(ask: Ask, path: str) -> _GitObject:
    return shaped(ask(path), _Pointer, path).object


def _told(sha: str) -> str:
    """The name of a git object that GitHub told, made sure of before it is used in an address."""
    if not is_object_name(sha):
        raise ForgeError(f"GitHub named an odd git object, {sha[:64]!r}")
    return sha
