"""What is offered of every activity in one document, for Sugar 0.104 to 0.110.

Their updater may ask `/update.json` instead of one activity after the other; a document without
`activities` hangs it (jarabe.model.update.new_aslo), so that is there whatever breaks.
"""

import json
import logging
from collections.abc import Iterator

from flask import Blueprint, Response

from aslo.domain.errors import AsloError
from aslo.domain.offers import Offer, Offers
from aslo.web.large import large
from aslo.web.updater import KEPT, NOT_KEPT, download_url
from aslo.web.wiring import ports

logger = logging.getLogger(__name__)
blueprint = Blueprint("update_list", __name__)

MEDIA_TYPE = "application/json"
NOTHING = '{"activities": {}}'
OLDEST = "0.104"
"""The oldest Sugar that asks so; what runs there is offered to those after it too."""
AT_ONCE = 1_000
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


# Whatever the method: an answer that is no document hangs who asked.
@blueprint.route("/update.json", methods=METHODS, strict_slashes=True)
def update_list() -> Response:
    """What runs on the oldest Sugar that asks so, of every activity."""
    try:
        # Before the answer is made: if the catalog moves meanwhile, the tag is old.
        catalog, is_whole = ports().catalog.tag(), ports().catalog.caught_up()
        response = large(("update.json", catalog), _told, MEDIA_TYPE)
        response = _kept(response, KEPT if is_whole else NOT_KEPT)
    except AsloError as error:
        logger.warning("an updater is offered nothing: %s", error)
    except Exception:
        logger.exception("an updater is offered nothing")
    else:
        return response
    return _kept(Response(NOTHING, content_type=MEDIA_TYPE), NOT_KEPT)


def _told() -> Iterator[str]:
    between = '{"activities":{'
    for offers in _every_offer():
        if (offer := offers.choose(OLDEST)) is not None:
            told = json.dumps(_described(offers.bundle_id, offer), separators=(",", ":"))
            yield f"{between}{json.dumps(offers.bundle_id)}:{told}"
            between = ",\n"
    yield '{"activities":{}}' if between.startswith("{") else "}}"


def _every_offer() -> Iterator[Offers]:
    after = ""
    while page := ports().catalog.every_offer(after, AT_ONCE):
        yield from page
        after = page[-1].bundle_id


def _described(bundle_id: str, offer: Offer) -> dict[str, object]:
    return {
        "version": offer.version,
        "minSugarVersion": offer.compatibility.min_sugar,
        "xo_url": download_url(bundle_id, offer),
        "xo_size": offer.size_bytes,
    }


def _kept(response: Response, how: str) -> Response:
    response.headers["Cache-Control"] = how
    return response
