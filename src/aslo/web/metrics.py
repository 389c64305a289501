"""`GET /metrics`: what is counted, for the operator's monitors and for nobody else."""

from ipaddress import IPv6Address, ip_address

from flask import Blueprint, Response, abort, request

from aslo.web.wiring import ports, settings

blueprint = Blueprint("metrics", __name__)

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Whoever sends these stands behind a web server, whose address is not theirs.
PASSED_ON = ("Forwarded", "Via", "X-Forwarded-For")


@blueprint.get("/metrics")
def page() -> Response:
    """Everything counted; not there for whoever is no monitor of ours."""
    if not _is_a_monitor():
        abort(404)
    response = Response(ports().meter.page(), content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_a_monitor() -> bool:
    if any(name in request.headers for name in PASSED_ON):
        return False
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in settings().metrics_from)
