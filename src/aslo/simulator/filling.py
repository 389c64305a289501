"""Give the forge many repositories at once, as an organisation of years has them."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aslo.simulator.forge import SimulatedForge
from aslo.simulator.hosting import DEVELOPER
from aslo.simulator.repositories import Author, Content, GitRepository
from aslo.simulator.state import Document

BEGAN_AT = datetime(2010, 1, 1, tzinfo=UTC)
Tree = Mapping[str, Content]


@dataclass(frozen=True)
class Cut:
    """A release: its tag, the tree there, and what is attached."""

    tag: str
    tree: Tree
    assets: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Stocked:
    """A repository with its releases, the oldest first."""

    name: str
    cuts: Sequence[Cut] = ()
    flags: Mapping[str, bool] = field(default_factory=dict)
    """`fork`, `archived` or `private`."""


def fill(forge: SimulatedForge, owner: str, stocked: Iterable[Stocked]) -> None:
    """Add repositories and releases; nobody is told. Much faster than one by one: repositories of
    the same trees are copies, and a kind of documents is one write."""
    wanted = list(stocked)
    account = forge.hosting.user(owner, "Organization")
    documents = [_repository(owner, each, account) for each in wanted]
    made = forge.state.add_all("repository", documents)
    with tempfile.TemporaryDirectory() as folder:
        templates = _Templates(Path(folder))
        for document, each in zip(made, wanted, strict=True):
            template = templates.of(each.cuts)
            shutil.copytree(template, forge.hosting.git(document).folder)
    cuts = [
        (document, cut) for document, each in zip(made, wanted, strict=True) for cut in each.cuts
    ]
    days = range(len(cuts))
    released = [_release(pair[0], pair[1], day) for pair, day in zip(cuts, days, strict=True)]
    for release, (_, cut) in zip(forge.state.add_all("release", released), cuts, strict=True):
        for name, content in cut.assets.items():
            forge.attach(release["id"], name, content)


class _Templates:
    """A bare repository for each history that is wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def of(self, cuts: Sequence[Cut]) -> Path:
        key = repr([(cut.tag, sorted(cut.tree.items())) for cut in cuts])
        if key not in self._made:
            self._made[key] = self._make(cuts, self._folder / str(len(self._made)))
        return self._made[key]

    def _make(self, cuts: Sequence[Cut], place: Path) -> Path:
        git = GitRepository(place)
        git.create()
        author = Author(DEVELOPER)
        for cut in cuts:
            commit = git.commit(cut.tree, message=cut.tag, author=author, replace=True)
            git.tag(cut.tag, commit, message=None, author=author)
        shutil.rmtree(place / "hooks", ignore_errors=True)
        return place


def _repository(owner: str, stocked: Stocked, account: Document) -> Document:
    return {
        "full_name": f"{owner}/{stocked.name}",
        "owner_id": account["id"],
        "description": "",
        "private": False,
        "old_names": [],
        "created_at": _written(BEGAN_AT),
        "pushed_at": _written(BEGAN_AT),
        **stocked.flags,
    }


def _release(repository: Document, cut: Cut, day: int) -> Document:
    at = _written(BEGAN_AT + timedelta(days=day))
    return {
        "repository_id": repository["id"],
        "tag": cut.tag,
        "name": cut.tag,
        "notes": "",
        "prerelease": False,
        "draft": False,
        "author": DEVELOPER,
        "created_at": at,
        "published_at": at,
    }


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
