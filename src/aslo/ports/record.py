"""What the record is counted by, and what it consists of."""

from dataclasses import dataclass
from datetime import datetime

from aslo.domain.activity import Activity, Change, Release
from aslo.domain.build import Build
from aslo.domain.commit_check import CommitCheck
from aslo.domain.counts import DayCount, DayShare
from aslo.domain.delivery import Delivery
from aslo.domain.report import Report


@dataclass(frozen=True, slots=True)
class Figures:
    """How much waits in the record, and since when the oldest of it; None when nothing does."""

    queued: int
    """Builds that a worker could claim, now or later."""
    running: int
    oldest_build_at: datetime | None
    """When the oldest build that has not ended was created."""
    unsettled: int
    oldest_unsettled_at: datetime | None
    reports: int
    """Reports that wait to be sent."""
    oldest_report_at: datetime | None
    revision: int
    """The revision of the last change."""
    checks: int = 0
    """Checks of commits that have not ended."""


@dataclass(frozen=True, slots=True)
class BuildLog:
    """A part of what one claim of a build logged; its parts come in order."""

    build_id: str
    fence: int
    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A stored document that is none of ours any more: its kind, key and raw text."""

    kind: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How the record and this machine's catalog stand now; None for what cannot be asked."""

    at: datetime
    figures: Figures | None
    catalog_revision: int | None = None
    catalog_filled: bool = False
    """Whether the catalog has followed a record at all, so that its pages mean something."""


Counted = DayCount | DayShare
"""A sum of one day."""


Item = (
    Delivery
    | Build
    | CommitCheck
    | BuildLog
    | Change
    | Activity
    | Release
    | Report
    | Counted
    | Unreadable
)
"""One thing in the record."""
