"""What `aslo check` found, for people and for programs; docs/check.md describes each form."""

import json
from collections.abc import Callable, Iterator

import click

from aslo import problem_pages
from aslo.commands.check_sarif import STORE, sarif
from aslo.commands.check_subject import Subject
from aslo.domain.problem import Problem, Severity
from aslo.domain.shown import printable
from aslo.domain.verdict import Verdict

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def text(_: Subject, verdict: Verdict) -> str:
    """Lines for people; a terminal shows them in colour."""
    lines = [f"{click.style('note:', fg='cyan')} {printable(each)}" for each in verdict.notices]
    for problem in verdict.problems:
        severity = click.style(f"{problem.severity}:", fg=_COLOURS[problem.severity])
        lines.append(f"{severity} {printable(str(problem))} [{problem.code}]")
        lines.append(f"  {printable(problem.remedy)}")
    if verdict.problems:
        lines.append(f"more about one: aslo check --explain {verdict.problems[0].code}")
    return "\n".join([*lines, printable(_summary(verdict))])


def as_json(subject: Subject, verdict: Verdict) -> str:
    """One document; its shape only grows."""
    document = {
        "format": 1,
        "subject": printable(subject.named),
        "kind": "tree" if subject.is_tree else "bundle",
        "bundle_id": verdict.bundle_id,
        "activity_version": verdict.version,
        "publishable": verdict.errors == 0,
        "errors": verdict.errors,
        "warnings": verdict.warnings,
        "problems": [_document(problem) for problem in verdict.problems],
        "notices": list(verdict.notices),
    }
    return json.dumps(document, indent=2)


def github(subject: Subject, verdict: Verdict) -> str:
    """Commands of a GitHub workflow, which become annotations of lines; and a line for its log.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    lines = [f"::notice title=aslo check::{_data(each)}" for each in verdict.notices]
    lines += [_annotation(subject, problem) for problem in verdict.problems]
    return "\n".join([*lines, _counts(verdict)])


FORMATS: dict[str, Callable[[Subject, Verdict], str]] = {
    "text": text,
    "json": as_json,
    "sarif": sarif,
    "github": github,
}


def _summary(verdict: Verdict) -> str:
    what = f"{verdict.bundle_id or 'the activity'} {verdict.version}".strip()
    return f"{what}: {_counts(verdict)}"


def _counts(verdict: Verdict) -> str:
    if not verdict.problems:
        return "nothing to mend"
    counted = [
        f"{number} {noun}" if number == 1 else f"{number} {noun}s"
        for number, noun in ((verdict.errors, "error"), (verdict.warnings, "warning"))
        if number
    ]
    end = "the store would refuse it" if verdict.errors else "the store would take it"
    return f"{', '.join(counted)}; {end}"


def _document(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "message": problem.message,
        "remedy": problem.remedy,
        "file": problem.file,
        "line": problem.line,
        "help": problem_pages.url(problem.code, STORE),
    }


def _annotation(subject: Subject, problem: Problem) -> str:
    message = f"{problem.message}\n{problem.remedy}"
    if not subject.is_tree:
        # The file is inside the bundle, where GitHub shows no line.
        message = f"{problem.place}: {message}" if problem.file else message
    properties = ",".join(f"{key}={_property(text)}" for key, text in _place(subject, problem))
    return f"::{problem.severity} {properties}::{_data(message)}"


def _place(subject: Subject, problem: Problem) -> Iterator[tuple[str, str]]:
    if subject.is_tree and problem.file is not None:
        yield "file", subject.file(problem.file)
        if problem.line is not None:
            yield "line", str(problem.line)
    elif not subject.is_tree:
        yield "file", subject.place
    yield "title", problem.code


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
