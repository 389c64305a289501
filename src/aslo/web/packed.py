"""Static files as they were compressed before, sent from here where nothing stands in front."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from whitenoise import WhiteNoise

from aslo.web import assets
from aslo.web.headers import UNLESS_SAID

if TYPE_CHECKING:
    from wsgiref.headers import Headers


def set_up(app: Flask) -> None:
    """Stand in front of the application with its static files."""
    # Flask documents this as the way to wrap an application.
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=assets.STATIC,
        prefix="static/",
        max_age=None,
        add_headers_function=_seal,
        allow_all_origins=False,
    )


def _seal(headers: "Headers", path: str, _url: str) -> None:
    if assets.is_named_by_hash(Path(path).name):
        headers["Cache-Control"] = assets.FOREVER
    for name, value in UNLESS_SAID:
        headers.setdefault(name, value)
