"""What crawlers ask for: `robots.txt`, and the sitemap in parts (sitemaps.org)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, url_for

from aslo.domain.errors import NotFoundError
from aslo.problem_pages import codes
from aslo.web.addresses import in_language
from aslo.web.headers import public
from aslo.web.language import html_tag, interface_languages
from aslo.web.visit import visit
from aslo.web.wiring import absolute, ports
from aslo.web.wordless import wordless

blueprint = Blueprint("sitemap", __name__)

STEP = 1_000
"""Activities a part: with a link for each language some 2 MB, of the 50 that are allowed."""
PAGES = (
    "pages.index",
    "developers.developers",
    "statistics.statistics",
    "help.learners",
    "help.developers",
    "problems.kinds",
)
MEDIA_TYPE = "application/xml"


@dataclass(frozen=True, slots=True)
class Place:
    """A page by its address without a language, and when it changed last."""

    path: str
    changed_at: datetime | None = None

    @property
    def url(self) -> str:
        """The address at which readers get their own language."""
        return absolute(self.path)

    @property
    def languages(self) -> Iterator[tuple[str, str]]:
        """Each language that the site speaks, with the page's address in it."""
        path = self.path.removeprefix(visit().root)
        for lang in interface_languages():
            yield html_tag(lang), absolute(in_language(path, lang))


@blueprint.get("/robots.txt")
@wordless
@public
def robots() -> Response:
    """Where crawlers gain nothing, and where the sitemap is."""
    return Response(render_template("robots.txt"), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@wordless
@public
def index() -> Response:
    """The addresses of all parts."""
    starts = ports().catalog.address_starts(STEP)
    parts = [url_for("sitemap.activities", start=start) for start in starts]
    parts.insert(0, url_for("sitemap.pages"))
    return _xml(render_template("sitemap_index.xml", parts=parts))


@blueprint.get("/sitemaps/pages.xml")
@wordless
@public
def pages() -> Response:
    """The pages that stand for themselves."""
    paths = [url_for(endpoint, lang=None) for endpoint in PAGES]
    paths += [url_for("problems.kind", code=code, lang=None) for code in codes()]
    return _places([Place(path) for path in paths])


@blueprint.get("/sitemaps/activities/<bundle_id:start>.xml")
@wordless
@public
def activities(start: str) -> Response:
    """The latest release of each activity, from that bundle id on."""
    found = ports().catalog.addresses(start, STEP)
    if not found:
        raise NotFoundError(f"there is no activity from {start} on")
    return _places(
        [
            Place(
                url_for("detail.release", bundle_id=a.bundle_id, version=a.version, lang=None),
                a.listed_at,
            )
            for a in found
        ]
    )


def _places(places: list[Place]) -> Response:
    return _xml(render_template("sitemap.xml", places=places))


def _xml(body: str) -> Response:
    return Response(body, mimetype=MEDIA_TYPE)
