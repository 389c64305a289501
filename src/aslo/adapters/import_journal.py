"""What earlier imports found out, in a file of one JSON document a line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from aslo.domain.errors import FilesError
from aslo.domain.imported import ImportOutcome, ImportState, Stamp

_NAMES = [each.name for each in fields(ImportOutcome) if each.name not in ("stamp", "state")]
# json, for file names need not be UTF-8, and it alone keeps what Python makes of them.
_encode = json.JSONEncoder(separators=(",", ":")).encode


class LinesJournal:
    """A journal that is void when its first line is not the one expected."""

    def __init__(self, path: Path, era: Mapping[str, str]) -> None:
        self._path = path
        self._head = _encode(era)

    def read(self) -> Mapping[Stamp, ImportOutcome]:
        """What became of each file; a later line counts more, a damaged one nothing."""
        known = {}
        for line in self._lines():
            with suppress(ValueError, TypeError, KeyError):
                outcome = _from_row(json.loads(line))
                known[outcome.stamp] = outcome
        return known

    def note(self, outcomes: Iterable[ImportOutcome]) -> None:
        """Add what became of some files."""
        lines = [_encode(_row(outcome)) for outcome in outcomes]
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


def _row(outcome: ImportOutcome) -> list[Any]:
    stamp = outcome.stamp
    file = [stamp.path, stamp.size_bytes, stamp.modified_ns, stamp.inode]
    named = {name: value for name in _NAMES if (value := getattr(outcome, name))}
    return [file, outcome.state, named]


def _from_row(row: Any) -> ImportOutcome:
    file, state, named = row
    words: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in dict(named).items()
    }
    return ImportOutcome(stamp=Stamp(*file), state=ImportState(state), **words)
