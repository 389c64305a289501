"""Sugar's own updater, which asks for one installed activity after the other.

Since 0.86 it asks `/services/update-aslo.php`, 0.85 asked `/services/update.php`
(jarabe.model.update.aslo). One answer that is not as it expects ends the update of all activities,
so whatever is asked, and whatever breaks, the answer is 200 and a document that it can read. A
school asks thousands of times a day: this stands before Flask, whose share would be the most of
what such an answer costs.
"""

import logging
import re
import time
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from flask import Flask
from markupsafe import escape
from werkzeug.http import parse_accept_header

from aslo.domain.bundle_id import bundle_id_fault
from aslo.domain.errors import AsloError
from aslo.domain.offers import Channel, Offer
from aslo.domain.update_rdf import NOTHING, RDF
from aslo.web.wiring import WebPorts, WebSettings, settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

CHANNELS = {
    "/services/update-aslo.php": Channel.STABLE,
    "/services/update.php": Channel.STABLE,
    "/services/testing/update-aslo.php": Channel.TESTING,
    "/services/testing/update.php": Channel.TESTING,
}
KEPT = "max-age=300"
NOT_KEPT = "no-store"
BYTES_IN_A_UNIT = 1024
LONGEST_QUERY = 2_000
_SUGAR = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,4}", re.ASCII)


def set_up(app: Flask, ports: WebPorts, chosen: WebSettings) -> None:
    """Stand in front of the application, and answer updaters in its place."""
    app.wsgi_app = Updaters(app.wsgi_app, ports, chosen)  # type: ignore[method-assign]


class Updaters:
    """A WSGI application that answers updaters, and leaves all else to another one."""

    def __init__(self, rest: "WSGIApplication", ports: WebPorts, chosen: WebSettings) -> None:
        self._rest = rest
        self._ports = ports
        self._site = over_plain_http(chosen.public_url)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        channel = CHANNELS.get(path)
        if channel is None:
            return self._rest(environ, start_response)
        began = time.perf_counter()
        told, kept = self._told(environ.get("QUERY_STRING", ""), channel)
        body, headers = _packed(told.encode(), kept, environ)
        start_response("200 OK", headers)
        method = environ["REQUEST_METHOD"]
        self._ports.meter.answered(method, path, 200, time.perf_counter() - began)
        return [] if method == "HEAD" else [body]

    def _told(self, query: str, channel: Channel) -> tuple[str, str]:
        try:
            told = self._offered(query, channel)
            # That a catalog which is being filled has none of it may be wrong in a moment.
            return told, KEPT if told is not NOTHING or self._knows_all() else NOT_KEPT
        except AsloError as error:
            logger.warning("an updater is offered nothing: %s", error)
        except Exception:
            logger.exception("an updater is offered nothing")
        return NOTHING, NOT_KEPT

    def _knows_all(self) -> bool:
        return self._ports.catalog.caught_up()

    def _offered(self, query: str, channel: Channel) -> str:
        bundle_id, sugar = _asked(query)
        if bundle_id_fault(bundle_id) is not None or not _SUGAR.fullmatch(sugar):
            return NOTHING
        known = self._ports.catalog.offers([bundle_id]).get(bundle_id)
        offer = known.choose(sugar, channel) if known else None
        return _rdf(self._site, bundle_id, offer) if offer else NOTHING


def download_url(bundle_id: str, offer: Offer) -> str:
    """Where an updater gets a bundle: over plain HTTP, for old ones speak nothing else."""
    return over_plain_http(settings().public_url) + download_path(bundle_id, offer)


def download_path(bundle_id: str, offer: Offer) -> str:
    """The path of a bundle."""
    return f"/download/{bundle_id}/{offer.version}/{offer.file_name}"


@lru_cache(maxsize=16)
def over_plain_http(public_url: str) -> str:
    """The address of a site without TLS; a port of TLS is none of plain HTTP."""
    parts = urlsplit(public_url.rstrip("/"))
    if parts.scheme == "https":
        host = parts.netloc.rpartition("@")[2]
        parts = parts._replace(scheme="http", netloc=re.sub(r":[0-9]*$", "", host))
    return parts.geturl()


def _asked(query: str) -> tuple[str, str]:
    """The activity and the version of Sugar. The client pastes the id unescaped, so that a second
    version of Sugar may be inside it; the last one is the client's own. A plus stays a plus."""
    if len(query) > LONGEST_QUERY:
        return "", ""
    named = [each.partition("=")[::2] for each in query.split("&")]
    ids = [unquote(value) for name, value in named if name == "id"]
    versions = [unquote(value) for name, value in named if name == "appVersion"]
    # With a second id inside it, neither is what is installed.
    return ids[0] if len(ids) == 1 else "", versions[-1] if versions else ""


def _rdf(site: str, bundle_id: str, offer: Offer) -> str:
    """The client takes the first of each field anywhere in the document, and ignores the rest,
    which is for other readers of the format."""
    needs = offer.compatibility
    fields = {
        "version": offer.version,
        "minVersion": needs.min_sugar,
        "maxVersion": needs.max_sugar,
        "updateLink": site + download_path(bundle_id, offer),
        # Whole units, never none: Sugar multiplies them again.
        "updateSize": max(1, -(-offer.size_bytes // BYTES_IN_A_UNIT)),
        "updateHash": f"sha256:{offer.sha256}",
        "updateInfoURL": f"{site}/{bundle_id}/{offer.version}",
    }
    told = "".join(f"<em:{n}>{escape(v)}</em:{n}>" for n, v in fields.items() if v is not None)
    about = f"urn:mozilla:extension:{bundle_id}"
    return RDF.format(f'<RDF:Description about="{escape(about)}">{told}</RDF:Description>')


def _packed(
    body: bytes, kept: str, environ: Mapping[str, str]
) -> tuple[bytes, list[tuple[str, str]]]:
    """An answer for a program on a slow line: smaller where it can be, and without a header that
    it does not need."""
    headers = [
        # XML says itself that it is UTF-8.
        ("Content-Type", "text/xml"),
        ("Cache-Control", kept),
        ("Vary", "Accept-Encoding"),
        # All of it is ours, so nothing in it could act in a browser that opens it as what it is.
        ("X-Content-Type-Options", "nosniff"),
    ]
    if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        body = zlib.compress(body, wbits=31)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    return body, headers


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    return bool(accepted) and parse_accept_header(accepted)["gzip"] > 0
