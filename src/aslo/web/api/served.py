"""All operations of the API, as the application serves them."""

from flask import Flask

from aslo.web.api import (
    catalog_operations,
    description,
    follow_operations,
    record_operations,
    update_operations,
)
from aslo.web.api.operations import Operations

OPERATIONS = (
    *catalog_operations.OPERATIONS,
    *follow_operations.OPERATIONS,
    *record_operations.OPERATIONS,
    *update_operations.OPERATIONS,
)


def set_up(app: Flask) -> None:
    """Serve every operation, and what describes them."""
    served = Operations(OPERATIONS)
    app.register_blueprint(served.blueprint)
    app.register_blueprint(description.blueprint(served))
