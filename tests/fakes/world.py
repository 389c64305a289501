"""Hand-written stand-ins for the world around a build; each remembers what was asked of it."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

from aslo.adapters.words_gettext import GettextWords
from aslo.domain.activity import Developer, Repository, RepositoryState
from aslo.domain.comment import CommitComment
from aslo.domain.delivery import Asset, Delivery, ForgeRelease, ReleaseList
from aslo.domain.errors import AsloError, NotFoundError, TagNotFoundError
from aslo.domain.person import Person
from aslo.domain.report import CheckRun, CommitState
from aslo.domain.verdict import Verdict
from aslo.ports import LogLine
from aslo.services import settle
from aslo.services.pacing import PacedForge
from aslo.services.workbench import Rules, Workbench
from fakes.clock import FakeClock
from fakes.files import MemoryFiles
from fakes.store import MemoryStore
from fakes.values import COMMIT, a_forge_release

MOON = "org.sugarlabs.Moon"
INFO = """[Activity]
name = Moon
bundle_id = org.sugarlabs.Moon
activity_version = 1
exec = sugar-activity3 activity.MoonActivity
icon = activity-moon
license = GPLv3+
summary = Look at the moon
"""
ICON = b'<svg xmlns="http://www.w3.org/2000/svg" width="55" height="55"><circle r="20"/></svg>'


def a_tree(info: str = INFO) -> dict[str, bytes]:
    """The files of a small activity."""
    return {
        "activity/activity.info": info.encode(),
        "activity/activity-moon.svg": ICON,
        "activity.py": b"from sugar3.activity import activity\n",
    }


def a_bundle(files: Mapping[str, bytes] | None = None, top: str = "Moon.activity") -> bytes:
    """The bytes of a bundle."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, data in (a_tree() if files is None else files).items():
            bundle.writestr(zipfile.ZipInfo(f"{top}/{name}"), data)
    return buffer.getvalue()


def saying(version: str = "1", bundle_id: str = MOON, name: str = "Moon", **more: bytes) -> bytes:
    """A bundle of a version; what else is in it makes its content another."""
    info = INFO.replace("activity_version = 1", f"activity_version = {version}")
    info = info.replace(MOON, bundle_id).replace("name = Moon", f"name = {name}")
    return a_bundle({**a_tree(info), **{f"{key}.py": text for key, text in more.items()}})


