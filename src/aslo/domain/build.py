"""A build: one attempt to turn a delivery into a release, and the states it goes through."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from aslo.domain import resemblance
from aslo.domain.activity import Repository
from aslo.domain.delivery import ForgeRelease
from aslo.domain.problem import Problem


class BuildState(StrEnum):
    """Where a build is; all but the first two are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    PUBLISHED = "published"
    FAILED = "failed"
    ERRORED = "errored"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    PASSED = "passed"
    """How the check of a commit ends well; no build of a release ends so."""

    @property
    def ended(self) -> bool:
        return self not in (BuildState.QUEUED, BuildState.RUNNING)

    @property
    def may_restart(self) -> bool:
        """Whether a redelivery makes a new round."""
        return self in (BuildState.FAILED, BuildState.ERRORED)


class StepName(StrEnum):
    """The steps of a build, in order."""

    RESOLVE = "resolve"
    SOURCE = "source"
    BUILD = "build"
    CHECK = "check"
    PUBLISH = "publish"


class StepState(StrEnum):
    """How far a step is."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a build with its times."""

    name: StepName
    state: StepState
    started_at: datetime
    ended_at: datetime | None = None


class SourceKind(StrEnum):
    """Where the bundle comes from."""

    ASSET = "asset"
    TREE = "tree"


@dataclass(frozen=True, slots=True)
class Lease:
    """Who works on a build, and until when nobody else may."""

    owner: str
    expires_at: datetime


class RestartWay(StrEnum):
    """How somebody asked for another try."""

    PAGE = "page"
    COMMENT = "comment"
    REDELIVERY = "redelivery"


@dataclass(frozen=True, slots=True)
class Restart:
    """Who had a build started once more, and how; nobody is known of a redelivery."""

    way: RestartWay
    at: datetime
    by: str = ""
    comment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker claims and brings to its end: the build of a release, or the check of a
    commit; `fence` rises with every claim, and a save with an older one is refused."""

    id: str
    repository: Repository
    delivery_guid: str
    created_at: datetime
    not_before: datetime
    """When a worker may claim it: back-off, and waiting for an asset that is still uploaded."""
    state: BuildState = BuildState.QUEUED
    round: int = 1
    """Raised when ended work is begun again; reports are made once a round."""
    attempt: int = 0
    """Claims in this round."""
    fence: int = 0
    lease: Lease | None = None
    claimed_at: datetime | None = None
    """When a worker took it last; who had least lately is served next."""
    begun_at: datetime | None = None
    """Since when its round takes time; what it waited for a free worker, or for a forge that
    wants to be left alone, is left out by moving this on."""
    limited_since: datetime | None = None
    """When the forge first wanted to be left alone."""
    commit: str | None = None
    builder: str | None = None
    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()
    ended_at: datetime | None = None
    outcome: str = ""
    """One sentence for people: why it ended so, or what it waits for."""
    told: bool = False
    """Whether the reports about its end are in the outbox."""
    language: str = ""
    """In which its developers are told; empty while none is known."""

    def claim(self, owner: str, now: datetime, lease: timedelta) -> Self:
        """It as whoever takes it now has it: no other saves it any more."""
        return replace(
            self,
            state=BuildState.RUNNING,
            lease=Lease(owner, now + lease),
            fence=self.fence + 1,
            attempt=self.attempt + 1,
            claimed_at=now,
            begun_at=self._begun_at(now),
        )

    def _begun_at(self, now: datetime) -> datetime:
        ready = self.lease.expires_at if self.lease else self.not_before
        return (self.begun_at or ready) + max(now - ready, timedelta())

    def left_out(self, time: timedelta) -> Self:
        """It with a time that its round is not to be charged with."""
        return self if self.begun_at is None else replace(self, begun_at=self.begun_at + time)

    def begin(self, name: StepName, at: datetime) -> Self:
        """It with a step begun; a step of that name from before is replaced."""
        kept = tuple(step for step in self.steps if step.name is not name)
        return replace(self, steps=(*kept, Step(name, StepState.RUNNING, at)))

    def finish(self, name: StepName, state: StepState, at: datetime) -> Self:
        """It with a begun step finished."""
        steps = tuple(
            replace(s, state=state, ended_at=at) if s.name is name else s for s in self.steps
        )
        return replace(self, steps=steps)

    def end(
        self, state: BuildState, outcome: str, at: datetime, problems: Iterable[Problem] = ()
    ) -> Self:
        """It at its end; a step that still runs has failed."""
        steps = tuple(
            replace(s, state=StepState.FAILED, ended_at=at) if s.state is StepState.RUNNING else s
            for s in self.steps
        )
        return replace(
            self,
            state=state,
            outcome=outcome,
            ended_at=at,
            lease=None,
            steps=steps,
            problems=tuple(problems) or self.problems,
        )

    def requeue(self, not_before: datetime, outcome: str) -> Self:
        """It given back to the queue, same round, for a later attempt."""
        return replace(
            self, state=BuildState.QUEUED, lease=None, not_before=not_before, outcome=outcome
        )


@dataclass(frozen=True, slots=True)
class Build(Work):
    """One build: what is made of a release."""

    release: ForgeRelease = field(kw_only=True)
    waits_since: datetime | None = None
    """When an attached bundle was first seen to be still on its way."""
    source: SourceKind | None = None
    bundle_id: str | None = None
    version: str | None = None
    remark: str = ""
    """What the forge was later seen to show otherwise than it was published."""
    restart_asked: Restart | None = None
    """Who asked for this round, if somebody did."""
    quiet: bool = False
    """Whether this round is told to nobody on the forge: an operator asked for it, not its
    developer."""

    @property
    def is_held(self) -> bool:
        """Whether what it published waits for a person, because its id looks like another's."""
        on_the_shelf = self.state in (BuildState.PUBLISHED, BuildState.SUPERSEDED)
        return on_the_shelf and resemblance.is_told(self.problems)

    def restart(self, at: datetime, delivery_guid: str, release: ForgeRelease) -> "Build":
        """A new round of an ended build, from nothing but its delivery, and in its language."""
        return Build(
            id=self.id,
            repository=self.repository,
            release=release,
            delivery_guid=delivery_guid,
            created_at=self.created_at,
            not_before=at,
            round=self.round + 1,
            fence=self.fence,
            claimed_at=self.claimed_at,
            language=self.language,
        )


def build_id(repository: Repository, release: ForgeRelease) -> str:
    """The id that all deliveries about one release of one tag share."""
    key = f"{repository.id}/{release.id}/{release.tag}"
    return hashlib.sha256(key.encode()).hexdigest()[:20]
