"""What may be taken for another's activity: held, told, and let in or refused by a person."""

from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState, RepositoryState
from aslo.domain.build import BuildState
from aslo.domain.errors import NotFoundError
from aslo.domain.report import CommitState
from aslo.services import build as builds
from aslo.services import moving, review
from aslo.services import work as turns
from fakes.values import a_build, a_forge_release, a_repository, an_activity
from fakes.world import MOON, saying

LIKE_MOON = "org.sugarlabs.M0on"
OURS = a_repository(1)
THEIRS = a_repository(2, full_name="somebody/moon", owner_id=901)


@pytest.fixture
def release(world, work):
    """Let a repository release a version under a bundle id."""

    def call(bundle_id=LIKE_MOON, repository=THEIRS, version="1"):
        world.builder.bundle = saying(version, bundle_id)
        name = f"{bundle_id}-{version}-{repository.id}"
        made = a_forge_release(id=len(world.store.known_builds) + 50)
        return work(a_build(name, repository=repository, release=made))

    return call


@pytest.fixture
def held(world, release):
    """A held release, of which its developer was told."""
    release(MOON, OURS)
    ended = release()
    tell(world)
    return ended


def tell(world):
    world.clock.tick(60)
    turns.tell("w", bench=world.bench)


def again(world):
    """Let a worker do what waits."""
    assert len(world.store.claimable_builds(world.clock(), 9)) == 1
    claimed = world.store.claim_build("w", world.clock(), world.rules.asset_wait)
    return builds.run(claimed, bench=world.bench)


def again_any(world):
    """Let a worker do one of the things that wait, each with its own content."""
    claimed = world.store.claim_build("w", world.clock(), world.rules.asset_wait)
    version = claimed.id.split("-")[1]
    world.builder.bundle = saying(version, LIKE_MOON)
    return builds.run(claimed, bench=world.bench)


def state(world, bundle_id=LIKE_MOON, version="1"):
    return world.store.release(bundle_id, version).state


def statuses(world, words):
    return [state for state, said, _ in world.forge.statuses if words in said]


def admit(world):
    return review.admit(LIKE_MOON, store=world.store, clock=world.clock)


def refuse(world):
    return review.refuse(LIKE_MOON, store=world.store, clock=world.clock)


@pytest.mark.case("T27")
def test_a_release_that_looks_like_anothers_is_held(world, held):
    assert state(world) is ReleaseState.HELD
    assert world.store.activity(LIKE_MOON).resembles == MOON
    assert state(world, MOON) is ReleaseState.LISTED
    assert held.outcome.startswith(f"{LIKE_MOON} 1 is held until a person")


@pytest.mark.case("T27")
def test_its_developer_is_told_why_and_is_given_no_page(world, held):
    said = world.forge.comments[f"{held.id}-1-final-comment"]

    assert "held until a person has looked at it" in said
    assert f"bundle_id {LIKE_MOON} is easily taken for {MOON}, which belongs to" in said
    assert "a person of the store looks at it" in said
    assert "https://aslo.example/org" not in said
    assert statuses(world, "is held until") == [CommitState.PENDING]


@pytest.mark.case("T27")
def test_later_versions_are_held_as_well(world, held, release):
    release(version="2")

    assert state(world, version="2") is ReleaseState.HELD
    [found] = review.held(world.store)
    assert [each.version for each in found.releases] == ["2", "1"]
    assert (found.activity.bundle_id, found.owner) == (LIKE_MOON, OURS.full_name)


@pytest.mark.case("T27")
def test_what_is_let_in_is_listed_and_told_with_its_page(world, held, release):
    before = world.store.release(LIKE_MOON, "1").bundle

    admit(world)
    assert state(world) is ReleaseState.HELD
    ended = again(world)
    tell(world)

    assert (ended.state, ended.is_held) == (BuildState.PUBLISHED, False)
    assert state(world) is ReleaseState.LISTED
    assert world.store.release(LIKE_MOON, "1").bundle == before
    said = world.forge.comments[f"{held.id}-2-final-comment"]
    assert f"has its page: https://aslo.example/{LIKE_MOON}/1" in said
    assert list(review.held(world.store)) == []
    release(version="2")
    assert state(world, version="2") is ReleaseState.LISTED


@pytest.mark.case("T27")
@pytest.mark.parametrize("moment", ["add_release", "save_build"])
def test_what_is_let_in_while_its_build_holds_it_is_listed(world, held, release, moment):
    """A second version is being held just when a person lets the first one in."""
    real = getattr(world.store, moment)

    def let_in_before(value):
        if moment == "add_release" or value.state.ended:
            setattr(world.store, moment, real)
            admit(world)
        return real(value)

    setattr(world.store, moment, let_in_before)
    release(version="2")
    for _ in range(2):
        again_any(world)

    assert state(world) is ReleaseState.LISTED
    assert state(world, version="2") is ReleaseState.LISTED
    assert list(review.held(world.store)) == []


