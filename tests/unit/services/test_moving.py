from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState, RepositoryState
from aslo.domain.delivery import Verdict, judge
from aslo.services import moving, settle
from fakes.values import a_build, a_delivery, a_forge_release, a_release, a_repository, an_activity

MOON = "org.sugarlabs.Moon"


@pytest.fixture
def moon(world):
    """A listed activity of repository 1."""
    world.store.claim_bundle_id(an_activity())
    world.store.add_release(a_release())
    world.store.add_build(a_build())
    return an_activity()


def follow(world, action, **now):
    private = now.pop("private", False)
    shown = RepositoryState(a_repository(**now), private=private)
    world.forge.states[1] = shown
    moving.follow(a_repository(), action, store=world.store, forge=world.forge)


def state(world):
    release = world.store.release(MOON, "1")
    return release.state, release.closed


@pytest.mark.case("T40")
def test_a_renamed_repository_s_activities_take_its_name(world, moon):
    follow(world, "renamed", full_name="sugarlabs-demo/selene")

    assert world.store.activity(MOON).repository.full_name == "sugarlabs-demo/selene"
    assert [change.bundle_id for change in world.store.changes(0, 9)] == [MOON]


@pytest.mark.case("T40")
def test_a_transfer_goes_on_and_is_noted(world, moon, caplog):
    follow(world, "transferred", full_name="somebody/moon", owner_id=901)

    assert world.store.activity(MOON).repository.owner_id == 901
    assert "same repository" in caplog.text


@pytest.mark.case("T40")
def test_another_repository_changes_nothing_of_ours(world, moon):
    other = a_repository(2, full_name=a_repository().full_name)
    world.forge.states[2] = RepositoryState(other, private=True)

    moving.follow(other, "privatized", store=world.store, forge=world.forge)

    assert state(world) == (ReleaseState.LISTED, False)
    assert world.store.activity(MOON) == moon


def test_an_old_delivery_played_again_changes_nothing(world, moon):
    for action in ("renamed", "privatized", "publicized", "transferred"):
        follow(world, action)

    assert state(world) == (ReleaseState.LISTED, False)
    assert world.store.activity(MOON) == moon
    assert world.store.changes(0, 9) == []


@pytest.mark.case("T19")
def test_a_private_repository_is_hidden_and_shown_again(world, moon):
    follow(world, "privatized", private=True)
    assert state(world) == (ReleaseState.WITHDRAWN, True)

    follow(world, "publicized")
    assert state(world) == (ReleaseState.LISTED, False)


def test_a_repository_we_may_not_see_is_believed_to_be_private(world, moon):
    world.forge.states[1] = None
    moving.follow(a_repository(), "privatized", store=world.store, forge=world.forge)

    assert state(world) == (ReleaseState.WITHDRAWN, True)


@pytest.mark.parametrize("action", ["renamed", "publicized"])
def test_the_forge_s_silence_alone_hides_nothing(world, moon, action):
    world.forge.states[1] = None
    moving.follow(a_repository(), action, store=world.store, forge=world.forge)

    assert state(world) == (ReleaseState.LISTED, False)


@pytest.mark.parametrize("now", [None, a_forge_release(draft=True), a_forge_release(tag="v2")])
def test_what_was_taken_back_while_it_was_hidden_stays_so(world, moon, now):
    follow(world, "privatized", private=True)
    world.forge.now = now

    follow(world, "publicized")

    assert state(world) == (ReleaseState.WITHDRAWN, False)


def test_what_was_withdrawn_before_is_not_listed_by_becoming_public(world, moon):
    world.store.save_release(replace(a_release(), state=ReleaseState.WITHDRAWN))

    follow(world, "privatized", private=True)
    follow(world, "publicized")

    assert state(world) == (ReleaseState.WITHDRAWN, False)


def test_the_sweep_follows_and_settles(world, moon):
    world.forge.states[1] = RepositoryState(a_repository(), private=True)
    told = a_delivery(
        event="repository",
        action="privatized",
        verdict=Verdict.FOLLOW,
        content=None,
        repository=a_repository(),
    )
    world.store.add_delivery(told)

    assert settle.sweep(store=world.store, forge=world.forge, clock=world.clock)

    assert state(world) == (ReleaseState.WITHDRAWN, True)
    assert world.store.unsettled_deliveries(9) == []


def test_news_of_an_installation_make_the_forge_forget(world):
    world.store.add_delivery(a_delivery(event="installation", verdict=Verdict.FORGET, content=None))

    settle.sweep(store=world.store, forge=world.forge, clock=world.clock)

    assert world.forge.forgotten == 1
    assert world.store.unsettled_deliveries(9) == []


@pytest.mark.parametrize(
    ("event", "action", "verdict"),
    [
        ("repository", "renamed", Verdict.FOLLOW),
        ("repository", "transferred", Verdict.FOLLOW),
        ("repository", "privatized", Verdict.FOLLOW),
        ("repository", "publicized", Verdict.FOLLOW),
        ("repository", "deleted", Verdict.IGNORE),
        ("repository", "archived", Verdict.IGNORE),
        ("repository", "edited", Verdict.IGNORE),
        ("installation", "suspend", Verdict.FORGET),
        ("installation_repositories", "removed", Verdict.FORGET),
        ("ping", "", Verdict.IGNORE),
    ],
)
def test_each_event_has_its_verdict(event, action, verdict):
    assert judge(event, action, None)[0] is verdict
