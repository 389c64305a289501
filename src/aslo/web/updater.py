"""Sugar's own updaters: RDF for one activity after the other, JSON for all at once.

Since 0.86 Sugar asks `/services/update-aslo.php` for each installed activity, 0.85 asked
`/services/update.php`; 0.104 to 0.110 may ask `/update.json` (jarabe.model.update). One answer that
is not as they expect ends the update of all activities, so whatever is asked, and whatever breaks,
these answer 200 with a document that they can read.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, request
from markupsafe import escape

from aslo.domain.bundle_id import bundle_id_fault
from aslo.domain.offers import Channel, Offer, Offers
from aslo.web.headers import BareResponse
from aslo.web.kept import may_be_kept
from aslo.web.wiring import ports, settings

logger = logging.getLogger(__name__)
blueprint = Blueprint("updater", __name__)

RDF = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<RDF:RDF xmlns:RDF="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:em="http://www.mozilla.org/2004/em-rdf#">{}</RDF:RDF>\n'
)
KEPT = "public, max-age=300"
NOT_KEPT = "no-store"
OLDEST_WITH_JSON = "0.104"
"""The oldest Sugar that asks for all at once; what runs there runs on those after it."""
BYTES_IN_A_UNIT = 1024
MOST_OF_A_QUERY = 2_000
A_PAGE = 1_000
_SUGAR = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,4}", re.ASCII)

View = Callable[..., str]


def answered(media_type: str, empty: str) -> Callable[[View], Callable[..., Response]]:
    """Let a view answer with 200 whatever happens, and be kept where nothing broke."""

    def dress(view: View) -> Callable[..., Response]:
        @wraps(view)
        def answer(*args: Any, **named: Any) -> Response:
            try:
                # Before the answer is made: if the catalog moves meanwhile, the tag is old.
                catalog = ports().catalog.tag()
                body, kept = view(*args, **named), KEPT
                may_be_kept(catalog, any_language=True)
            except Exception:
                logger.exception("an updater asks %s, which broke", request.path)
                body, kept = empty, NOT_KEPT
            return _response(body, media_type, kept)

        return answer

    return dress


@blueprint.get("/services/update-aslo.php")
@blueprint.get("/services/update.php")
@answered("text/xml", RDF.format(""))
def update() -> str:
    """What the asking Sugar is offered of one activity, or an empty document."""
    return _rdf(Channel.STABLE)


@blueprint.get("/services/testing/update-aslo.php")
@blueprint.get("/services/testing/update.php")
@answered("text/xml", RDF.format(""))
def update_for_testing() -> str:
    """The same for those who try what is not finished."""
    return _rdf(Channel.TESTING)


@blueprint.get("/update.json")
@answered("application/json", '{"activities": {}}')
def update_all() -> str:
    """What runs on the oldest Sugar that asks so, of every activity."""
    found = {
        offers.bundle_id: _described(offers.bundle_id, offer)
        for offers in every_offer()
        if (offer := offers.choose(OLDEST_WITH_JSON)) is not None
    }
    return json.dumps({"activities": found}, separators=(",", ":"))


def every_offer() -> Iterator[Offers]:
    """What is offered of all activities, by bundle id."""
    after = ""
    while page := ports().catalog.every_offer(after, A_PAGE):
        yield from page
        after = page[-1].bundle_id


def download_url(bundle_id: str, offer: Offer) -> str:
    """Where an updater gets a bundle: over plain HTTP, for old ones speak nothing else."""
    return f"{plain_url()}/download/{bundle_id}/{offer.version}/{offer.file_name}"


def plain_url() -> str:
    """The address of this site without TLS."""
    parts = urlsplit(settings().public_url)
    return parts._replace(scheme="http").geturl()


def _rdf(channel: Channel) -> str:
    bundle_id, sugar = _asked()
    if bundle_id_fault(bundle_id) is not None or not _SUGAR.fullmatch(sugar):
        return RDF.format("")
    known = ports().catalog.offers([bundle_id]).get(bundle_id)
    offer = known.choose(sugar, channel) if known else None
    return RDF.format(_offered(bundle_id, offer) if offer else "")


def _asked() -> tuple[str, str]:
    """The activity and the version of Sugar. The client pastes the id unescaped, so that a second
    version of Sugar may be inside it; the last one is the client's own. A plus stays a plus."""
    query = request.query_string[:MOST_OF_A_QUERY].decode("latin-1")
    named = [each.partition("=")[::2] for each in query.split("&")]
    ids = [unquote(value) for name, value in named if name == "id"]
    versions = [unquote(value) for name, value in named if name == "appVersion"]
    return next(iter(ids), ""), versions[-1] if versions else ""


def _offered(bundle_id: str, offer: Offer) -> str:
    """The client takes the first of each field anywhere in the document, and ignores the rest,
    which is for other readers of the format."""
    needs = offer.compatibility
    fields = {
        "version": offer.version,
        "minVersion": needs.min_sugar,
        "maxVersion": needs.max_sugar,
        "updateLink": download_url(bundle_id, offer),
        # Whole units, never none: Sugar multiplies them again.
        "updateSize": max(1, -(-offer.size_bytes // BYTES_IN_A_UNIT)),
        "updateHash": f"sha256:{offer.sha256}",
        "updateInfoURL": f"{plain_url()}/{bundle_id}/{offer.version}",
    }
    told = "".join(f"<em:{n}>{escape(v)}</em:{n}>" for n, v in fields.items() if v is not None)
    about = f"urn:mozilla:extension:{escape(bundle_id)}"
    return f'<RDF:Description about="{about}">{told}</RDF:Description>'


def _described(bundle_id: str, offer: Offer) -> dict[str, object]:
    return {
        "version": offer.version,
        "minSugarVersion": offer.compatibility.min_sugar,
        "xo_url": download_url(bundle_id, offer),
        "xo_size": offer.size_bytes,
    }


def _response(body: str, media_type: str, kept: str) -> Response:
    # XML and JSON say themselves that they are UTF-8.
    response = BareResponse(body, content_type=media_type)
    response.headers["Cache-Control"] = kept
    return response
