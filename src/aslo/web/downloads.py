"""The bundles themselves, each under exactly the name we gave it."""

from flask import Blueprint, Response, abort

from aslo.domain.activity import ReleaseState
from aslo.domain.errors import NotFoundError
from aslo.web import counting, stored
from aslo.web.detail import shown

blueprint = Blueprint("downloads", __name__)

MEDIA_TYPE = "application/vnd.olpc-sugar"


@blueprint.get("/download/<bundle_id:bundle_id>/<version:version>/<file_name>", strict_slashes=True)
def bundle(bundle_id: str, version: str, file_name: str) -> Response:
    """A bundle, whole or in part; gone when its release was withdrawn."""
    release = shown(bundle_id).release(version)
    if (release.version, release.file_name) != (version, file_name):
        raise NotFoundError(f"{bundle_id} {version} has no file of that name")
    if release.state is ReleaseState.WITHDRAWN:
        abort(410)
    response = stored.hand_over(release.bundle, MEDIA_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=release.file_name)
    counting.note(release, response)
    return response
