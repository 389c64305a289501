"""What the services need from the world, in the words of the domain.

Every method states what it returns, what is atomic and what it raises. Adapters raise only
AsloError and its children; each foreign exception is translated once, with its cause kept.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from aslo.domain.activity import (
    Activity,
    Change,
    Developer,
    Entry,
    Release,
    Repository,
    RepositoryState,
    StoredFile,
)
from aslo.domain.build import Build, BuildState
from aslo.domain.comment import CommitComment
from aslo.domain.commit_check import CommitCheck
from aslo.domain.counts import DayCount, DayShare, Dimension, Downloads, WeekSum
from aslo.domain.delivery import Asset, Delivery, ForgeRelease, ReleaseList
from aslo.domain.hook import Allowance, AppState, Hook, Sent
from aslo.domain.locale import Localized
from aslo.domain.offers import Offers
from aslo.domain.person import Person
from aslo.domain.problem import Problem
from aslo.domain.report import CheckRun, CommitState, Report, ReportState
from aslo.domain.sugar import Compatibility
from aslo.domain.throttle import Throttle
from aslo.domain.voice import ENGLISH, Voice

Clock = Callable[[], datetime]
"""The present moment, aware, in UTC."""

LogLine = Callable[[str], None]
"""Takes one line of a build log, without its newline."""


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


class Files(Protocol):
    """Bundles and pictures at rest, named by the SHA-256 of their bytes; never changed."""

    def add(self, path: Path, media_type: str) -> StoredFile:
        """Copy a file in, durably and all at once, and return what it is now known by. Adding
        the same bytes again changes nothing. FilesError when it cannot be kept."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, seekable; NotFoundError if they are not here."""

    def has(self, sha256: str) -> bool:
        """Whether the bytes are here."""

    def walk(self) -> Iterator[str]:
        """The SHA-256 of every file that is here, in no order."""

    def sweep(self) -> int:
        """Remove what was left, days ago, of adding a file when its worker died; how much."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader looks for; an empty text means everything, and all filters hold together.

    `sort` is `popular`, `newest`, `updated` or `name`. Any other word means `popular`, and with a
    text what fits best: that very name, names that begin so, names with all the words, then those
    that say them in their tags, summary or description.
    """

    text: str = ""
    sort: str = ""
    category: str | None = None
    toolkit: str | None = None
    sugar: str | None = None
    """A version of Sugar on which the activity runs."""
    lang: str | None = None
    """A language into which the activity is translated."""
    license: str | None = None
    developer: str | None = None
    """The name on the forge."""
    exact: bool = False
    """Whether the text is meant as it is written, and no slip of a finger in it is mended."""
    after: str | None = None
    """Where to go on: the `next` of a page. Nonsense is the beginning."""
    before: str | None = None
    """Where to go back: the `previous` of a page."""
    page_size: int = 24


@dataclass(frozen=True, slots=True)
class Card:
    """An activity as lists show it, in the words picked for the reader."""

    bundle_id: str
    version: str
    name: Localized
    summary: Localized
    icon_sha256: str | None
    size_bytes: int
    file_name: str
    compatibility: Compatibility
    created_at: datetime
    """When the activity came into the store."""
    updated_at: datetime
    """When the release was listed."""
    downloads: Downloads = field(default_factory=Downloads)
    unreleased: tuple[str, ...] = ()
    """The languages whose newer translation waits for a release."""

    def __hash__(self) -> int:
        # Cards are looked up by the dozen on each page, and hardly two of a release differ.
        return hash((self.bundle_id, self.version, self.name.lang))


class Led(StrEnum):
    """Where a cursor led."""

    THERE = "there"
    """To its page; so does none, to the first."""
    NOWHERE = "nowhere"
    """To nothing, for all that was there is gone: the first page was given in its place."""
    UNREADABLE = "unreadable"
    """It is none, or of a list in another order: the first page was given in its place."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of cards."""

    cards: tuple[Card, ...]
    total: int
    """How many activities there are in all pages."""
    capped: bool = False
    """Whether there are more than `total`, and nobody counted them."""
    next: str | None = None
    previous: str | None = None
    text: str = ""
    """The text that was looked for, mended where the reader's own finds nothing."""
    led: Led = Led.THERE


