from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import ReleaseState
from aslo.domain.build import Build, BuildState
from aslo.domain.delivery import Verdict
from aslo.domain.errors import ForgeError, StoreError
from aslo.services import settle
from fakes.values import a_delivery, a_forge_release, a_release, a_release_event


@pytest.fixture
def deliver(world):
    """Record a delivery and settle what is unsettled."""

    def call(guid="guid-1", **changes):
        delivery = world.store.add_delivery(a_delivery(guid, **changes))
        settle.queue(delivery, store=world.store, clock=world.clock)
        sweep(world)
        return world.store.build(delivery.build_id)

    return call


@pytest.fixture
def end(world):
    """Let a worker claim the build and end it."""

    def call(build, state, **found):
        claimed = world.store.claim_build("w", world.clock(), world.rules.asset_wait)
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


def sweep(world):
    world.clock.tick(settle.LEFT_ALONE.total_seconds())
    return settle.sweep(store=world.store, forge=world.forge, clock=world.clock)


class Failing:
    """A store that cannot tell of one build."""

    def __init__(self, store, build_id):
        self._store = store
        self._build_id = build_id

    def __getattr__(self, name):
        return getattr(self._store, name)

    def build(self, build_id):
        if build_id == self._build_id:
            raise StoreError(f"the build {build_id} cannot be read")
        return self._store.build(build_id)


def release(world):
    return world.store.release("org.sugarlabs.Moon", "1")


def test_a_delivery_whose_build_was_not_queued_is_queued_by_the_sweep(world):
    delivery = world.store.add_delivery(a_delivery())

    assert sweep(world)

    assert world.store.build(delivery.build_id).state is BuildState.QUEUED
    assert world.store.unsettled_deliveries(10) == []


def test_a_sweep_leaves_a_new_delivery_to_the_web_that_took_it_in(world):
    world.store.add_delivery(a_delivery())

    assert settle.sweep(store=world.store, forge=world.forge, clock=world.clock)
    assert world.store.known_builds == {}
    assert sweep(world)
    assert len(world.store.known_builds) == 1


def test_a_delivery_from_a_clock_that_runs_ahead_is_queued_at_once(world):
    later = world.clock() + timedelta(hours=1)
    world.store.add_delivery(a_delivery(received_at=later))

    assert settle.sweep(store=world.store, forge=world.forge, clock=world.clock)
    assert len(world.store.known_builds) == 1


def test_what_was_taken_in_together_is_queued_and_then_rung_for(world):
    contents = [a_release_event(release=a_forge_release(id=number)) for number in range(1, 121)]
    taken = [
        world.store.add_delivery(a_delivery(f"guid-{each.release.id}", content=each))
        for each in contents
    ]

    settle.at_once(taken, store=world.store, bell=world.bell, clock=world.clock)

    assert len(world.store.known_builds) == 120
    assert world.bell.rung == [delivery.build_id for delivery in taken]
    assert world.store.unsettled_deliveries(200) == []


def test_what_cannot_be_queued_is_not_rung_for_and_holds_up_no_other(world):
    good, bad = (
        world.store.add_delivery(a_delivery(guid, content=content))
        for guid, content in (
            ("good", a_release_event(release=a_forge_release(id=12))),
            ("bad", a_release_event(release=a_forge_release(id=13))),
        )
    )
    store = Failing(world.store, bad.build_id)

    settle.at_once([bad, good], store=store, bell=world.bell, clock=world.clock)

    assert world.bell.rung == [good.build_id]
    assert [d.guid for d in world.store.unsettled_deliveries(9)] == ["bad"]


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

    sweep(world)

    assert world.store.build(build.id).state is BuildState.FAILED
    assert world.store.unsettled_deliveries(10) == []


