import threading
from contextlib import suppress
from datetime import timedelta

import pytest

from aslo.celery_worker import CHORES, CeleryWorker
from aslo.domain.build import BuildState
from aslo.domain.errors import BuilderError, ForgeError, StoreError
from aslo.hold import Hold, raise_in
from aslo.ports import Unmetered
from aslo.services import work
from aslo.services.settle import LEFT_ALONE
from aslo.services.trying import TimeUp
from aslo.worker import COMPARE_EVERY, Pace, Worker
from fakes.clock import START
from fakes.values import a_build, a_check, a_delivery, a_repository
from fakes.world import World

SOON = timedelta(milliseconds=10)


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


@pytest.fixture
def worker(world):
    pace = Pace(owner="w", lease=timedelta(minutes=1), heartbeat=SOON, poll=SOON)
    return Worker(world.bench, world.bell, pace)


def until(met):
    """Wait until something is so, a while at most."""
    for _ in range(500):
        if met():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never was")


@pytest.fixture
def running(worker):
    """The worker's loops in a thread."""
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield worker
    worker.stop()
    thread.join()


def test_a_recorded_delivery_is_built_and_told_of(world, running):
    delivery = world.store.add_delivery(a_delivery(received_at=world.clock() - LEFT_ALONE))

    until(lambda: len(world.forge.comments) == 2)

    assert world.store.build(delivery.build_id).state is BuildState.PUBLISHED


def test_the_start_is_told_while_the_build_still_works(world, running):
    working, go_on = threading.Event(), threading.Event()
    real_build = world.builder.build

    def slow(*args):
        working.set()
        go_on.wait(5)
        return real_build(*args)

    world.builder.build = slow
    world.store.add_build(a_build())
    working.wait(5)

    try:
        until(lambda: len(world.forge.comments) == 1)
    finally:
        go_on.set()


@pytest.mark.case("D10")
def test_the_lease_of_a_long_build_is_renewed(world, worker):
    renewed = threading.Event()
    real_renew, real_build = world.store.renew_build, world.builder.build

    def renew(*args):
        real_renew(*args)
        renewed.set()

    def slow(*args):
        assert renewed.wait(5)
        return real_build(*args)

    world.store.renew_build = renew
    world.builder.build = slow
    world.store.add_build(a_build())

    assert worker.build_one()
    assert world.store.build("b1").state is BuildState.PUBLISHED


@pytest.mark.case("T17")
def test_a_build_whose_time_is_over_is_ended_in_the_middle(world, worker):
    def endless(*args):
        world.clock.tick(world.rules.longest.total_seconds())
        for _ in range(500):
            threading.Event().wait(0.01)
        raise AssertionError("it was left alone")

    world.builder.build = endless
    world.store.add_build(a_build())

    assert worker.build_one()

    ended = world.store.build("b1")
    assert ended.state is BuildState.ERRORED
    assert ended.outcome == "The build did not come to its end within 27 minutes."
    assert list(world.workspace.root.iterdir()) == []


def test_what_comes_behind_the_build_ends_no_worker(worker, monkeypatch):
    def over(*args, **named):
        raise TimeUp

    monkeypatch.setattr(work, "build", over)

    assert worker.build_one()


def test_what_comes_when_the_end_is_kept_changes_no_end(world, worker):
    real_save = world.store.save_build

    def save(build):
        real_save(build)
        if build.state.ended:
            raise_in(threading.get_ident(), TimeUp)

    world.store.save_build = save
    world.store.add_build(a_build())

    assert worker.build_one()

    assert world.store.build("b1").state is BuildState.PUBLISHED


def test_who_cannot_be_reached_when_time_is_over_loses_the_build(world, worker):
    """As in a call that does not come back to Python."""
    renewed, hold = [], Hold(world.bench, timedelta(minutes=1), SOON)
    world.store.renew_build = lambda *args: renewed.append(args)
    world.store.add_build(a_build())
    claimed = world.store.claim_build("w", world.clock(), timedelta(minutes=1))

    with suppress(TimeUp), hold.on(claimed):
        until(lambda: renewed)
        world.clock.tick(world.rules.longest.total_seconds())
        with suppress(TimeUp):
            threading.Event().wait(0.1)
        renewed.clear()
        threading.Event().wait(0.1)

    assert renewed == []


def test_a_record_that_is_away_for_a_while_does_not_end_the_worker(world, running, monkeypatch):
    failed = threading.Event()

    def away(*args):
        failed.set()
        raise StoreError("away")

    monkeypatch.setattr(world.store, "claim_build", away)
    assert failed.wait(5)
    monkeypatch.undo()
    world.store.add_build(a_build())

    until(lambda: world.store.build("b1").state is BuildState.PUBLISHED)


@pytest.mark.case("T13")
def test_whoever_ends_a_build_rings_for_the_next(world, worker):
    # Those that were rung for it found as many of its repository at work as may be.
    for number in range(3):
        world.store.add_build(a_build(f"b{number}"))

    assert worker.build_one()

    assert world.bell.rung == ["b1"]