@dataclass(frozen=True, slots=True)
class Shelf:
    """One value of a filter, and how many activities it would leave."""

    value: str
    count: int
    written: str = ""
    """How most write the value, where that is otherwise."""


@dataclass(frozen=True, slots=True)
class Maker:
    """A developer, and of how many listed activities."""

    developer: Developer
    activities: int


@dataclass(frozen=True, slots=True)
class News:
    """A listed release and the activity that it belongs to, as feeds tell of it."""

    activity: Activity
    release: Release


@dataclass(frozen=True, slots=True)
class Changed:
    """The last change of an activity, as those who follow this store are told of it."""

    revision: int
    bundle_id: str
    entry: Entry | None
    """As it is now; None when the activity is not in the record any more."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a catalog tells those who follow this store, all of it of one moment."""

    era: str
    """Which history it has followed; empty when it has followed none."""
    revision: int
    """Up to where."""
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """What leads to the latest release of an activity, and when that was listed."""

    bundle_id: str
    version: str
    listed_at: datetime


class Catalog(Protocol):
    """The read model: local, disposable, rebuilt from the store's changes."""

    def revision(self) -> int:
        """The revision it has followed up to; 0 when empty."""

    def tag(self) -> str:
        """A word that changes whenever anything that pages show may have changed."""

    def era(self) -> str:
        """The era of the record that it has followed; empty when it has followed none."""

    def clear(self, era: str) -> None:
        """Forget everything, to follow the record of that era from its start."""

    def caught_up(self) -> bool:
        """Whether it once had all that the record had, since it was made or cleared. Until then
        what it lacks says nothing."""

    def note_caught_up(self) -> None:
        """Remember that it has all that the record had when `revision()` was asked last."""

    def apply(self, revision: int, bundle_id: str, entry: Entry | None) -> None:
        """Replace what is known of one activity and move the revision up, both or neither.
        None, or an entry without a listed release, takes the activity off the lists. A revision
        that is not higher than `revision()` changes nothing."""

    def lock(self) -> AbstractContextManager[bool]:
        """Whether this process may follow now; one at a time on a machine."""

    def entry(self, bundle_id: str) -> Entry | None:
        """Everything about one activity; withdrawn and held releases included."""

    def entry_tag(self, bundle_id: str) -> str:
        """Differs whenever the entry or what is counted may; empty for an unknown activity."""

    def find(self, query: Query, chain: Sequence[str]) -> Page:
        """Activities with a listed release, texts picked by the language chain. The text may be
        anything; each of its words must begin a word of the activity, in any language. Where a
        name, tag or summary has no such word, one that is a slip away stands for it. A value
        that no activity has leaves none."""

    def facets(self, query: Query) -> Mapping[str, Sequence[Shelf]]:
        """The values of `category`, `toolkit`, `sugar`, `lang` and `license`, by these names and
        most activities first (versions of Sugar: newest first). Each counts what is left if
        that filter had the value and the others are as the query says. The text is taken as it
        is written; that of a page is a mended one."""

    def suggest(self, text: str, chain: Sequence[str], limit: int = 8) -> tuple[Card, ...]:
        """Activities whose name the text begins, or may be meant to, best first."""

    def count_downloads(self, downloads: Mapping[str, Downloads]) -> None:
        """Replace what is known of downloads, by bundle id; who is not named has none. The tag
        moves only if anything changed. It outlives changes of the activities."""

    def downloads(self, bundle_id: str) -> Downloads:
        """What is known of the downloads of an activity."""

    def developers(self, after: str, limit: int) -> list[Maker]:
        """Developers of listed activities by their login, whose case does not count: those that
        come after that one, or from the first on where it is empty."""

    def developer(self, login: str) -> Maker | None:
        """The developer of that login in any case, if a listed activity is theirs."""

    def news(
        self, limit: int, *, category: str | None = None, developer: str | None = None
    ) -> list[News]:
        """Listed releases of all activities, of those in a category or of those of a developer;
        what was listed last comes first."""

    def addresses(self, start: str, limit: int) -> list[Address]:
        """The latest listed release of each activity by bundle id, from that bundle id on."""

    def address_starts(self, step: int) -> list[str]:
        """The bundle ids from which `addresses` gives all there are, `step` at a time."""

    def offers(self, bundle_ids: Iterable[str]) -> dict[str, Offers]:
        """What is offered of these activities; unknown ones are left out."""

    def names(self, bundle_ids: Iterable[str], chain: Sequence[str]) -> dict[str, str]:
        """What these activities are called, by the language chain; those that are not listed are
        left out."""

    def every_offer(self, after: str, limit: int) -> list[Offers]:
        """What is offered of the activities behind that bundle id, by their ids; those of which
        nothing is listed are left out."""

    def changed(self, since: int, limit: int) -> Told:
        """The era and the revision up to which the catalog has followed, and the activities
        whose last change comes behind `since`, in the order of these changes. Whoever takes them
        all and goes on from the last has missed none of that era, whichever catalog tells them."""

    def holds_file(self, sha256: str) -> StoredFile | None:
        """The icon, screenshot, avatar or bundle with that hash, if a listed release shows it."""

    def keep_week(self, week: date, sums: Iterable[WeekSum]) -> None:
        """Replace all sums of that week, and forget those of weeks that are WEEKS_KEPT or more
        before it. The tag moves only if anything changed."""

    def week_sums(self, dimension: Dimension, value: str | None = None) -> list[WeekSum]:
        """The sums of a dimension, or of one value in it; oldest week first, then by value."""

    def counted_at(self) -> datetime | None:
        """When it last had everything that the record counts; None if it never had."""

    def note_counted(self, at: datetime) -> None:
        """Remember that it has everything that the record counted until then."""

    def close(self) -> None:
        """Let go of connections; calling it twice is fine."""


