"""A build comes to its end in time, whatever it is that takes its time."""

from datetime import timedelta

import pytest

from aslo.adapters.bell_celery import celery_app
from aslo.config import Config
from aslo.domain.build import BuildState
from aslo.domain.delivery import Asset
from aslo.domain.errors import ForgeError, ForgeLimitError
from aslo.services import build as builds
from aslo.services.source import ASSET_PAUSE
from aslo.services.trying import Stopped
from aslo.services.workbench import Rules
from aslo.worker import RING_EVERY
from fakes.clock import START
from fakes.values import a_build, a_forge_release
from fakes.world import World

LEASE = timedelta(minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def claim(world):
    world.store.add_build(a_build())
    return world.store.claim_build("w", world.clock(), LEASE)


def work(world):
    return builds.run(claim(world), bench=world.bench)


@pytest.mark.case("D10")
def test_all_that_a_build_may_take_is_less_than_half_an_hour():
    config, rules = Config.from_environ({}), Rules("https://aslo.example")
    # Then its worker is lost at the last moment, and the next one hears of it as late as may be.
    silent = timedelta(seconds=config.lease_seconds)
    unheard = max(RING_EVERY, timedelta(seconds=config.poll_seconds))

    assert rules.longest + silent + unheard < HALF_AN_HOUR


def test_one_whole_try_fits_into_the_time_of_a_build():
    config, rules = Config.from_environ({}), Rules("https://aslo.example")
    waited = timedelta(seconds=config.asset_wait_seconds) + ASSET_PAUSE

    assert waited + timedelta(seconds=config.build_seconds) + 5 * LEASE < rules.longest


def test_celery_leaves_a_build_its_time():
    limit = timedelta(seconds=celery_app("memory://").conf.task_time_limit)

    assert Rules("https://aslo.example").longest + LEASE < limit


@pytest.mark.case("D10")
def test_a_build_that_is_late_is_not_tried_again(world):
    claim(world)
    world.clock.tick(world.rules.longest.total_seconds())
    world.store.renew_build("b1", 1, world.clock())

    ended = work(world)

    assert ended.state is BuildState.ERRORED
    assert ended.outcome == "The build did not come to its end within 27 minutes."
    assert world.builder.built == 0
    assert "27 minutes have not been enough" in world.store.log("b1")


def test_a_build_that_waited_for_a_worker_has_all_its_time(world):
    world.forge.fails["release"] = [ForgeError("away")]
    work(world)
    world.clock.tick(3600)

    assert work(world).state is BuildState.PUBLISHED


def test_a_build_whose_machine_was_away_for_long_has_the_rest_of_its_time(world):
    claim(world)
    world.clock.tick(3600)

    again = claim(world)

    assert again.begun_at == START + timedelta(hours=1) - LEASE


@pytest.mark.case("T15")
def test_a_pause_that_the_forge_asks_for_is_not_counted(world):
    limit = ForgeLimitError("enough", retry_after=timedelta(hours=1))
    world.forge.fails["release"] = [limit, ForgeError("x", retry_after=timedelta(hours=1))]
    for _ in range(2):
        waits = work(world)
        assert waits.state is BuildState.QUEUED
        world.clock.tick(3601)

    assert work(world).state is BuildState.PUBLISHED


@pytest.mark.case("D16")
def test_what_a_build_waits_for_itself_is_counted(world):
    asset = Asset(1, "a.xo", "https://x/1", 0, "starter", None)
    world.forge.now = a_forge_release(assets=(asset,))
    begun = world.clock()
    while not (waits := work(world)).state.ended:
        assert waits.begun_at == begun
        world.clock.tick(15)

    assert waits.state is BuildState.FAILED
    assert world.clock() - begun < HALF_AN_HOUR


def test_a_try_that_a_stopped_worker_gave_back_is_not_counted(world):
    def stopped(*args):
        world.clock.tick(800)
        raise Stopped

    real_build, world.builder.build = world.builder.build, stopped
    for _ in range(4):
        with pytest.raises(Stopped):
            work(world)
    world.builder.build = real_build

    assert work(world).state is BuildState.PUBLISHED
