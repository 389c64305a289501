"""Deliveries settled from a thread beside the web."""

import threading
import time

import pytest

from aslo import settler
from aslo.settler import Settler
from fakes.deliveries import GUID
from fakes.values import a_delivery


class Settled:
    """Remembers what was handed over together, and may hold it up."""

    def __init__(self):
        self.parts = []
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, deliveries):
        self.parts.append([delivery.guid for delivery in deliveries])
        self.go_on.wait(5)

    @property
    def guids(self):
        return [guid for part in self.parts for guid in part]


@pytest.fixture
def settled():
    return Settled()


@pytest.fixture
def made(settled):
    started = Settler(settled)
    started.start()
    return started


def until(met):
    for _ in range(500):
        if met():
            return
        time.sleep(0.01)
    raise AssertionError("it never was")


def test_a_delivery_that_comes_alone_is_settled_before_its_answer(made, settled):
    made.put(a_delivery(GUID))

    assert settled.guids == [GUID]


def test_an_answer_does_not_wait_for_what_takes_long(made, settled):
    settled.go_on.clear()
    started = time.monotonic()

    made.put(a_delivery(GUID))

    assert time.monotonic() - started < 1
    settled.go_on.set()


def test_those_of_a_burst_are_settled_together_and_in_order(made, settled):
    guids = [f"guid-{number:03}" for number in range(200)]
    for guid in guids:
        made.put(a_delivery(guid))
    until(lambda: len(settled.guids) == 200)

    assert settled.guids == guids
    assert len(settled.parts) < 20


def test_a_burst_without_an_end_is_settled_all_the_same(made, settled):
    made.put(a_delivery("first"))
    deadline = time.monotonic() + 2 * settler.LONGEST_SECONDS
    while time.monotonic() < deadline and len(settled.parts) < 2:
        made.put(a_delivery(GUID))
        time.sleep(0.01)

    assert len(settled.parts) == 2


def test_what_breaks_once_does_not_end_it(settled):
    def breaks_once(deliveries):
        settled(deliveries)
        if len(settled.parts) == 1:
            raise RuntimeError("a fault of ours")

    made = Settler(breaks_once)
    made.start()
    made.put(a_delivery("first"))
    made.put(a_delivery("second"))

    until(lambda: settled.guids == ["first", "second"])


def test_more_than_can_be_kept_in_mind_is_left_to_the_sweep(settled, monkeypatch):
    monkeypatch.setattr(settler, "MOST_WAITING", 3)
    monkeypatch.setattr(settler, "PROMPT_SECONDS", 0)
    made = Settler(settled)
    for number in range(9):
        made.put(a_delivery(f"guid-{number}"))
    made.start()
    until(lambda: len(settled.guids) == 3)

    made.put(a_delivery("later"))
    until(lambda: settled.guids[-1] == "later")
