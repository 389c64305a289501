"""Build tags of git trees on this machine, as releases of them would be, and take them in."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp

from aslo.domain.errors import AsloError, ForgeError, OutageError
from aslo.domain.imported import ImportOutcome, refusal
from aslo.ports import Builder
from aslo.services.finding import look_through
from aslo.services.importing import Importer
from aslo.services.precheck import refuse_hopeless
from aslo.services.survey import Candidate

Fetch = Callable[[Path, str, Path], Path]
"""Fetches a commit of a tree into a folder, and returns the work tree there."""


@dataclass(frozen=True, slots=True)
class TreeImporter:
    """Builds one tag after the other, each in a folder of its own below `folder`."""

    fetch: Fetch
    builder: Builder
    importer: Importer
    folder: Path

    def run(self, candidates: Iterable[Candidate]) -> Iterator[ImportOutcome]:
        """What became of each tag, which is durable by then; one that cannot be built is refused.
        OutageError ends it."""
        for candidate in candidates:
            place = Path(mkdtemp(dir=self.folder, prefix="tag-"))
            try:
                yield self._one(candidate, place)
            finally:
                shutil.rmtree(place, ignore_errors=True)

    def _one(self, candidate: Candidate, place: Path) -> ImportOutcome:
        try:
            bundle = self._built(candidate, place)
        except ForgeError as error:
            # The forge is this machine's git, and it is the tree that it cannot cope with.
            return refusal(candidate.stamp, error)
        except OutageError:
            raise
        except AsloError as error:
            return refusal(candidate.stamp, error)
        finding = look_through(bundle, candidate.tag)
        return self.importer.take(replace(candidate, made=bundle), finding)

    def _built(self, candidate: Candidate, place: Path) -> Path:
        fetched, into = place / "tree", place / "bundle"
        fetched.mkdir()
        into.mkdir()
        tree = Path(candidate.stamp.path.removesuffix(f"@{candidate.tag}"))
        work_tree = self.fetch(tree, candidate.stamp.commit, fetched)
        refuse_hopeless(work_tree)
        return self.builder.build(work_tree, into, _say_nothing)


def _say_nothing(_line: str) -> None:
    """What a build prints stands in its problems, too."""
