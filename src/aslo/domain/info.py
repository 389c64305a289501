"""activity.info: what an activity says of itself, and every rule about it.

The keys are those of https://wiki.sugarlabs.org/go/Development_Team/Almanac/Activity_Bundles
and of Sugar's client, which decides what can be installed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from aslo.domain.info_rules import InfoReader
from aslo.domain.problem import Problem
from aslo.domain.settings_file import read_settings

INFO_FILE = "activity/activity.info"

CLIENT_READS = (
    "bundle_id",
    "service_name",
    "name",
    "exec",
    "class",
    "mime_types",
    "show_launcher",
    "tags",
    "icon",
    "activity_version",
    "summary",
    "description",
    "single_instance",
    "max_participants",
)
"""A value of these that cannot be interpolated makes Sugar's client refuse the bundle."""

WE_READ = ("license", "licence", "category", "categories", "url", "repository")


@dataclass(frozen=True, slots=True)
class ActivityInfo:
    """The values of an activity.info; empty or None where it does not say."""

    bundle_id: str = ""
    name: str = ""
    version: str = ""
    command: str = ""
    """What starts the activity; for the old key `class`, what Sugar makes of it."""
    icon: str | None = None
    summary: str = ""
    description: str = ""
    license: str = ""
    categories: tuple[str, ...] = ()
    homepage: str | None = None
    repository: str = ""
    max_participants: int = 0
    lines: Mapping[str, int] | None = None
    """Where each key stands."""


def read_info(data: bytes) -> tuple[ActivityInfo, tuple[Problem, ...]]:
    """What the file says, and all that is wrong with it; read the values only without errors."""
    reader = InfoReader(read_settings(data, INFO_FILE, CLIENT_READS, WE_READ), INFO_FILE)
    info = ActivityInfo(
        bundle_id=reader.bundle_id(),
        name=reader.name(),
        version=reader.version(),
        command=reader.command(),
        icon=reader.icon(),
        summary=reader.summary(),
        description=reader.description(),
        license=reader.license(),
        categories=reader.categories(),
        homepage=reader.homepage(),
        repository=reader.repository(),
        max_participants=reader.max_participants(),
        lines=reader.lines,
    )
    return info, tuple(reader.problems)
