"""`/badge/<bundle_id>.svg`: the version in the store, as a small picture for other pages."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from aslo.domain.activity import ReleaseState
from aslo.domain.errors import NotFoundError
from aslo.web.detail import shown
from aslo.web.headers import FILE_POLICY, public
from aslo.web.wiring import settings
from aslo.web.wordless import wordless

blueprint = Blueprint("badge", __name__)

LISTED, MISSING = "#0b57b0", "#5f6368"
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
    404, which other pages would show as a broken picture."""
    version = _version(bundle_id)
    name = Half(settings().site_name)
    state = Half(f"v{version}" if version else "not listed", name.width)
    colour = LISTED if version else MISSING
    body = render_template("badge.svg", name=name, state=state, colour=colour)
    response = Response(body, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _version(bundle_id: str) -> str | None:
    try:
        latest = shown(bundle_id).latest
    except NotFoundError:
        return None
    return latest.version if latest.state is ReleaseState.LISTED else None


def _tenths(character: str) -> int:
    if character > "\u024f":
        return _BEYOND_LATIN
    usual = _CAPITAL if character.isupper() else _USUAL
    return _NARROW.get(character) or _WIDE.get(character) or usual
