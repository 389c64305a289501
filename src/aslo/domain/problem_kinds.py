"""Every kind of problem that the store can tell a developer of."""

from collections.abc import Mapping
from types import MappingProxyType

from aslo.domain.archive_kinds import ARCHIVE_KINDS
from aslo.domain.info_kinds import INFO_KINDS
from aslo.domain.kind import Kind, Topic
from aslo.domain.release_kinds import RELEASE_KINDS

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.code: kind for kind in (*INFO_KINDS, *RELEASE_KINDS, *ARCHIVE_KINDS)}
)
"""By code. Each has its page in src/aslo/problems/."""


def by_topic() -> dict[Topic, tuple[Kind, ...]]:
    """All kinds, together with those that are about the same."""
    return {topic: tuple(kind for kind in KINDS.values() if kind.topic is topic) for topic in Topic}
