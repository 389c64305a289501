"""Builds: how a release came into the store, or why it did not; and checks of commits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from aslo.domain.build import Build, BuildState, Restart, Step, StepName, StepState, Work
from aslo.domain.commit_check import CommitCheck
from aslo.domain.errors import NotFoundError
from aslo.domain.locale import Localized
from aslo.domain.problem import Problem, Severity
from aslo.domain.problem_kinds import KINDS
from aslo.domain.voice import ENGLISH
from aslo.services import retrying
from aslo.web.account import may_maintain, require_maintainer
from aslo.web.addresses import page
from aslo.web.language import reader
from aslo.web.wiring import absolute, ports

blueprint = Blueprint("builds", __name__)

RECENT = 50
SHOWN_LINES = 1_000
LAST_LINES = 12
"""How much of the log stands beside the step that failed."""
HISTORY = 5
LINE = 100
"""How many of those that wait are counted."""
REFRESH_SECONDS = 4
ON_THE_SHELF = (BuildState.PUBLISHED, BuildState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Row:
    """A step as the page shows it; `step` is missing while it has not begun."""

    name: StepName
    step: Step | None
    seconds: float | None


@page(blueprint, "/builds")
def recent() -> ResponseReturnValue:
    """The newest builds, of one activity or of all."""
    bundle_id = request.args.get("activity", "")[:200] or None
    builds = ports().store.recent_builds(RECENT, bundle_id)
    return render_template("builds.html", builds=builds, bundle_id=bundle_id)


@page(blueprint, "/builds/<build_id:build_id>")
def build(build_id: str) -> ResponseReturnValue:
    """One build, or one check of a commit: its problems first, then its steps and its log."""
    found = _found(build_id)
    live = not found.state.ended and "still" not in request.args
    shown = _check_page(found, live) if isinstance(found, CommitCheck) else _build_page(found, live)
    response = make_response(shown)
    if live:
        # The same as a meta element, but a reader can switch it off by a link.
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


@page(blueprint, "/builds/<build_id:build_id>/retry", methods=("POST",))
def retry(build_id: str) -> ResponseReturnValue:
    """Start a failed build once more for somebody who may write to its repository."""
    found = _build(build_id)
    who = require_maintainer(found.repository)
    retrying.retry(found, who, store=ports().store, bell=ports().bell, clock=ports().clock)
    return redirect(url_for("builds.build", build_id=build_id), HTTPStatus.SEE_OTHER)


def _build_page(found: Build, live: bool) -> str:  # noqa: FBT001 - a variable of the page
    now = ports().clock()
    return render_template(
        "build.html",
        **_story(found, StepName),
        live=live,
        listed=_is_listed(found),
        history=_history(found),
        took=_took(found, now),
        before=_before(found, now),
        may_retry=found.state.may_restart and may_maintain(found.repository),
    )


def _check_page(found: CommitCheck, live: bool) -> str:  # noqa: FBT001 - a variable of the page
    steps = [name for name in StepName if name is not StepName.PUBLISH]
    return render_template("check.html", **_story(found, steps), live=live)


def _story(found: Work, steps: Iterable[StepName]) -> dict[str, Any]:
    """What a page tells of any work."""
    lines = list(enumerate(_lines(ports().store.log(found.id)), 1))
    rows = list(_rows(found, steps, ports().clock()))
    hidden = max(0, len(lines) - SHOWN_LINES)
    return {
        "build": found,
        "rows": rows,
        "failing": next((row for row in rows if _has_failed(row)), None),
        "last_lines": lines[-LAST_LINES:],
        "problems": errors_first(found.problems),
        "kinds": _kinds(found.problems),
        "lines": lines[hidden:],
        "hidden": hidden,
    }


@blueprint.get("/builds/<build_id:build_id>/log.txt")
def log(build_id: str) -> Response:
    """The whole log as it was written."""
    _found(build_id)
    text = ports().store.log(build_id).encode(errors="replace")
    return Response(text, mimetype="text/plain")


@blueprint.get("/builds/<build_id:build_id>.json")
def build_json(build_id: str) -> ResponseReturnValue:
    """A build, or a check of a commit, for programs."""
    found = _found(build_id)
    own = _check_json(found) if isinstance(found, CommitCheck) else _build_json(found)
    return jsonify(
        id=found.id,
        url=absolute(f"/builds/{found.id}"),
        state=found.state,
        ended=found.state.ended,
        outcome=found.outcome,
        repository=found.repository.full_name,
        commit=found.commit,
        steps=[_step_json(step) for step in found.steps],
        problems=[_problem_json(problem) for problem in found.problems],
        **own,
    )


def _build_json(found: Build) -> dict[str, Any]:
    return {
        "remark": found.remark,
        "restart": _restart_json(found.restart_asked),
        "tag": found.release.tag,
        "bundle_id": found.bundle_id,
        "version": found.version,
    }


def _check_json(found: CommitCheck) -> dict[str, Any]:
    return {"ref": found.head.ref, "pull_request": found.head.pull_request}


def errors_first(problems: Sequence[Problem]) -> list[Problem]:
    """What must be cured, then what could be better; else as they were found."""
    return sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)


def _kinds(problems: Sequence[Problem]) -> dict[str, tuple[Localized, Localized]]:
    """The title and the cure of each kind among problems, in the reader's language or English."""
    voice = ports().words.voice(reader().lang)

    def said(text: str) -> Localized:
        return Localized(voice.find(text), voice.lang if voice.knows(text) else ENGLISH.lang)

    found = {each.code: KINDS[each.code] for each in problems if each.code in KINDS}
    return {code: (said(kind.title), said(kind.cure)) for code, kind in found.items()}


