"""Publish a checked bundle: files first, then the release, the activity, the change."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aslo.domain.activity import (
    Activity,
    Developer,
    Release,
    ReleaseState,
    StoredFile,
)
from aslo.domain.build import Build, BuildState
from aslo.domain.errors import (
    BundleIdTakenError,
    BundleIdUnassignedError,
    NotFoundError,
    OutageError,
    VersionTakenError,
)
from aslo.domain.version import ActivityVersion
from aslo.services import lookalike, posters, screenshots
from aslo.services.attempt import Attempt
from aslo.services.check import CheckedBundle
from aslo.services.keeping import BUNDLE, icon_problem, keep_icon, save_activity
from aslo.services.workbench import Workbench

DEVELOPERS = 12
AVATAR_BYTES = 1024**2
ABANDONED_AFTER = timedelta(hours=2)


def publish(
    attempt: Attempt[Build],
    bundle: Path,
    checked: CheckedBundle,
    tree: Path | None,
    folder: Path,
    *,
    bench: Workbench,
) -> BuildState:
    """Publish the bundle and return how the build ends; a repeated call changes nothing.

    Raises BundleIdTakenError, BundleIdUnassignedError and VersionTakenError. The order matters:
    a crash between two steps leaves files without a row, never a listed release without its file.
    """
    activity = lookalike.look_at(_claim(attempt, checked, bench), attempt, bench.store)
    known = bench.store.release(checked.bundle_id, _key(checked.version))
    if known is not None and not _ours(known, attempt, checked):
        return BuildState.SUPERSEDED
    release = replace(
        _release(attempt, bundle, checked, tree, folder, bench=bench),
        state=lookalike.state_of(activity),
    )
    # The last look at the claim before anything becomes public.
    attempt.note()
    stored = bench.store.add_release(release)
    if not _ours(stored, attempt, checked):
        return BuildState.SUPERSEDED
    if stored != release:
        # Somebody may have published or withdrawn it while we slept: only a live claim may list.
        attempt.note()
        bench.store.save_release(_relisted(stored, release))
    developers = _developers(attempt, folder, bench)

    def ours(known: Activity) -> Activity:
        kept = known.developers if developers is None else developers
        return replace(
            known,
            repository=attempt.build.repository,
            developers=kept,
            language=attempt.build.language,
        )

    save_activity(activity, ours, bench.store)
    bench.store.announce(checked.bundle_id)
    return BuildState.PUBLISHED


def _claim(attempt: Attempt[Build], checked: CheckedBundle, bench: Workbench) -> Activity:
    repository = attempt.build.repository
    wanted = Activity(checked.bundle_id, repository, created_at=bench.clock())
    activity = bench.store.claim_bundle_id(wanted)
    if activity.bundle_id == checked.bundle_id:
        if activity.repository.is_same(repository):
            return activity
        if activity.repository.is_declared:
            declared = activity.repository.full_name
            raise BundleIdUnassignedError(checked.bundle_id, declared, repository.full_name)
        if _is_abandoned(activity, bench) and bench.store.save_activity(
            replace(wanted, edition=activity.edition)
        ):
            return replace(wanted, edition=activity.edition + 1)
    raise BundleIdTakenError(checked.bundle_id, activity.bundle_id, activity.repository.full_name)


def _is_abandoned(activity: Activity, bench: Workbench) -> bool:
    """Whether an id was claimed long ago by a build that published nothing: it is nobody's."""
    old = bench.clock() - activity.created_at > ABANDONED_AFTER
    return old and not bench.store.releases(activity.bundle_id)


def _ours(known: Release, attempt: Attempt[Build], checked: CheckedBundle) -> bool:
    """Whether the stored release is this build's to (re)publish; VersionTakenError if its
    content differs, for published bytes never change."""
    if known.content_digest != checked.content_digest:
        raise VersionTakenError(known.bundle_id, known.version, known.tag)
    adoptable = known.is_imported or known.state is ReleaseState.WITHDRAWN
    return adoptable or known.build_id == attempt.build.id


def _relisted(stored: Release, release: Release) -> Release:
    """The release as this build found it, with the bytes that were published first."""
    # The same bytes were just put at rest once more, whatever became of them.
    lost = stored.lost and stored.bundle != release.bundle
    return replace(
        release,
        version=stored.version,
        bundle=stored.bundle,
        file_name=stored.file_name,
        content_digest=stored.content_digest,
        listed_at=stored.listed_at,
        state=ReleaseState.HELD if lost else release.state,
        lost=lost,
    )


def _release(
    attempt: Attempt[Build],
    bundle: Path,
    checked: CheckedBundle,
    tree: Path | None,
    folder: Path,
    *,
    bench: Workbench,
) -> Release:
    build, now = attempt.build, bench.clock()
    icon = _icon(attempt, checked, folder, bench)
    return Release(
        bundle_id=checked.bundle_id,
        version=checked.version,
        build_id=build.id,
        tag=build.release.tag,
        commit=build.commit or "",
        published_at=build.release.published_at or now,
        listed_at=now,
        bundle=bench.files.add(bundle, BUNDLE),
        content_digest=checked.content_digest,
        file_name=checked.file_name,
        details=checked.details,
        icon=icon,
        poster=posters.draw(attempt, icon, checked.bundle_id, folder, bench=bench),
        screenshots=screenshots.collect(attempt, tree, folder, bench=bench),
        notes=build.release.notes,
        html_url=build.release.html_url,
        prerelease=build.release.prerelease,
    )


def _icon(
    attempt: Attempt[Build], checked: CheckedBundle, folder: Path, bench: Workbench
) -> StoredFile | None:
    if checked.icon is None:
        return None
    try:
        return keep_icon(
            checked.icon, checked.bundle_id, folder, pictures=bench.pictures, files=bench.files
        )
    except ValueError as error:
        attempt.warn(icon_problem(error))
        return None


def _developers(
    attempt: Attempt[Build], folder: Path, bench: Workbench
) -> tuple[Developer, ...] | None:
    """The contributors with copies of their pictures; nothing of it is worth a failed release."""
    try:
        found = bench.forge.developers(attempt.build.repository, DEVELOPERS)
    except (OutageError, NotFoundError) as error:
        attempt.log(f"warning: the developers are not known: {error}")
        return None
    return tuple(_pictured(who, url, attempt, folder, bench) for who, url in found)


def _pictured(
    developer: Developer, url: str, attempt: Attempt[Build], folder: Path, bench: Workbench
) -> Developer:
    raw, small = folder / "avatar", folder / "avatar.webp"
    try:
        bench.forge.download_picture(url, raw, AVATAR_BYTES)
        avatar = bench.files.add(small, bench.pictures.avatar(raw, small))
    except (OutageError, NotFoundError, ValueError) as error:
        attempt.log(f"warning: no picture of {developer.login}: {error}")
        return developer
    finally:
        raw.unlink(missing_ok=True)
        small.unlink(missing_ok=True)
    return replace(developer, avatar=avatar)


def _key(version: str) -> str:
    return ActivityVersion.parse(version).key
