"""The log of deliveries as GitHub's REST API gives it: newest first, page by page by a cursor."""

from flask import Response, jsonify, request

from aslo.simulator import app_shapes
from aslo.simulator.state import State


def told(state: State, hook_id: int | None) -> Response:
    """The page that was asked for of the log of a hook, or of the App's own webhook, with the
    way to the next."""
    size = min(max(request.args.get("per_page", 30, int), 1), 100)
    # A cursor, because what comes in meanwhile would move the numbers of pages.
    before = request.args.get("cursor", None, int)
    # What went to the one address, and to no hook, went to the App where there is an App.
    kept = state.newest("delivery", before, size + 1, hook_id=hook_id)
    response = jsonify([app_shapes.delivery(each) for each in kept[:size]])
    if len(kept) > size:
        further = f"{request.base_url}?per_page={size}&cursor={kept[size - 1]['id']}"
        response.headers["Link"] = f'<{further}>; rel="next"'
    return response