@pytest.mark.case("T27")
def test_other_content_than_a_person_looked_at_is_not_let_in(world, held):
    admit(world)
    world.builder.bundle = saying("1", LIKE_MOON, extra=b"")

    assert again(world).problems[-1].code == "version-taken"
    assert state(world) is ReleaseState.HELD


@pytest.mark.case("T27")
def test_what_is_refused_is_not_listed_and_told(world, held):
    refuse(world)
    tell(world)

    assert state(world) is ReleaseState.WITHDRAWN
    assert list(review.held(world.store)) == []
    assert world.store.build(held.id).state is BuildState.FAILED
    said = world.forge.comments[f"{held.id}-2-final-comment"]
    assert f"bundle_id {LIKE_MOON} is too easily taken for {MOON}" in said
    assert "Choose a bundle_id that looks less alike" in said
    assert statuses(world, "refused its bundle id") == [CommitState.FAILURE]


@pytest.mark.case("T27")
def test_a_release_after_a_refusal_is_held_again(world, held, release):
    refuse(world)
    release(version="2")

    assert state(world, version="2") is ReleaseState.HELD


@pytest.mark.case("T27")
def test_a_version_that_is_held_while_another_is_let_in_is_let_in_too(world, held, release):
    truly = world.store.save_activity

    def save(activity):
        world.store.save_activity = truly
        release(version="2")
        return truly(activity)

    world.store.save_activity = save

    admitted = admit(world)

    assert [each.version for each in admitted] == ["2", "1"]
    assert len(world.store.claimable_builds(world.clock(), 9)) == 2


@pytest.mark.case("T27")
def test_a_refusal_that_was_cut_off_is_told_once(world, held):
    def killed(_):
        raise KeyboardInterrupt

    truly, world.store.save_release = world.store.save_release, killed
    with pytest.raises(KeyboardInterrupt):
        refuse(world)
    world.store.save_release = truly
    refused = world.store.build(held.id)

    refuse(world)

    assert world.store.build(held.id) == refused
    assert state(world) is ReleaseState.WITHDRAWN


def test_what_is_in_work_is_left_to_its_worker(world, held):
    admit(world)
    restarted = world.store.build(held.id)

    admit(world)
    refuse(world)

    assert world.store.build(held.id) == restarted


@pytest.mark.parametrize("act", [review.admit, review.refuse])
@pytest.mark.parametrize("bundle_id", [MOON, "org.nobody.Knows"])
def test_what_is_not_held_can_be_neither_let_in_nor_refused(world, held, act, bundle_id):
    with pytest.raises(NotFoundError, match="is held"):
        act(bundle_id, store=world.store, clock=world.clock)


def test_a_release_whose_bundle_is_lost_waits_for_no_person(world, held):
    found = world.store.releases(held.bundle_id)[0]
    world.store.save_release(replace(found, lost=True))

    assert list(review.held(world.store)) == []
    with pytest.raises(NotFoundError):
        review.refuse(held.bundle_id, store=world.store, clock=world.clock)


def test_what_looks_like_ones_own_is_listed(world, held, release):
    release("org.sugarlabs.Moons", OURS)

    assert state(world, "org.sugarlabs.Moons") is ReleaseState.LISTED


def test_what_looks_like_nothing_but_a_held_one_is_listed(world, release):
    """Else whoever is held would keep an honest one out."""
    release(MOON, OURS)
    release("org.sugarlabs.Moond")
    release("org.sugarlabs.Moonde", a_repository(4))

    assert state(world, "org.sugarlabs.Moond") is ReleaseState.HELD
    assert state(world, "org.sugarlabs.Moonde") is ReleaseState.LISTED


def test_an_activity_that_was_there_first_is_never_held(world, held, release):
    release(MOON, OURS, "2")

    assert state(world, MOON, "2") is ReleaseState.LISTED


def test_an_imported_activity_is_a_reason_unless_it_is_ones_own(world, release):
    declared = replace(OURS, id=0, full_name="sugarlabs-demo/moon")
    world.store.claim_bundle_id(an_activity(MOON, repository=declared))

    release()
    release("org.sugarlabs.Moons", a_repository(7, full_name="Sugarlabs-Demo/Moon"))

    assert state(world) is ReleaseState.HELD
    assert state(world, "org.sugarlabs.Moons") is ReleaseState.LISTED


def test_who_failed_before_anything_was_published_is_looked_at(world, release):
    """A worker that died between the claim and the mark leaves a claim without it."""
    release(MOON, OURS)
    world.store.claim_bundle_id(an_activity(LIKE_MOON, repository=THEIRS, versions=()))

    release()

    assert state(world) is ReleaseState.HELD


@pytest.mark.case("T27")
def test_a_held_release_is_held_still_when_its_repository_was_private(world, held):
    for private, action in ((True, "privatized"), (False, "publicized")):
        world.forge.states[2] = RepositoryState(THEIRS, private=private)
        moving.follow(THEIRS, action, store=world.store, forge=world.forge)
        expected = ReleaseState.WITHDRAWN if private else ReleaseState.HELD
        assert state(world) is expected
