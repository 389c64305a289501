"""The forge, as whoever reads it and writes to developers sees it."""

from datetime import datetime
from pathlib import Path
from typing import Protocol

from aslo.domain.activity import Developer, Repository, RepositoryState
from aslo.domain.comment import CommitComment
from aslo.domain.delivery import Asset, ForgeRelease, ReleaseList
from aslo.domain.person import Person
from aslo.domain.report import CheckRun, CommitState


class Forge(Protocol):
    """GitHub or its like. ForgeError for every answer that is not the contract's."""

    def repository(self, repository: Repository) -> RepositoryState | None:
        """The repository of that id as it is now, whatever it is called; None if it is gone or
        hidden from us."""

    def repository_named(self, full_name: str) -> RepositoryState | None:
        """The repository of that name, or that had it before; None if there is none, or it is
        hidden from us."""

    def tag_names(self, repository: Repository) -> tuple[str, ...]:
        """Names of tags, up to a hundred, in no order that means anything. NotFoundError if the
        repository is gone."""

    def resolve_tag(self, repository: Repository, tag: str) -> str:
        """The commit (40 hex digits) of a tag, light or annotated, never of a branch of that
        name; TagNotFoundError."""

    def release(self, repository: Repository, release_id: int) -> ForgeRelease | None:
        """The release as it is now; None if it is gone."""

    def releases(self, repository: Repository) -> ReleaseList:
        """The newest releases, up to a hundred, drafts among them where we may see them. One
        that cannot be read is left out. NotFoundError if the repository is gone."""

    def repositories(self, organisation: str) -> list[RepositoryState]:
        """Every repository of an organisation that the world sees, the oldest first; one that
        cannot be read is left out. NotFoundError if there is no such organisation."""

    def all_releases(self, repository: Repository, mark: str = "") -> ReleaseList | None:
        """Every release, newest first, and their mark; None while they have the one given.
        NotFoundError if the repository is gone."""

    def has_file(self, repository: Repository, path: str, tag: str) -> bool:
        """Whether there is a file of that path at a tag."""

    def developers(self, repository: Repository, limit: int) -> list[tuple[Developer, str]]:
        """The contributors with most contributions first, with the address of each one's
        picture; bots left out."""

    def changed_since(self, repository: Repository, commit: str) -> tuple[str, ...]:
        """The paths of the files that the default branch has added or changed since a commit; of
        very many the first, and none if it does not hold the commit. NotFoundError if either is
        gone."""

    def download_asset(self, asset: Asset, to: Path, limit_bytes: int) -> str:
        """Stream an asset into a new file and return its SHA-256; BadAssetError if it is larger
        than the limit, or cut short."""

    def download_picture(self, url: str, to: Path, limit_bytes: int) -> None:
        """Stream a contributor's picture into a new file."""

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
        """Comment on a commit, once: `key` is hidden in the comment, and if one of ours has it
        already, nothing is written. Whoever knows that this was never tried before says so and
        spares the search. NotFoundError if the commit is gone. This and what follows begin no
        write that may not be over by `until`; ForgeError instead."""

    def commit_comment(self, repository: Repository, comment_id: int) -> CommitComment | None:
        """A comment on a commit as it is now; None if it is gone."""

    def may_write(self, repository: Repository, person: Person) -> bool | None:
        """Whether somebody may write there, asked in our own name; None where the forge does not
        tell us."""

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
        """Set ASLO's commit status; NotFoundError if the commit is gone."""

    def acts_as_app(self, repository: Repository) -> bool:
        """Whether ASLO is an App there, and may write check runs."""

    def set_check(
        self,
        repository: Repository,
        commit: str,
        check: CheckRun,
        *,
        first_try: bool = False,
        until: datetime | None = None,
    ) -> None:
        """Write a check run, or change the one that has its key; repeated, nothing is said twice,
        and who knows that this was never tried before spares a search here, too.
        NotFoundError if the commit is gone."""

    def forget(self) -> None:
        """Forget where ASLO is an App; the forge is asked again when it matters."""
