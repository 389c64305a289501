"""What counts as a download, and what is kept of it: sums of a day, never who, whence or when."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

RECENT_DAYS = 28
WEEKS_KEPT = 53
"""A year, and the week that is not over yet."""
WEEK = timedelta(days=7)
OTHER = "other"
"""Stands for every value that is not among the known ones, so that their number stays bounded."""
UNKNOWN = "unknown"
LOOK_BYTES = 16 * 1024
"""A part that is smaller is a look into the bundle, as Sugar's updater takes from its directory."""

# Words by which robots name themselves; a Cubot is a telephone.
_ROBOT = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|preview|externalhit|archiver|scanner|validator|monitor|"
    r"lighthouse|prerender|uptime|feedfetcher|aslo/",
    re.IGNORECASE,
)
# Sugar's updater says `Sugar/0.120`, its Browse ends with `SugarLabs/0.100`.
_SUGAR = re.compile(r"\bSugar(?:Labs)?/([0-9]{1,3})\.([0-9]{1,4})\b", re.ASCII)
_SUGAR_MINORS = range(82, 200)


class Dimension(StrEnum):
    """By what downloads and builds are summed up; no two of them are ever crossed."""

    DOWNLOADS = "downloads"
    ACTIVITY = "activity"
    SUGAR = "sugar"
    LANGUAGE = "language"
    TOOLKIT = "toolkit"
    BUILD = "build"


@dataclass(frozen=True, slots=True)
class Downloads:
    """How often an activity was downloaded: ever, and in the last RECENT_DAYS days."""

    total: int = 0
    recent: int = 0


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often one release was downloaded on one day (UTC)."""

    bundle_id: str
    version: str
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class DayShare:
    """How many downloads of one day (UTC), of whatever activity, had one value of a dimension."""

    dimension: Dimension
    value: str
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class WeekSum:
    """The sum of one week, named by its Monday; `value` is empty where the dimension has none."""

    dimension: Dimension
    value: str
    week: date
    count: int


@dataclass(frozen=True, slots=True)
class Download:
    """One download, with nothing about who made it."""

    bundle_id: str
    version: str
    day: date
    sugar: str
    language: str
    toolkit: str

    @property
    def counts(self) -> tuple[DayCount | DayShare, ...]:
        """What it adds to the sums of its day."""
        return (
            DayCount(self.bundle_id, self.version, self.day, 1),
            DayShare(Dimension.SUGAR, self.sugar, self.day, 1),
            DayShare(Dimension.LANGUAGE, self.language, self.day, 1),
            DayShare(Dimension.TOOLKIT, self.toolkit, self.day, 1),
        )


@dataclass(frozen=True, slots=True)
class Fetch:
    """A request for a bundle and how it was answered, as far as counting has to know."""

    method: str
    status: int
    first_byte: int
    sent_bytes: int
    size_bytes: int
    agent: str = ""
    purpose: str = ""
    """What `Sec-Purpose`, `Purpose` and `X-Moz` say: a browser may fetch what nobody wants yet."""


def is_download(fetch: Fetch) -> bool:
    """Whether somebody got a bundle: whole, or its beginning, of which the rest is no other one."""
    if fetch.method != "GET" or fetch.status not in (200, 206) or fetch.first_byte:
        return False
    if fetch.sent_bytes < min(fetch.size_bytes, LOOK_BYTES):
        return False
    return not is_robot(fetch.agent) and "prefetch" not in fetch.purpose.lower()


def is_robot(agent: str) -> bool:
    """Whether a User-Agent names itself as no person's; programs like wget may fetch for one."""
    return _ROBOT.search(agent) is not None


def sugar_of(agent: str) -> str:
    """The version of Sugar that a User-Agent names, `0.120`; `unknown` without one."""
    found = _SUGAR.search(agent)
    if found is None:
        return UNKNOWN
    major, minor = map(int, found.groups())
    return f"0.{minor}" if major == 0 and minor in _SUGAR_MINORS else OTHER


def week_of(day: date) -> date:
    """The Monday of the week that a day is in."""
    return day - timedelta(days=day.weekday())


def weeks_to(day: date, number: int) -> list[date]:
    """The Mondays of so many weeks, oldest first; the last week is the one that the day is in."""
    last = week_of(day)
    return [last - WEEK * back for back in reversed(range(number))]
