"""A build told as a check run by the App, and as a status where the App is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.adapters.documents import from_json, to_json
from aslo.domain import message
from aslo.domain.build import BuildState
from aslo.domain.errors import ForgeError
from aslo.domain.problem import Problem, Severity
from aslo.domain.report import CommitState, Report, ReportKind
from aslo.services import report
from aslo.services.workbench import Rules
from fakes.values import COMMIT, a_build, a_report

RULES = Rules("https://aslo.example", checks=True)
INFO = "activity/activity.info"
PROBLEMS = (
    Problem("bad-version", "it is odd", "Mend it.", INFO, 3),
    Problem("bad-icon", "it is missing", "Draw it.", "activity/icon.svg"),
    Problem("no-license", "none is named", "Name one.", INFO, 5, Severity.WARNING),
)


@pytest.fixture
def told(world):
    """Start and end a build with problems, and send all that is due."""

    def call():
        world.store.add_build(a_build())
        claimed = world.store.claim_build("w", world.clock(), timedelta(minutes=1))
        build = replace(claimed, commit=COMMIT)
        report.started(build, store=world.store, clock=world.clock, rules=RULES)
        world.clock.tick()
        ended = build.end(BuildState.FAILED, "It ended so.", world.clock(), PROBLEMS)
        world.store.save_build(ended)
        report.tell(ended, store=world.store, clock=world.clock, rules=RULES)
        while report.send_next(
            "w", store=world.store, forge=world.forge, site=world.site, clock=world.clock
        ):
            pass

    return call


def test_the_app_writes_one_check_run_in_place_of_statuses(world, told):
    world.forge.installed = True

    told()

    [(key, (first, last))] = world.forge.checks.items()
    assert key == "b1-1"
    assert (first.state, last.state) == (CommitState.PENDING, CommitState.FAILURE)
    assert [(a.path, a.line, a.warning) for a in last.annotations] == [
        (INFO, 3, False),
        (INFO, 5, True),
    ]
    assert "activity/icon.svg" in last.summary
    assert last.details_url == "https://aslo.example/builds/b1"
    assert world.forge.statuses == []
    assert len(world.forge.comments) == 2


def test_where_the_app_is_not_installed_a_status_is_set(world, told):
    told()

    states = [state for state, _, _ in world.forge.statuses]
    assert states == [CommitState.PENDING, CommitState.FAILURE]
    assert world.forge.checks == {}


def test_a_check_that_cannot_be_written_waits_before_its_end(world, told):
    world.forge.installed = True
    world.forge.fails["set_check"] = [ForgeError("away")]

    told()

    assert world.forge.checks == {}
    assert len(world.store.reports("b1")) == 4


@pytest.mark.parametrize("path", ["/etc/passwd", "../a", "a//b", "", "a\nb", "x" * 2000])
def test_a_problem_at_an_odd_place_is_no_annotation(path):
    assert message.annotations([Problem("odd", "it is odd", "Mend it.", path, 1)]) == ()


def test_only_so_many_problems_are_annotated():
    problems = [Problem("odd", "it is odd", "Mend it.", INFO, line) for line in range(1, 1000)]

    assert len(message.annotations(problems)) == 200


def test_a_path_of_our_machine_is_in_no_annotation():
    [said] = message.annotations([Problem("odd", "no /tmp/x/y", "See /srv/z.", INFO, 1)])

    assert "/tmp" not in said.message
    assert "/srv" not in said.message


def test_a_report_from_before_the_app_is_still_read():
    old = to_json(a_report()).replace(',"summary":"","annotations":[]', "")
    assert "annotations" not in old

    assert from_json(Report, old, "b1") == a_report()


def test_a_check_comes_back_from_the_record_with_its_annotations():
    kept = a_report(ReportKind.FINAL_CHECK, annotations=message.annotations(PROBLEMS))

    assert from_json(Report, to_json(kept), kept.id) == kept
