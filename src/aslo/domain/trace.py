"""The way of a release from its tag to the learners, link by link, as far as it can be seen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aslo.domain.activity import Activity, Entry, Release, Repository
from aslo.domain.build import Build
from aslo.domain.causes import Cause
from aslo.domain.delivery import Delivery, ForgeRelease, ReleaseList
from aslo.domain.hook import Sent
from aslo.domain.report import Report


class LinkName(StrEnum):
    """The links of the chain, in order."""

    REPOSITORY = "repository"
    TAG = "tag"
    RELEASE = "release"
    DELIVERY = "delivery"
    BUILD = "build"
    LISTING = "listing"
    OFFER = "offer"
    ANSWER = "answer"


class LinkState(StrEnum):
    """Whether a link holds."""

    HOLDS = "holds"
    WAITS = "waits"
    """It will hold without anybody's doing."""
    BROKEN = "broken"
    UNKNOWN = "unknown"
    """It cannot be seen from here, or not now."""
    NOT_REACHED = "not-reached"


@dataclass(frozen=True, slots=True)
class Link:
    """One link: what it is about, how it stands and since when."""

    name: LinkName
    state: LinkState
    what: str = ""
    at: datetime | None = None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What the forge shows of a public repository."""

    repository: Repository
    tags: tuple[str, ...]
    releases: ReleaseList
    sent: tuple[Sent, ...] = ()
    """What it says that it delivered of the repository lately, newest first; of failed tries
    too. Empty where we may not read that."""
    leads_here: bool = False
    """Whether it is known that the forge tells us of this repository."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is known of a repository here and at the forge."""

    name: str
    repository: Repository | None = None
    sight: Sight | None = None
    """None where the forge could not be asked."""
    hidden: bool = False
    """Whether there is no such repository, or none for everybody's eyes."""
    release: ForgeRelease | None = None
    """The release that is traced: the newest."""
    deliveries: tuple[Delivery, ...] = ()
    build: Build | None = None
    before: int = 0
    """How many builds are before it."""
    activity: Activity | None = None
    releases: tuple[Release, ...] = ()
    """Those of the activity, in the record."""
    shown: Entry | None = None
    """The activity as this machine's catalog has it."""
    behind: int | None = 0
    """How many changes the catalog has still to follow; None where there is none to ask."""
    reports: tuple[Report, ...] = ()

    @property
    def has_come(self) -> bool:
        """Whether anything that somebody signed ever led from the repository to this store, or
        will: a webhook, the App, or an operator who imported it."""
        leads = self.sight is not None and self.sight.leads_here
        return leads or bool(self.deliveries or self.build or self.activity)

    @property
    def stored(self) -> Release | None:
        """What the build made, as the record has it."""
        build = self.build
        if build is None or build.version is None:
            return None
        same = (each for each in self.releases if each.version == build.version)
        return next(same, None)


@dataclass(frozen=True, slots=True)
class Generation:
    """Versions of Sugar in a row that are offered the same, and why not the traced release."""

    first: str
    last: str | None
    """None where nothing says that a later Sugar will not be offered it too."""
    version: str | None
    cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The chain of a repository's newest release."""

    name: str
    links: tuple[Link, ...]
    evidence: Evidence = field(repr=False)
    generations: tuple[Generation, ...] = ()
    note: str = ""
    """Why the forge's side could not be seen; empty when it was."""

    @property
    def broken(self) -> Link | None:
        """The first link that does not hold, which says why."""
        return next(self._causes(), None)

    @property
    def found(self) -> bool:
        """Whether there is such a repository for everybody's eyes, as far as is known."""
        return not self.evidence.hidden

    def _causes(self) -> Iterator[Link]:
        return (link for link in self.links if link.cause is not None)
