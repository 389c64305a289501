"""`GET /healthz`: whether this process answers, for monitors and proxies."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that this web process answers; neither the record nor the catalog is asked."""
    return jsonify({"ok": True}), {"Cache-Control": "no-store"}
