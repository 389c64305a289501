"""Write a zip whose bytes depend on nothing but its content and one moment.

Only the standard library is used, and nothing of aslo: the sandboxes copy this file in.
"""

import shutil
import stat
import time
import zipfile
from collections.abc import Iterable
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import IO, NamedTuple

# A zip tells time from 1980 to 2107, in steps of two seconds.
EARLIEST = 315_532_800
LATEST = 4_354_819_198


# Not data classes, whose import takes as long as to compress an activity.
class Member(NamedTuple):
    """A file within a zip that stays open until it was read."""

    archive: zipfile.ZipFile
    info: zipfile.ZipInfo


class ZipEntry(NamedTuple):
    """One file of a zip; its content is given, or read from its place when it is written."""

    name: str
    content: bytes | Path | Member
    executable: bool = False


def write_canonical_zip(target: Path | IO[bytes], entries: Iterable[ZipEntry], moment: int) -> None:
    """Write the entries, sorted by name, all dated `moment` (seconds since 1970, UTC).

    ValueError if two entries have one name.
    """
    ordered = sorted(entries, key=lambda entry: entry.name.encode())
    for one, other in pairwise(ordered):
        if one.name == other.name:
            raise ValueError(f"two entries have one name, got {one.name!r}")
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
        for entry in ordered:
            _write(archive, entry, moment)


def _write(archive: zipfile.ZipFile, entry: ZipEntry, moment: int) -> None:
    info = _header(entry, moment)
    info.file_size = _size(entry.content)
    with _open(entry.content) as source, archive.open(info, "w") as sink:
        shutil.copyfileobj(source, sink)


def _size(content: bytes | Path | Member) -> int:
    if isinstance(content, Member):
        return content.info.file_size
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _open(content: bytes | Path | Member) -> IO[bytes]:
    if isinstance(content, Member):
        return content.archive.open(content.info)
    return BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _header(entry: ZipEntry, moment: int) -> zipfile.ZipInfo:
    told = time.gmtime(min(max(moment, EARLIEST), LATEST))
    info = zipfile.ZipInfo(entry.name, told[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, wherever it is written: the mode below needs it
    mode = 0o755 if entry.executable else 0o644
    info.external_attr = (stat.S_IFREG | mode) << 16
    return info
