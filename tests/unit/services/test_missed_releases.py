from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import ReleaseState, RepositoryState
from aslo.domain.build import BuildState, build_id
from aslo.domain.delivery import ReleaseList, Verdict
from aslo.domain.errors import ForgeError, ForgeHeldError, ForgeLimitError, NotFoundError
from aslo.services import missed_releases, pacing, settle
from aslo.services.missed_releases import Missing
from aslo.services.outlook import Outlook
from aslo.services.replaying import Replayer
from fakes.values import (
    a_build,
    a_forge_release,
    a_release,
    a_repository,
    an_activity,
)

pytestmark = pytest.mark.case("T08")
KNOWN = a_repository()
HOUR = timedelta(hours=1)


@pytest.fixture
def look(world):
    """Look at some repositories from a place on; what was found, and the place then."""

    def call(place="", most=50):
        found = []
        place = missed_releases.look(
            place,
            most,
            world.clock() - 70 * HOUR,
            store=world.store,
            forge=world.forge,
            bell=world.bell,
            clock=world.clock,
            tell=found.append,
        )
        world.clock.tick(settle.LEFT_ALONE.total_seconds())
        settle.sweep(store=world.store, forge=world.forge, clock=world.clock)
        return [str(each) for each in found], place

    return call


@pytest.fixture
def published(world):
    """A release that was built and is listed, as the forge shows it."""
    release = a_forge_release()
    build = a_build(
        build_id(KNOWN, release),
        state=BuildState.PUBLISHED,
        bundle_id="org.sugarlabs.Moon",
        version="1",
    )
    world.store.add_build(build)
    world.store.claim_bundle_id(an_activity())
    world.store.add_release(a_release(build_id=build.id, notes=release.notes))
    shows(world, release)
    return release


def shows(world, *releases, is_whole=True):
    """Let the forge show these releases of the repository, newest first."""
    world.forge.lists[KNOWN.id] = ReleaseList(releases, is_whole)
    world.forge.now = releases[0] if releases else None


def stored(world):
    return world.store.release("org.sugarlabs.Moon", "1")


def second(world, **changes):
    at = world.clock() - HOUR
    return a_forge_release(**{"id": 12, "tag": "v2", "published_at": at, **changes})


def test_a_release_that_nobody_told_of_is_built(world, look, published):
    shows(world, second(world), published)

    found, _ = look()

    build = world.store.build(build_id(KNOWN, second(world)))
    assert build.state is BuildState.QUEUED
    assert world.bell.rung == [build.id]
    delivery = world.store.delivery(build.delivery_guid)
    assert (delivery.verdict, delivery.event) == (Verdict.BUILD, "release")
    what = "nobody told of release v2 of sugarlabs-demo/activity-1, published"
    assert found == [f"{what}: taken in as delivery {delivery.guid}"]


def test_a_second_look_does_nothing(world, look, published):
    shows(world, second(world), published)
    look()

    assert look() == ([], "")
    assert len(world.store.known_deliveries) == 1


def test_what_was_missed_is_built_oldest_first(world, look, published):
    missed = [
        second(world, id=20 + n, tag=f"v{n}", published_at=world.clock() - n * HOUR)
        for n in (2, 3, 4)
    ]
    shows(world, *missed, published)

    look()

    assert world.bell.rung == [build_id(KNOWN, each) for each in reversed(missed)]


@pytest.mark.parametrize(
    "changes",
    [
        {"draft": True},
        {"published_at": None},
        {"published_at": a_forge_release().published_at - 71 * HOUR},
    ],
)
def test_a_draft_and_what_is_from_long_ago_is_left(world, look, published, changes):
    shows(world, second(world, **changes), published)

    assert look() == ([], "")


@pytest.mark.parametrize("state", [BuildState.FAILED, BuildState.ERRORED, BuildState.SUPERSEDED])
def test_a_release_that_was_tried_is_not_tried_again(world, look, state):
    world.store.add_build(a_build(build_id(KNOWN, a_forge_release()), state=state))
    shows(world, a_forge_release())

    assert look() == ([], "")


