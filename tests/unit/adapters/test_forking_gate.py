"""A fork finds nobody in the middle of a use of SQLite, however many threads want in."""

import logging
import os
import threading
import time
from collections.abc import Iterator

import pytest

from aslo.adapters.sqlite import forking
from aslo.adapters.sqlite.forking import Gate

BUSY_THREADS = 6
FORKS = 5
USE_SECONDS = 0.002


class Busy:
    """Threads that use a gate one after the other and at once, with hardly a moment between."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._ends = threading.Event()
        self.using: set[int] = set()
        self.uses = 0
        self._threads = [threading.Thread(target=self._use, args=(n,)) for n in range(BUSY_THREADS)]

    def begin(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _use(self, number: int) -> None:
        while not self._ends.is_set():
            with self._gate.inside():
                self.using.add(number)
                time.sleep(USE_SECONDS)
                self.using.discard(number)
                self.uses += 1


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setattr(forking, "PATIENCE_SECONDS", 1)
    made = Gate()
    made.watch()
    return made


@pytest.fixture
def busy(gate: Gate) -> Iterator[Busy]:
    threads = Busy(gate)
    threads.begin()
    yield threads
    threads.end()


def forked(gate: Gate, using: set[int]) -> int:
    """How many were inside when a process forked; the child can use the gate itself."""
    child = os.fork()
    if child == 0:
        with gate.inside():
            os._exit(len(using))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_the_gate_stays_shut_while_a_fork_waits(gate, busy, caplog):
    assert [forked(gate, busy.using) for _ in range(FORKS)] == [0] * FORKS
    assert caplog.text == ""


def test_after_a_fork_the_others_go_on(gate, busy):
    forked(gate, busy.using)
    before, late = busy.uses, time.monotonic() + 5

    while busy.uses < before + BUSY_THREADS and time.monotonic() < late:
        time.sleep(USE_SECONDS)

    assert busy.uses >= before + BUSY_THREADS


def test_a_fork_that_waited_in_vain_is_told(gate, monkeypatch, caplog):
    monkeypatch.setattr(forking, "PATIENCE_SECONDS", 0.01)
    entered, leaves = threading.Event(), threading.Event()

    def stay() -> None:
        with gate.inside():
            entered.set()
            leaves.wait(10)

    staying = threading.Thread(target=stay)
    staying.start()
    entered.wait(10)

    with caplog.at_level(logging.ERROR):
        forked(gate, set())

    leaves.set()
    staying.join()
    assert "a process forks while 1 threads use SQLite" in caplog.text