class FakeForge:
    """One release, its tags, and every comment and status written."""

    def __init__(self, release: ForgeRelease | None = None) -> None:
        self.now: ForgeRelease | None = release or a_forge_release()
        self.tags = {"v1": COMMIT, "v2": COMMIT}
        self.foreign: set[str] = set()
        """Names of repositories that are somebody else's now, and have no tag."""
        self.assets: dict[str, bytes] = {}
        self.contributors: list[tuple[Developer, str]] = []
        self.comments: dict[str, str] = {}
        self.first_tries: list[bool] = []
        self.statuses: list[tuple[CommitState, str, str]] = []
        self.fails: dict[str, list[Exception]] = {}
        self.installed = False
        self.checks: dict[str, list[CheckRun]] = {}
        self.states: dict[int, RepositoryState | None] = {}
        self.forgotten = 0
        self.lists: dict[int, ReleaseList] = {}
        self.listed: list[str] = []
        self.named: dict[str, RepositoryState] = {}
        """Repositories by their names in lower case."""
        self.asked_for: list[str] = []
        self.tags_of: dict[int, tuple[str, ...]] = {}
        self.said: dict[int, CommitComment] = {}
        """Comments that others wrote, by their number."""
        self.writers: set[int] = set()
        """Who may write to every repository, by the number of the account."""
        self.is_silent = False
        """Whether it does not tell us who may."""
        self.changed: tuple[str, ...] = ()
        self.compared: list[tuple[str, str]] = []
        self.organisations: dict[str, list[RepositoryState]] = {}
        self.files: set[tuple[int, str, str]] = set()
        """The number of a repository, a path and a tag for each file that is asked for."""
        self.shown: dict[int, ForgeRelease | None] = {}
        """Releases by their number, where there is more than one."""

    def _ask(self, what: str) -> None:
        if self.fails.get(what):
            raise self.fails[what].pop(0)

    def repository(self, repository: Repository) -> RepositoryState | None:
        self._ask("repository")
        if repository.id in self.states:
            return self.states[repository.id]
        return RepositoryState(repository, private=False)

    def acts_as_app(self, repository: Repository) -> bool:
        return self.installed

    def set_check(
        self,
        repository: Repository,
        commit: str,
        check: CheckRun,
        *,
        first_try: bool = False,
        until: datetime | None = None,
    ) -> None:
        self._ask("set_check")
        self.checks.setdefault(check.key, []).append(check)

    def forget(self) -> None:
        self.forgotten += 1

    def repository_named(self, full_name: str) -> RepositoryState | None:
        self._ask("repository_named")
        self.asked_for.append(full_name)
        return self.named.get(full_name.lower())

    def tag_names(self, repository: Repository) -> tuple[str, ...]:
        self._ask("tag_names")
        return tuple(self.tags_of.get(repository.id, ()))

    def resolve_tag(self, repository: Repository, tag: str) -> str:
        self._ask("resolve_tag")
        if tag not in self.tags or repository.full_name in self.foreign:
            raise TagNotFoundError(tag, repository.full_name)
        return self.tags[tag]

    def release(self, repository: Repository, release_id: int) -> ForgeRelease | None:
        self._ask("release")
        return self.shown.get(release_id, self.now)

    def releases(self, repository: Repository) -> ReleaseList:
        self._ask("releases")
        self.listed.append(repository.full_name)
        return self.lists.get(repository.id, ReleaseList((), is_whole=False))

    def repositories(self, organisation: str) -> list[RepositoryState]:
        self._ask("repositories")
        if organisation not in self.organisations:
            raise NotFoundError(f"there is no {organisation}")
        return self.organisations[organisation]

    def all_releases(self, repository: Repository, mark: str = "") -> ReleaseList | None:
        found = self.releases(repository)
        return None if mark and found.mark == mark else found

    def has_file(self, repository: Repository, path: str, tag: str) -> bool:
        return (repository.id, path, tag) in self.files

    def developers(self, repository: Repository, limit: int) -> list[tuple[Developer, str]]:
        self._ask("developers")
        return self.contributors[:limit]

    def changed_since(self, repository: Repository, commit: str) -> tuple[str, ...]:
        self._ask("changed_since")
        self.compared.append((repository.full_name, commit))
        return self.changed

    def download_asset(self, asset: Asset, to: Path, limit_bytes: int) -> str:
        self._ask("download_asset")
        to.write_bytes(self.assets[asset.name])
        return hashlib.sha256(self.assets[asset.name]).hexdigest()

    def download_picture(self, url: str, to: Path, limit_bytes: int) -> None:
        self._ask("download_picture")
        to.write_bytes(b"picture")

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
        self._ask("comment")
        self.first_tries.append(first_try)
        self.comments.setdefault(key, text)

    def commit_comment(self, repository: Repository, comment_id: int) -> CommitComment | None:
        self._ask("commit_comment")
        return self.said.get(comment_id)

    def may_write(self, repository: Repository, person: Person) -> bool | None:
        self._ask("may_write")
        return None if self.is_silent else person.id in self.writers

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
        self._ask("set_status")
        self.statuses.append((state, description, target_url))


