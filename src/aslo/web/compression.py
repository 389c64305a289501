"""Pages made smaller on their way, for readers with slow lines."""

from flask import Flask, Response
from flask_compress import Compress

from aslo.web.kept import ENCODINGS

SMALLEST_BYTES = 500
_TYPES = (
    *("text/html", "text/plain", "text/csv", "application/json", "application/atom+xml"),
    *("application/xml", "text/xml", "application/opensearchdescription+xml", "image/svg+xml"),
)


def set_up(app: Flask) -> None:
    """Compress what is text and made here; files at rest keep their length and their tag."""
    app.config["COMPRESS_REGISTER"] = False
    app.config["COMPRESS_ALGORITHM"] = list(ENCODINGS)
    app.config["COMPRESS_MIMETYPES"] = list(_TYPES)
    app.config["COMPRESS_MIN_SIZE"] = SMALLEST_BYTES
    # Whether the reader knows the page already was asked before it was made.
    app.config["COMPRESS_EVALUATE_CONDITIONAL_REQUEST"] = False
    compress = Compress(app)

    def made_smaller(response: Response) -> Response:
        if response.is_streamed or response.mimetype not in _TYPES:
            return response
        return compress.after_request(response)

    app.after_request(made_smaller)
