"""What packing needs of `activity/activity.info`: the values that names are made from."""

from collections.abc import Iterator
from dataclasses import dataclass

from aslo.domain.bundle_id import bundle_id_fault
from aslo.domain.errors import BuildFailedError
from aslo.domain.info import CLIENT_READS, INFO_FILE, read_info
from aslo.domain.problem import Problem
from aslo.domain.settings_file import read_settings
from aslo.domain.shown import shown
from aslo.domain.version import ActivityVersion

LONGEST_FILE_NAME = 255
"""What file systems take, in bytes."""


@dataclass(frozen=True, slots=True)
class PackedInfo:
    """The author's own values, quotes and all: translations are looked up by them."""

    name: str
    bundle_id: str
    version: str
    summary: str = ""
    name_line: int | None = None

    @property
    def folder(self) -> str:
        """The one folder of the bundle."""
        return f"{self._joined}.activity"

    @property
    def file_name(self) -> str:
        """The name of the bundle."""
        return f"{self._joined}-{self.version}.xo"

    @property
    def _joined(self) -> str:
        return "".join(self.name.split())


def read_packed_info(data: bytes) -> PackedInfo:
    """Read activity.info; BuildFailedError if no bundle can be named by it.

    Whatever else is wrong is left to the check of the bundle, which tells all of it at once.
    """
    settings = read_settings(data, INFO_FILE, CLIENT_READS)
    values = settings.values
    info = PackedInfo(
        name=values.get("name", ""),
        bundle_id=values.get("bundle_id", values.get("service_name", "")),
        version=values.get("activity_version", ""),
        summary=values.get("summary", ""),
        name_line=settings.lines.get("name"),
    )
    if not _names_a_bundle(info):
        raise BuildFailedError(f"{INFO_FILE} cannot be used", read_info(data)[1])
    if problems := list(_name_problems(info)):
        raise BuildFailedError(problems[0].message, problems)
    return info


def _names_a_bundle(info: PackedInfo) -> bool:
    try:
        ActivityVersion.parse(info.version)
    except ValueError:
        return False
    return bool(info.name.strip()) and bundle_id_fault(info.bundle_id) is None


def _name_problems(info: PackedInfo) -> Iterator[Problem]:
    line = info.name_line
    if "/" in info.name or "\0" in info.name:
        message = f"the name {shown(info.name)} cannot name a folder"
        yield Problem("bad-name", message, "Choose a name without a slash.", INFO_FILE, line)
    if len(info.file_name.encode()) > LONGEST_FILE_NAME:
        message = f"the name {shown(info.name)} is too long for a file name"
        yield Problem("bad-name", message, "Shorten the name.", INFO_FILE, line)
