"""What `aslo check` found as SARIF 2.1.0, which code scanning and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from urllib.parse import quote

import aslo
from aslo import problem_pages
from aslo.commands.check_subject import Subject
from aslo.domain.info import INFO_FILE
from aslo.domain.problem import Problem, Severity
from aslo.domain.problem_kinds import KINDS
from aslo.domain.verdict import Verdict

STORE = "https://activities.sugarlabs.org"
"""Where each kind of problem has a page, for whoever reads of it outside a terminal."""

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"


def sarif(subject: Subject, verdict: Verdict) -> str:
    """One run: a rule for each code, a result for each problem, a notification for each notice."""
    firsts: dict[str, Problem] = {}
    for problem in verdict.problems:
        firsts.setdefault(problem.code, problem)
    run = {
        "tool": {
            "driver": {
                "name": "aslo check",
                "version": aslo.__version__,
                "informationUri": STORE,
                "rules": [_rule(problem) for problem in firsts.values()],
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": each}} for each in verdict.notices
                ],
            }
        ],
        "results": [_result(subject, each, list(firsts)) for each in verdict.problems],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(problem: Problem) -> dict[str, object]:
    kind = KINDS[problem.code]
    return {
        "id": kind.code,
        "shortDescription": {"text": f"{kind.title}."},
        "fullDescription": {"text": f"{kind.title}. {kind.cure}"},
        "help": {
            "text": f"{kind.title}. {kind.cure}",
            "markdown": problem_pages.page(kind.code) or "",
        },
        "helpUri": problem_pages.url(kind.code, STORE),
        "defaultConfiguration": {"level": _level(problem)},
    }


def _level(problem: Problem) -> str:
    return "error" if problem.severity is Severity.ERROR else "warning"


def _result(subject: Subject, problem: Problem, codes: list[str]) -> dict[str, object]:
    return {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": _level(problem),
        "message": {"text": _message(subject, problem)},
        "locations": [{"physicalLocation": _location(subject, problem)}],
    }


def _message(subject: Subject, problem: Problem) -> str:
    said = str(problem) if not subject.is_tree else problem.message
    return f"{said}\n{problem.remedy}"


def _location(subject: Subject, problem: Problem) -> dict[str, object]:
    """Where it is; what has no place of its own is shown where an activity says what it is."""
    path = subject.file(problem.file or INFO_FILE) if subject.is_tree else subject.place
    artifact = {"uri": quote(path, errors="replace"), "uriBaseId": _ROOT}
    if problem.line is None or not subject.is_tree:
        return {"artifactLocation": artifact}
    return {"artifactLocation": artifact, "region": {"startLine": problem.line}}
