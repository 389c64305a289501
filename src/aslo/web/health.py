"""`GET /healthz` and `GET /readyz`: whether this process answers, and what it is good for."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from aslo.services import standing
from aslo.web.wiring import ports

blueprint = Blueprint("health", __name__)

FRESH = {"Cache-Control": "no-store"}


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that this web process answers; neither the record nor the catalog is asked."""
    return jsonify({"ok": True}), FRESH


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether pages can be shown, or with `?for=deliveries` whether the record is there."""
    # A record that is away takes seconds to be noticed, and pages do not need it.
    asks_record = request.args.get("for") == "deliveries"
    found = standing.look(
        store=ports().store if asks_record else None, catalog=ports().catalog, clock=ports().clock
    )
    checks = {"catalog": _word(fine=found.catalog_filled)}
    if asks_record:
        checks["record"] = _word(fine=found.figures is not None)
    is_ready = checks["record" if asks_record else "catalog"] == "ok"
    return jsonify({"ready": is_ready, "checks": checks}), 200 if is_ready else 503, FRESH


def _word(*, fine: bool) -> str:
    return "ok" if fine else "away"