class Forge(Protocol):
    """GitHub or its like. ForgeError for every answer that is not the contract's."""

    def repository(self, repository: Repository) -> RepositoryState | None:
        """The repository of that id as it is now, whatever it is called; None if it is gone or
        hidden from us."""

    def repository_named(self, full_name: str) -> RepositoryState | None:
        """The repository of that name, or that had it before; None if there is none, or it is
        hidden from us."""

    def tag_names(self, repository: Repository) -> tuple[str, ...]:
        """Names of tags, up to a hundred, in no order that means anything. NotFoundError if the
        repository is gone."""

    def resolve_tag(self, repository: Repository, tag: str) -> str:
        """The commit (40 hex digits) of a tag, light or annotated, never of a branch of that
        name; TagNotFoundError."""

    def release(self, repository: Repository, release_id: int) -> ForgeRelease | None:
        """The release as it is now; None if it is gone."""

    def releases(self, repository: Repository) -> ReleaseList:
        """The newest releases, up to a hundred, drafts among them where we may see them. One
        that cannot be read is left out. NotFoundError if the repository is gone."""

    def repositories(self, organisation: str) -> list[RepositoryState]:
        """Every repository of an organisation that the world sees, the oldest first; one that
        cannot be read is left out. NotFoundError if there is no such organisation."""

    def all_releases(self, repository: Repository, mark: str = "") -> ReleaseList | None:
        """Every release, newest first, and their mark; None while they have the one given.
        NotFoundError if the repository is gone."""

    def has_file(self, repository: Repository, path: str, tag: str) -> bool:
        """Whether there is a file of that path at a tag."""

    def developers(self, repository: Repository, limit: int) -> list[tuple[Developer, str]]:
        """The contributors with most contributions first, with the address of each one's
        picture; bots left out."""

    def changed_since(self, repository: Repository, commit: str) -> tuple[str, ...]:
        """The paths of the files that the default branch has added or changed since a commit; of
        very many the first, and none if it does not hold the commit. NotFoundError if either is
        gone."""

    def download_asset(self, asset: Asset, to: Path, limit_bytes: int) -> str:
        """Stream an asset into a new file and return its SHA-256; BadAssetError if it is larger
        than the limit, or cut short."""

    def download_picture(self, url: str, to: Path, limit_bytes: int) -> None:
        """Stream a contributor's picture into a new file."""

    def comment(
        self,
        repository: Repository,
        commit: str,
        text: str,
        key: str,
        *,
        first_try: bool = False,
        until: datetime | None = None,
    ) -> None:
        """Comment on a commit, once: `key` is hidden in the comment, and if one of ours has it
        already, nothing is written. Whoever knows that this was never tried before says so and
        spares the search. NotFoundError if the commit is gone. This and what follows begin no
        write that may not be over by `until`; ForgeError instead."""

    def commit_comment(self, repository: Repository, comment_id: int) -> CommitComment | None:
        """A comment on a commit as it is now; None if it is gone."""

    def may_write(self, repository: Repository, person: Person) -> bool | None:
        """Whether somebody may write there, asked in our own name; None where the forge does not
        tell us."""

    def set_status(
        self,
        repository: Repository,
        commit: str,
        state: CommitState,
        description: str,
        target_url: str,
        *,
        until: datetime | None = None,
    ) -> None:
        """Set ASLO's commit status; NotFoundError if the commit is gone."""

    def acts_as_app(self, repository: Repository) -> bool:
        """Whether ASLO is an App there, and may write check runs."""

    def set_check(
        self,
        repository: Repository,
        commit: str,
        check: CheckRun,
        *,
        first_try: bool = False,
        until: datetime | None = None,
    ) -> None:
        """Write a check run, or change the one that has its key; repeated, nothing is said twice,
        and who knows that this was never tried before spares a search here, too.
        NotFoundError if the commit is gone."""

    def forget(self) -> None:
        """Forget where ASLO is an App; the forge is asked again when it matters."""


