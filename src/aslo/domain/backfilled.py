"""What becomes of each release of an organisation that is taken in long after it was published."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aslo.domain.activity import Repository
from aslo.domain.build import Build, BuildState
from aslo.domain.delivery import ForgeRelease, ReleaseList
from aslo.domain.errors import AsloError, BundleIdUnassignedError
from aslo.domain.imported import (
    HINTS,
    ImportOutcome,
    ImportState,
    Stamp,
    refusal,
    written,
)
from aslo.domain.info import INFO_FILE
from aslo.domain.problem import Severity

GONE = "it is gone, or was hidden meanwhile"
PRIVATE = "it is private, and a private repository is never listed"
FORK = "it is a fork; --forks takes forks, too"
NO_RELEASE = "it has no release"
NO_ACTIVITY = f"it is no activity: its newest release has no {INFO_FILE}, and none has a bundle"
TAKEN_BACK = "it was taken back, or its tag was exchanged, before it was built"

LISTED = (BuildState.PUBLISHED, BuildState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of a repository when its list of releases had a certain mark."""

    mark: str
    releases: tuple[tuple[int, str], ...] = ()
    """The number and the tag of each, the oldest first."""
    reason: str = ""
    """Why it is passed over; empty if it is not."""


def published(found: ReleaseList) -> list[ForgeRelease]:
    """The releases that the world sees, the oldest first."""
    seen = [each for each in found.releases if each.published_at and not each.draft]
    return sorted(seen, key=lambda each: (each.published_at, each.id))


def is_due(build: Build | None) -> bool:
    """Whether a release is to be built: it never was, that has not ended or ended for our reasons,
    it was taken back and is there again, or the operator may have assigned it since."""
    if build is None:
        return True
    if build.state is BuildState.FAILED:
        return any(each.code == BundleIdUnassignedError.code for each in build.problems)
    return build.state not in LISTED


def foreseen(repository: Repository, release: ForgeRelease, build: Build | None) -> ImportOutcome:
    """What will most likely become of a release."""
    if build is None or is_due(build):
        return ImportOutcome(stamp=_stamp(repository, release.tag, ""), state=ImportState.IMPORTED)
    return outcome(build, is_old=True)


def outcome(build: Build, *, is_old: bool, page: str = "") -> ImportOutcome:
    """What became of a release whose build has ended, perhaps long before."""
    stamp = _stamp(build.repository, build.release.tag, build.commit or "")
    named = build.bundle_id or "", build.version or ""
    if build.state in LISTED:
        state = ImportState.ALREADY if is_old else ImportState.IMPORTED
        mild = [each for each in build.problems if each.severity is not Severity.ERROR]
        return ImportOutcome(
            stamp=stamp, state=state, bundle_id=named[0], version=named[1], warnings=written(mild)
        )
    said = TAKEN_BACK if build.state is BuildState.WITHDRAWN else build.outcome
    hint = next((HINTS[each.code] for each in build.problems if each.code in HINTS), "")
    return ImportOutcome(
        stamp=stamp,
        state=ImportState.REFUSED,
        bundle_id=named[0],
        version=named[1],
        code=build.state,
        message=said.rstrip("."),
        hint=hint or f"Its log is at {page}",
        problems=written(build.problems),
    )


def unseen(repository: Repository, error: AsloError) -> ImportOutcome:
    """What is said of a repository that cannot be looked at."""
    return refusal(Stamp(repository.html_url), error)


def counted(outcomes: Iterable[ImportOutcome], *, dry_run: bool) -> str:
    """How many of them came in, were there and were not let in, in a few words."""
    counts = Counter(each.state for each in outcomes)
    words = {each: str(each) for each in ImportState}
    words[ImportState.IMPORTED] = "would be imported" if dry_run else "imported"
    return ", ".join(f"{counts[state]} {word}" for state, word in words.items() if counts[state])


def bundled(releases: Sequence[ForgeRelease]) -> bool:
    """Whether any of them has a bundle attached."""
    return any(asset.is_bundle for release in releases for asset in release.assets)


def _stamp(repository: Repository, tag: str, commit: str) -> Stamp:
    return Stamp(f"{repository.html_url}@{tag}", commit=commit)
