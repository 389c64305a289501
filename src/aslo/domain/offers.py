"""Which release of an activity a Sugar is offered, and what an installed one is worth.

`activity.info` says nothing of Sugar's versions, so `Compatibility` is told from the bundle, and
the answer is the highest version that runs there, not the newest by date.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from aslo.domain.activity import Release, ReleaseState, newest_first
from aslo.domain.sugar import SUGARS, Compatibility, runs_on, sugar_meant, sugar_version
from aslo.domain.version import ActivityVersion

FIRST_WITH_DOTS = "0.92"
"""Before it Sugar read only whole numbers as versions of an activity."""


class Channel(StrEnum):
    """Who asks: those who want what is finished, or those who try what is not."""

    STABLE = "stable"
    TESTING = "testing"


class Verdict(StrEnum):
    """What is to be done about an installed activity."""

    NEWER = "newer"
    """There is a better one: install what is offered."""
    CURRENT = "current"
    """It is as good as anything here."""
    WITHDRAWN = "withdrawn"
    """It was taken back: install what is offered, if anything is."""
    UNKNOWN = "unknown"
    """This store has no such activity."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A listed release, as whoever chooses must know it."""

    version: str
    file_name: str
    size_bytes: int
    sha256: str
    compatibility: Compatibility
    prerelease: bool = False


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered of one activity."""

    bundle_id: str
    offers: tuple[Offer, ...]
    """The listed releases, highest version first."""
    gone: tuple[str, ...] = ()
    """The version keys of the releases that were taken back; not of those that wait, or whose
    bundle was lost here, for whoever has them has nothing wrong."""

    @property
    def is_public(self) -> bool:
        """Whether anybody may know of the activity: not while all of it is held."""
        return bool(self.offers or self.gone)

    def choose(self, sugar: str, channel: Channel = Channel.STABLE) -> Offer | None:
        """The highest version that runs on that Sugar; ValueError for what is no version of it."""
        fitting = (each for each in self.offers if _fits(each, sugar, channel))
        return next(fitting, None)

    def judge(
        self, installed: str, sugar: str, channel: Channel = Channel.STABLE
    ) -> tuple[Verdict, Offer | None]:
        """What to do about an installed version, and the release to install; ValueError for what
        is no version. An older one is offered only in the place of one that was taken back."""
        version = ActivityVersion.parse(installed)
        best = self.choose(sugar, channel)
        if version.key in self.gone:
            return Verdict.WITHDRAWN, best
        if best is not None and ActivityVersion.parse(best.version) > version:
            return Verdict.NEWER, best
        return Verdict.CURRENT, None

    def by_sugar(self, channel: Channel = Channel.STABLE) -> Iterator[tuple[str, Offer]]:
        """What each version of Sugar that is in use is offered, newest Sugar first; those that
        nothing runs on are left out."""
        for sugar in SUGARS:
            if (chosen := self.choose(sugar, channel)) is not None:
                yield sugar, chosen

    def stretches(self, channel: Channel = Channel.STABLE) -> list["Stretch"]:
        """The same, with neighbours that are offered the same release joined."""
        offered = dict(self.by_sugar(channel))
        joined = [(each, list(sugars)) for each, sugars in groupby(SUGARS, key=offered.get)]
        return [_stretch(offer, sugars) for offer, sugars in joined if offer is not None]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Versions of Sugar in a row that are offered the same release; both ends included."""

    first: str
    last: str | None
    """None where nothing says that a later Sugar will not be offered it too."""
    offer: Offer


def offers_of(bundle_id: str, releases: Iterable[Release]) -> Offers:
    """What is offered of an activity with these releases."""
    ordered = newest_first(releases)
    listed = [each for each in ordered if each.state is ReleaseState.LISTED]
    gone = [each.version_key for each in ordered if each.state is ReleaseState.WITHDRAWN]
    return Offers(bundle_id, tuple(map(_offer, listed)), tuple(gone))


def _stretch(offer: Offer, sugars: list[str]) -> Stretch:
    is_open = sugars[0] == SUGARS[0] and offer.compatibility.max_sugar is None
    return Stretch(sugars[-1], None if is_open else sugars[0], offer)


def _offer(release: Release) -> Offer:
    return Offer(
        version=release.version,
        file_name=release.file_name,
        size_bytes=release.bundle.size_bytes,
        sha256=release.bundle.sha256,
        compatibility=release.details.compatibility,
        prerelease=release.prerelease,
    )


def _fits(offer: Offer, sugar: str, channel: Channel) -> bool:
    if offer.prerelease and channel is not Channel.TESTING:
        return False
    if not runs_on(offer.compatibility, sugar):
        return False
    reads_dots = sugar_version(sugar_meant(sugar)) >= sugar_version(FIRST_WITH_DOTS)
    return reads_dots or offer.version.isdecimal()