def _build(build_id: str) -> Build:
    found = ports().store.build(build_id)
    if found is None:
        raise NotFoundError(f"there is no build {build_id}")
    return found


def _found(build_id: str) -> Build | CommitCheck:
    store = ports().store
    found = store.build(build_id) or store.check(build_id)
    if found is None:
        raise NotFoundError(f"there is no build {build_id}")
    return found


def _is_listed(found: Build) -> bool:
    named = bool(found.bundle_id and found.version)
    return found.state in ON_THE_SHELF and named and not found.is_held


def _took(found: Build, now: datetime) -> float | None:
    """Seconds from the first step to the end, or to now."""
    if not found.steps:
        return None
    began = min(step.started_at for step in found.steps)
    return max(0.0, ((found.ended_at or now) - began).total_seconds())


def _before(found: Build, now: datetime) -> int | None:
    """How many builds come before one that waits for nothing but its turn; None for others, and
    where they are too many to be counted."""
    if found.state is not BuildState.QUEUED:
        return None
    line = ports().store.claimable_builds(now, LINE)
    return line.index(found.id) if found.id in line else None


def _history(found: Build) -> list[Build]:
    """The newest other builds of the same activity."""
    if not found.bundle_id:
        return []
    builds = ports().store.recent_builds(HISTORY + 1, found.bundle_id)
    return [each for each in builds if each.id != found.id][:HISTORY]


def _has_failed(row: Row) -> bool:
    return row.step is not None and row.step.state is StepState.FAILED


def _rows(found: Work, steps: Iterable[StepName], now: datetime) -> Iterator[Row]:
    begun = {step.name: step for step in found.steps}
    for name in steps:
        step = begun.get(name)
        yield Row(name, step, _seconds(step, now) if step else None)


def _seconds(step: Step, now: datetime) -> float:
    return max(0.0, ((step.ended_at or now) - step.started_at).total_seconds())


def _lines(text: str) -> list[str]:
    # Not splitlines: it also breaks at form feeds and the like, and numbers would differ.
    return text.removesuffix("\n").split("\n") if text else []


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "state": step.state,
        "started_at": step.started_at.isoformat(),
        "ended_at": step.ended_at.isoformat() if step.ended_at else None,
    }


def _restart_json(asked: Restart | None) -> dict[str, str] | None:
    if asked is None:
        return None
    return {"way": asked.way, "by": asked.by, "at": asked.at.isoformat()}


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "place": problem.place,
        "file": problem.file,
        "line": problem.line,
        "message": problem.message,
        "remedy": problem.remedy,
    }
