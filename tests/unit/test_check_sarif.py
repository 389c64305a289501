"""What `aslo check` writes as SARIF has the shape that the standard demands."""

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from aslo.commands.check_sarif import sarif
from aslo.commands.check_subject import Subject
from aslo.domain.problem import Problem, Severity
from aslo.domain.verdict import Verdict

PROBLEMS = (
    Problem("bad-version", "a", "b", "activity/activity.info", 4),
    Problem("bad-version", "c", "d", "activity/activity.info", 5),
    Problem("unusable-file", "e", "f", "a b%/\u00e9.py"),
    Problem("bundle-too-large", "g", "h"),
    Problem("no-license", "i", "j", "activity/activity.info", None, Severity.WARNING),
)


def written(*problems, is_tree=True, place="."):
    subject = Subject("x", Path(), is_tree=is_tree, place=place)
    document = json.loads(sarif(subject, Verdict(problems, ("a note",))))
    [run] = document["runs"]
    return document, run


def test_it_says_which_standard_and_who_wrote_it():
    document, run = written()

    assert document["version"] == "2.1.0"
    assert urlsplit(document["$schema"]).scheme == "https"
    assert run["tool"]["driver"]["name"] == "aslo check"
    assert run["tool"]["driver"]["rules"] == run["results"] == []
    [call] = run["invocations"]
    assert call["executionSuccessful"] is True
    assert call["toolExecutionNotifications"] == [
        {"level": "note", "message": {"text": "a note"}},
    ]


def test_each_code_is_one_rule_and_each_result_names_its_own():
    _, run = written(*PROBLEMS)
    rules = run["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == list(dict.fromkeys(each.code for each in PROBLEMS))
    for result, problem in zip(run["results"], PROBLEMS, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == problem.code
        assert result["message"]["text"] == f"{problem.message}\n{problem.remedy}"
        assert result["level"] == str(problem.severity)
    for rule in rules:
        assert urlsplit(rule["helpUri"]).scheme == "https"
        assert rule["fullDescription"]["text"].startswith(rule["shortDescription"]["text"])
        assert rule["help"]["text"]
        assert rule["help"]["markdown"].startswith("# ")
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")


@pytest.mark.parametrize("place", [".", "deep down"])
def test_each_result_has_one_place_below_the_root_of_the_source(place):
    _, run = written(*PROBLEMS, place=place)
    before = "" if place == "." else f"{place}/"
    for result, problem in zip(run["results"], PROBLEMS, strict=True):
        [location] = result["locations"]
        where = location["physicalLocation"]
        uri = where["artifactLocation"]["uri"]
        assert where["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert unquote(uri) == before + (problem.file or "activity/activity.info")
        assert uri.isascii()
        assert " " not in uri
        assert where.get("region") == (problem.line and {"startLine": problem.line})


def test_a_problem_of_a_bundle_is_at_the_bundle():
    _, run = written(PROBLEMS[0], is_tree=False, place="out/a.xo")
    [result] = run["results"]

    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "out/a.xo", "uriBaseId": "%SRCROOT%"},
            }
        }
    ]
    assert result["message"]["text"] == "activity/activity.info:4: a\nb"
