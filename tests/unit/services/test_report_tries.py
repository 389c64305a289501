"""What a report asks of others, at its first try and after."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.build import BuildState
from aslo.domain.errors import ForgeError, ForgeHeldError
from aslo.services import report
from aslo.services.workbench import Rules
from fakes.values import COMMIT, a_build, a_release

URL = "https://aslo.example"


@pytest.fixture
def tell(world):
    """End a build of Moon 1 and put that into the outbox."""

    def call(state):
        world.store.add_build(a_build())
        claimed = world.store.claim_build("w", world.clock(), timedelta(minutes=1))
        named = replace(claimed, commit=COMMIT, bundle_id="org.sugarlabs.Moon", version="1")
        ended = named.end(state, "so", world.clock())
        world.store.save_build(ended)
        report.tell(ended, store=world.store, clock=world.clock, rules=Rules(URL))

    return call


def send_all(world):
    ports = {"store": world.store, "forge": world.forge, "site": world.site}
    while report.send_next("w", **ports, clock=world.clock):
        pass


def test_a_failed_build_is_told_without_asking_the_site(world, tell):
    world.store.add_release(a_release(build_id="the first"))
    tell(BuildState.FAILED)

    send_all(world)

    assert len(world.forge.comments) == 1
    assert world.site.confirmed == []


def test_both_words_about_a_published_build_wait_for_the_site(world, tell):
    world.store.add_release(a_release())
    tell(BuildState.PUBLISHED)

    send_all(world)

    assert len(world.site.confirmed) == 2


def test_only_the_first_try_of_a_comment_is_said_to_be_the_first(world, tell):
    first_tries = []
    real_comment = world.forge.comment

    def comment(*args, first_try=False, until=None):
        first_tries.append(first_try)
        real_comment(*args, first_try=first_try, until=until)

    world.forge.comment = comment
    world.forge.fails["comment"] = [ForgeError("502"), ForgeError("502")]
    tell(BuildState.FAILED)

    for _ in range(3):
        send_all(world)
        world.clock.tick(60)

    assert first_tries == [True, False, False]
    assert len(world.forge.comments) == 1


@pytest.mark.case("T15")
def test_a_comment_that_we_held_back_ourselves_was_not_tried(world, tell):
    pause = timedelta(seconds=90)
    world.forge.fails["comment"] = [ForgeHeldError("wait", retry_after=pause) for _ in range(50)]
    tell(BuildState.FAILED)

    for _ in range(50):
        send_all(world)
        waiting = next(each for each in world.store.reports("b1") if each.kind in report.COMMENTS)
        assert (waiting.attempt, waiting.not_before) == (0, world.clock() + pause)
        world.clock.tick(90)
    send_all(world)

    assert world.forge.first_tries == [True]
