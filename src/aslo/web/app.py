"""The application factory."""

from flask import Flask

from aslo.web import (
    addresses,
    assets,
    builds,
    detail,
    downloads,
    errors,
    headers,
    health,
    hook,
    language,
    metrics,
    pages,
    pictures,
    seen,
    words,
)
from aslo.web.wiring import WebPorts, WebSettings, attach


def create_app(ports: WebPorts, settings: WebSettings) -> Flask:
    """The web application over these ports."""
    app = Flask(__name__, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = settings.max_delivery_bytes
    attach(app, ports, settings)
    for idea in (seen, words, addresses, assets, language, headers, errors):
        idea.set_up(app)
    for part in (hook, health, metrics, pages, detail, downloads, pictures, builds):
        app.register_blueprint(part.blueprint)
    return app
