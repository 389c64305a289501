"""What several parts of the simulated API answer in the same way."""

from flask import Response, jsonify


def refused(code: int, message: str) -> Response:
    """An answer in GitHub's words for refusals."""
    response = jsonify(message=message, documentation_url="https://docs.github.com/rest")
    response.status_code = code
    return response
