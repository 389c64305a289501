"""The record in memory: what every Store does, in the plainest way."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from aslo.adapters.build_log import fit
from aslo.adapters.documents import instant
from aslo.domain.activity import Activity, Change, Release, Repository, fold
from aslo.domain.build import Build, BuildState, Lease
from aslo.domain.commit_check import CommitCheck
from aslo.domain.counts import DayCount, DayShare, Downloads
from aslo.domain.delivery import Delivery, DeliveryState
from aslo.domain.errors import NotFoundError, StaleClaimError, StoreError
from aslo.domain.fairness import LATELY, MOST_AT_ONCE, turns
from aslo.domain.report import Report, ReportState
from aslo.domain.throttle import Throttle
from aslo.ports import BuildLog, Counted, Figures, Item, Unreadable
from fakes.checks import MemoryChecks

T = TypeVar("T", bound=Callable[..., Any])


def atomic(method: T) -> T:
    """One call at a time."""

    def locked(self: "MemoryStore", *args: Any, **named: Any) -> Any:
        with self.lock:
            return method(self, *args, **named)

    return locked  # type: ignore[return-value]  # same signature


class MemoryStore(MemoryChecks):
    """Keeps domain values in dictionaries that a test may read."""

    def __init__(self, log_bytes: int = 1024**2) -> None:
        super().__init__()
        self.lock = threading.RLock()
        self.known_era = secrets.token_hex(8)
        self.log_bytes = log_bytes
        self.known_deliveries: dict[str, Delivery] = {}
        self.known_builds: dict[str, Build] = {}
        self.logs: dict[tuple[str, int], tuple[str, int]] = {}
        self.activities: dict[str, Activity] = {}
        self.known_releases: dict[tuple[str, str], Release] = {}
        self.announced: list[Change] = []
        self.known_reports: dict[str, Report] = {}
        self.known_throttle = Throttle()
        self.counted: dict[Counted, Counted] = {}
        self.chores: dict[str, tuple[datetime, str]] = {}

    # deliveries

    @atomic
    def add_delivery(self, delivery: Delivery) -> Delivery:
        known = self.known_deliveries.get(delivery.guid)
        if known is not None:
            delivery = _once_more(known)
        self.known_deliveries[delivery.guid] = delivery
        return delivery

    def delivery(self, guid: str) -> Delivery | None:
        return self.known_deliveries.get(guid)

    @atomic
    def settle_delivery(self, guid: str, reason: str = "") -> None:
        known = self.known_deliveries.get(guid)
        if known is not None and known.state is DeliveryState.ACCEPTED:
            said = reason or known.reason
            settled = replace(known, state=DeliveryState.SETTLED, reason=said)
            self.known_deliveries[guid] = settled

    @atomic
    def unsettled_deliveries(self, limit: int) -> list[Delivery]:
        accepted = [d for d in self.known_deliveries.values() if d.state is DeliveryState.ACCEPTED]
        return sorted(accepted, key=lambda d: (d.received_at, d.guid))[:limit]

    @atomic
    def deliveries_of(self, repository_id: int, limit: int) -> list[Delivery]:
        told = [
            d for d in self.known_deliveries.values() if d.about and d.about.id == repository_id
        ]
        return sorted(told, key=lambda d: (d.received_at, d.guid), reverse=True)[:limit]

    @atomic
    def repository_named(self, full_name: str) -> Repository | None:
        about = [d for d in self.known_deliveries.values() if d.about is not None]
        for delivery in sorted(about, key=lambda d: d.received_at, reverse=True):
            if delivery.about and delivery.about.full_name.lower() == full_name.lower():
                return delivery.about
        return None

    # builds

    @atomic
    def add_build(self, build: Build) -> bool:
        return self.known_builds.setdefault(build.id, build) is build

    def build(self, build_id: str) -> Build | None:
        return self.known_builds.get(build_id)

    @atomic
    def claim_build(self, owner: str, now: datetime, lease: timedelta) -> Build | None:
        ready = self._claimable(now)
        if not ready:
            return None
        claimed = ready[0].claim(owner, now, lease)
        self.known_builds[claimed.id] = claimed
        return claimed

    def _claimable(self, now: datetime) -> list[Build]:
        """What a claim may take: whose lease has run out, then what waits, by turns."""
        ready = sorted(
            (b for b in self.known_builds.values() if _ready(b, now)),
            key=lambda b: (b.not_before, b.created_at, b.id),
        )
        queued = [build for build in ready if build.state is BuildState.QUEUED]
        found = [build for build in ready if build.state is BuildState.RUNNING]
        for repository in turns(_since(queued), self._running_of_each(), self._served()):
            found += [build for build in queued if build.repository.id == repository]
        return found

    def _running_of_each(self) -> Counter[int]:
        builds = self.known_builds.values()
        return Counter(b.repository.id for b in builds if b.state is BuildState.RUNNING)

    def _served(self) -> dict[int, int]:
        taken = [b for b in self.known_builds.values() if b.claimed_at]
        lately = sorted((instant(b.claimed_at), b.repository.id) for b in taken)[-LATELY:]
        return {repository: at for at, repository in lately}

    def _running(self, build_id: str, fence: int) -> Build:
        stored = self.known_builds.get(build_id)
        if stored is None or stored.state is not BuildState.RUNNING or stored.fence != fence:
            raise StaleClaimError(f"build {build_id} is not running under fence {fence}")
        return stored

    @atomic
    def renew_build(self, build_id: str, fence: int, expires_at: datetime) -> None:
        stored = self._running(build_id, fence)
        owner = stored.lease.owner if stored.lease else ""
        self.known_builds[build_id] = replace(stored, lease=Lease(owner, expires_at))

    @atomic
    def save_build(self, build: Build) -> None:
        stored = self._running(build.id, build.fence)
        lease = stored.lease if build.state is BuildState.RUNNING else None
        self.known_builds[build.id] = replace(build, lease=lease)

    @atomic
    def replace_build(self, old: Build, new: Build) -> bool:
        stored = self.known_builds.get(old.id)
        if stored is None or _moment_of(stored) != _moment_of(old):
            return False
        self.known_builds[old.id] = new
        return True

    @atomic
    def claimable_builds(self, now: datetime, limit: int) -> list[str]:
        places, found = self._running_of_each(), []
        for build in self._claimable(now):
            places[build.repository.id] += build.state is BuildState.QUEUED
            if build.state is BuildState.RUNNING or places[build.repository.id] <= MOST_AT_ONCE:
                found.append(build.id)
        return found[:limit]

    @atomic
    def untold_builds(self, limit: int) -> list[Build]:
        untold = [b for b in self.known_builds.values() if b.state.ended and not b.told]
        return sorted(untold, key=lambda b: (b.ended_at or b.created_at, b.id))[:limit]

    @atomic
    def recent_builds(
        self, limit: int, bundle_id: str | None = None, behind: Build | None = None
    ) -> list[Build]:
        found = [b for b in self.known_builds.values() if bundle_id in (None, b.bundle_id)]
        if behind is not None:
            place = behind.created_at, behind.id
            found = [b for b in found if (b.created_at, b.id) < place]
        return sorted(found, key=lambda b: (b.created_at, b.id), reverse=True)[:limit]

    @atomic
    def builds_of_release(self, repository_id: int, release_id: int) -> list[Build]:
        wanted = repository_id, release_id
        found = [b for b in self.known_builds.values() if (b.repository.id, b.release.id) == wanted]
        return sorted(found, key=lambda b: (b.created_at, b.id), reverse=True)

    @atomic
    def builds_of_commit(self, repository_id: int, commit: str) -> list[Build]:
        wanted = repository_id, commit
        found = [b for b in self.known_builds.values() if (b.repository.id, b.commit) == wanted]
        return sorted(found, key=lambda b: (b.created_at, b.id), reverse=True)

    @atomic
    def next_repository(self, after: int) -> Repository | None:
        known = {b.repository.id: b.repository for b in self.known_builds.values()}
        return known.get(min((number for number in known if number > after), default=0))

    # build logs

    @atomic
    def append_log(self, build_id: str, fence: int, text: str) -> None:
        held, size = self.logs.get((build_id, fence), ("", 0))
        kept, size = fit(size, text, self.log_bytes)
        if held + kept:
            self.logs[build_id, fence] = (held + kept, size)

    @atomic
    def log(self, build_id: str) -> str:
        fences = [fence for known, fence in self.logs if known == build_id]
        return self.logs[build_id, max(fences)][0] if fences else ""

    # activities and releases

    @atomic
    def claim_bundle_id(self, activity: Activity) -> Activity:
        for known in self.activities.values():
            if known.folded_id == fold(activity.bundle_id):
                return known
        self.activities[activity.bundle_id] = activity
        return activity

    def activity(self, bundle_id: str) -> Activity | None:
        return self.activities.get(bundle_id)

    @atomic
    def bundle_ids(self) -> list[str]:
        return sorted(self.activities)

    @atomic
    def activities_of_repository(self, repository_id: int) -> list[Activity]:
        found = [a for a in self.activities.values() if a.repository.id == repository_id]
        return sorted(found, key=lambda a: a.bundle_id)

    @atomic
    def save_activity(self, activity: Activity) -> bool:
        stored = self.activities.get(activity.bundle_id)
        if stored is None or stored.edition != activity.edition:
            return False
        self.activities[activity.bundle_id] = replace(activity, edition=activity.edition + 1)
        return True

    @atomic
    def add_release(self, release: Release) -> Release:
        return self.known_releases.setdefault((release.bundle_id, release.version_key), release)

    def release(self, bundle_id: str, version_key: str) -> Release | None:
        return self.known_releases.get((bundle_id, version_key))

    @atomic
    def releases(self, bundle_id: str) -> list[Release]:
        return [r for r in self.known_releases.values() if r.bundle_id == bundle_id]

    @atomic
    def save_release(self, release: Release) -> None:
        key = release.bundle_id, release.version_key
        stored = self.known_releases.get(key)
        if stored is None:
            raise NotFoundError(f"no release {release.version} of {release.bundle_id}")
        if _served(stored) != _served(release):
            raise ValueError(f"a published release keeps its file and version, got {release!r}")
        self.known_releases[key] = release

    # changes

    @atomic
    def announce(self, bundle_id: str) -> int:
        self.announced.append(Change(len(self.announced) + 1, bundle_id))
        return len(self.announced)

    @atomic
    def last_revision(self) -> int:
        return self.announced[-1].revision if self.announced else 0

    def changes(self, since: int, limit: int) -> list[Change]:
        return self.announced[max(since, 0) :][:limit]

    # reports

    @atomic
    def add_report(self, report: Report) -> bool:
        return self.known_reports.setdefault(report.id, report) is report

    @atomic
    def claim_report(
        self, owner: str, now: datetime, lease: timedelta, *, aside: bool = False
    ) -> Report | None:
        del owner  # Nobody has to prove a claim: only time takes it away.
        waiting = [
            report
            for report in self.known_reports.values()
            if report.sent is ReportState.WAITING and report.aside == aside
        ]
        for report in _first_of_each_build(waiting):
            if report.not_before <= now:
                claimed = replace(report, not_before=now + lease, attempt=report.attempt + 1)
                self.known_reports[report.id] = claimed
                return claimed
        return None

    @atomic
    def settle_report(self, report_id: str, state: ReportState) -> None:
        self._change_waiting(report_id, sent=state)

    @atomic
    def postpone_report(
        self, report: Report, not_before: datetime, *, untried: bool = False
    ) -> None:
        attempt = report.attempt - untried
        stored = self.known_reports.get(report.id)
        if stored is not None and stored.attempt == report.attempt:
            self._change_waiting(report.id, not_before=not_before, attempt=attempt)

    def _change_waiting(self, report_id: str, **changes: Any) -> None:
        report = self.known_reports.get(report_id)
        if report is not None and report.sent is ReportState.WAITING:
            self.known_reports[report_id] = replace(report, **changes)

    @atomic
    def reports(self, build_id: str) -> list[Report]:
        return _oldest_first(r for r in self.known_reports.values() if r.build_id == build_id)

    def throttle(self) -> Throttle:
        return self.known_throttle

    @atomic
    def save_throttle(self, throttle: Throttle) -> bool:
        if self.known_throttle.edition != throttle.edition:
            return False
        self.known_throttle = replace(throttle, edition=throttle.edition + 1)
        return True

    # what is counted

    @atomic
    def count(self, counts: Iterable[Counted]) -> None:
        for each in counts:
            name = replace(each, count=0)
            known = self.counted.get(name, name)
            self.counted[name] = replace(known, count=known.count + each.count)

    @atomic
    def downloads_by_day(self, since: date, until: date) -> list[DayCount]:
        sums = [each for each in self.counted.values() if isinstance(each, DayCount)]
        return [each for each in sums if since <= each.day < until]

    @atomic
    def shares_by_day(self, since: date, until: date) -> list[DayShare]:
        sums = [each for each in self.counted.values() if isinstance(each, DayShare)]
        return [each for each in sums if since <= each.day < until]

    @atomic
    def downloads(self, recent_since: date) -> dict[str, Downloads]:
        found: dict[str, Downloads] = {}
        for each in self.downloads_by_day(date.min, date.max):
            known = found.get(each.bundle_id, Downloads())
            recent = each.count if each.day >= recent_since else 0
            found[each.bundle_id] = Downloads(known.total + each.count, known.recent + recent)
        return found

    @atomic
    def ended_builds(self, since: datetime, until: datetime) -> Mapping[BuildState, int]:
        builds = [b for b in self.known_builds.values() if since <= b.created_at < until]
        return Counter(build.state for build in builds if build.state.ended)

    # chores

    @atomic
    def begin_chore(self, name: str, now: datetime, until: datetime) -> str | None:
        due_at, place = self.chores.get(name, (now, ""))
        if due_at > now:
            return None
        self.chores[name] = until, place
        return place

    @atomic
    def end_chore(self, name: str, until: datetime, place: str, due_at: datetime) -> None:
        if name in self.chores and self.chores[name][0] == until:
            self.chores[name] = due_at, place

    # the record as a whole

    def era(self) -> str:
        return self.known_era

    @atomic
    def begin_era(self, after: str) -> str:
        if self.known_era == after:
            self.known_era = secrets.token_hex(8)
        return self.known_era

    @atomic
    def figures(self) -> Figures:
        unended = [build for build in self.known_builds.values() if not build.state.ended]
        running = sum(build.state is BuildState.RUNNING for build in unended)
        unsettled = self.unsettled_deliveries(10**6)
        waiting = [r for r in self.known_reports.values() if r.sent is ReportState.WAITING]
        return Figures(
            queued=len(unended) - running,
            running=running,
            oldest_build_at=min((build.created_at for build in unended), default=None),
            unsettled=len(unsettled),
            oldest_unsettled_at=min((d.received_at for d in unsettled), default=None),
            reports=len(waiting),
            oldest_report_at=min((report.created_at for report in waiting), default=None),
            revision=self.last_revision(),
            checks=sum(not check.state.ended for check in self.known_checks.values()),
        )

    def batch(self) -> AbstractContextManager[None]:
        """Nothing here is ever durable."""
        return nullcontext()

    @atomic
    def dump(self) -> Iterator[Item]:
        logs = [BuildLog(*claim, text) for claim, (text, _) in self.logs.items()]
        return iter(
            [
                *self.known_deliveries.values(),
                *self.known_builds.values(),
                *self.known_checks.values(),
                *logs,
                *self.announced,
                *self.activities.values(),
                *self.known_releases.values(),
                *self.known_reports.values(),
                *sorted(self.counted.values(), key=lambda each: type(each).__name__),
            ]
        )

    @atomic
    def load(self, items: Iterable[Item], era: str) -> None:
        if next(self.dump(), None) is not None:
            raise StoreError("the record is not empty")
        # All of it before any, for the record is filled to its end or not at all.
        given = list(items)
        if broken := [item for item in given if isinstance(item, Unreadable)]:
            raise ValueError(f"the {broken[0].kind} {broken[0].key} cannot be read")
        for item in given:
            self._keep(item)
        self.known_era = era

    def _keep(self, item: Item) -> None:
        match item:
            case Delivery():
                self.known_deliveries[item.guid] = item
            case Build():
                self.known_builds[item.id] = item
            case CommitCheck():
                self.known_checks[item.id] = item
            case BuildLog():
                held, size = self.logs.get((item.build_id, item.fence), ("", 0))
                text = held + item.text
                self.logs[item.build_id, item.fence] = text, size + len(item.text.encode())
            case Change():
                self.announced.append(item)
            case Activity():
                self.activities[item.bundle_id] = item
            case Release():
                self.known_releases[item.bundle_id, item.version_key] = item
            case Report():
                self.known_reports[item.id] = item
            case DayCount() | DayShare():
                self.count([item])

    def close(self) -> None:
        """Nothing is held."""


def _once_more(known: Delivery) -> Delivery:
    ignored = known.state is DeliveryState.IGNORED
    state = DeliveryState.IGNORED if ignored else DeliveryState.ACCEPTED
    return replace(known, received_count=known.received_count + 1, state=state)


def _ready(build: Build, now: datetime) -> bool:
    if build.state is BuildState.QUEUED:
        return build.not_before <= now
    return build.state is BuildState.RUNNING and (not build.lease or build.lease.expires_at <= now)


def _since(queued: Iterable[Build]) -> dict[int, int]:
    since: dict[int, int] = {}
    for build in queued:
        since.setdefault(build.repository.id, instant(build.not_before))
    return since


def _moment_of(build: Build) -> tuple[BuildState, int, int]:
    return build.state, build.round, build.fence


def _served(release: Release) -> tuple[object, ...]:
    return release.bundle, release.content_digest, release.version


def _oldest_first(reports: Iterable[Report]) -> list[Report]:
    return sorted(reports, key=lambda r: (r.created_at, r.id))


def _first_of_each_build(reports: Iterable[Report]) -> list[Report]:
    first: dict[str, Report] = {}
    for report in _oldest_first(reports):
        first.setdefault(report.build_id, report)
    return list(first.values())
