"""The application factory."""

from flask import Flask

from aslo.web import (
    account,
    addresses,
    assets,
    badge,
    builds,
    compression,
    detail,
    developers,
    downloads,
    errors,
    feeds,
    fragments,
    guide,
    headers,
    health,
    hook,
    kept,
    language,
    large,
    metrics,
    microformat,
    numbers,
    opensearch,
    packed,
    pages,
    pictures,
    problems,
    qr,
    seen,
    sheets,
    signing_in,
    sitemap,
    spoken,
    statistics,
    update_list,
    updater,
    visit,
    why,
    words,
)
from aslo.web.api import served as api
from aslo.web.wiring import WebPorts, WebSettings, attach

FOR_PROGRAMS = (hook, health, metrics, feeds, sitemap, opensearch, badge, qr, sheets, update_list)
FOR_PEOPLE = (
    pages,
    detail,
    downloads,
    pictures,
    builds,
    problems,
    developers,
    guide,
    statistics,
    microformat,
    signing_in,
    why,
)
IDEAS = (
    *(
        visit,
        seen,
        spoken,
        words,
        addresses,
        assets,
        language,
        numbers,
        fragments,
        compression,
        headers,
        errors,
    ),
)
PARTS = (*FOR_PROGRAMS, *FOR_PEOPLE)


def create_app(ports: WebPorts, settings: WebSettings) -> Flask:
    """The web application over these ports."""
    app = Flask(__name__, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = settings.max_delivery_bytes
    attach(app, ports, settings)
    for idea in IDEAS:
        idea.set_up(app)
    account.set_up(app, ports, settings)
    for part in PARTS:
        app.register_blueprint(part.blueprint)
    api.set_up(app, settings)
    large.set_up(app, settings)
    packed.set_up(app)
    kept.set_up(app, ports)
    updater.set_up(app, ports, settings)
    return app
