"""What packing needs of `activity/activity.info`."""

from configparser import ConfigParser, Error
from dataclasses import dataclass

from aslo.domain.errors import BuildFailedError
from aslo.domain.problem import Problem
from aslo.domain.version import ActivityVersion

INFO_FILE = "activity/activity.info"


@dataclass(frozen=True, slots=True)
class PackedInfo:
    """The values that names and translations in a bundle are made from."""

    name: str
    bundle_id: str
    version: str
    summary: str = ""

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
    """Read activity.info; BuildFailedError if a bundle cannot even be named by it."""
    parser = ConfigParser()
    try:
        parser.read_string(data.decode())
        values = dict(parser["Activity"])
    except (Error, UnicodeDecodeError, KeyError) as error:
        raise _refused(f"cannot be read: {error}") from error
    info = PackedInfo(
        name=values.get("name", ""),
        bundle_id=values.get("bundle_id", values.get("service_name", "")),
        version=values.get("activity_version", "0"),
        summary=values.get("summary", ""),
    )
    _check(info)
    return info


def _check(info: PackedInfo) -> None:
    try:
        ActivityVersion.parse(info.version)
    except ValueError as error:
        raise _refused(f"has a bad activity_version: {error}") from error
    for key, value in (("name", info.name), ("bundle_id", info.bundle_id)):
        if not value.strip() or "/" in value or "\0" in value:
            raise _refused(f"has no usable {key}, got {value!r}")


def _refused(cause: str) -> BuildFailedError:
    message = f"{INFO_FILE} {cause}"
    remedy = f"Mend {INFO_FILE}, then release again."
    return BuildFailedError(message, [Problem("bad-activity-info", message, remedy, INFO_FILE)])
