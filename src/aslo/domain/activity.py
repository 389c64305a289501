"""Activities and their releases, as the record keeps them and the catalog shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aslo.domain.completeness import Completeness
from aslo.domain.locale import LocalizedText
from aslo.domain.sugar import Compatibility
from aslo.domain.version import ActivityVersion


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file at rest, known by the SHA-256 of its bytes (lower-case hex)."""

    sha256: str
    size_bytes: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of the forge; `id` and `owner_id` are stable, `full_name` changes on rename."""

    id: int
    owner_id: int
    full_name: str
    html_url: str
    clone_url: str

    @property
    def is_declared(self) -> bool:
        """Whether nothing of the forge is known yet but the name that an imported bundle, or the
        operator, gave; it may be empty."""
        return self.id == 0

    def is_same(self, other: "Repository") -> bool:
        """Whether the other, of the forge, is this one, or the one whose name was declared."""
        if self.is_declared:
            return bool(self.full_name) and self.full_name.casefold() == other.full_name.casefold()
        return self.id == other.id


@dataclass(frozen=True, slots=True)
class RepositoryState:
    """A repository as the forge shows it now."""

    repository: Repository
    private: bool
    fork: bool = False
    archived: bool = False
    """Whether it can only be read: nobody may comment there."""


@dataclass(frozen=True, slots=True)
class Developer:
    """Somebody who contributed to an activity, by their name on the forge."""

    login: str
    html_url: str
    contributions: int = 0
    avatar: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A picture of an activity at work; `lang` is empty when its folder names no language."""

    file: StoredFile
    width: int
    height: int
    lang: str = ""
    caption: str = ""
    """What its developers say of it, in the language of its folder."""
    small: StoredFile | None = None
    """The same, for lists; None where the picture itself is small, or of an older release."""

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """The picture in each size."""
        return (self.file,) if self.small is None else (self.file, self.small)


class ReleaseState(StrEnum):
    """Whether learners see a release."""

    LISTED = "listed"
    HELD = "held"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Details:
    """What a bundle says of itself; read from the served bytes, never from the tree alone."""

    name: LocalizedText
    summary: LocalizedText = LocalizedText("")
    description: LocalizedText = LocalizedText("")
    license: str = ""
    spdx: str | None = None
    categories: tuple[str, ...] = ()
    homepage: str | None = None
    languages: tuple[str, ...] = ()
    completeness: tuple[Completeness, ...] = ()
    """How much is translated into each language that has a catalog; empty for what was published
    before it was counted."""
    compatibility: Compatibility = Compatibility()
    max_participants: int = 0


@dataclass(frozen=True, slots=True)
class Release:
    """One version of an activity in the catalog."""

    bundle_id: str
    version: str
    build_id: str
    tag: str
    commit: str
    published_at: datetime
    listed_at: datetime
    bundle: StoredFile
    content_digest: str
    """SHA-256 over the sorted names and contents: equal for two builds of one tree."""
    file_name: str
    """Our own ASCII name of the download, ending in `.xo`."""
    details: Details
    icon: StoredFile | None = None
    poster: StoredFile | None = None
    """What is shown of it where its page is shared; None before one was drawn."""
    screenshots: tuple[Screenshot, ...] = ()
    notes: str = ""
    """The developer's release notes, Markdown, as the forge gave them."""
    html_url: str = ""
    prerelease: bool = False
    state: ReleaseState = ReleaseState.LISTED
    closed: bool = False
    """Whether it is withdrawn because its repository became private."""
    lost: bool = False
    """Whether it is held because its bundle at rest is missing or damaged."""

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """Every file that the release shows."""
        drawn = (file for file in (self.icon, self.poster) if file is not None)
        shown = (file for screenshot in self.screenshots for file in screenshot.files)
        return self.bundle, *drawn, *shown

    @property
    def is_imported(self) -> bool:
        """Whether it came from a folder of bundles or trees, and no build of ours made it anew."""
        return not self.build_id

    @property
    def version_key(self) -> str:
        """One text for all spellings of the version; a release is unique by it."""
        return ActivityVersion.parse(self.version).key


@dataclass(frozen=True, slots=True)
class Unreleased:
    """The languages whose translation changed since the commit of a release."""

    commit: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """A Sugar program, known by its bundle id, which belongs to one repository."""

    bundle_id: str
    repository: Repository
    created_at: datetime
    developers: tuple[Developer, ...] = ()
    versions: tuple[str, ...] = ()
    """The versions of its releases, listed or not, highest first by Sugar's order."""
    resembles: str = ""
    """The bundle id of another repository's activity that it may be taken for; while it says so
    its releases are held."""
    language: str = ""
    """In which its developers are told, as its last release wished; empty for English."""
    unreleased: Unreleased = Unreleased()
    """What the forge was last seen to have of translations that no release has yet."""
    edition: int = 0
    """Raised by each change; an update names the edition it was made from."""

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """The pictures of its developers."""
        return tuple(person.avatar for person in self.developers if person.avatar)

    def waiting(self, release: Release) -> tuple[str, ...]:
        """The languages whose newer translation waits behind its latest release."""
        is_behind = self.unreleased.commit == release.commit
        is_there = release.state is ReleaseState.LISTED
        return self.unreleased.languages if is_behind and is_there else ()

    @property
    def folded_id(self) -> str:
        """What two bundle ids share that a person would confuse."""
        return fold(self.bundle_id)


def fold(bundle_id: str) -> str:
    """A bundle id without what a person overlooks: case, hyphen against underscore."""
    return bundle_id.casefold().replace("-", "_")


def newest_first(releases: Iterable[Release]) -> list[Release]:
    """Releases by Sugar's order, highest first; the moment of publishing breaks ties."""

    def order(release: Release) -> tuple[ActivityVersion, datetime]:
        return ActivityVersion.parse(release.version), release.published_at

    return sorted(releases, key=order, reverse=True)


def latest(releases: Iterable[Release]) -> Release | None:
    """The listed release a reader without a wish gets: the highest that is no pre-release."""
    listed = [r for r in newest_first(releases) if r.state is ReleaseState.LISTED]
    stable = [r for r in listed if not r.prerelease]
    return next(iter(stable or listed), None)


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the record that the catalog must follow."""

    revision: int
    bundle_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything the catalog holds about one activity."""

    activity: Activity
    releases: tuple[Release, ...] = field(default=())

    @property
    def public_files(self) -> tuple[StoredFile, ...]:
        """What is served of it: the files of listed releases, and its own while there are any."""
        listed = [each for each in self.releases if each.state is ReleaseState.LISTED]
        files = tuple(file for release in listed for file in release.files)
        return (*files, *self.activity.files) if listed else ()
