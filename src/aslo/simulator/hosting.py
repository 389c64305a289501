"""Accounts and repositories of the simulated forge."""

import re
import threading
from collections.abc import Mapping
from pathlib import Path

from aslo.simulator.repositories import BRANCH, Author, Content, GitRepository
from aslo.simulator.state import Document, State, UnknownError, now, only

DEVELOPER = "demo-developer"
# Accounts whose pages would hide behind the simulator's own routes.
RESERVED = {
    "_simulator", "app", "avatars", "login", "orgs", "rate_limit", "repos", "repositories",
    "storage", "user",
}  # fmt: skip
NAME = re.compile(r"[A-Za-z0-9_-]+/(?!\.{1,2}$)[A-Za-z0-9_.-]+")


class Hosting:
    """Keeps accounts and repositories; a repository is named `owner/name`."""

    def __init__(self, state: State, folder: Path) -> None:
        self._state = state
        self._folder = folder
        # Two requests at once must not make one account, or one repository, twice.
        self._making = threading.RLock()
        folder.mkdir(parents=True, exist_ok=True)

    def user(self, login: str, kind: str = "User") -> Document:
        """The account of that name, made when it is first mentioned."""
        with self._making:
            if known := self._state.find("user", login=login):
                return known[0]
            kind = "Bot" if login.endswith("[bot]") else kind
            return self._state.add("user", {"login": login, "type": kind, "created_at": now()})

    def add_repository(
        self,
        owner: str,
        name: str,
        *,
        description: str = "",
        private: bool = False,
        organization: bool = True,
    ) -> Document:
        """Make an empty repository, or return the one that is there; ValueError for an odd name."""
        full_name = _full_name(owner, name)
        with self._making:
            if known := self._state.find("repository", full_name=full_name):
                return known[0]
            account = self.user(owner, "Organization" if organization else "User")
            document = {
                "full_name": full_name,
                "owner_id": account["id"],
                "description": description,
                "private": private,
                "old_names": [],
                "created_at": now(),
                "pushed_at": now(),
            }
            made = self._state.add("repository", document)
            self.git(made).create()
            return made

    def repository(self, full_name: str) -> Document:
        """The repository of that name; UnknownError if there is none."""
        return only(self._state.find("repository", full_name=full_name), full_name)

    def rename_repository(self, full_name: str, owner: str, name: str) -> Document:
        """Rename or transfer; the old name leads to the new one until somebody takes it.
        ValueError for an odd name, or one that is taken."""
        wanted = _full_name(owner, name)
        with self._making:
            found = self.repository(full_name)
            if self._state.find("repository", full_name=wanted):
                raise ValueError(f"{wanted} is taken: choose another name")
            found["old_names"] = [*found["old_names"], full_name]
            found["full_name"] = wanted
            found["owner_id"] = self.user(owner, "Organization")["id"]
            self._state.save("repository", found)
        return found

    def renamed(self, full_name: str) -> Document | None:
        """The repository that had that name once, if nobody has it now."""
        known = self._state.find("repository")
        if any(found["full_name"] == full_name for found in known):
            return None
        return next((found for found in known if full_name in found["old_names"]), None)

    def git(self, repository: Document) -> GitRepository:
        """The git repository behind it."""
        return GitRepository(self._folder / f"{repository['id']}.git")

    def commit(
        self,
        full_name: str,
        files: Mapping[str, Content],
        *,
        message: str = "Change",
        author: str = DEVELOPER,
        replace: bool = False,
        branch: str = BRANCH,
        onto: str | None = None,
    ) -> str:
        """Commit files on a branch and return the commit's name; nobody is told."""
        found = self._pushed(full_name)
        return self.git(found).commit(
            files,
            message=message,
            author=Author(author),
            replace=replace,
            branch=branch,
            onto=onto,
        )

    def take_over(self, full_name: str, source: Path) -> None:
        """Take every branch and tag of a git repository on this machine."""
        self.git(self._pushed(full_name)).take_over(source)

    def tag(
        self,
        full_name: str,
        name: str,
        commit: str | None = None,
        *,
        message: str | None = None,
        author: str = DEVELOPER,
    ) -> str:
        """Tag a commit, the latest if none is named; with a message the tag is annotated."""
        git = self.git(self._pushed(full_name))
        target = git.find(commit or "HEAD")
        if target is None:
            raise UnknownError(f"{full_name} has no commit {commit or 'HEAD'!r}")
        git.tag(name, target.sha, message=message, author=Author(author))
        return target.sha

    def _pushed(self, full_name: str) -> Document:
        found = self.repository(full_name)
        found["pushed_at"] = now()
        self._state.save("repository", found)
        return found


def _full_name(owner: str, name: str) -> str:
    full_name = f"{owner}/{name}"
    if owner in RESERVED or not NAME.fullmatch(full_name):
        raise ValueError(f"not a name for a repository, got {full_name!r}")
    return full_name
