"""The one reader of bundles: nothing of a zip file is unpacked before its records are judged."""

import hashlib
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from aslo.domain.entry_names import clashes, name_faults, top_folder
from aslo.domain.errors import BadBundleError
from aslo.domain.problem import Problem, Severity
from aslo.domain.shown import shown
from aslo.domain.unpacking import DEFLATED, STORED, unpack
from aslo.domain.zip_directory import Directory, read_directory
from aslo.domain.zip_headers import Span, locate
from aslo.domain.zip_records import (
    ENCRYPTED,
    MASKED,
    PATCHED,
    REBUILD,
    STRONGLY_ENCRYPTED,
    Damage,
    Member,
)

MAX_BUNDLE_BYTES = 100 * 1024**2
MAX_UNPACKED_BYTES = 250 * 1000**2
MAX_RATIO = 50
RATIO_FREE_BYTES = 64 * 1024**2
"""Below this an honest bundle may be as well packed as it likes."""

MOST_OF_A_KIND = 100
"""How many faults of one kind are collected; nobody reads more of them."""

_SMALLER = "Leave files out that learners do not need."


@dataclass(frozen=True, slots=True)
class Archive:
    """A bundle that can be read: every entry is where and what its records say."""

    file: BinaryIO
    top: str
    spans: Mapping[str, Span]
    """The files, by their names below the top folder."""
    hashes: Mapping[str, bytes]
    """SHA-256 of the contents of each."""
    faults: tuple[Problem, ...]
    """What is wrong with entries although they can be read."""

    def size_bytes(self, name: str) -> int | None:
        """How long a file is; None if it is not there."""
        span = self.spans.get(name)
        return None if span is None else span.member.unpacked_bytes

    def read(self, name: str) -> bytes:
        """The contents of a file."""
        return b"".join(unpack(self.file, self.spans[name]))

    @property
    def digest(self) -> str:
        """SHA-256 over sorted names and contents: equal for two builds of one tree."""
        whole = hashlib.sha256()
        for name in sorted(self.hashes, key=str.encode):
            path = f"{self.top}/{name}".encode()
            whole.update(hashlib.sha256(path).digest() + self.hashes[name])
        return whole.hexdigest()


def open_archive(file: BinaryIO) -> Archive:
    """Judge and read through a seekable file; BadBundleError with all that makes it unreadable."""
    size_bytes = file.seek(0, 2)
    if size_bytes > MAX_BUNDLE_BYTES:
        message = f"the bundle has {size_bytes} bytes, more than {MAX_BUNDLE_BYTES}"
        raise BadBundleError([Problem("bundle-too-large", message, _SMALLER)])
    directory = read_directory(file, size_bytes)
    members = directory.members
    top, fatal = top_folder(members)
    kinds = (name_faults(members), clashes(members), _special_files(members))
    faults = [fault for kind in kinds for fault in islice(kind, MOST_OF_A_KIND)]
    fatal += islice(_packing_faults(members), MOST_OF_A_KIND)
    fatal += _size_faults(members, size_bytes)
    spans = list(_spans(file, directory, fatal))
    if fatal:
        raise BadBundleError([*fatal, *faults])
    return _read_through(file, top, spans, faults)


def _read_through(
    file: BinaryIO, top: str, spans: Sequence[Span], faults: Sequence[Problem]
) -> Archive:
    files: dict[str, Span] = {}
    hashes: dict[str, bytes] = {}
    damages: list[Problem] = []
    repeats: dict[bool, list[Problem]] = {True: [], False: []}
    for span in spans:
        name = span.member.name.removeprefix(f"{top}/")
        try:
            found = _sha256(file, span)
        except Damage as damage:
            _collect(damages, damage.problem)
            continue
        if name in files:
            same = hashes[name] == found
            # Kept apart: many harmless ones must not crowd out one that is not.
            _collect(repeats[same], _repeat(span.member, same=same))
        if not span.member.is_folder:
            files[name], hashes[name] = span, found
    faults = (*repeats[False], *repeats[True], *faults)
    if damages:
        raise BadBundleError([*damages, *faults])
    return Archive(file, top, files, hashes, faults)


