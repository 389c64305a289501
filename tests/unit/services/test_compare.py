"""What is moved or replaced on the forge after it was published: noted, and never taken."""

import hashlib
import logging
from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState, RepositoryState
from aslo.domain.build import BuildState
from aslo.domain.delivery import Asset, Verdict
from aslo.domain.errors import BadSourceError, ForgeError
from aslo.services import report, settle
from fakes.values import COMMIT, a_build, a_delivery, a_forge_release
from fakes.world import MOON, a_bundle, saying

ELSEWHERE = "f" * 40
LATER = settle.REDELIVERY_AFTER.total_seconds()


def an_asset(data, number=5):
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    address = f"https://api.example/{number}"
    return Asset(number, "Moon-1.xo", address, len(data), "uploaded", digest)


@pytest.fixture
def publish(world, work):
    """Publish the release as the forge has it now, and tell of it."""

    def call(**how):
        delivery = world.store.add_delivery(a_delivery())
        world.store.settle_delivery(delivery.guid)
        ended = work(a_build(delivery.build_id, **how))
        assert ended.state is BuildState.PUBLISHED
        tell(world, ended)
        return ended.id

    return call


def tell(world, build):
    report.tell(build, store=world.store, clock=world.clock, rules=world.rules)


def sweep(world):
    return settle.sweep(store=world.store, forge=world.forge, clock=world.clock)


def edited(world, guid="guid-2"):
    world.store.add_delivery(a_delivery(guid, action="edited", verdict=Verdict.AMEND))
    return sweep(world)


def redelivered(world):
    world.clock.tick(LATER)
    world.settle(world.store.add_delivery(a_delivery()))
    return sweep(world)


def everything(world):
    [release] = world.store.releases(MOON)
    return release, dict(world.files.contents)


def attach(world, data, number=5):
    asset = an_asset(data, number)
    world.forge.assets[asset.name] = data
    world.forge.now = a_forge_release(assets=(asset,))


@pytest.mark.case("T18")
@pytest.mark.parametrize("event", [edited, redelivered])
def test_a_tag_moved_after_publication_is_noted_and_nothing_else(world, publish, event, caplog):
    number = publish()
    before = everything(world)
    world.forge.tags["v1"] = ELSEWHERE
    world.builder.bundle = saying(extra=b"")

    with caplog.at_level(logging.WARNING):
        assert event(world)

    build = world.store.build(number)
    assert "was moved from commit c0ffee000000" in build.remark
    assert build.remark in caplog.text
    assert (build.state, build.round, build.commit) == (BuildState.PUBLISHED, 1, COMMIT)
    assert everything(world) == before
    assert world.store.unsettled_deliveries(9) == []


@pytest.mark.case("T18")
@pytest.mark.parametrize("event", [edited, redelivered])
def test_a_tag_that_comes_to_name_no_commit_is_noted_and_its_delivery_settled(
    world, publish, event
):
    number = publish()
    world.forge.fails["resolve_tag"] = [BadSourceError("tag 'v1' names a blob, not a commit")]

    assert event(world)

    build = world.store.build(number)
    assert "c0ffee000000, which was published, now names no commit." in build.remark
    assert world.store.unsettled_deliveries(9) == []


@pytest.mark.parametrize("event", [edited, redelivered])
def test_a_repository_is_asked_by_its_present_name(world, publish, event):
    """Its old one may be somebody else's."""
    number = publish()
    old = world.store.build(number).repository
    world.forge.foreign = {old.full_name}
    renamed = replace(old, full_name="somebody/renamed")
    world.forge.states[old.id] = RepositoryState(renamed, private=False)

    assert event(world)

    assert world.store.build(number).remark == ""


def test_of_a_repository_that_is_hidden_nothing_is_noted(world, publish):
    number = publish()
    world.forge.states[world.store.build(number).repository.id] = None
    world.forge.tags["v1"] = ELSEWHERE

    assert edited(world)

    assert world.store.build(number).remark == ""
    assert world.store.unsettled_deliveries(9) == []


@pytest.mark.case("T18")
@pytest.mark.parametrize("event", [edited, redelivered])
def test_an_asset_replaced_after_publication_is_noted_and_nothing_else(world, publish, event):
    attach(world, a_bundle())
    number = publish()
    before = everything(world)
    attach(world, saying(extra=b""), 6)

    assert event(world)

    assert "Moon-1.xo, which was published, was replaced" in world.store.build(number).remark
    assert everything(world) == before


@pytest.mark.case("T18")
def test_a_tag_moved_back_needs_no_remark_any_more(world, publish):
    number = publish()
    world.forge.tags["v1"] = ELSEWHERE
    edited(world)
    world.forge.tags["v1"] = COMMIT

    assert edited(world, "guid-3")
    assert world.store.build(number).remark == ""


def test_what_is_noted_waits_for_what_is_told(world, publish):
    number = publish()
    told = world.store.build(number)
    world.store.replace_build(told, replace(told, told=False))
    world.forge.tags["v1"] = ELSEWHERE

    edited(world)

    assert world.store.build(number).remark == ""
    tell(world, world.store.build(number))
    assert sweep(world)
    assert "was moved" in world.store.build(number).remark
    assert world.store.build(number).told


def test_an_edit_is_taken_over_though_the_tag_cannot_be_asked_for(world, publish):
    number = publish()
    world.forge.now = a_forge_release(notes="Better words.")
    world.forge.fails["resolve_tag"] = [ForgeError("502")]

    assert not edited(world)
    assert world.store.release(MOON, "1").notes == "Better words."
    assert sweep(world)
    assert world.store.build(number).remark == ""


def test_a_redelivery_takes_back_what_became_a_draft_again(world, publish):
    publish()
    world.forge.now = a_forge_release(draft=True)

    assert redelivered(world)
    assert world.store.release(MOON, "1").state is ReleaseState.WITHDRAWN


def test_two_hooks_of_one_event_ask_the_forge_nothing(world, publish):
    publish()
    world.forge.fails["release"] = [ForgeError("nobody should ask")]

    world.settle(world.store.add_delivery(a_delivery()))

    assert sweep(world)
    assert world.store.unsettled_deliveries(9) == []
