"""Answers about the whole catalog: made once, kept packed, in bounded memory and time."""

import gzip
import threading
import time
import tracemalloc

import pytest

from aslo.domain.errors import CatalogError
from aslo.web.large import Large
from fakes.web_site import WebSite

PIECE = "<tr><td>an activity of many</td></tr>\n"
MANY = 100_000
WAITING = 4
ROOM = 64 * 1024


def many(made=None):
    if made is not None:
        made.append(1)
    for number in range(MANY):
        yield f"{number}{PIECE}"


def test_what_was_made_once_is_not_made_again():
    large, made = Large(WAITING), []
    first, second = (large.get("key", lambda: many(made)) for _ in range(2))

    assert first is second
    assert made == [1]


def test_an_answer_unpacks_to_what_was_made():
    packed = Large(WAITING).get("key", many)
    whole = "".join(many()).encode()

    assert gzip.decompress(packed.data) == whole
    assert b"".join(packed.pieces()) == whole
    assert packed.length == len(whole)
    assert max(map(len, packed.pieces())) <= 64 * 1024


def test_an_empty_answer_is_one():
    packed = Large(WAITING).get("key", lambda: iter(()))
    assert (b"".join(packed.pieces()), packed.length) == (b"", 0)


def test_many_who_ask_at_once_wait_for_one_that_is_made():
    large, made, told = Large(WAITING), [], []
    begin = threading.Barrier(WAITING)

    def slow():
        made.append(1)
        time.sleep(0.05)
        yield "x"

    def ask():
        begin.wait()
        told.append(large.get("key", slow))

    threads = [threading.Thread(target=ask) for _ in range(WAITING)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [1]
    assert len(told) == WAITING


def test_a_crowd_for_different_ones_leaves_threads_to_other_pages():
    large, go_on, told, began = Large(WAITING), threading.Event(), [], threading.Semaphore(0)

    def held():
        began.release()
        go_on.wait(10)
        yield "x"

    def ask(key):
        told.append(large.get(key, held))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(WAITING)]
    for thread in threads:
        thread.start()
    began.acquire(timeout=10)
    refused = refused_within(large, 10)
    go_on.set()
    for thread in threads:
        thread.join()

    assert refused
    assert len(told) == WAITING
    assert large.get("after", lambda: iter("x")).length == 1


@pytest.mark.parametrize(("threads", "waiting"), [(1, 1), (2, 1), (8, 4), (64, 32)])
def test_half_of_the_threads_are_left_to_other_pages(threads, waiting):
    site = WebSite(threads=threads)

    assert site.app.extensions["aslo-large"]._waiting._value == waiting


def refused_within(large, seconds):
    """Whether one more is refused, once the crowd is there: nobody waits for what nobody makes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if large._waiting._value:
            time.sleep(0.01)
            continue
        with pytest.raises(CatalogError):
            large.get("one more", lambda: iter(""))
        return True
    return False


def test_what_breaks_while_it_is_made_is_not_kept():
    large = Large(WAITING)

    def broken():
        yield "half"
        raise OSError

    for _ in range(2):
        try:
            large.get("key", broken)
        except OSError:
            continue
        raise AssertionError("it was told as if it was whole")
    assert large.get("key", lambda: iter(["whole"])).length == 5


def test_answers_that_nobody_asks_for_any_more_make_room():
    large = Large(WAITING, ROOM)
    for number in range(1000):
        large.get(number, lambda: iter([PIECE]))

    assert large._kept.currsize <= ROOM
    assert 0 < len(large._kept) < 1000


def test_an_answer_larger_than_the_room_is_told_and_not_kept():
    large = Large(WAITING, 1024)
    assert large.get("key", many).length > 1024
    assert len(large._kept) == 0


def test_the_memory_for_making_an_answer_is_a_fraction_of_it():
    large = Large(WAITING)
    tracemalloc.start()
    packed = large.get("key", many)
    for _ in packed.pieces():
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert packed.length > 4_000_000
    assert most < packed.length / 2
