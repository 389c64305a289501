"""A quick look into a bundle: who it says it is, and when it was packed; nothing is checked."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from aslo.domain.archive import MAX_BUNDLE_BYTES
from aslo.domain.declared import declared_name
from aslo.domain.errors import BadBundleError
from aslo.domain.info import INFO_FILE, ActivityInfo, read_info
from aslo.domain.settings_file import MAX_BYTES
from aslo.domain.unpacking import unpack
from aslo.domain.version import ActivityVersion
from aslo.domain.zip_directory import Directory, read_directory
from aslo.domain.zip_headers import locate
from aslo.domain.zip_records import Damage

FIRST_BUNDLES = datetime(2006, 1, 1, tzinfo=UTC)
"""Sugar is not older; packers that want the same bytes each time write dates before it."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What a bundle seems to be."""

    bundle_id: str
    version: ActivityVersion
    repository: str
    packed_at: datetime | None
    """The newest date of its files, taken for UTC; None if none is likely."""


def glance(file: BinaryIO) -> Glance | None:
    """Look into a seekable file; None if there is nothing to be seen."""
    size_bytes = file.seek(0, 2)
    if size_bytes > MAX_BUNDLE_BYTES:
        return None
    with suppress(BadBundleError, Damage, ValueError):
        directory = read_directory(file, size_bytes)
        info = _info(file, directory)
        return Glance(
            bundle_id=info.bundle_id,
            version=ActivityVersion.parse(info.version),
            repository=declared_name(info.repository, info.homepage),
            packed_at=_moment(max(member.packed_at for member in directory.members)),
        )
    return None


def _info(file: BinaryIO, directory: Directory) -> ActivityInfo:
    for member in directory.members:
        inside = member.name.count("/") == INFO_FILE.count("/") + 1
        if inside and member.name.endswith(f"/{INFO_FILE}") and member.unpacked_bytes <= MAX_BYTES:
            span = locate(file, member, directory.starts_at)
            return read_info(b"".join(unpack(file, span)))[0]
    raise ValueError(f"there is no {INFO_FILE}")


def _moment(packed_at: tuple[int, int]) -> datetime | None:
    date, time = packed_at
    try:
        moment = datetime(
            1980 + (date >> 9), date >> 5 & 0xF, date & 0x1F,
            time >> 11, time >> 5 & 0x3F, (time & 0x1F) * 2, tzinfo=UTC,
        )  # fmt: skip
    except ValueError:
        return None
    return moment if moment >= FIRST_BUNDLES else None
