"""A backup in a folder: snapshots beside the files that all of them share.

snapshots/NAME.json        what a snapshot is; written last, so that it is whole
records/NAME.jsonl.gz      its record, one item a line
files/ab/cdef...           every file of every snapshot, by its SHA-256
"""

import fcntl
import gzip
import hashlib
import json
import os
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from aslo.adapters.documents import from_document, from_json, to_document, to_json
from aslo.adapters.files_local import LocalFiles
from aslo.domain.activity import Activity, Change, Release, StoredFile
from aslo.domain.build import Build
from aslo.domain.commit_check import CommitCheck
from aslo.domain.counts import DayCount, DayShare
from aslo.domain.delivery import Delivery
from aslo.domain.errors import BackupError, FilesError, MalformedDocumentError, NotFoundError
from aslo.domain.report import Report
from aslo.ports import BuildLog, Item, Snapshot, Unreadable

FORM = 1
_KINDS: dict[str, type[Item]] = {
    kind.__name__: kind
    for kind in (
        *(Delivery, Build, CommitCheck, BuildLog, Change, Activity, Release, Report),
        *(DayCount, DayShare, Unreadable),
    )
}
_PIECE_BYTES = 1024**2


class FolderBackup:
    """Writes to temporary names and renames, so that a stop at any moment harms no snapshot."""

    def __init__(self, root: Path) -> None:
        self._root = root
        # Whoever sweeps has the lock, so nothing half written is still being written.
        self._files = LocalFiles(root / "files", abandoned_seconds=0)

    @contextmanager
    def lock(self) -> Iterator[None]:
        with _translated(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            with (self._root / "lock").open("ab") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise BackupError(f"another program writes to {self._root} now") from error
                yield

    def snapshots(self) -> list[Snapshot]:
        with _translated(self._root):
            return [_read(path) for path in sorted((self._root / "snapshots").glob("*.json"))]

    def write(self, name: str, items: Iterable[Item]) -> str:
        path = self._record(name)
        with _translated(path), _whole(path) as file:
            # A file's name and moment in the head would make two equal records differ.
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", mtime=0) as packed:
                for item in items:
                    line = f'{{"{type(item).__name__}":{to_json(item)}}}\n'
                    packed.write(line.encode())
            return _sha256(file)

    def items(self, snapshot: Snapshot) -> Iterator[Item]:
        path = self._record(snapshot.name)
        with _translated(path), path.open("rb") as file:
            if (found := _sha256(file)) != snapshot.record_sha256:
                raise BackupError(f"{path} is damaged: its bytes have {found}")
            file.seek(0)
            with gzip.GzipFile(fileobj=file, mode="rb") as lines:
                for line in lines:
                    [(kind, value)] = json.loads(line).items()
                    yield from_document(_KINDS[kind], value, f"of {path}")

    def finish(self, snapshot: Snapshot) -> None:
        path = self._snapshot(snapshot.name)
        with _translated(path), _whole(path) as file:
            file.write(json.dumps({"form": FORM, **to_document(snapshot)}, indent=1).encode())

    def remove(self, snapshot: Snapshot) -> None:
        with _translated(self._root):
            # What makes it count goes first.
            self._snapshot(snapshot.name).unlink(missing_ok=True)
            self._record(snapshot.name).unlink(missing_ok=True)

    def has(self, file: StoredFile) -> bool:
        path = self._files.path(file.sha256)
        with _translated(path):
            try:
                return path.stat().st_size == file.size_bytes
            except FileNotFoundError:
                return False

    def add(self, sha256: str, content: BinaryIO) -> bool:
        try:
            # Other bytes are kept under their own name, which no snapshot ever names.
            return self._files.add_content(content, "").sha256 == sha256
        except FilesError as error:
            raise BackupError(error.message) from error

    def file(self, sha256: str) -> Path:
        path = self._files.path(sha256)
        try:
            with path.open("rb") as file:
                found = _sha256(file)
        except OSError as error:
            raise BackupError(f"{path} cannot be read: {error.strerror}") from error
        if found != sha256:
            raise BackupError(f"{path} is damaged: its bytes have {found}")
        return path

    def sweep(self, wanted: Container[str]) -> int:
        removed = 0
        with _translated(self._root):
            kept = {path.stem for path in (self._root / "snapshots").glob("*.json")}
            for path in (self._root / "records").glob("*"):
                if path.name.removesuffix(".jsonl.gz") not in kept:
                    path.unlink()
            for draft in (self._root / "snapshots").glob("*.new"):
                draft.unlink()
            self._files.sweep()
            for sha256 in list(self._files.walk()):
                if sha256 not in wanted:
                    self._files.path(sha256).unlink()
                    removed += 1
        return removed

    def _record(self, name: str) -> Path:
        return self._root / "records" / f"{name}.jsonl.gz"

    def _snapshot(self, name: str) -> Path:
        return self._root / "snapshots" / f"{name}.json"


def _read(path: Path) -> Snapshot:
    try:
        text = path.read_bytes()
        form = json.loads(text)["form"]
        if form != FORM:
            raise BackupError(f"{path} has form {form}, not {FORM}: use the ASLO that wrote it")
        return from_json(Snapshot, text, str(path))
    except (ValueError, KeyError, TypeError, MalformedDocumentError) as error:
        raise BackupError(f"{path} is damaged: {error}") from error


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that is there, durable and whole, when the context has ended well; or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    try:
        with draft.open("w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sha256(file: BinaryIO) -> str:
    file.flush()
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
    return digest.hexdigest()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, NotFoundError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BackupError(f"cannot use {path}: {reason}") from error
