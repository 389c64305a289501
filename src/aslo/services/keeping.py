"""The steps that every way into the store shares: its icon, its versions."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from aslo.domain.activity import Activity, StoredFile, newest_first
from aslo.domain.errors import StoreError
from aslo.domain.problem import Problem, Severity
from aslo.ports import Files, Pictures, Store

BUNDLE = "application/vnd.olpc-sugar"
ICON = "image/svg+xml"
SAVE_TRIES = 50


def keep_icon(
    svg: bytes, bundle_id: str, folder: Path, *, pictures: Pictures, files: Files
) -> StoredFile:
    """Add the icon, made safe to serve; ValueError if it cannot be shown."""
    path = folder / "icon.svg"
    path.write_bytes(pictures.icon(svg, bundle_id))
    return files.add(path, ICON)


def icon_problem(error: ValueError) -> Problem:
    """What to tell of an icon that cannot be shown."""
    message, remedy = f"the icon cannot be shown: {error}", "Draw it with plain SVG shapes."
    return Problem("bad-icon", message, remedy, severity=Severity.WARNING)


def save_activity(activity: Activity, change: Callable[[Activity], Activity], store: Store) -> None:
    """Save a change of an activity, and with it all versions that the store has of it."""
    for _ in range(SAVE_TRIES):
        releases = newest_first(store.releases(activity.bundle_id))
        versions = tuple(release.version for release in releases)
        changed = replace(change(activity), versions=versions)
        if changed == activity or store.save_activity(changed):
            return
        activity = store.activity(activity.bundle_id) or activity
    raise StoreError(f"activity {activity.bundle_id} changed {SAVE_TRIES} times under our hands")
