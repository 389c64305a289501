from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState
from aslo.domain.build import Build, BuildState
from aslo.domain.delivery import Verdict
from aslo.domain.errors import StaleClaimError
from aslo.services import settle
from fakes.values import a_delivery, a_forge_release, a_release, a_release_event


@pytest.fixture
def deliver(world):
    """Record a delivery and settle what is unsettled."""

    def call(guid="guid-1", **changes):
        delivery = world.store.add_delivery(a_delivery(guid, **changes))
        settle.queue(delivery, store=world.store, clock=world.clock)
        settle.sweep(store=world.store, forge=world.forge, clock=world.clock)
        return world.store.build(delivery.build_id)

    return call


@pytest.fixture
def end(world):
    """Let a worker claim the build and end it."""

    def call(build, state, **found):
        claimed = world.store.claim_build("w", world.clock(), world.rules.asset_wait, build.id)
        ended = replace(claimed, **found).end(state, "so", world.clock())
        world.store.save_build(ended)
        return ended

    return call


@pytest.fixture
def published(world, deliver, end):
    """A release that was built and is listed."""
    build = end(deliver(), BuildState.PUBLISHED, bundle_id="org.sugarlabs.Moon", version="1")
    world.store.add_release(a_release(build_id=build.id))
    return build


def release(world):
    return world.store.release("org.sugarlabs.Moon", "1")


def test_a_delivery_whose_build_was_not_queued_is_queued_by_the_sweep(world):
    delivery = world.store.add_delivery(a_delivery())

    assert settle.sweep(store=world.store, forge=world.forge, clock=world.clock) == 1

    assert world.store.build(delivery.build_id).state is BuildState.QUEUED
    assert settle.sweep(store=world.store, forge=world.forge, clock=world.clock) == 0


def test_an_intake_cut_off_after_queueing_starts_no_second_round(world, end):
    delivery = world.store.add_delivery(a_delivery())
    build = Build(
        id=delivery.build_id,
        repository=delivery.content.repository,
        release=delivery.content.release,
        delivery_guid=delivery.guid,
        created_at=world.clock(),
        not_before=world.clock(),
    )
    world.store.add_build(build)
    end(build, BuildState.FAILED)

    settle.sweep(store=world.store, forge=world.forge, clock=world.clock)

    assert world.store.build(build.id).state is BuildState.FAILED
    assert world.store.unsettled_deliveries(10) == []


@pytest.mark.parametrize("state", [BuildState.FAILED, BuildState.ERRORED])
def test_a_redelivery_starts_a_failed_build_anew(deliver, end, state):
    end(deliver(), state)

    again = deliver()

    assert (again.state, again.round, again.attempt) == (BuildState.QUEUED, 2, 0)


def test_a_second_event_about_a_failed_release_starts_nothing(deliver, end):
    end(deliver(), BuildState.FAILED)

    assert deliver("guid-2", action="released").state is BuildState.FAILED


def test_a_redelivery_of_a_published_release_changes_nothing(deliver, published):
    assert deliver() == published


def test_edited_notes_become_the_release_s_notes(world, deliver, published):
    world.forge.now = a_forge_release(notes="Better words.")

    deliver("guid-2", action="edited", verdict=Verdict.AMEND)

    assert release(world).notes == "Better words."
    assert [change.bundle_id for change in world.store.changes(0, 10)] == ["org.sugarlabs.Moon"]


def test_an_edit_that_changes_nothing_is_not_announced(world, deliver, published):
    world.forge.now = a_forge_release(notes=release(world).notes)

    deliver("guid-2", action="edited", verdict=Verdict.AMEND)

    assert world.store.changes(0, 10) == []


def test_a_promoted_pre_release_is_amended_without_a_build(world, deliver, published):
    world.store.save_release(replace(release(world), prerelease=True))

    build = deliver("guid-2", action="released")

    assert build == published
    assert release(world).prerelease is False


@pytest.mark.parametrize("action", ["unpublished", "deleted"])
def test_a_release_taken_back_is_hidden(world, deliver, published, action):
    world.forge.now = None

    build = deliver("guid-2", action=action, verdict=Verdict.WITHDRAW)

    assert build.state is BuildState.WITHDRAWN
    assert release(world).state is ReleaseState.WITHDRAWN


def test_an_old_deletion_that_comes_again_hides_nothing(world, deliver, published):
    deliver("guid-2", action="deleted", verdict=Verdict.WITHDRAW)

    assert release(world).state is ReleaseState.LISTED


def test_a_release_published_again_is_built_again(world, deliver, published):
    world.forge.now = None
    deliver("guid-2", action="unpublished", verdict=Verdict.WITHDRAW)
    world.forge.now = a_forge_release()

    build = deliver("guid-3")

    assert (build.state, build.round) == (BuildState.QUEUED, 2)


def test_a_worker_cannot_publish_what_was_taken_back(world, deliver):
    build = deliver()
    claimed = world.store.claim_build("w", world.clock(), world.rules.asset_wait, build.id)
    world.forge.now = None

    deliver("guid-2", action="deleted", verdict=Verdict.WITHDRAW)

    with pytest.raises(StaleClaimError):
        world.store.save_build(claimed)


def test_an_amendment_waits_for_the_build(world, deliver):
    build = deliver()

    deliver("guid-2", action="edited", verdict=Verdict.AMEND)

    assert build.state is BuildState.QUEUED
    assert [d.guid for d in world.store.unsettled_deliveries(10)] == ["guid-2"]


def test_an_edit_of_a_failed_release_is_another_try(deliver, end):
    end(deliver(), BuildState.FAILED)

    assert deliver("guid-2", action="edited", verdict=Verdict.AMEND).round == 2


def test_an_edit_of_an_unknown_release_is_settled(world, deliver):
    deliver("guid-2", action="edited", verdict=Verdict.AMEND, content=a_release_event())

    assert world.store.unsettled_deliveries(10) == []
