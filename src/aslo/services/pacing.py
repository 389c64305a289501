"""Leave the forge alone when it wants that: what any worker of the site was told holds for all."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from aslo.domain.activity import Developer, Repository, RepositoryState
from aslo.domain.comment import CommitComment
from aslo.domain.delivery import Asset, ForgeRelease, ReleaseList
from aslo.domain.errors import ForgeHeldError, ForgeLimitError, StoreError
from aslo.domain.person import Person
from aslo.domain.report import CheckRun, CommitState
from aslo.domain.throttle import Throttle
from aslo.ports import Clock, Forge, Store

logger = logging.getLogger(__name__)
T = TypeVar("T")
TRIES = 1000
"""How often others may be quicker; each time one of them got what it wanted."""


def require(writes: int = 0, *, store: Store, clock: Clock) -> None:
    """Count that many writes as written; ForgeHeldError if they must wait, or, with none, if
    nothing may be asked now."""
    for _ in range(TRIES):
        throttle, now = store.throttle(), clock()
        if wait := throttle.wait(now, writes):
            raise ForgeHeldError("the forge is left alone for a while", retry_after=wait)
        if not writes or store.save_throttle(throttle.count(now, writes)):
            return
    raise _lost()


def hold(pause: timedelta, *, store: Store, clock: Clock) -> None:
    """Let every worker of the site leave the forge alone for as long as it told."""
    logger.warning("the forge wants to be left alone for %.0f s", pause.total_seconds())
    _change(lambda throttle: throttle.pause(clock(), pause), store)


class PacedForge:
    """A forge that nobody asks while it wants to be left alone, and on which all workers of a
    site together write no more than they may.

    What is written is counted before it is tried: who dies in between has used it up.
    """

    def __init__(self, forge: Forge, store: Store, clock: Clock) -> None:
        self._forge = forge
        self._store = store
        self._clock = clock

    def repository(self, repository: Repository) -> RepositoryState | None:
        return self._ask(lambda: self._forge.repository(repository))

    def repository_named(self, full_name: str) -> RepositoryState | None:
        return self._ask(lambda: self._forge.repository_named(full_name))

    def tag_names(self, repository: Repository) -> tuple[str, ...]:
        return self._ask(lambda: self._forge.tag_names(repository))

    def resolve_tag(self, repository: Repository, tag: str) -> str:
        return self._ask(lambda: self._forge.resolve_tag(repository, tag))

    def release(self, repository: Repository, release_id: int) -> ForgeRelease | None:
        return self._ask(lambda: self._forge.release(repository, release_id))

    def releases(self, repository: Repository) -> ReleaseList:
        return self._ask(lambda: self._forge.releases(repository))

    def repositories(self, organisation: str) -> list[RepositoryState]:
        return self._ask(lambda: self._forge.repositories(organisation))

    def all_releases(self, repository: Repository, mark: str = "") -> ReleaseList | None:
        return self._ask(lambda: self._forge.all_releases(repository, mark))

    def has_file(self, repository: Repository, path: str, tag: str) -> bool:
        return self._ask(lambda: self._forge.has_file(repository, path, tag))

    def developers(self, repository: Repository, limit: int) -> list[tuple[Developer, str]]:
        return self._ask(lambda: self._forge.developers(repository, limit))

    def changed_since(self, repository: Repository, commit: str) -> tuple[str, ...]:
        return self._ask(lambda: self._forge.changed_since(repository, commit))

    def download_asset(self, asset: Asset, to: Path, limit_bytes: int) -> str:
        return self._ask(lambda: self._forge.download_asset(asset, to, limit_bytes))

    def download_picture(self, url: str, to: Path, limit_bytes: int) -> None:
        # From another host, which has limits of its own.
        self._forge.download_picture(url, to, limit_bytes)

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
        def write() -> None:
            self._forge.comment(repository, commit, text, key, first_try=first_try, until=until)

        self._ask(write, 1)

    def commit_comment(self, repository: Repository, comment_id: int) -> CommitComment | None:
        return self._ask(lambda: self._forge.commit_comment(repository, comment_id))

    def may_write(self, repository: Repository, person: Person) -> bool | None:
        return self._ask(lambda: self._forge.may_write(repository, person))

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
        def write() -> None:
            self._forge.set_status(repository, commit, state, description, target_url, until=until)

        self._ask(write, 1)

    def acts_as_app(self, repository: Repository) -> bool:
        return self._ask(lambda: self._forge.acts_as_app(repository))

    def set_check(
        self,
        repository: Repository,
        commit: str,
        check: CheckRun,
        *,
        first_try: bool = False,
        until: datetime | None = None,
    ) -> None:
        def write() -> None:
            self._forge.set_check(repository, commit, check, first_try=first_try, until=until)

        self._ask(write, check.writes)

    def forget(self) -> None:
        self._forge.forget()

    def _ask(self, question: Callable[[], T], writes: int = 0) -> T:
        require(writes, store=self._store, clock=self._clock)
        try:
            return question()
        except ForgeLimitError as error:
            hold(error.pause, store=self._store, clock=self._clock)
            raise


def _change(change: Callable[[Throttle], Throttle], store: Store) -> None:
    for _ in range(TRIES):
        throttle = store.throttle()
        changed = change(throttle)
        if changed is throttle or store.save_throttle(changed):
            return
    raise _lost()


def _lost() -> StoreError:
    return StoreError(f"what the forge allows changed under our hands {TRIES} times")
