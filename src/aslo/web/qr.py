"""`/qr/<bundle_id>/<version>.svg`: the permanent address as a code that telephones read."""

from io import BytesIO

import segno
from flask import Blueprint, Response

from aslo.services.report import page_path
from aslo.web.detail import shown
from aslo.web.headers import FILE_POLICY, public
from aslo.web.wiring import absolute
from aslo.web.wordless import wordless

blueprint = Blueprint("qr", __name__)


@blueprint.get("/qr/<bundle_id:bundle_id>/<version:version>.svg")
@wordless
@public
def code(bundle_id: str, version: str) -> Response:
    """The code of a release's permanent address; a picture of its own, since making one takes
    as long as making the page."""
    release = shown(bundle_id).release(version)
    drawn = BytesIO()
    # White behind it, or no telephone reads it from a dark page.
    segno.make_qr(absolute(page_path(release))).save(
        drawn, kind="svg", light="#fff", omitsize=True, svgclass=None, lineclass=None, nl=False
    )
    response = Response(drawn.getvalue(), mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
