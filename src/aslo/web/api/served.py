"""All operations of the API, as the application serves them."""

from flask import Flask

from aslo.web.api import (
    catalog_operations,
    follow_operations,
    openness,
    page,
    record_operations,
    update_operations,
    why_operations,
)
from aslo.web.api.answering import Answering
from aslo.web.api.limits import Allowance
from aslo.web.wiring import WebSettings

OPERATIONS = (
    *catalog_operations.OPERATIONS,
    *update_operations.OPERATIONS,
    *follow_operations.OPERATIONS,
    *record_operations.OPERATIONS,
    *why_operations.OPERATIONS,
)


def set_up(app: Flask, settings: WebSettings) -> None:
    """Serve every operation, and what describes them."""
    openness.set_up(app)
    app.register_blueprint(Answering(OPERATIONS, Allowance(settings.api_per_minute)).blueprint)
    app.register_blueprint(page.blueprint(OPERATIONS))
