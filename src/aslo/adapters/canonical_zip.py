"""Write a zip whose bytes depend on nothing but its content and one moment.

Only the standard library is used, and nothing of aslo: the sandboxes copy this file in.
"""

import shutil
import stat
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import IO

# A zip tells time from 1980 to 2107, in steps of two seconds.
EARLIEST = 315_532_800
LATEST = 4_354_819_198


@dataclass(frozen=True)
class ZipEntry:
    """One file of a zip; its content is given, or read from a path when it is written."""

    name: str
    content: bytes | Path
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
    with _open(entry.content) as source:
        info = _header(entry, moment)
        info.file_size = source.seek(0, 2)
        source.seek(0)
        with archive.open(info, "w") as sink:
            shutil.copyfileobj(source, sink)


def _open(content: bytes | Path) -> IO[bytes]:
    return content.open("rb") if isinstance(content, Path) else BytesIO(content)


def _header(entry: ZipEntry, moment: int) -> zipfile.ZipInfo:
    told = time.gmtime(min(max(moment, EARLIEST), LATEST))
    info = zipfile.ZipInfo(entry.name, told[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, wherever it is written: the mode below needs it
    mode = 0o755 if entry.executable else 0o644
    info.external_attr = (stat.S_IFREG | mode) << 16
    return info
