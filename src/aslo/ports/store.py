"""The record: deliveries, builds, checks, activities, releases, reports, changes."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Protocol

from aslo.domain.activity import Activity, Change, Release, Repository
from aslo.domain.build import Build, BuildState
from aslo.domain.commit_check import CommitCheck
from aslo.domain.counts import DayCount, DayShare, Downloads
from aslo.domain.delivery import Delivery
from aslo.domain.report import Report, ReportState
from aslo.domain.throttle import Throttle
from aslo.ports.record import Counted, Figures, Item


class CheckRecord(Protocol):
    """The little of the record that checking a commit may use; see `Store`. Nothing of it can
    publish."""

    def save_check(self, check: CommitCheck) -> None:
        """Replace a running check under its fence, else StaleClaimError."""

    def append_log(self, build_id: str, fence: int, text: str) -> None:
        """Append to the log of that claim."""

    def activities_of_repository(self, repository_id: int) -> list[Activity]:
        """Every activity that belongs to a repository of the forge."""

    def add_report(self, report: Report) -> bool:
        """Add a report unless its id is known."""


class Store(Protocol):
    """The record. Every write is durable when the call returns; StoreError when it is not.

    Each write touches one document and is conditional where two writers may meet, so that an
    adapter needs no transaction over several documents.
    """

    # deliveries
    def add_delivery(self, delivery: Delivery) -> Delivery:
        """Add a delivery by its unique GUID and return it. A known GUID adds nothing: its
        `received_count` goes up by one, it is accepted again unless it is ignored, both at once,
        and the stored delivery is returned."""

    def delivery(self, guid: str) -> Delivery | None:
        """The delivery with that GUID."""

    def settle_delivery(self, guid: str, reason: str = "") -> None:
        """Mark an accepted delivery as settled, for that reason where one is given; anything else
        stays as it is."""

    def unsettled_deliveries(self, limit: int) -> list[Delivery]:
        """Deliveries that were accepted and have not been settled, oldest first."""

    def deliveries_of(self, repository_id: int, limit: int) -> list[Delivery]:
        """Deliveries that tell of a repository, ignored ones too; what came last is first."""

    def repository_named(self, full_name: str) -> Repository | None:
        """The repository that the last delivery with that name, in any case, tells of."""

    # builds: the queue
    def add_build(self, build: Build) -> bool:
        """Add a build unless its id is known; whether it was added."""

    def build(self, build_id: str) -> Build | None:
        """The build with that id."""

    def claim_build(self, owner: str, now: datetime, lease: timedelta) -> Build | None:
        """Claim the build whose turn it is for `owner`; None if there is none.
        Atomic: one claimant wins. Claimable is a running build whose lease has run out, and a
        queued one whose `not_before` has come unless `MOST_AT_ONCE` of its repository run: that
        holds over all claimants. The first go first; then the repositories by their `turns`
        (aslo.domain.fairness), of each the build that has waited longest. What is claimed
        is what `Build.claim` says."""

    def renew_build(self, build_id: str, fence: int, expires_at: datetime) -> None:
        """Prolong the lease of a running build; StaleClaimError if the fence is not its own."""

    def save_build(self, build: Build) -> None:
        """Replace a running build, on condition that the stored one is running with the same
        fence, else StaleClaimError. The stored lease is kept unless the build ended or was
        requeued (its `lease` is then None)."""

    def replace_build(self, old: Build, new: Build) -> bool:
        """Replace a build that nobody runs, on condition that state, round and fence are still
        those of `old`; whether it was replaced. For a restart, or a withdrawal from outside."""

    def claimable_builds(self, now: datetime, limit: int) -> list[str]:
        """Ids of builds that could all be claimed now, the one whose turn it is first."""

    def untold_builds(self, limit: int) -> list[Build]:
        """Ended builds that are not `told`, longest ended first."""

    def recent_builds(
        self, limit: int, bundle_id: str | None = None, behind: Build | None = None
    ) -> list[Build]:
        """Builds, newest `created_at` first, of one activity or of all; those behind that one."""

    def builds_of_release(self, repository_id: int, release_id: int) -> list[Build]:
        """Every build of one release of the forge, newest `created_at` first: a release whose
        tag was edited has one for each tag."""

    def builds_of_commit(self, repository_id: int, commit: str) -> list[Build]:
        """Every build of a commit of a repository, newest `created_at` first."""

    def next_repository(self, after: int) -> Repository | None:
        """The repository with the lowest id above that one, of those that builds are of."""

    # checks of commits: a queue of their own, so that nothing takes one for a build
    def add_check(self, check: CommitCheck) -> bool:
        """Add a check unless its id is known; whether it was added."""

    def check(self, check_id: str) -> CommitCheck | None:
        """The check with that id."""

    def claim_check(
        self, owner: str, now: datetime, lease: timedelta, most: int
    ) -> CommitCheck | None:
        """Claim a check as `claim_build` does a build. A queued one is claimable unless one of its
        repository runs, or `most` of all: that holds over all claimants. Of the repositories comes
        first who waits longest since it was served."""

    def renew_check(self, check_id: str, fence: int, expires_at: datetime) -> None:
        """Prolong the lease of a running check; StaleClaimError if the fence is not its own."""

    def save_check(self, check: CommitCheck) -> None:
        """Replace a running check as `save_build` does a build."""

    def replace_check(self, old: CommitCheck, new: CommitCheck) -> bool:
        """Replace a check that nobody runs as `replace_build` does a build."""

    def claimable_checks(self, now: datetime, most: int, limit: int) -> list[str]:
        """Ids of checks that could all be claimed now, in the order in which they would be."""

    def waiting_checks(self, repository_id: int, ref: str) -> list[CommitCheck]:
        """The queued checks of one ref of a repository."""

    def untold_checks(self, limit: int) -> list[CommitCheck]:
        """Ended checks that are not `told`, longest ended first."""

    # build logs
    def append_log(self, build_id: str, fence: int, text: str) -> None:
        """Append to the log of that claim of a build."""

    def log(self, build_id: str) -> str:
        """The log of the latest claim that logged anything; empty if there is none."""

    # activities and releases
    def claim_bundle_id(self, activity: Activity) -> Activity:
        """Add an activity unless one with its `folded_id` is there; return the stored one, which
        tells whose the id is. Atomic: of two claimants one wins."""

    def activity(self, bundle_id: str) -> Activity | None:
        """The activity with exactly that bundle id."""

    def bundle_ids(self) -> list[str]:
        """Every bundle id that was claimed, in order."""

    def activities_of_repository(self, repository_id: int) -> list[Activity]:
        """Every activity that belongs to a repository of the forge, by bundle id."""

    def save_activity(self, activity: Activity) -> bool:
        """Replace the activity, on condition that the stored edition is the one given; the
        edition then goes up by one. Whether it was replaced."""

    def add_release(self, release: Release) -> Release:
        """Add a release unless one with its bundle id and `version_key` is there; return the
        stored one. Atomic."""

    def release(self, bundle_id: str, version_key: str) -> Release | None:
        """The release with that version key."""

    def releases(self, bundle_id: str) -> list[Release]:
        """Every release of an activity, in any state, in no order."""

    def save_release(self, release: Release) -> None:
        """Replace a stored release; its file, content and version never change by this
        (ValueError). NotFoundError if it is not stored."""

    # changes, for the catalog
    def announce(self, bundle_id: str) -> int:
        """Append a change and return its revision, one higher than any before. A follower that
        sees a revision has seen, or will never see, every lower one."""

    def last_revision(self) -> int:
        """The revision of the last change; 0 if nothing was ever announced."""

    def changes(self, since: int, limit: int) -> list[Change]:
        """Changes with a revision above `since`, lowest first."""

    # reports: the outbox
    def add_report(self, report: Report) -> bool:
        """Add a report unless its id is known; whether it was added."""

    def claim_report(
        self, owner: str, now: datetime, lease: timedelta, *, aside: bool = False
    ) -> Report | None:
        """Claim the oldest waiting report, of those that are `aside` or of all others, whose
        `not_before` has come, by moving `not_before` to `now + lease` and raising `attempt`; None
        if there is none. Atomic. A report waits while an earlier one (`created_at`, then id) of
        the same build is still waiting."""

    def settle_report(self, report_id: str, state: ReportState) -> None:
        """Mark a waiting report as sent or dropped; a settled or unknown one stays as it is."""

    def postpone_report(
        self, report: Report, not_before: datetime, *, untried: bool = False
    ) -> None:
        """Let a claimed report wait until then, on condition that it still waits and nobody has
        claimed it since, which its `attempt` tells; else it stays as it is. An `untried` one
        gets that attempt back."""

    def reports(self, build_id: str) -> list[Report]:
        """The reports of a build, oldest first."""

    def throttle(self) -> Throttle:
        """What was last saved of how the forge may be used; a new one if nothing was. It is of
        this record and this hour: `dump` leaves it out."""

    def save_throttle(self, throttle: Throttle) -> bool:
        """Replace what is kept, on condition that the stored edition is the one given; the
        edition then goes up by one. Whether it was replaced. Atomic: of two one wins."""

    # what is counted
    def count(self, counts: Iterable[Counted]) -> None:
        """Add to what was counted under the same day and name. Atomic for each sum; a call that
        fails may have added some of them, in a SQLite file none."""

    def downloads_by_day(self, since: date, until: date) -> list[DayCount]:
        """What was counted of each release from one day to before the other, in no order."""

    def shares_by_day(self, since: date, until: date) -> list[DayShare]:
        """The shares of the days from one to before the other, in no order."""

    def downloads(self, recent_since: date) -> dict[str, Downloads]:
        """The downloads of every activity that has any, by bundle id; recent ones are those of
        that day and later."""

    def ended_builds(self, since: datetime, until: datetime) -> Mapping[BuildState, int]:
        """How many builds that were created from one moment to before the other have ended in
        each state that any of them ended in."""

    # chores: what one of all workers does now and then
    def begin_chore(self, name: str, now: datetime, until: datetime) -> str | None:
        """Where a chore goes on, empty for its beginning, if it is due; None if it is not. It is
        the caller's until then. Atomic: one caller gets it. Chores are in no dump."""

    def end_chore(self, name: str, until: datetime, place: str, due_at: datetime) -> None:
        """Give back a chore that was begun until then, and remember where it goes on and when;
        nothing is changed if it is somebody else's by now."""

    # the record as a whole
    def era(self) -> str:
        """Which history this record tells: a word made when the record was, made anew when it is
        restored from a backup, so that whoever followed another history starts over."""

    def begin_era(self, after: str) -> str:
        """Let the record tell another history from now on, unless its era is not that one any
        more; its era now. Atomic: of several callers one begins it."""

    def figures(self) -> Figures:
        """What waits in this record now, for monitors; cheap enough to be asked every second."""

    def batch(self) -> AbstractContextManager[None]:
        """What this thread writes inside may become durable together, at the end; when the
        context is left by an exception, none or some of it is. Other writers may have to wait,
        so it is for minutes of no one else's work, such as an import."""

    def dump(self) -> Iterator[Item]:
        """Everything in the record, whole enough to go on from: an item is there if one that was
        written after it is. Deliveries come first, then builds, checks and their logs, changes,
        activities, releases, reports, and what was counted last. An item that cannot be read is
        given with its raw text, for nothing may be lost in silence."""

    def load(self, items: Iterable[Item], era: str) -> None:
        """Fill an empty record with what `dump` gave, and take that era. StoreError if anything
        is in it already; ValueError for an unreadable item. If it does not come to its end,
        either nothing is there, or all but another `load`, which begins anew, is refused with
        UnfinishedRecordError."""

    def close(self) -> None:
        """Let go of connections; calling it twice is fine."""