class Accounts(Protocol):
    """Where people of the forge sign in, and what it lets them do, asked in their own name."""

    def sign_in_url(self, back: str, state: str, verifier: str) -> str:
        """Where a browser goes to sign in; it comes `back` with that state and a code. Nothing
        is asked for but who it is. Asks nobody."""

    def person(self, back: str, code: str, verifier: str) -> tuple[Person, str]:
        """Who came back with that code, and a token that speaks for them. SignInError for a code
        that is worth nothing, or not with this verifier; ForgeError."""

    def may_write(self, repository: Repository, person: Person, token: str) -> bool:
        """Whether the person, whose token it is, may write to the repository of that id, whatever
        it is called now. NotSignedInError if the token is worth nothing any more; ForgeError."""


class ForgeAdmin(Protocol):
    """What an operator sets up and looks after; a place is an organisation, or `owner/name`.

    NotFoundError for a place that is not there, or whose hooks we may not see.
    """

    def hooks(self, place: str) -> list[Hook]:
        """The hooks of a place."""

    def add_hook(self, place: str, url: str, secret: str) -> None:
        """Give a place a hook that tells this address of what ASLO must know."""

    def change_hook(self, place: str, hook_id: int, url: str, secret: str) -> None:
        """Make a hook one as `add_hook` makes them."""

    def sent(self, place: str, hook_id: int, since: datetime | None = None) -> list[Sent]:
        """The deliveries of a hook, failed ones too, newest first: those since that moment, or
        the latest hundred."""

    def redeliver(self, place: str, hook_id: int, sent_id: int) -> None:
        """Let the forge deliver once more, signed, with the same GUID."""

    def app(self) -> AppState | None:
        """The App as the forge knows it; None where ASLO is none."""

    def app_sent(self, since: datetime | None = None) -> list[Sent]:
        """The deliveries of the App's own hook, as `sent` gives them."""

    def app_redeliver(self, sent_id: int) -> None:
        """Let the forge deliver once more what the App's own hook was sent."""

    def allowance(self) -> Allowance:
        """How much may still be asked in this hour."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one build may use."""

    build_seconds: int = 900
    fetch_seconds: int = 300
    memory_bytes: int = 2 * 1024**3
    disk_bytes: int = 2 * 1024**3
    processes: int = 256
    log_bytes: int = 1024**2