@pytest.mark.parametrize("changes", [{"notes": "Mended."}, {"prerelease": True}])
def test_an_edit_that_nobody_told_of_reaches_the_page(world, look, published, changes):
    shows(world, replace(published, **changes))

    look()

    for name, value in changes.items():
        assert getattr(stored(world), name) == value
    assert world.bell.rung == []
    assert look() == ([], "")


def test_an_edit_there_and_back_and_there_again_is_followed_each_time(world, look, published):
    mended = replace(published, notes="Mended.")
    for release in (mended, published, mended):
        shows(world, release)
        look()
        assert stored(world).notes == release.notes


def test_a_tag_that_was_exchanged_is_built(world, look, published):
    moved = replace(published, tag="v1.1")
    shows(world, moved)

    look()

    assert world.store.build(build_id(KNOWN, moved)).state is BuildState.QUEUED
    assert stored(world).state is ReleaseState.WITHDRAWN


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_release_that_is_gone_is_taken_off_the_lists(world, look, published, is_whole):
    shows(world, is_whole=is_whole)

    look()

    # From a list that may go on nothing can be concluded.
    expected = ReleaseState.WITHDRAWN if is_whole else ReleaseState.LISTED
    assert stored(world).state is expected
    assert look() == ([], "")


def test_a_release_that_is_a_draft_again_is_taken_off_the_lists(world, look, published):
    shows(world, replace(published, draft=True), is_whole=False)
    look()
    assert stored(world).state is ReleaseState.WITHDRAWN


def test_a_release_that_is_shown_again_is_built_again(world, look, published):
    shows(world)
    look()
    shows(world, published)
    look()

    assert world.store.build(build_id(KNOWN, published)).state is BuildState.QUEUED


def test_a_repository_that_was_renamed_unheard_is_followed(world, look, published):
    moved = replace(KNOWN, full_name="sugarlabs-demo/moon")
    world.forge.states[KNOWN.id] = RepositoryState(moved, private=False)

    found, _ = look()

    assert world.store.activity("org.sugarlabs.Moon").repository == moved
    assert world.forge.listed == [moved.full_name]
    assert "nobody told of the repository of sugarlabs-demo/moon, renamed" in found[0]
    assert look() == ([], "")


def test_a_repository_that_went_to_another_owner_is_followed(world, look, published):
    moved = replace(KNOWN, full_name="someone/moon", owner_id=3)
    world.forge.states[KNOWN.id] = RepositoryState(moved, private=False)

    look()

    assert world.store.activity("org.sugarlabs.Moon").repository == moved
    assert look() == ([], "")


def test_a_repository_that_was_hidden_and_shown_again_unheard_is_followed(world, look, published):
    world.forge.states[KNOWN.id] = RepositoryState(KNOWN, private=True)
    look()
    assert stored(world).state is ReleaseState.WITHDRAWN
    assert look() == ([], "")

    world.forge.states[KNOWN.id] = RepositoryState(KNOWN, private=False)
    look()
    assert stored(world).state is ReleaseState.LISTED
    assert look() == ([], "")


def test_nothing_of_a_private_repository_is_begun(world, look, published):
    world.forge.states[KNOWN.id] = RepositoryState(KNOWN, private=True)
    shows(world, second(world), published)

    look()

    assert world.store.build(build_id(KNOWN, second(world))) is None


def test_what_was_published_stays_when_its_repository_is_gone(world, look, published):
    world.forge.states[KNOWN.id] = None

    assert look() == ([], "")
    assert stored(world).state is ReleaseState.LISTED


def test_a_repository_that_goes_while_it_is_looked_at_is_left(world, look, published):
    world.forge.fails["releases"] = [NotFoundError("gone")]

    assert look() == ([], "")


def test_many_repositories_are_looked_at_in_turns(world, look):
    for number in range(1, 8):
        world.store.add_build(a_build(f"b{number}", repository=a_repository(number)))

    assert look("", 3) == ([], "3")
    assert look("3", 3) == ([], "6")
    assert look("6", 3) == ([], "")
    assert world.forge.listed == [a_repository(number).full_name for number in range(1, 8)]


