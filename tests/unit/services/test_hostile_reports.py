"""What is told of a build that says whatever it likes, from its first word to the commit."""

from dataclasses import replace

import pytest

from aslo.adapters.words_gettext import GettextWords
from aslo.domain.build import BuildState
from aslo.domain.errors import BuilderError, BuildFailedError, NotFoundError
from aslo.domain.problem import Problem
from aslo.domain.report import ReportState
from aslo.services import work as turns
from fakes.values import an_activity
from fakes.world import a_tree

PATHS = [f"/{top}/aslo/canary-path" for top in ("tmp", "srv", "etc", "proc", "mnt", "run", "data")]
TOKEN = "ghp_canary0token"
ACTIVE = ["@org/team", "![x](https://evil.example/p.png)", "<img src=x>", "[a](javascript:b)"]
EVIL = " ".join([*ACTIVE, *PATHS, "\n# Heading\n", "` ``` "])

pytestmark = pytest.mark.case("T16")


def tell(world, times=8):
    for _ in range(times):
        turns.tell("w", bench=world.bench)
        world.clock.tick(600)


def outside_code(markdown):
    """The parts that act."""
    return "".join(markdown.split("`")[::2])


@pytest.fixture(params=GettextWords().languages)
def hostile(request, world, work):
    """A build that logs without end and fails with every word an attacker may want told."""
    wish = f'[messages]\nlanguage = "{request.param}"\n'
    world.source.files = {**a_tree(), ".aslo.toml": wish.encode()}
    world.store.claim_bundle_id(an_activity(language=request.param))

    def build(tree, into, log):
        for _ in range(1000):
            log(EVIL + "x" * 1000)
        problems = [
            Problem(code, EVIL + str(number), EVIL, file="activity/activity.info", line=1)
            for number in range(20)
            for code in ("x", "no-icon")
        ]
        raise BuildFailedError(EVIL, problems)

    world.builder.build = build

    def call():
        ended = work()
        assert (ended.state, ended.language) == (BuildState.FAILED, request.param)
        tell(world)

    return call


def test_a_hostile_build_gets_its_two_comments_and_nothing_in_them_acts(world, hostile):
    hostile()

    assert sorted(world.forge.comments) == ["b1-1-final-comment", "b1-1-started-comment"]
    for said in world.forge.comments.values():
        assert len(said.encode()) <= 4000
        assert said.encode().decode() == said
        assert "canary" not in said
        for active in ("@", "![", "<img", "](javascript", "# Heading"):
            assert active not in outside_code(said)


def test_a_hostile_build_gets_a_short_status_of_one_line(world, hostile):
    hostile()

    for _, said, _ in world.forge.statuses:
        assert len(said) <= 140
        assert "canary" not in said
        assert said.isprintable()


def test_a_hostile_build_gets_a_check_without_our_paths(world, hostile):
    world.rules = replace(world.rules, checks=True)
    world.forge.installed = True

    hostile()

    checks = [check for written in world.forge.checks.values() for check in written]
    assert len(checks) == 2
    for check in checks:
        assert "canary" not in check.title + check.summary
        assert "@" not in outside_code(check.summary)
        assert not any("canary" in each.message + each.title for each in check.annotations)
        assert all(len(each.message.encode()) <= 4096 for each in check.annotations)


def test_what_broke_on_our_side_is_not_told_on_the_commit(world, work):
    secret = f"Authorization: Bearer {TOKEN} at {PATHS[0]} says {ACTIVE[0]}"
    world.builder.fails = [BuilderError(secret)] * 3

    for _ in range(3):
        ended = work()
        world.clock.tick(600)
    tell(world)

    told = [*world.forge.comments.values(), *(said for _, said, _ in world.forge.statuses)]
    assert ended.state is BuildState.ERRORED
    assert len(told) >= 3
    assert not any("canary" in said or "@org" in said for said in told)
    assert "canary" not in world.store.log("b1")


def test_a_commit_that_is_gone_is_noted_and_breaks_nothing(world, hostile):
    gone = [NotFoundError("no commit")] * 99
    world.forge.fails = {"comment": gone, "set_status": gone}

    hostile()
    tell(world, 30)

    assert {each.sent for each in world.store.reports("b1")} == {ReportState.DROPPED}
    assert world.store.build("b1").state is BuildState.FAILED
