"""What a worker does with a claim that another has taken."""

import threading
from datetime import timedelta

import pytest

from aslo.domain.errors import StaleClaimError
from aslo.worker import Pace, Worker
from fakes.values import a_build
from fakes.world import World

BEAT = timedelta(milliseconds=5)


def test_a_lease_that_was_lost_is_not_asked_for_again(tmp_path):
    world = World(tmp_path)
    worker = Worker(world.bench, world.bell, Pace("w", timedelta(minutes=1), BEAT, BEAT))
    renewals = []
    lost = threading.Event()
    real_build = world.builder.build

    def renew(build_id, fence, expires_at):
        renewals.append(fence)
        lost.set()
        raise StaleClaimError("another has it")

    def slow(*args):
        assert lost.wait(5)
        threading.Event().wait(20 * BEAT.total_seconds())
        return real_build(*args)

    world.store.renew_build, world.builder.build = renew, slow
    world.store.add_build(a_build())

    assert worker.build_one()

    assert renewals == [1]


@pytest.mark.case("T09")
def test_what_a_dead_worker_left_is_gone_before_its_build_is_tried_again(tmp_path):
    world = World(tmp_path)
    worker = Worker(world.bench, world.bell, Pace("w", timedelta(minutes=1), BEAT, BEAT))
    world.store.add_build(a_build("b1"))
    world.store.add_build(a_build("b2"))
    world.store.claim_build("dead", world.clock(), timedelta())
    swept = []
    world.builder.before = lambda: swept.append((world.workspace.swept, world.builder.swept))

    assert worker.build_one()
    assert worker.build_one()

    # The first try of the other build comes after nobody, and looks for nothing.
    assert swept == [(1, 1), (1, 1)]
