"""The least that a Flask application can be: what the store is compared with."""

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

app = Flask(__name__)
_PAGE = "x" * 20_000


@app.post("/api/hook")
def hook() -> ResponseReturnValue:
    """Read the body and answer."""
    return jsonify({"bytes": len(request.get_data())}), 202


@app.get("/")
def page() -> str:
    """A page about as large as ours, out of memory."""
    return _PAGE
