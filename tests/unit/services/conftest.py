from datetime import timedelta

import pytest

from aslo.services import build as builds
from fakes.values import a_build
from fakes.world import World

LEASE = timedelta(minutes=1)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def work(world):
    """Queue a build and work it once; later calls claim it again."""

    def call(build=None):
        world.store.add_build(build or a_build())
        claimed = world.store.claim_build("w", world.clock(), LEASE)
        return builds.run(claimed, bench=world.bench)

    return call