class Source(Protocol):
    """Fetches source trees."""

    def fetch(
        self, repository: Repository, tag: str, commit: str, into: Path, log: LogLine
    ) -> Path:
        """Fetch one commit into a new git work tree below `into` and return it. No hook, filter,
        submodule or configuration of the repository runs. BadSourceError if the author can cure
        it, BuilderError if not."""


@dataclass(frozen=True, slots=True)
class LooseTree:
    """An activity's folder, packed whatever is wrong with it."""

    bundle: Path
    problems: tuple[Problem, ...]
    """What kept files out of the bundle, or would keep the store from packing it."""
    notices: tuple[str, ...]
    """What could not be looked at, and why."""
    made_from: Mapping[str, str]
    """The source in the tree of each file that packing made."""
    tags: tuple[str, ...] = ()
    """Of the commit, if activity.info is still as in it."""


class TreePacker(Protocol):
    """Packs what lies in a folder, for a look at it."""

    def pack(self, tree: Path, into: Path) -> LooseTree:
        """Write a bundle of the folder as it is on disk, as Sugar packs it, below `into`. No code
        of it runs, and nothing is written into it."""


class ExactFiles(Protocol):
    """Single files of a tree; UnfixableFileError for whatever stands in their place."""

    def read(self, tree: Path, name: str) -> bytes:
        """The bytes of a regular file that no link leads to."""

    def replace(self, tree: Path, name: str, before: bytes, after: bytes) -> None:
        """Replace the bytes all at once, with the file's mode, if they are still as before."""


class Builder(Protocol):
    """Turns a source tree into a bundle, in isolation."""

    @property
    def name(self) -> str:
        """`docker`, `bubblewrap` or `plain`."""

    def available(self) -> str | None:
        """Why it cannot be used on this machine, with the cure; None if it can."""

    def build(self, tree: Path, into: Path, log: LogLine) -> Path:
        """Build the work tree and return the one `.xo` file, copied into `into`. No secrets,
        bounded time, memory, processes and disk; and no network, unless nothing of the activity
        is run. BuildFailedError if the author can cure it, BuilderError if not. Nothing of it
        still runs when this returns."""

    def sweep(self) -> int:
        """Remove what builds left behind whose worker died; how much it was."""


class Bell(Protocol):
    """Tells workers that there is something to do; the store knows what."""

    def ring(self, build_id: str) -> None:
        """Ring for a build, within a second or two. Never raises: a bell that is not heard is
        made good by the sweep."""

    def why_silent(self) -> str | None:
        """Why nobody would hear it now; None if it is heard."""


class Site(Protocol):
    """The public site, as the world sees it."""

    def confirm(self, page_path: str, download_path: str, sha256: str) -> None:
        """Fetch the page and the download back; SiteError if either is missing or differs."""


class Pictures(Protocol):
    """Makes pictures safe to serve."""

    def screenshot(self, source: Path, to: Path, longest: int) -> tuple[str, int, int]:
        """Decode a picture by its bytes, not its name, re-encode it with at most so many pixels
        a side, and return the media type, width and height; ValueError if it is no picture
        within the limits."""

    def avatar(self, source: Path, to: Path) -> str:
        """Re-encode a contributor's picture as a small square; the media type, or ValueError."""

    def icon(self, svg: bytes, seed: str) -> bytes:
        """A clean, coloured SVG rebuilt from an activity's icon; ValueError if it is none.
        `seed` (the bundle id) chooses the pair of colours."""

    def poster(self, icon: bytes, seed: str) -> bytes:
        """A PNG of 1200 by 630 pixels that shows a clean icon, for pages that link to ours;
        ValueError if it cannot be drawn in bounded time."""