@pytest.mark.case("T07")
@pytest.mark.parametrize("state", [BuildState.FAILED, BuildState.ERRORED])
def test_a_redelivery_starts_a_failed_build_anew(world, deliver, end, state):
    end(deliver(), state)
    world.clock.tick(30)

    again = deliver()

    assert (again.state, again.round, again.attempt) == (BuildState.QUEUED, 2, 0)


@pytest.mark.case("T06")
def test_two_hooks_for_one_event_are_no_redelivery(world, deliver, end):
    end(deliver(), BuildState.FAILED)
    world.clock.tick(1.5)

    assert deliver().state is BuildState.FAILED


def test_a_second_event_about_a_failed_release_starts_nothing(deliver, end):
    end(deliver(), BuildState.FAILED)

    assert deliver("guid-2", action="released").state is BuildState.FAILED


@pytest.mark.case("D49", "T07")
def test_a_redelivery_of_a_published_release_changes_nothing(deliver, published):
    assert deliver() == published


@pytest.mark.case("T19")
def test_edited_notes_become_the_release_s_notes(world, deliver, published):
    world.forge.now = a_forge_release(notes="Better words.")

    deliver("guid-2", action="edited", verdict=Verdict.AMEND)

    assert release(world).notes == "Better words."
    assert [change.bundle_id for change in world.store.changes(0, 10)] == ["org.sugarlabs.Moon"]


def test_an_edit_that_changes_nothing_is_not_announced(world, deliver, published):
    world.forge.now = a_forge_release(notes=release(world).notes)

    deliver("guid-2", action="edited", verdict=Verdict.AMEND)

    assert world.store.changes(0, 10) == []


@pytest.mark.case("T19")
def test_a_promoted_pre_release_is_amended_without_a_build(world, deliver, published):
    world.store.save_release(replace(release(world), prerelease=True))

    build = deliver("guid-2", action="released")

    assert build == published
    assert release(world).prerelease is False


@pytest.mark.case("T19")
@pytest.mark.parametrize("action", ["unpublished", "deleted"])
def test_a_release_taken_back_is_hidden(world, deliver, published, action):
    world.forge.now = None

    build = deliver("guid-2", action=action, verdict=Verdict.WITHDRAW)

    assert build.state is BuildState.WITHDRAWN
    assert release(world).state is ReleaseState.WITHDRAWN


@pytest.mark.case("T06")
def test_an_old_deletion_that_comes_again_hides_nothing(world, deliver, published):
    deliver("guid-2", action="deleted", verdict=Verdict.WITHDRAW)

    assert release(world).state is ReleaseState.LISTED


@pytest.mark.case("T19")
def test_a_release_published_again_is_built_again(world, deliver, published):
    world.forge.now = None
    deliver("guid-2", action="unpublished", verdict=Verdict.WITHDRAW)
    world.forge.now = a_forge_release()

    build = deliver("guid-3")

    assert (build.state, build.round) == (BuildState.QUEUED, 2)


def test_a_worker_cannot_publish_what_was_taken_back(world, deliver):
    build = deliver()
    claimed = world.store.claim_build("w", world.clock(), world.rules.asset_wait)
    world.forge.now = None

    deliver("guid-2", action="deleted", verdict=Verdict.WITHDRAW)
    assert [d.guid for d in world.store.unsettled_deliveries(10)] == ["guid-2"]

    # It is taken back as soon as the worker lets go, so nothing can be listed afterwards.
    named = replace(claimed, bundle_id="org.sugarlabs.Moon", version="1")
    world.store.save_build(named.end(BuildState.PUBLISHED, "so", world.clock()))
    world.store.add_release(a_release(build_id=build.id))
    sweep(world)

    assert release(world).state is ReleaseState.WITHDRAWN
    assert world.store.build(build.id).state is BuildState.WITHDRAWN
    assert world.store.unsettled_deliveries(10) == []


def test_a_queued_build_of_a_release_taken_back_is_withdrawn(world, deliver):
    deliver()
    world.forge.now = None

    build = deliver("guid-2", action="deleted", verdict=Verdict.WITHDRAW)

    assert build.state is BuildState.WITHDRAWN


