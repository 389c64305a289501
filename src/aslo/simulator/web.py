"""The simulator's Flask application, put together from its four audiences."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, request

from aslo.simulator import control, files, oauth_pages, pages, rest
from aslo.simulator.app_rest import AppApi
from aslo.simulator.forge import SimulatedForge
from aslo.simulator.hook_rest import HookApi
from aslo.simulator.list_rest import ListApi
from aslo.simulator.server import HOST
from aslo.simulator.state import UnknownError

MAX_BODY_BYTES = 256 * 1024**2


def create_app(forge: SimulatedForge, host: str = HOST) -> Flask:
    """The application that speaks for this simulator."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    # A foreign name that leads here would let its page give orders to the control routes.
    app.config["TRUSTED_HOSTS"] = [host, "localhost"]
    app.before_request(lambda: _strike(forge))
    app.after_request(forge.limits.note)
    for more in (AppApi(forge), HookApi(forge), ListApi(forge)):
        _add(app, more.routes())
    for part in (rest, files, control, oauth_pages, pages):
        app.register_blueprint(part.blueprint(forge))
    app.register_error_handler(404, _missing)
    app.register_error_handler(UnknownError, _missing)
    return app


def _add(app: Flask, routes: Mapping[tuple[str, str], Callable[..., Any]]) -> None:
    for (method, rule), view in routes.items():
        app.add_url_rule(rule, f"{method} {rule}", view_func=view, methods=[method])


def _strike(forge: SimulatedForge) -> Response | None:
    # The control routes must work whatever was ordered.
    if request.path.startswith("/_simulator/"):
        return None
    return forge.limits.strike() or forge.faults.strike()


def _missing(_error: Exception) -> tuple[dict[str, str], int]:
    """GitHub's words for everything that is not there."""
    docs = "https://docs.github.com/rest"
    return {"message": "Not Found", "documentation_url": docs, "status": "404"}, 404
