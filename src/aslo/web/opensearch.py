"""The search of this site, as browsers add it to theirs (OpenSearch 1.1)."""

from flask import Blueprint, Response, render_template

from aslo.web.addresses import page
from aslo.web.headers import public

blueprint = Blueprint("opensearch", __name__)

MEDIA_TYPE = "application/opensearchdescription+xml"


@page(blueprint, "/opensearch.xml")
@public
def description() -> Response:
    """How to ask for activities, in the reader's language."""
    return Response(render_template("opensearch.xml"), mimetype=MEDIA_TYPE)