def test_a_build_that_is_claimed_while_the_forge_is_asked_is_left_to_its_worker(
    world, deliver, monkeypatch
):
    build = deliver()

    def slow(repository, release_id):
        world.store.claim_build("w", world.clock(), world.rules.asset_wait)

    monkeypatch.setattr(world.forge, "release", slow)

    deliver("guid-2", action="deleted", verdict=Verdict.WITHDRAW)

    assert world.store.build(build.id).state is BuildState.RUNNING
    assert [d.guid for d in world.store.unsettled_deliveries(10)] == ["guid-2"]


def test_a_release_that_the_forge_misses_for_a_moment_stays_listed(world, deliver, published):
    world.forge.now = None

    deliver("guid-2", action="edited", verdict=Verdict.AMEND)

    assert release(world).state is ReleaseState.LISTED


@pytest.mark.case("T18")
def test_a_release_whose_tag_was_changed_is_withdrawn_and_its_new_tag_built(
    world, deliver, published
):
    edited = a_forge_release(tag="v2")
    world.forge.now = edited

    build = deliver(
        "guid-2",
        action="edited",
        verdict=Verdict.AMEND,
        content=a_release_event(release=edited),
    )

    assert release(world).state is ReleaseState.WITHDRAWN
    assert (build.state, build.release.tag) == (BuildState.QUEUED, "v2")


def test_a_release_passed_over_for_its_content_is_built_when_the_other_goes(
    world, deliver, published, end
):
    other = a_release_event(release=a_forge_release(id=12))
    second = end(
        deliver("guid-2", content=other),
        BuildState.SUPERSEDED,
        bundle_id="org.sugarlabs.Moon",
        version="1",
    )
    world.forge.now = None

    deliver("guid-3", action="deleted", verdict=Verdict.WITHDRAW)

    assert world.store.build(second.id).state is BuildState.QUEUED


def test_many_edits_of_one_unfinished_build_hold_up_nothing_else(world, deliver):
    deliver()
    world.store.claim_build("w", world.clock(), world.rules.asset_wait)
    for number in range(60):
        deliver(f"edit-{number:02}", action="edited", verdict=Verdict.AMEND)
    later = a_release_event(release=a_forge_release(id=12))
    delivery = world.store.add_delivery(a_delivery("later", content=later))

    sweep(world)

    assert world.store.build(delivery.build_id).state is BuildState.QUEUED
    assert [d.guid for d in world.store.unsettled_deliveries(100)] == ["edit-59"]


def test_a_delivery_that_cannot_be_settled_holds_up_no_other(world, deliver, published):
    world.forge.fails["release"] = [ForgeError("403")]
    world.store.add_delivery(a_delivery("guid-2", action="edited", verdict=Verdict.AMEND))
    later = a_release_event(release=a_forge_release(id=12))
    delivery = world.store.add_delivery(a_delivery("guid-3", content=later))

    assert not sweep(world)

    assert world.store.build(delivery.build_id) is not None
    assert [d.guid for d in world.store.unsettled_deliveries(10)] == ["guid-2"]
    assert sweep(world)


def test_an_amendment_waits_for_the_worker(world, deliver):
    deliver()
    world.store.claim_build("w", world.clock(), world.rules.asset_wait)

    deliver("guid-2", action="edited", verdict=Verdict.AMEND)

    assert [d.guid for d in world.store.unsettled_deliveries(10)] == ["guid-2"]


def test_an_edit_of_a_failed_release_is_another_try(deliver, end):
    end(deliver(), BuildState.FAILED)

    assert deliver("guid-2", action="edited", verdict=Verdict.AMEND).round == 2


def test_an_edit_of_an_unknown_release_is_settled(world, deliver):
    deliver("guid-2", action="edited", verdict=Verdict.AMEND, content=a_release_event())

    assert world.store.unsettled_deliveries(10) == []
