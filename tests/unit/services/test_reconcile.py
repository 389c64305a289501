from datetime import timedelta

import pytest

from aslo.domain.build import build_id
from aslo.domain.delivery import ReleaseList
from aslo.domain.errors import ForgeError, ForgeLimitError
from aslo.domain.hook import Sent
from aslo.services.missed_deliveries import Log
from aslo.services.reconcile import EVERY, LATE, Reconciler
from fakes.values import a_build, a_forge_release, a_release, a_repository, an_activity

pytestmark = pytest.mark.case("T08", "T41")


@pytest.fixture
def reconciler(world):
    return Reconciler(world.store, world.files, world.forge, world.bell, world.clock, lambda: None)


@pytest.fixture
def turn(reconciler):
    """One turn of every chore that is due; what was found."""

    def call(made=reconciler):
        found = []
        made.turn(found.append)
        return [str(each) for each in found]

    return call


@pytest.fixture
def missed(world):
    """A release of a known repository that nobody told of."""
    world.store.add_build(a_build("another", release=a_forge_release(id=2)))
    release = a_forge_release(published_at=world.clock() - timedelta(hours=1))
    world.forge.lists[1] = ReleaseList((release,), is_whole=True)
    return build_id(a_repository(), release)


def lose(world, number=1):
    """List a release without its bundle."""
    name = f"org.sugarlabs.Moon{number}"
    world.store.claim_bundle_id(an_activity(name))
    world.store.add_release(a_release(name))
    world.store.announce(name)


def test_a_turn_does_all_that_is_due_and_the_next_nothing(world, turn, missed):
    lose(world)

    found = turn()

    assert world.bell.rung == [missed]
    assert [each for each in found if "nobody told of release v1" in each]
    assert [each for each in found if "of org.sugarlabs.Moon1 1 is missing" in each]
    assert turn() == []


def test_of_many_workers_one_does_it(world, reconciler, missed):
    others = [
        Reconciler(world.store, world.files, world.forge, world.bell, world.clock, lambda: None)
        for _ in range(3)
    ]
    assert [each.turn(lambda _: None) for each in (reconciler, *others)] == [True, *3 * [False]]


def test_a_turn_that_takes_longer_than_five_minutes_is_not_begun_by_another(world, missed):
    begun = []

    def slow():
        begun.append(1)
        world.clock.tick(20 * 60)
        others = Reconciler(
            world.store, world.files, world.forge, world.bell, world.clock, lambda: begun.append(2)
        )
        others.turn(lambda _: None)

    Reconciler(world.store, world.files, world.forge, world.bell, world.clock, slow).turn(
        lambda _: None
    )
    assert begun == [1]


def test_a_turn_comes_every_five_minutes(world, reconciler):
    assert timedelta(minutes=5) >= EVERY
    assert reconciler.turn(lambda _: None)
    world.clock.tick(EVERY.total_seconds() - 1)
    assert not reconciler.turn(lambda _: None)
    world.clock.tick(1)
    assert reconciler.turn(lambda _: None)


def test_a_chore_that_breaks_holds_up_no_other_and_begins_where_it_began(world, turn, missed):
    lose(world)

    def fail():
        raise ForgeError("the log is away")

    broken = Reconciler(world.store, world.files, world.forge, world.bell, world.clock, fail)
    found = turn(broken)
    assert [each for each in found if "nobody told of" in each]
    assert [each for each in found if "is missing" in each]

    mended = Reconciler(world.store, world.files, world.forge, world.bell, world.clock, a_log)
    world.clock.tick(EVERY.total_seconds())
    found = turn(mended)
    assert [each for each in found if "delivery lost" in each]


def test_a_pause_that_the_log_was_told_holds_for_all_that_ask_the_forge(world, turn):
    def fail():
        raise ForgeLimitError("too much", retry_after=timedelta(minutes=9))

    limited = Reconciler(world.store, world.files, world.forge, world.bell, world.clock, fail)
    turn(limited)

    assert world.store.throttle().wait(world.clock(), 0) == timedelta(minutes=9)
    world.clock.tick(EVERY.total_seconds())
    opened = []
    patient = Reconciler(
        world.store, world.files, world.forge, world.bell, world.clock, lambda: opened.append(1)
    )
    turn(patient)
    assert opened == []


def a_log():
    """A log in which one delivery did not arrive."""

    def sent(since):
        return [Sent("lost", "release", 0, since + timedelta(hours=1), id=1, action="published")]

    return Log(sent, lambda number: None, lambda seconds: None)


def test_the_place_where_a_turn_ended_is_where_the_next_begins(world, turn):
    for number in range(1, 101):
        world.store.add_build(a_build(f"b{number}", repository=a_repository(number)))

    for _ in range(3):
        turn()
        world.clock.tick(EVERY.total_seconds())

    # Every repository once, though no turn looks at all of them.
    assert world.forge.listed == [a_repository(number).full_name for number in range(1, 101)]


def test_a_build_that_waits_since_long_is_rung_for(world, turn):
    world.store.add_build(a_build("late"))
    world.clock.tick(LATE.total_seconds() - 1)
    world.store.add_build(a_build("young", not_before=world.clock()))
    assert not [each for each in turn() if "waits" in each]

    world.clock.tick(EVERY.total_seconds())
    assert [each for each in turn() if "build late waits for a worker" in each]
    assert world.bell.rung == ["late"]


def test_by_hand_everything_is_looked_at_from_its_beginning(world, reconciler, missed):
    lose(world)
    stranger = world.files.put(b"left", "text/plain")
    found = []
    for _ in range(2):
        found.clear()
        reconciler.all(found.append)

    told = [str(each) for each in found]
    assert not [each for each in told if "nobody told of" in each]
    assert [each for each in told if "is missing" in each]
    assert [each for each in told if f"file {stranger.sha256} is named by nothing" in each]


def test_by_hand_older_releases_are_taken_in_too(world, reconciler, missed):
    world.clock.tick(100 * 3600)

    reconciler.all(lambda _: None)
    assert world.store.build(missed) is None
    reconciler.all(lambda _: None, timedelta(hours=200))
    assert world.store.build(missed) is not None


def test_by_hand_what_cannot_be_asked_is_told_of_and_the_rest_is_done(world, missed):
    lose(world)
    found = []

    def fail():
        raise ForgeError("the log is away")

    Reconciler(world.store, world.files, world.forge, world.bell, world.clock, fail).all(
        found.append
    )

    assert str(found[0]).startswith("the log is away: ")
    assert [each for each in found if "is missing" in str(each)]
