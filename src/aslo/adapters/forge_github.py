"""The forge as GitHub's REST API, version 2022-11-28 (https://docs.github.com/en/rest)."""

from datetime import datetime
from functools import partial
from pathlib import Path

import httpx

from aslo.adapters import github_compare, github_download, github_people, github_tags
from aslo.adapters.github_checks import Checks
from aslo.adapters.github_comments import Comments
from aslo.adapters.github_credentials import (
    App,
    AppCredentials,
    Credentials,
    Realm,
    SignedCredentials,
    TokenCredentials,
)
from aslo.adapters.github_http import Clocks, GitHubHttp
from aslo.adapters.github_lists import PAGE_SIZE, Lists
from aslo.adapters.github_names import place_of, quoted, realm_of
from aslo.adapters.github_places import Resolver
from aslo.adapters.github_tags import is_object_name
from aslo.domain.activity import Developer, Repository, RepositoryState
from aslo.domain.comment import CommitComment
from aslo.domain.delivery import Asset, ForgeRelease, ReleaseList
from aslo.domain.errors import ForgeError, NotFoundError, TagNotFoundError
from aslo.domain.payload import read_release, read_repository
from aslo.domain.person import Person
from aslo.domain.report import CheckRun, CommitState

DESCRIPTION_LENGTH = 140


