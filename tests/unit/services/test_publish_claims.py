"""A claim that is lost at the last moment before anything becomes public."""

from datetime import timedelta

import pytest

from aslo.services import build as builds
from fakes.values import a_build

LEASE = timedelta(minutes=1)


@pytest.mark.case("D37", "T10")
def test_a_claim_lost_while_files_are_stored_lists_nothing(world):
    real_add = world.files.add

    def slow(*args):
        if world.store.build("b1").lease.owner == "w":
            world.clock.tick(61)
            world.store.claim_build("other", world.clock(), LEASE)
        return real_add(*args)

    world.files.add = slow
    world.store.add_build(a_build())

    builds.run(world.store.claim_build("w", world.clock(), LEASE), bench=world.bench)

    assert world.store.build("b1").lease.owner == "other"
    assert world.store.releases("org.sugarlabs.Moon") == []
