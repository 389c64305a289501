"""Icons, screenshots and avatars, by the hash of their bytes."""

from pathlib import Path

from flask import Blueprint, Response

from aslo.domain.activity import StoredFile
from aslo.domain.errors import NotFoundError
from aslo.web import stored
from aslo.web.addresses import link_to
from aslo.web.wiring import ports

blueprint = Blueprint("pictures", __name__)

ICON = "image/svg+xml"
SITE_POSTER = Path(__file__).with_name("poster.png")
EXTENSIONS = {
    "image/webp": "webp",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
}


@blueprint.app_template_global()
def picture_url(file: StoredFile) -> str:
    """Where a picture is served."""
    return link_to(
        "pictures.picture", sha256=file.sha256, extension=EXTENSIONS.get(file.media_type, "webp")
    )


@blueprint.app_template_global()
def has_file(file: StoredFile) -> bool:
    """Whether a picture is served, because a listed release shows it."""
    return ports().catalog.holds_file(file.sha256) is not None


@blueprint.get("/poster.png")
def site_poster() -> Response:
    """The site's own poster, for releases that have none."""
    response = Response(SITE_POSTER.read_bytes(), mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@blueprint.get("/icon/<sha256:sha256>.svg", strict_slashes=True)
def icon(sha256: str) -> Response:
    """The icon of a listed release."""
    file = _listed(sha256)
    if file.media_type != ICON:
        raise NotFoundError(f"there is no icon {sha256}")
    return stored.serve(file, file.media_type)


@blueprint.get("/picture/<sha256:sha256>.<any(webp, png, jpg, gif):extension>", strict_slashes=True)
def picture(sha256: str, extension: str) -> Response:
    """A screenshot or avatar of a listed release."""
    file = _listed(sha256)
    if EXTENSIONS.get(file.media_type) != extension:
        raise NotFoundError(f"there is no picture {sha256}.{extension}")
    return stored.serve(file, file.media_type)


def _listed(sha256: str) -> StoredFile:
    file = ports().catalog.holds_file(sha256)
    if file is None:
        raise NotFoundError(f"there is no file {sha256}")
    return file
