"""Help in plain words: for learners and teachers, and for those who publish."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from aslo.web.addresses import page
from aslo.web.headers import public
from aslo.web.wiring import absolute

blueprint = Blueprint("help", __name__)


@page(blueprint, "/help")
@public
def learners() -> ResponseReturnValue:
    """How to find, install and update activities."""
    return render_template("help.html")


@page(blueprint, "/help/developers")
@public
def developers() -> ResponseReturnValue:
    """How to publish, on one page."""
    hook = absolute("/api/hook")
    return render_template("help_developers.html", hook=hook)
