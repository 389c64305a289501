"""The forge as GitHub's REST API, version 2022-11-28 (https://docs.github.com/en/rest)."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from aslo.adapters import github_download
from aslo.adapters.github_http import Clocks, GitHubHttp
from aslo.adapters.github_places import Resolver
from aslo.domain.activity import Developer, Repository
from aslo.domain.delivery import Asset, ForgeRelease
from aslo.domain.errors import BadSourceError, ForgeError, NotFoundError, TagNotFoundError
from aslo.domain.payload import read_release
from aslo.domain.report import CommitState

MAX_NESTED_TAGS = 5
MAX_COMMENT_PAGES = 3
PAGE_SIZE = 100
COMMENT_BYTES = 4_000
CUT = "\n\n*(cut here: the whole text stands on the build's page)*"
DESCRIPTION_LENGTH = 140

T = TypeVar("T")


class _GitObject(msgspec.Struct):
    type: str
    sha: str


class _Pointer(msgspec.Struct):
    """What a ref and an annotated tag share."""

    object: _GitObject


class _Contributor(msgspec.Struct):
    login: str
    type: str
    html_url: str
    avatar_url: str
    contributions: int


class _User(msgspec.Struct):
    id: int


class _Comment(msgspec.Struct):
    body: str
    user: _User | None


class GitHubForge:
    """Reads and answers on GitHub in the name of the account the token belongs to."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        status_context: str = "aslo",
        client: httpx.Client | None = None,
        clocks: Clocks | None = None,
        resolve: Resolver | None = None,
    ) -> None:
        self._http = GitHubHttp(base_url, token, client=client, clocks=clocks, resolve=resolve)
        self._status_context = status_context
        self._own_id: int | None = None
        self._own_id_lock = threading.Lock()

    def __repr__(self) -> str:
        return f"GitHubForge({str(self._http.base)!r})"

    def close(self) -> None:
        """Let go of connections; calling it twice is fine."""
        self._http.close()

    def resolve_tag(self, repository: Repository, tag: str) -> str:
        """The commit of a tag, light or annotated, never of a branch of that name.

        https://docs.github.com/en/rest/git/refs#get-a-reference
        https://docs.github.com/en/rest/git/tags#get-a-tag
        """
        where = f"{_path(repository)}/git"
        try:
            found = self._pointer(f"{where}/ref/{_quoted(f'tags/{tag}')}")
            for _ in range(MAX_NESTED_TAGS):
                if found.type != "tag":
                    break
                found = self._pointer(f"{where}/tags/{_told(found.sha)}")
        except NotFoundError as error:
            raise TagNotFoundError(tag, repository.full_name) from error
        if found.type != "commit":
            raise BadSourceError(f"tag {tag!r} names a {found.type}, not a commit")
        return _told(found.sha)

    def release(self, repository: Repository, release_id: int) -> ForgeRelease | None:
        """The release as it is now; None if it is gone.

        https://docs.github.com/en/rest/releases/releases#get-a-release
        """
        try:
            document = self._http.ask("GET", f"{_path(repository)}/releases/{release_id}")
        except NotFoundError:
            return None
        try:
            return read_release(document)
        except ValueError as error:
            raise ForgeError(f"release {release_id} has an odd shape: {error}") from error

    def developers(self, repository: Repository, limit: int) -> list[tuple[Developer, str]]:
        """The contributors with most contributions first, in a single question.

        https://docs.github.com/en/rest/repos/repos#list-repository-contributors
        """
        path = f"{_path(repository)}/contributors"
        document = self._http.ask("GET", path, per_page=min(limit, PAGE_SIZE))
        people = [_shaped(item, _Contributor, path) for item in _listed(document, path)]
        return [_developer(found) for found in people if not _is_bot(found)][:limit]

    def download_asset(self, asset: Asset, to: Path, limit_bytes: int) -> str:
        """Stream an asset into a new file and return its SHA-256."""
        return github_download.asset(self._http, asset, to, limit_bytes)

    def download_picture(self, url: str, to: Path, limit_bytes: int) -> None:
        """Stream a contributor's picture into a new file."""
        github_download.picture(self._http, url, to, limit_bytes)

    def comment(
        self, repository: Repository, commit: str, text: str, key: str, *, first_try: bool = False
    ) -> None:
        """Comment on a commit unless a comment of ours has this key already.

        https://docs.github.com/en/rest/commits/comments#create-a-commit-comment
        """
        path = f"{_path(repository)}/commits/{_commit(commit)}/comments"
        mark = _mark(key)
        if not first_try and any(
            # Only at the end: a bundle's own words may hold a mark, to keep us silent.
            body.rstrip().endswith(mark)
            for body in self._own_comments(path)
        ):
            return
        self._http.ask("POST", path, send={"body": _cut(text) + "\n\n" + mark})

    def set_status(
        self,
        repository: Repository,
        commit: str,
        state: CommitState,
        description: str,
        target_url: str,
    ) -> None:
        """Set ASLO's status of a commit; the latest one of our context is what GitHub shows.

        https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
        """
        status = {
            "state": state.value,
            "description": _short(description),
            "target_url": target_url,
            "context": self._status_context,
        }
        self._http.ask("POST", f"{_path(repository)}/statuses/{_commit(commit)}", send=status)

    def _pointer(self, path: str) -> _GitObject:
        return _shaped(self._http.ask("GET", path), _Pointer, path).object

    def _own_comments(self, path: str) -> Iterator[str]:
        """The texts of our comments there; somebody else's may quote a key of ours."""
        own_id = self._account_id()
        for page in range(1, MAX_COMMENT_PAGES + 1):
            document = self._http.ask("GET", path, per_page=PAGE_SIZE, page=page)
            found = [_shaped(item, _Comment, path) for item in _listed(document, path)]
            yield from (c.body for c in found if c.user and c.user.id == own_id)
            if len(found) < PAGE_SIZE:
                return

    def _account_id(self) -> int:
        """Who we are, asked once: https://docs.github.com/en/rest/users/users"""
        with self._own_id_lock:
            if self._own_id is None:
                self._own_id = _shaped(self._http.ask("GET", "/user"), _User, "/user").id
            return self._own_id