class Workspace(Protocol):
    """Scratch folders, one for each claim of a build."""

    def open(self, build_id: str, fence: int) -> AbstractContextManager[Path]:
        """An empty folder that is gone, with all it holds, when the context ends. Folders of
        earlier claims of that build are removed first."""

    def sweep(self) -> int:
        """Remove the folders that workers left behind when they died; how many it was."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a backup holds of one moment; its name is that moment, and sorts as it."""

    name: str
    taken_at: datetime
    era: str
    record_sha256: str
    counts: dict[str, int]
    """How many items of each kind."""
    files: dict[str, StoredFile]
    """The files that its record names, by their SHA-256."""
    missing: tuple[str, ...] = ()
    """Those that were not at rest when it was taken."""


class Backup(Protocol):
    """Snapshots of a record, and the files that they name, shared by all of them. BackupError
    when it cannot be read or written."""

    def lock(self) -> AbstractContextManager[None]:
        """Keep others from writing meanwhile; BackupError if somebody does."""

    def snapshots(self) -> list[Snapshot]:
        """Every snapshot that was finished, oldest first."""

    def write(self, name: str, items: Iterable[Item]) -> str:
        """Keep the items of a record durably, and return the SHA-256 of what was written."""

    def items(self, snapshot: Snapshot) -> Iterator[Item]:
        """The items of a snapshot as they were; BackupError if they are not what was written."""

    def finish(self, snapshot: Snapshot) -> None:
        """Make a snapshot whose items and files are there one that counts, durably."""

    def remove(self, snapshot: Snapshot) -> None:
        """Forget a snapshot, but not its files."""

    def has(self, file: StoredFile) -> bool:
        """Whether a file of that name and size is here; its bytes are not looked at."""

    def add(self, sha256: str, content: BinaryIO) -> bool:
        """Keep a file durably; whether its bytes are those of that hash."""

    def file(self, sha256: str) -> Path:
        """Where a file of the backup is; BackupError if it is missing or damaged."""

    def sweep(self, wanted: Container[str]) -> int:
        """Remove every file that is not wanted, and what was left half written; how many."""


class Words(Protocol):
    """What developers are told, in the languages that they may choose among."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are, English among them, in the order of the alphabet."""

    def voice(self, lang: str) -> Voice:
        """The voice of a language, or of the nearest to it; English where there is none."""


class PlainWords:
    """English alone, for whoever needs no other."""

    languages: tuple[str, ...] = (ENGLISH.lang,)

    def voice(self, lang: str) -> Voice:  # noqa: ARG002  # the port's
        """The voice of English."""
        return ENGLISH


PLAIN_WORDS: Words = PlainWords()


class Meter(Protocol):
    """Counts what happens on this machine, for monitors; never raises, and waits for nothing."""

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is one of ours, never what a stranger asked for."""

    def delivered(self, verdict: str) -> None:
        """A delivery was recorded."""

    def refused(self, code: str) -> None:
        """A delivery was refused with that error code."""

    def built(self, build: Build) -> None:
        """A claim of a build is over: the build has ended, or is back in the queue."""

    def followed(self, at: datetime) -> None:
        """The catalog was seen to be where the record is."""

    def page(self) -> bytes:
        """Everything counted, in the text form of Prometheus."""


class Unmetered:
    """A meter that counts nothing, for whoever wants none."""

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Not counted."""

    def delivered(self, verdict: str) -> None:
        """Not counted."""

    def refused(self, code: str) -> None:
        """Not counted."""

    def built(self, build: Build) -> None:
        """Not counted."""

    def followed(self, at: datetime) -> None:
        """Not counted."""

    def page(self) -> bytes:
        """Nothing."""
        return b""


UNMETERED: Meter = Unmetered()