def test_one_repository_that_cannot_be_looked_at_holds_up_no_other(world, look):
    for number in (1, 2):
        world.store.add_build(a_build(f"b{number}", repository=a_repository(number)))
    world.forge.fails["releases"] = [ForgeError("an odd shape")]

    found, place = look()

    assert found == ["sugarlabs-demo/activity-1 could not be looked at: an odd shape"]
    assert place == ""
    assert world.forge.listed == ["sugarlabs-demo/activity-2"]


def test_failures_that_are_not_in_a_row_end_no_look(world, look):
    for number in range(1, 12):
        world.store.add_build(a_build(f"b{number}", repository=a_repository(number)))
    answers = iter([ForgeError("busy", retry_after=timedelta(minutes=3)), None] * 9)
    real = world.forge.repository

    def repository(asked):
        if error := next(answers):
            raise error
        return real(asked)

    world.forge.repository = repository
    found, place = look()

    assert (len(found), place) == (6, "")
    assert len(world.forge.listed) == 5


@pytest.mark.parametrize("gone", ["private", "deleted"])
def test_a_lost_release_that_was_taken_back_does_not_come_back(world, look, published, gone):
    world.store.save_release(replace(stored(world), state=ReleaseState.HELD, lost=True))
    if gone == "private":
        world.forge.states[KNOWN.id] = RepositoryState(KNOWN, private=True)
    else:
        shows(world)

    look()

    assert stored(world).state is ReleaseState.WITHDRAWN


def test_a_forge_that_is_away_is_not_asked_for_every_repository(world, look):
    for number in range(1, 10):
        world.store.add_build(a_build(f"b{number}", repository=a_repository(number)))
    world.forge.fails["repository"] = [ForgeError("away")] * 9

    found, place = look()

    assert len(found) == missed_releases.FAILURES
    assert place == "2"


def test_a_forge_that_asks_for_a_pause_gets_it(world, look):
    for number in range(1, 10):
        world.store.add_build(a_build(f"b{number}", repository=a_repository(number)))
    limit = ForgeLimitError("too much", retry_after=timedelta(minutes=3))
    world.forge.fails["repository"] = [limit] * 9

    found, place = look("4")

    assert (len(found), place) == (1, "4")


# by hand, for one repository


@pytest.fixture
def replay(world):
    def call(which=Missing.NEWEST):
        replayer = Replayer(
            world.store, world.forge, world.bell, world.clock, Outlook(world.forge, world.clock)
        )
        return replayer.replay(KNOWN, which)

    return call


def old(world):
    long_ago = world.clock() - 9_000 * HOUR
    return [
        a_forge_release(id=30 + n, tag=f"v0.{n}", published_at=long_ago + n * HOUR)
        for n in (3, 2, 1)
    ]


def test_the_newest_missing_release_is_taken_in_however_old_it_is(world, replay, published):
    missing = old(world)
    shows(world, published, *missing)

    assert replay() == 1
    assert world.bell.rung == [build_id(KNOWN, missing[0])]
    assert replay() == 1
    assert world.bell.rung[1:] == [build_id(KNOWN, missing[1])]


def test_every_missing_release_is_taken_in_oldest_first_and_once(world, replay, published):
    missing = old(world)
    shows(world, published, *missing)

    assert replay(Missing.EVERY) == 3
    assert replay(Missing.EVERY) == 0
    assert world.bell.rung == [build_id(KNOWN, each) for each in reversed(missing)]


def test_of_a_private_repository_nothing_is_taken_in(world, replay):
    world.forge.states[KNOWN.id] = RepositoryState(KNOWN, private=True)
    shows(world, *old(world))

    assert replay(Missing.EVERY) == 0
    assert world.store.known_deliveries == {}


def test_a_forge_that_is_left_alone_is_not_asked_by_hand_either(world, replay):
    pacing.hold(HOUR, store=world.store, clock=world.clock)

    with pytest.raises(ForgeHeldError):
        replay()
    assert world.forge.listed == []