def _path(repository: Repository) -> str:
    owner, _, name = repository.full_name.partition("/")
    return f"/repos/{_quoted(owner)}/{_quoted(name)}"


def _quoted(part: str) -> str:
    """One segment of a path; GitHub takes a slash inside a ref as `%2F`, its client's way."""
    return quote(part, safe="")


def _is_object_name(text: str) -> bool:
    return len(text) == 40 and not text.strip("0123456789abcdef")


def _told(sha: str) -> str:
    """The name of a git object that GitHub told, made sure of before it is used in an address."""
    if not _is_object_name(sha):
        raise ForgeError(f"GitHub named an odd git object, {sha[:64]!r}")
    return sha


def _commit(sha: str) -> str:
    """The name of a commit to write to; one that cannot exist is as good as gone."""
    if not _is_object_name(sha):
        raise NotFoundError(f"there is no commit {sha[:64]!r}")
    return sha


def _shaped(document: object, shape: type[T], asked: str) -> T:
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        raise ForgeError(f"the answer to {asked} has an odd shape: {error}") from error


def _listed(document: object, asked: str) -> list[Any]:
    """A list; nothing at all (204) is GitHub's answer for an empty repository."""
    if document is None:
        return []
    if not isinstance(document, list):
        raise ForgeError(f"the answer to {asked} is no list, got {type(document).__name__}")
    return document


def _is_bot(found: _Contributor) -> bool:
    return found.type != "User" or found.login.endswith("[bot]")


def _developer(found: _Contributor) -> tuple[Developer, str]:
    return Developer(found.login, found.html_url, found.contributions), found.avatar_url


def _mark(key: str) -> str:
    # Neither `>` nor two hyphens may stand inside an HTML comment.
    return f"<!-- aslo:{quote(key).replace('--', '-%2D')} -->"


def _cut(text: str) -> str:
    """The text within our limit, which is far below GitHub's 65,536 characters."""
    raw = text.encode()
    if len(raw) <= COMMENT_BYTES:
        return text
    return raw[: COMMENT_BYTES - len(CUT.encode())].decode(errors="ignore") + CUT


def _short(description: str) -> str:
    line = " ".join(description.split())
    return line if len(line) <= DESCRIPTION_LENGTH else line[: DESCRIPTION_LENGTH - 1] + "…"
