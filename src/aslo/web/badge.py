"""`/badge/<bundle_id>.svg` and those below it: what the store knows of an activity, as small
pictures for other pages."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from aslo.domain.activity import Details, Release, ReleaseState
from aslo.domain.build import Build, BuildState
from aslo.domain.errors import NotFoundError, OutageError
from aslo.domain.locale import canonical_lang
from aslo.domain.sugar import Compatibility
from aslo.web.detail import shown
from aslo.web.headers import FILE_POLICY, public
from aslo.web.language import own_name
from aslo.web.wiring import ports, settings
from aslo.web.wordless import wordless
from aslo.web.words import BUILD_STATES

blueprint = Blueprint("badge", __name__)

LISTED, MISSING = "#0b57b0", "#5f6368"
GOOD, PARTLY, BAD = "#2e7d32", "#8a5300", "#b3261e"
UNLISTED = "not listed", MISSING
BUILD_COLOURS = {
    BuildState.PUBLISHED: GOOD,
    BuildState.SUPERSEDED: GOOD,
    BuildState.FAILED: BAD,
    BuildState.ERRORED: PARTLY,
    BuildState.QUEUED: LISTED,
    BuildState.RUNNING: LISTED,
}
BUILD_KEPT = "public, max-age=60"
"""A build moves without the catalog, so its badge cannot be known by that."""
PADDING = 6
# Of Verdana at 11 pixels, in tenths; `textLength` then makes any other font fit.
_NARROW = dict.fromkeys("ijlftrI.,:;|!'()[]- ", 46)
_WIDE = dict.fromkeys("mwMWQO~%@", 92)
_USUAL, _CAPITAL, _BEYOND_LATIN = 68, 78, 110


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a badge, in pixels."""

    text: str
    left: int = 0

    @property
    def text_width(self) -> int:
        """How much room its text gets."""
        return -(-sum(_tenths(character) for character in self.text) // 10)

    @property
    def width(self) -> int:
        """How wide it is in all."""
        return self.text_width + 2 * PADDING

    @property
    def middle(self) -> float:
        """Where its text is centred."""
        return self.left + self.width / 2


@blueprint.get("/badge/<bundle_id:bundle_id>.svg")
@wordless
@public
def badge(bundle_id: str) -> Response:
    """The latest version; for an activity that is not here a grey badge that says so, and no
    404, which other pages would show as a broken picture. So do all the others."""
    release = _listed(bundle_id)
    return _drawn(settings().site_name, (f"v{release.version}", LISTED) if release else UNLISTED)


@blueprint.get("/badge/<bundle_id:bundle_id>/translations.svg")
@wordless
@public
def translations(bundle_id: str) -> Response:
    """Into how many languages all of it is translated."""
    release = _listed(bundle_id)
    return _drawn("translations", _all_languages(release.details) if release else UNLISTED)


@blueprint.get("/badge/<bundle_id:bundle_id>/translations/<language>.svg")
@wordless
@public
def translation(bundle_id: str, language: str) -> Response:
    """How much of it is translated into one language."""
    lang = canonical_lang(language)
    release = _listed(bundle_id)
    if lang is None or release is None:
        return _drawn("translation", ("not translated", MISSING) if release else UNLISTED)
    return _drawn(own_name(lang), _language(release.details, lang))


@blueprint.get("/badge/<bundle_id:bundle_id>/sugar.svg")
@wordless
@public
def sugar(bundle_id: str) -> Response:
    """On which versions of Sugar the latest release works."""
    release = _listed(bundle_id)
    works_on = (_sugars(release.details.compatibility), LISTED) if release else UNLISTED
    return _drawn("Sugar", works_on)


@blueprint.get("/badge/<bundle_id:bundle_id>/build.svg")
@wordless
def build(bundle_id: str) -> Response:
    """How the newest build of it stands."""
    try:
        builds = ports().store.recent_builds(1, bundle_id)
    except OutageError:
        # A picture in somebody's README, and no place for our troubles.
        return _drawn("build", ("not known now", MISSING))
    response = _drawn("build", _build_state(builds[0]) if builds else ("none", MISSING))
    response.headers["Cache-Control"] = BUILD_KEPT
    response.add_etag()
    response.make_conditional(request)
    return response


def _drawn(name: str, state: tuple[str, str]) -> Response:
    """A badge of two halves: what it is about, and how that stands, with its colour."""
    text, colour = state
    left = Half(name)
    right = Half(text, left.width)
    body = render_template("badge.svg", name=left, state=right, colour=colour)
    response = Response(body, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _listed(bundle_id: str) -> Release | None:
    try:
        latest = shown(bundle_id).latest
    except NotFoundError:
        return None
    return latest if latest.state is ReleaseState.LISTED else None


def _all_languages(details: Details) -> tuple[str, str]:
    counted = details.completeness
    if not counted:
        count = len(details.languages)
        return (_counted(count), LISTED) if count else ("none yet", MISSING)
    whole = sum(each.is_whole for each in counted)
    return f"{whole} of {len(counted)} complete", GOOD if whole == len(counted) else LISTED


def _counted(count: int) -> str:
    return "1 language" if count == 1 else f"{count} languages"


def _language(details: Details, lang: str) -> tuple[str, str]:
    for each in details.completeness:
        if each.lang == lang:
            return f"{each.percent} %", GOOD if each.is_whole else PARTLY
    known = lang in details.languages
    return ("translated", LISTED) if known else ("not translated", MISSING)


def _sugars(needs: Compatibility) -> str:
    first, last = needs.min_sugar, needs.max_sugar
    return f"{first}+" if last is None else f"{first}\N{EN DASH}{last}"


def _build_state(found: Build) -> tuple[str, str]:
    if found.is_held:
        return "held", MISSING
    return str(BUILD_STATES[found.state]), BUILD_COLOURS.get(found.state, MISSING)


def _tenths(character: str) -> int:
    if character > "\u024f":
        return _BEYOND_LATIN
    usual = _CAPITAL if character.isupper() else _USUAL
    return _NARROW.get(character) or _WIDE.get(character) or usual