class GitHubForge:
    """Reads and answers on GitHub in the name of the App, or of the account the token is of."""

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        app: App | None = None,
        status_context: str = "aslo",
        client: httpx.Client | None = None,
        clocks: Clocks | None = None,
        resolve: Resolver | None = None,
    ) -> None:
        def http(credentials: Credentials) -> GitHubHttp:
            return GitHubHttp(base_url, credentials, client=client, clocks=clocks, resolve=resolve)

        self._credentials: Credentials = TokenCredentials(token)
        if app is not None:
            now = (clocks or Clocks()).now
            asking = http(SignedCredentials(app, now))
            self._credentials = AppCredentials(asking.ask, self._credentials, now)
        self._http = http(self._credentials)
        self._status_context = status_context
        self._comments = Comments(self._http, self._credentials)
        self._checks = Checks()
        self._lists = Lists(self._http)

    def __repr__(self) -> str:
        return f"GitHubForge({str(self._http.base)!r})"

    def close(self) -> None:
        """Let go of connections; calling it twice is fine."""
        self._http.close()

    def repository(self, repository: Repository) -> RepositoryState | None:
        """The repository of that number as it is now; None if it is gone, or hidden from us.

        https://docs.github.com/en/rest/repos/repos#get-a-repository
        """
        # By its number: a name may have been taken by somebody else.
        return self._state(f"/repositories/{repository.id}", realm_of(repository))

    def repository_named(self, full_name: str) -> RepositoryState | None:
        """The repository of that name; GitHub leads on from one that it had before.

        https://docs.github.com/en/rest/repos/repos#get-a-repository
        """
        owner, _, name = full_name.partition("/")
        return self._state(f"/repos/{quoted(owner)}/{quoted(name)}", Realm(full_name))

    def tag_names(self, repository: Repository) -> tuple[str, ...]:
        """The tags on the first page, which GitHub puts in an order of its own."""
        ask = partial(self._http.ask, "GET", realm=realm_of(repository), per_page=PAGE_SIZE)
        return github_tags.names(ask, place_of(repository))

    def acts_as_app(self, repository: Repository) -> bool:
        """Whether the App is installed there, so that check runs can be written."""
        return self._credentials.login(realm_of(repository)) is not None

    def forget(self) -> None:
        """Forget where the App is installed; it is asked again when it matters."""
        self._credentials.forget()

    def resolve_tag(self, repository: Repository, tag: str) -> str:
        """The commit of a tag, light or annotated, never of a branch of that name."""
        ask = partial(self._http.ask, "GET", realm=realm_of(repository))
        try:
            return github_tags.resolve(ask, place_of(repository), tag)
        except NotFoundError as error:
            raise TagNotFoundError(tag, repository.full_name) from error

    def release(self, repository: Repository, release_id: int) -> ForgeRelease | None:
        """The release as it is now; None if it is gone.

        https://docs.github.com/en/rest/releases/releases#get-a-release
        """
        try:
            asked = f"{place_of(repository)}/releases/{release_id}"
            document = self._http.ask("GET", asked, realm=realm_of(repository))
        except NotFoundError:
            return None
        try:
            return read_release(document)
        except ValueError as error:
            raise ForgeError(f"release {release_id} has an odd shape: {error}") from error

    def releases(self, repository: Repository) -> ReleaseList:
        """The newest releases of a repository."""
        return self._lists.releases(repository)

    def repositories(self, organisation: str) -> list[RepositoryState]:
        """The public repositories of an organisation, the oldest first."""
        return self._lists.repositories(organisation)

    def all_releases(self, repository: Repository, mark: str = "") -> ReleaseList | None:
        """Every release of a repository, or None if they still have that mark."""
        return self._lists.all_releases(repository, mark)

    def has_file(self, repository: Repository, path: str, tag: str) -> bool:
        """Whether there is such a file at a tag.

        https://docs.github.com/en/rest/repos/contents#get-repository-content
        """
        asked = f"{place_of(repository)}/contents/{quoted(path)}"
        try:
            self._http.ask("GET", asked, realm=realm_of(repository), ref=f"refs/tags/{tag}")
        except NotFoundError:
            return False
        return True

    def developers(self, repository: Repository, limit: int) -> list[tuple[Developer, str]]:
        """The contributors with most contributions first, in a single question.

        https://docs.github.com/en/rest/repos/repos#list-repository-contributors
        """
        ask = partial(self._http.ask, "GET", realm=realm_of(repository))
        return github_people.contributors(ask, place_of(repository), limit)

    def commit_comment(self, repository: Repository, comment_id: int) -> CommitComment | None:
        """A comment on a commit as it is now; None if it is gone."""
        ask = partial(self._http.ask, "GET", realm=realm_of(repository))
        return github_people.comment(ask, place_of(repository), comment_id)

    def may_write(self, repository: Repository, person: Person) -> bool | None:
        """Whether somebody may write there; None where GitHub does not tell us."""
        ask = partial(self._http.ask, "GET", realm=realm_of(repository))
        return github_people.may_write(ask, place_of(repository), person)

    def changed_since(self, repository: Repository, commit: str) -> tuple[str, ...]:
        """The files that the default branch has otherwise than a commit that it holds."""
        path = f"{place_of(repository)}/compare/{_commit(commit)}...HEAD"
        # Of its commits one is enough: the files come with the first page.
        document = self._http.ask("GET", path, realm=realm_of(repository), per_page=1)
        return github_compare.changed_files(document, path)

    def download_asset(self, asset: Asset, to: Path, limit_bytes: int) -> str:
        """Stream an asset into a new file and return its SHA-256."""
        return github_download.asset(self._http, asset, to, limit_bytes)

    def download_picture(self, url: str, to: Path, limit_bytes: int) -> None:
        """Stream a contributor's picture into a new file."""
        github_download.picture(self._http, url, to, limit_bytes)

    def comment(
        self,
        repository: Repository,
        commit: str,
        text: str,
        key: str,
        *,
        first_try: bool = False,
        until: datetime | None = None,
    ) -> None:
        """Comment on a commit unless a comment of ours has this key already.

        https://docs.github.com/en/rest/commits/comments#create-a-commit-comment
        """
        path = f"{place_of(repository)}/commits/{_commit(commit)}/comments"
        self._comments.write(
            realm_of(repository), path, text, key, first_try=first_try, until=until
        )

    def set_status(
        self,
        repository: Repository,
        commit: str,
        state: CommitState,
        description: str,
        target_url: str,
        *,
        until: datetime | None = None,
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
        path = f"{place_of(repository)}/statuses/{_commit(commit)}"
        self._http.ask("POST", path, realm=realm_of(repository), send=status, until=until)

    def set_check(
        self,
        repository: Repository,
        commit: str,
        check: CheckRun,
        *,
        first_try: bool = False,
        until: datetime | None = None,
    ) -> None:
        """Write a check run as the App, once, however often it is tried."""
        ask = partial(self._http.ask, realm=realm_of(repository), until=until)
        self._checks.write(ask, place_of(repository), _commit(commit), check, first_try=first_try)

    def _state(self, path: str, realm: Realm) -> RepositoryState | None:
        try:
            document = self._http.ask_again(path, realm)
        except NotFoundError:
            return None
        try:
            return read_repository(document)
        except ValueError as error:
            raise ForgeError(f"{realm.full_name} has an odd shape: {error}") from error


def _commit(sha: str) -> str:
    """The name of a commit to write to; one that cannot exist is as good as gone."""
    if not is_object_name(sha):
        raise NotFoundError(f"there is no commit {sha[:64]!r}")
    return sha


def _short(description: str) -> str:
    line = " ".join(description.split())
    return line if len(line) <= DESCRIPTION_LENGTH else line[: DESCRIPTION_LENGTH - 1] + "…"