class FakeSource:
    """Writes a tree that a test gave."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self.files = a_tree() if files is None else files
        self.fetched: list[str] = []
        self.fail: AsloError | None = None

    def fetch(
        self, repository: Repository, tag: str, commit: str, into: Path, log: LogLine
    ) -> Path:
        self.fetched.append(commit)
        if self.fail is not None:
            raise self.fail
        for name, data in self.files.items():
            path = into / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return into


class FakeBuilder:
    """Gives the bundle that a test made, or fails as it was told."""

    name = "fake"

    def __init__(self, bundle: bytes | None = None) -> None:
        self.bundle = a_bundle() if bundle is None else bundle
        self.fails: list[Exception] = []
        self.built = 0
        self.before: Callable[[], None] = lambda: None
        self.swept = 0

    def available(self) -> str | None:
        return None

    def build(self, tree: Path, into: Path, log: LogLine) -> Path:
        self.built += 1
        self.before()
        if self.fails:
            raise self.fails.pop(0)
        log("packed")
        path = into / "Moon-1.xo"
        path.write_bytes(self.bundle)
        return path

    def sweep(self) -> int:
        self.swept += 1
        return 0


class FakeExaminer:
    """Finds in every tree what a test says."""

    def __init__(self) -> None:
        self.verdict = Verdict(())
        self.examined = 0

    def examine(self, tree: Path, into: Path) -> Verdict:
        self.examined += 1
        return self.verdict


class FakePictures:
    """Takes every picture as it is."""

    def screenshot(self, source: Path, to: Path, longest: int) -> tuple[str, int, int]:
        data = source.read_bytes()
        if data == b"no picture":
            raise ValueError("it is no picture")
        side = min(800, longest)
        to.write_bytes(data + str(side).encode())
        return "image/webp", side, side * 3 // 4

    def avatar(self, source: Path, to: Path) -> str:
        to.write_bytes(source.read_bytes())
        return "image/webp"

    def icon(self, svg: bytes, seed: str) -> bytes:
        return svg

    def poster(self, icon: bytes, seed: str) -> bytes:
        if b"endless" in icon:
            raise ValueError("it takes too long")
        return b"poster of " + icon


class FakeWorkspace:
    """Folders below one, and which of them were opened."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.opened: list[tuple[str, int]] = []
        self.swept = 0

    def sweep(self) -> int:
        self.swept += 1
        return 0

    @contextmanager
    def open(self, build_id: str, fence: int) -> Iterator[Path]:
        self.opened.append((build_id, fence))
        folder = self.root / f"{build_id}-{fence}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            rmtree(folder)


class FakeSite:
    """A site that shows everything, until it is told to fail."""

    def __init__(self) -> None:
        self.confirmed: list[tuple[str, str, str]] = []
        self.fails: list[AsloError] = []

    def confirm(self, page_path: str, download_path: str, sha256: str) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.confirmed.append((page_path, download_path, sha256))


class FakeBell:
    """Remembers what it was rung for."""

    def __init__(self) -> None:
        self.rung: list[str] = []
        self.silent: str | None = None

    def ring(self, build_id: str) -> None:
        self.rung.append(build_id)

    def why_silent(self) -> str | None:
        return self.silent


class World:
    """A workbench of fakes, each within reach of the test."""

    def __init__(self, root: Path) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.files = MemoryFiles()
        self.forge = FakeForge()
        self.source = FakeSource()
        self.builder = FakeBuilder()
        self.examiner = FakeExaminer()
        self.pictures = FakePictures()
        self.workspace = FakeWorkspace(root)
        self.site = FakeSite()
        self.bell = FakeBell()
        self.words = GettextWords()
        self.rules = Rules(public_url="https://aslo.example", asset_wait=timedelta(minutes=5))

    def settle(self, delivery: Delivery) -> None:
        """What the web does a moment after it took a delivery in."""
        settle.at_once([delivery], store=self.store, bell=self.bell, clock=self.clock)

    @property
    def bench(self) -> Workbench:
        return Workbench(
            store=self.store,
            files=self.files,
            forge=PacedForge(self.forge, self.store, self.clock),
            source=lambda: self.source,
            builder=lambda: self.builder,
            examiner=self.examiner,
            pictures=self.pictures,
            workspace=self.workspace,
            site=self.site,
            clock=self.clock,
            rules=self.rules,
            words=self.words,
        )
