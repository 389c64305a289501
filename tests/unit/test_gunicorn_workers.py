"""New connections, shared out among the processes of Gunicorn."""

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from aslo import gunicorn_workers
from aslo.gunicorn_workers import EvenWorker


class Clock:
    """Time that passes when somebody sleeps, and what happens then."""

    def __init__(self):
        self.now = 1_000.0
        self.naps = 0
        self.meanwhile = lambda: None

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        self.naps += 1
        self.meanwhile()


class Empty:
    """A listener whose connection somebody else has taken."""

    def accept(self):
        raise BlockingIOError(11, "nothing to accept")


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(gunicorn_workers, "time", made)
    return made


@pytest.fixture
def workers(clock):
    cfg = Config()
    cfg.set("worker_class", EvenWorker)
    log = Logger(cfg)
    EvenWorker.check_config(cfg, log)
    made = [EvenWorker(age, 1, [], None, 30, cfg, log) for age in (1, 2)]
    yield made
    for worker in made:
        worker.tmp.close()


def has(worker, connections):
    worker.nr_conns = connections
    worker.notify()


def test_a_process_with_more_connections_leaves_a_new_one_to_the_other(workers, clock):
    ahead, behind = workers
    has(ahead, 3)
    has(behind, 1)
    clock.meanwhile = lambda: has(behind, behind.nr_conns + 1)

    ahead.accept(Empty())

    assert clock.naps == 2


def test_a_process_with_as_few_as_the_other_takes_it_at_once(workers, clock):
    for worker in workers:
        has(worker, 3)

    workers[0].accept(Empty())

    assert clock.naps == 0


def test_a_process_that_does_not_take_it_is_not_waited_for_long(workers, clock):
    has(workers[0], 3)
    has(workers[1], 0)

    workers[0].accept(Empty())

    assert 0 < clock.now - 1_000 < 0.01


@pytest.mark.parametrize("ends", [True, False])
def test_a_process_that_ends_or_hangs_is_not_waited_for(workers, clock, ends):
    stays, goes = workers
    has(goes, 0)
    if ends:
        goes.alive = False
        goes.notify()
    else:
        clock.now += 5
    has(stays, 3)

    stays.accept(Empty())

    assert clock.naps == 0


def test_a_connection_that_was_taken_is_told_at_once(workers, clock, monkeypatch):
    takes, other = workers
    has(takes, 0)
    with monkeypatch.context() as patched:
        patched.setattr(gunicorn_workers.ThreadWorker, "accept", has_one_more)
        takes.accept(Empty())
    has(other, 1)

    other.accept(Empty())

    assert clock.naps == 0


def has_one_more(worker, _):
    worker.nr_conns += 1