@pytest.mark.case("T13")
def test_who_is_rung_for_a_build_that_must_wait_works_another(world):
    for number in range(3):
        world.store.add_build(a_build(f"b{number}"))
    for _ in range(2):
        world.store.claim_build("other", world.clock(), timedelta(minutes=1))
    another = a_build("another", repository=a_repository(2))
    world.store.add_build(another)
    pace = Pace(owner="w", lease=timedelta(minutes=1), heartbeat=SOON, poll=SOON)
    edge = CeleryWorker(None, "work", lambda: Worker(world.bench, world.bell, pace))

    edge._build("b2")

    assert world.store.build("b2") == a_build("b2")
    assert world.store.build("another").state.ended


@pytest.fixture
def answering(worker):
    """The worker's answering loop alone: nothing is built unless somebody hears the bell."""
    thread = threading.Thread(target=worker.answer)
    thread.start()
    yield worker
    worker.stop()
    thread.join()


def test_what_waits_is_rung_for_again(world, worker, request):
    world.store.add_build(a_build(not_before=world.clock() + timedelta(days=1)))
    world.store.add_build(a_build("b2"))
    request.getfixturevalue("answering")

    until(lambda: "b2" in world.bell.rung)

    assert "b1" not in world.bell.rung


def test_what_dead_workers_left_is_removed_at_the_start(world, running):
    until(lambda: world.workspace.swept == world.builder.swept == 1)


def test_a_builder_that_is_away_does_not_stop_the_answers(world, worker, monkeypatch):
    def away():
        raise BuilderError("no engine")

    monkeypatch.setattr(world.builder, "sweep", away)
    world.store.add_build(a_build())
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        until(lambda: len(world.forge.comments) == 2)
    finally:
        worker.stop()
        thread.join()


@pytest.fixture
def looks():
    return []


def test_record_and_forge_are_compared_beside_all_else_and_again_after_trouble(world):
    begun, go_on = [], threading.Event()

    def compare():
        begun.append(world.clock())
        go_on.wait(5)
        raise ForgeError("away")

    pace = Pace(owner="w", lease=timedelta(minutes=1), heartbeat=SOON, poll=SOON)
    worker = Worker(world.bench, world.bell, pace, compare=compare)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        until(lambda: begun)
        # While the forge takes its time, releases are built and told of.
        world.store.add_delivery(a_delivery(received_at=world.clock() - LEFT_ALONE))
        until(lambda: len(world.forge.comments) == 2)
        go_on.set()
        world.clock.tick(COMPARE_EVERY.total_seconds())
        until(lambda: len(begun) == 2)
    finally:
        go_on.set()
        worker.stop()
        thread.join()


@pytest.fixture
def watchful(world, looks):
    """A worker that notes when it looked at the forge, and finds that it cannot."""

    def examine():
        looks.append(world.clock())
        raise ForgeError("away")

    pace = Pace(owner="w", lease=timedelta(minutes=1), heartbeat=SOON, poll=SOON)
    return Worker(world.bench, world.bell, pace, examine=examine)


def test_the_forge_is_looked_at_every_hour(world, watchful, looks, caplog):
    thread = threading.Thread(target=watchful.answer)
    thread.start()
    try:
        until(lambda: len(looks) == 1)
        world.clock.tick(3599)
        tidied = world.workspace.swept
        until(lambda: world.workspace.swept > tidied)
        world.clock.tick(1)
        until(lambda: len(looks) == 2)
    finally:
        watchful.stop()
        thread.join()

    assert looks == [START, START + timedelta(hours=1)]
    assert set(caplog.messages) == {"away"}


def test_where_nothing_can_be_looked_at_nothing_is(worker):
    assert not worker.look_at_forge()


def test_beat_asks_every_hour_for_a_look_at_the_forge(watchful, looks):
    look, seconds = CHORES["aslo.look-at-forge"]

    assert not look(watchful)

    assert (len(looks), seconds) == (1, 3600)


@pytest.mark.parametrize("odd", [None, 7, {"$ne": ""}])
def test_a_message_that_names_no_build_builds_none(world, worker, odd):
    celery = CeleryWorker(None, "task", lambda: worker)
    world.store.add_build(a_build())

    with pytest.raises(TypeError, match="names a build"):
        celery._build(odd)

    assert world.store.build("b1").state is BuildState.QUEUED


def test_a_worker_takes_a_release_before_a_check_and_counts_no_check_as_a_build(world):
    built = []
    meter = Unmetered()
    meter.built = built.append
    pace = Pace(owner="w", lease=timedelta(minutes=1), heartbeat=SOON, poll=SOON)
    worker = Worker(world.bench, world.bell, pace, meter)
    world.forge.installed = True
    world.store.add_check(a_check())
    world.store.add_build(a_build())

    assert worker.build_one()
    assert [check.state for check in world.store.known_checks.values()] == [BuildState.QUEUED]
    assert world.bell.rung == [a_check().id]
    assert worker.build_one()

    assert [check.state for check in world.store.known_checks.values()] == [BuildState.PASSED]
    assert [build.id for build in built] == ["b1"]
    assert not worker.build_one()
