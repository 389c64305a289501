"""What earlier imports found out, in a file of one JSON document a line."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from aslo.domain.backfilled import Looked
from aslo.domain.errors import FilesError
from aslo.domain.imported import ImportOutcome, ImportState, Stamp

T = TypeVar("T")
_NAMES = [each.name for each in fields(ImportOutcome) if each.name not in ("stamp", "state")]
# json, for file names need not be UTF-8, and it alone keeps what Python makes of them.
_encode = json.JSONEncoder(separators=(",", ":")).encode


class JournalLines:
    """One JSON document a line, all void when the first is not the one expected."""

    def __init__(self, path: Path, era: Mapping[str, str]) -> None:
        self._path = path
        self._head = _encode(era)

    def read(self, value: Callable[[Any], T]) -> Iterator[T]:
        """What each line stands for, in order; a damaged one stands for nothing."""
        for line in self._lines():
            with suppress(ValueError, TypeError, KeyError):
                yield value(json.loads(line))

    def add(self, rows: Iterable[Any]) -> None:
        """Add a line for each; nothing is promised about a crash."""
        lines = [_encode(row) for row in rows]
        try:
            void = not self._path.exists() or not self._is_ours()
            with self._path.open("w" if void else "a", encoding="ascii") as file:
                # An empty line ends one that was cut short.
                file.write("\n".join([self._head if void else "", *lines, ""]))
        except OSError as error:
            raise FilesError(f"cannot write {self._path}: {error.strerror}") from error

    def _is_ours(self) -> bool:
        with self._path.open(encoding="utf-8", errors="replace") as file:
            return file.readline().rstrip("\n") == self._head

    def _lines(self) -> Iterator[str]:
        with suppress(OSError):
            lines = self._path.read_text(encoding="utf-8", errors="replace").split("\n")
            if lines[0] == self._head:
                yield from lines[1:]


class LinesJournal:
    """What became of files and tags; a later line counts more."""

    def __init__(self, path: Path, era: Mapping[str, str]) -> None:
        self._lines = JournalLines(path, era)

    def read(self) -> Mapping[Stamp, ImportOutcome]:
        """What became of each file, by how it was then."""
        return {outcome.stamp: outcome for outcome in self._lines.read(_from_row)}

    def note(self, outcomes: Iterable[ImportOutcome]) -> None:
        """Add what became of some files."""
        self._lines.add(map(_row, outcomes))


class LinesSightings:
    """What was seen of repositories; a later line counts more."""

    def __init__(self, path: Path, era: Mapping[str, str]) -> None:
        self._lines = JournalLines(path, era)

    def read(self) -> Mapping[int, Looked]:
        """What was seen of each repository, by its number."""
        return dict(self._lines.read(_sighting))

    def note(self, repository_id: int, looked: Looked) -> None:
        """Add what was seen of one."""
        self._lines.add([[repository_id, looked.mark, looked.releases, looked.reason]])


def _sighting(row: Any) -> tuple[int, Looked]:
    number, mark, releases, reason = row
    pairs = tuple((int(release), str(tag)) for release, tag in releases)
    return int(number), Looked(str(mark), pairs, str(reason))


def _row(outcome: ImportOutcome) -> list[Any]:
    stamp = outcome.stamp
    file = [stamp.path, stamp.size_bytes, stamp.modified_ns, stamp.inode, stamp.commit]
    named = {name: value for name in _NAMES if (value := getattr(outcome, name))}
    return [file, outcome.state, named]


def _from_row(row: Any) -> ImportOutcome:
    file, state, named = row
    words: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in dict(named).items()
    }
    return ImportOutcome(stamp=Stamp(*file), state=ImportState(state), **words)
