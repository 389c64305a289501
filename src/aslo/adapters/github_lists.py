"""Lists that GitHub gives page by page: the repositories of an organisation, and releases."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from aslo.adapters.github_answers import listed
from aslo.adapters.github_credentials import Realm
from aslo.adapters.github_http import GitHubHttp
from aslo.adapters.github_names import place_of, quoted, realm_of
from aslo.domain.activity import Repository, RepositoryState
from aslo.domain.delivery import ForgeRelease, ReleaseList
from aslo.domain.payload import read_release, read_repository

logger = logging.getLogger(__name__)
PAGE_SIZE = 100
MOST_PAGES = 100
"""GitHub lists ten thousand releases, and no more."""

T = TypeVar("T")
Query = Mapping[str, str | int]


class Lists:
    """Reads lists in as few questions as GitHub allows."""

    def __init__(self, http: GitHubHttp) -> None:
        self._http = http

    def repositories(self, organisation: str) -> list[RepositoryState]:
        """See ports.Forge.

        https://docs.github.com/en/rest/repos/repos#list-organization-repositories
        """
        asked = f"/orgs/{quoted(organisation)}/repos"
        order: Query = {"type": "public", "sort": "created", "direction": "asc"}
        pages = self._pages(asked, Realm(organisation), order)
        return [each for page in pages for each in _readable(page, read_repository)]

    def releases(self, repository: Repository) -> ReleaseList:
        """See ports.Forge.

        https://docs.github.com/en/rest/releases/releases#list-releases
        """
        asked = f"{place_of(repository)}/releases"
        page = self._page(asked, realm_of(repository), {})
        return _releases(page, is_last=len(page) < PAGE_SIZE)

    def all_releases(self, repository: Repository, mark: str = "") -> ReleaseList | None:
        """See ports.Forge. The mark is that of the newest hundred: where an older one is gone or
        changed, nothing new was published."""
        asked = f"{place_of(repository)}/releases"
        answer = self._http.ask_unless(mark, asked, realm_of(repository), per_page=PAGE_SIZE)
        if answer is None:
            return None
        first, mark = listed(answer[0], asked), answer[1]
        further: Iterable[list[Any]] = ()
        if len(first) == PAGE_SIZE:
            further = self._pages(asked, realm_of(repository), {}, first=2)
        whole = [*first, *(each for page in further for each in page)]
        return _releases(whole, is_last=len(whole) < PAGE_SIZE * MOST_PAGES, mark=mark)

    def _pages(
        self, asked: str, where: Realm, query: Query, *, first: int = 1
    ) -> Iterator[list[Any]]:
        for number in range(first, MOST_PAGES + 1):
            page = self._page(asked, where, {**query, "page": number} if number > 1 else query)
            yield page
            if len(page) < PAGE_SIZE:
                return

    def _page(self, asked: str, where: Realm, query: Query) -> list[Any]:
        how: dict[str, Any] = {"per_page": PAGE_SIZE, **query}
        return listed(self._http.ask("GET", asked, realm=where, **how), asked)


def _releases(found: list[Any], *, is_last: bool, mark: str = "") -> ReleaseList:
    read: tuple[ForgeRelease, ...] = tuple(_readable(found, read_release))
    # One that cannot be read may be any, so of none it can be said that it is gone.
    return ReleaseList(read, is_whole=is_last and len(read) == len(found), mark=mark)


def _readable(documents: list[Any], read: Callable[[object], T]) -> Iterator[T]:
    for document in documents:
        try:
            yield read(document)
        except ValueError as error:
            logger.warning("something in a list has an odd shape: %s", error)