def _collect(problems: list[Problem], problem: Problem) -> None:
    if len(problems) < MOST_OF_A_KIND:
        problems.append(problem)


def _sha256(file: BinaryIO, span: Span) -> bytes:
    found = hashlib.sha256()
    for chunk in unpack(file, span):
        found.update(chunk)
    return found.digest()


def _repeat(member: Member, *, same: bool) -> Problem:
    return Problem(
        "repeated-name",
        f"{shown(member.name)} is packed twice, with {'the same' if same else 'another'} content",
        "Build the bundle in a git clone, so that each file is packed once.",
        # Sugar's bundle builder does that to translations where git is not usable.
        severity=Severity.WARNING if same else Severity.ERROR,
    )


def _special_files(members: Sequence[Member]) -> Iterator[Problem]:
    for member in members:
        kind = stat.S_IFMT(member.mode)
        ordinary = (0, stat.S_IFREG, stat.S_IFDIR) if member.is_folder else (0, stat.S_IFREG)
        if kind not in ordinary:
            yield Problem(
                "special-file",
                f"{shown(member.name)} is no ordinary file ({stat.filemode(member.mode)})",
                "Replace it by an ordinary file.",
            )


def _packing_faults(members: Sequence[Member]) -> Iterator[Problem]:
    for member in members:
        name = shown(member.name)
        if member.flags & (ENCRYPTED | STRONGLY_ENCRYPTED | MASKED):
            yield Problem("encrypted", f"{name} is encrypted", REBUILD)
        if member.method not in (STORED, DEFLATED) or member.flags & PATCHED:
            message = f"{name} is packed by method {member.method}, which not every Sugar can read"
            yield Problem("compression", message, REBUILD)
        stored = member.method == STORED and member.packed_bytes != member.unpacked_bytes
        if stored or (member.is_folder and member.unpacked_bytes):
            yield Problem("damaged-entry", f"{name} has sizes that cannot be", REBUILD)


def _size_faults(members: Sequence[Member], size_bytes: int) -> Iterator[Problem]:
    unpacked = sum(member.unpacked_bytes for member in members)
    if unpacked > MAX_UNPACKED_BYTES:
        message = f"the bundle unpacks to {unpacked} bytes, more than {MAX_UNPACKED_BYTES}"
        yield Problem("unpacked-too-large", message, _SMALLER)
    if unpacked > RATIO_FREE_BYTES and unpacked > MAX_RATIO * size_bytes:
        message = f"the bundle unpacks to {unpacked // size_bytes} times its size"
        yield Problem("ratio", f"{message}, more than {MAX_RATIO} times", _SMALLER)


def _spans(file: BinaryIO, directory: Directory, faults: list[Problem]) -> Iterator[Span]:
    """Each member's place; together they must fill the file up to the directory, once."""
    expected, comparable = 0, True
    most = len(faults) + MOST_OF_A_KIND
    for member in sorted(directory.members, key=lambda member: member.header_at):
        if len(faults) >= most:
            return  # the bundle is refused, and nobody reads more of them
        try:
            span = locate(file, member, directory.starts_at)
        except Damage as damage:
            faults.append(damage.problem)
            comparable = False
            continue
        if comparable and member.header_at != expected:
            faults.append(_misplaced(member.name, overlap=member.header_at < expected))
        expected, comparable = span.ends_at, True
        yield span
    if comparable and expected != directory.starts_at:
        faults.append(_misplaced("the directory", overlap=expected > directory.starts_at))


def _misplaced(what: str, *, overlap: bool) -> Problem:
    if overlap:
        return Problem("overlap", f"{shown(what)} lies over the data of another entry", REBUILD)
    return Problem("stray-bytes", f"there is unlisted data before {shown(what)}", REBUILD)
