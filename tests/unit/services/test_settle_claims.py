"""Taking back one of two releases that gave the same version."""

from dataclasses import replace
from datetime import timedelta

from aslo.domain.activity import ReleaseState
from aslo.domain.build import BuildState
from aslo.domain.delivery import Verdict
from aslo.services import settle
from fakes.values import a_build, a_delivery, a_release


def test_a_second_release_of_a_version_that_is_taken_back_hides_not_the_first(world):
    delivery = a_delivery(action="deleted", verdict=Verdict.WITHDRAW)
    world.store.add_build(a_build(delivery.build_id))
    claimed = world.store.claim_build("w", world.clock(), timedelta(minutes=1))
    named = replace(claimed, bundle_id="org.sugarlabs.Moon", version="1")
    world.store.save_build(named.end(BuildState.SUPERSEDED, "so", world.clock()))
    world.store.add_release(a_release(build_id="the first"))
    world.store.add_delivery(delivery)
    world.forge.now = None

    settle.sweep(store=world.store, forge=world.forge, clock=world.clock)

    assert world.store.build(delivery.build_id).state is BuildState.WITHDRAWN
    assert world.store.release("org.sugarlabs.Moon", "1").state is ReleaseState.LISTED
    assert world.store.changes(0, 10) == []
