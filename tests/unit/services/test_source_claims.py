"""A claim that is lost while the sources are fetched."""

from datetime import timedelta

import pytest

from aslo.domain.delivery import Asset
from aslo.domain.errors import StaleClaimError
from aslo.services import source
from aslo.services.attempt import Attempt
from fakes.values import a_build


def test_a_lost_claim_is_not_taken_for_a_tree_that_is_missing(world, tmp_path):
    asset = Asset(5, "Moon-1.xo", "https://api.github.example/assets/5", 4, "uploaded", None)
    world.forge.assets["Moon-1.xo"] = b"data"
    world.source.fail = StaleClaimError("another has it")
    world.store.add_build(a_build())
    claimed = world.store.claim_build("w", world.clock(), timedelta(minutes=1))
    store = world.store
    attempt = Attempt(claimed, save=store.save_build, log=store.append_log, clock=world.clock)

    with pytest.raises(StaleClaimError):
        source.fetch(attempt, asset, tmp_path, bench=world.bench)
