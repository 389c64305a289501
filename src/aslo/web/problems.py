"""What can be wrong with a release: a page for every kind of problem, and the list of them."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from aslo import problem_pages
from aslo.domain.errors import NotFoundError
from aslo.domain.problem_kinds import KINDS, by_topic
from aslo.web.addresses import page
from aslo.web.headers import public
from aslo.web.notes import prose_html

blueprint = Blueprint("problems", __name__)


@page(blueprint, "/problems")
@public
def kinds() -> ResponseReturnValue:
    """All kinds, together with those that are about the same."""
    return render_template("problems.html", topics=by_topic())


@page(blueprint, "/problems/<code>")
@public
def kind(code: str) -> ResponseReturnValue:
    """One kind: what it is, why it matters, how to cure it, an example."""
    found = KINDS.get(code)
    if found is None:
        raise NotFoundError(f"there is no problem with the code {code[:40]}")
    text = prose_html(problem_pages.text(code))
    return render_template("problem.html", kind=found, text=text)


@blueprint.app_template_test("known_problem")
def is_known(code: str) -> bool:
    """Whether a code has a page; a record may hold one of another version."""
    return code in KINDS
