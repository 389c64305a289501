from datetime import timedelta

import pytest

from aslo.domain.throttle import A_MINUTE, AN_HOUR, LONGEST_PAUSE, Throttle
from fakes.clock import START

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def write(throttle, count, start=START, every=timedelta()):
    """Write as often as is allowed, `count` times at most; what is written then."""
    for number in range(count):
        now = start + number * every
        if not throttle.wait(now, 1):
            throttle = throttle.count(now, 1)
    return throttle


def test_a_minute_has_its_limit_and_then_begins_anew():
    full = write(Throttle(), 200)

    assert len(full.written) == A_MINUTE
    assert write(full, 200, START + 59 * SECOND) == full
    assert len(write(full, 200, START + MINUTE).written) == 2 * A_MINUTE


def test_an_hour_has_its_limit_and_then_begins_anew():
    full = write(Throttle(), 2000, every=1.5 * SECOND)

    assert len(full.written) == AN_HOUR
    assert full.wait(START + MINUTE * 50, 1) == 10 * MINUTE
    assert len(write(full, 1, START + HOUR).written) == AN_HOUR


def test_what_takes_several_writes_waits_until_there_is_room_for_all():
    nearly = Throttle().count(START, A_MINUTE - 5).count(START + 10 * SECOND, 3)

    assert not nearly.wait(START + 20 * SECOND, 2)
    assert nearly.wait(START + 20 * SECOND, 3) == 40 * SECOND
    assert nearly.wait(START + 20 * SECOND, A_MINUTE - 2) == 50 * SECOND


def test_the_minute_that_holds_most_counts_and_not_that_of_the_clock():
    throttle = write(Throttle(), A_MINUTE, START + 59 * SECOND)

    assert throttle.wait(START + 61 * SECOND, 1) == 58 * SECOND


def test_a_question_waits_for_a_pause_alone():
    full = write(Throttle(), A_MINUTE)

    assert not full.wait(START)
    assert full.pause(START, MINUTE).wait(START + 20 * SECOND) == 40 * SECOND


def test_a_shorter_pause_ends_no_longer_one():
    throttle = Throttle().pause(START, HOUR)

    assert throttle.pause(START + SECOND, MINUTE) is throttle
    assert throttle.pause(START + SECOND, HOUR).wait(START) == HOUR + SECOND


@pytest.mark.case("T15")
def test_a_forge_that_refuses_again_after_its_pause_is_left_alone_twice_as_long():
    """GitHub asks for that where it tells no time, and bans who goes on."""
    throttle, now, pauses = Throttle(), START, []
    for _ in range(10):
        throttle = throttle.pause(now, MINUTE)
        pauses.append(throttle.wait(now))
        now += throttle.wait(now)

    assert pauses[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert pauses[-1] == LONGEST_PAUSE
    assert throttle.pause(now + LONGEST_PAUSE, MINUTE).wait(now + LONGEST_PAUSE) == MINUTE


def test_a_pause_that_is_over_before_it_began_is_a_short_one():
    assert Throttle().pause(START, -HOUR).wait(START) == 2 * SECOND


def test_a_clock_that_runs_ahead_of_ours_lets_nobody_write_more():
    theirs = write(Throttle(), A_MINUTE, START + 30 * SECOND)

    assert theirs.wait(START, 1) == 90 * SECOND
