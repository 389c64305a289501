"""A release that became another one while its build waited."""

from datetime import timedelta

from aslo.domain.build import BuildState
from aslo.services import build as builds
from fakes.values import a_build, a_forge_release


def test_a_release_that_names_another_tag_now_is_not_built(world):
    world.forge.now = a_forge_release(tag="v2")
    world.store.add_build(a_build())
    claimed = world.store.claim_build("w", world.clock(), timedelta(minutes=1))

    ended = builds.run(claimed, bench=world.bench)

    assert ended.state is BuildState.WITHDRAWN
    assert world.builder.built == 0
    assert world.store.releases("org.sugarlabs.Moon") == []
