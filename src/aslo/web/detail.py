"""One activity: its latest release, any release, and all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from aslo.domain.activity import (
    Activity,
    Details,
    Release,
    ReleaseState,
    Screenshot,
    StoredFile,
    latest,
    newest_first,
)
from aslo.domain.errors import NotFoundError
from aslo.domain.offers import offers_of
from aslo.domain.version import ActivityVersion
from aslo.web import structured
from aslo.web.addresses import here, page, web_link
from aslo.web.fragments import is_kept, kept_fragment
from aslo.web.headers import public
from aslo.web.language import reader
from aslo.web.wiring import ports

blueprint = Blueprint("detail", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """An activity with those of its releases that the public may see, highest first."""

    activity: Activity
    releases: tuple[Release, ...]
    public_files: tuple[StoredFile, ...]

    @property
    def latest(self) -> Release:
        """What a reader without a wish gets; a withdrawn one if nothing else is left."""
        return latest(self.releases) or self.releases[0]

    def release(self, version: str) -> Release:
        """The release of that version, however it is spelled; or NotFoundError."""
        key = _key(version)
        for release in self.releases:
            if release.version_key == key:
                return release
        raise NotFoundError(f"{self.activity.bundle_id} has no version {version}")


def shown(bundle_id: str) -> Shown:
    """What the public may see of an activity, or NotFoundError."""
    entry = ports().catalog.entry(bundle_id)
    releases = newest_first(entry.releases) if entry else []
    seen = tuple(r for r in releases if r.state is not ReleaseState.HELD)
    if entry is None or not seen:
        raise NotFoundError(f"there is no activity {bundle_id}")
    return Shown(entry.activity, seen, entry.public_files)


@page(blueprint, "/<bundle_id:bundle_id>")
@public
def activity(bundle_id: str) -> ResponseReturnValue:
    """Lead to the latest release."""
    return _to(shown(bundle_id).latest)


@page(blueprint, "/<bundle_id:bundle_id>/<version:version>")
@public
def release(bundle_id: str, version: str) -> ResponseReturnValue:
    """One release."""
    # Before the entry is read: if it changes meanwhile, nobody asks for this key again.
    key = (ports().catalog.entry_tag(bundle_id), version, here())

    @cache
    def found() -> tuple[Shown, Release]:
        activity = shown(bundle_id)
        return activity, activity.release(version)

    if not is_kept("_release.html", key) and found()[1].version != version:
        return _to(found()[1])
    values = cache(lambda: _told(*found()))
    return render_template(
        "detail.html", part=lambda template: kept_fragment(template, key, values)
    )


@page(blueprint, "/<bundle_id:bundle_id>/releases")
@public
def releases(bundle_id: str) -> ResponseReturnValue:
    """Every release of an activity."""
    found = shown(bundle_id)
    return render_template(
        "releases.html",
        latest=found.latest,
        releases=found.releases,
        stretches=offers_of(bundle_id, found.releases).stretches(),
    )


def _to(chosen: Release) -> ResponseReturnValue:
    return redirect(
        url_for("detail.release", bundle_id=chosen.bundle_id, version=chosen.version), 302
    )


def _told(found: Shown, chosen: Release) -> dict[str, Any]:
    """What the parts of a release's page show."""
    details, chain = chosen.details, reader().chain
    screenshots = _screenshots(chosen.screenshots)
    return {
        "activity": found.activity,
        "release": chosen,
        "latest": found.latest,
        "others": [other for other in found.releases if other is not chosen],
        "waiting": found.activity.waiting(chosen) if chosen is found.latest else (),
        "withdrawn": chosen.state is ReleaseState.WITHDRAWN,
        "details": details,
        "languages": _shares(details),
        "complete": _complete(details),
        "name": details.name.pick(chain),
        "summary": details.summary.pick(chain),
        "description": details.description.pick(chain),
        "homepage": web_link(details.homepage),
        "screenshots": screenshots,
        "structured": structured.application(found.activity, chosen, screenshots),
        # Of this activity alone, for the parts outlive a change of others.
        "has_file": found.public_files.__contains__,
    }


def _shares(details: Details) -> tuple[tuple[str, int | None], ...]:
    """Each language with the percents that are translated, where those were counted."""
    counted = {each.lang: each.percent for each in details.completeness}
    return tuple((lang, counted.get(lang)) for lang in details.languages)


def _complete(details: Details) -> int | None:
    """Into how many languages all is translated; None where it was not counted."""
    counted = details.completeness
    return sum(each.is_whole for each in counted) if counted else None


def _screenshots(pictures: Sequence[Screenshot]) -> list[Screenshot]:
    """Those in the reader's language, else in English, else those that show no language."""
    for lang in (*reader().chain, ""):
        if fitting := [picture for picture in pictures if picture.lang == lang]:
            return fitting
    return list(pictures)


def _key(version: str) -> str:
    try:
        return ActivityVersion.parse(version).key
    except ValueError as error:
        raise NotFoundError(f"{version} is not a version") from error
