from datetime import timedelta

from aslo.domain.throttle import A_MINUTE, AN_HOUR, Throttle
from fakes.clock import START


def write(throttle, count, start=START, every=timedelta()):
    """Write as often as is allowed, `count` times at most; how often it was."""
    written = 0
    for number in range(count):
        now = start + number * every
        if throttle.allows(now):
            throttle.count(now)
            written += 1
    return written


def test_a_minute_has_its_limit_and_then_begins_anew():
    throttle = Throttle()

    assert write(throttle, 200) == A_MINUTE
    assert write(throttle, 200, START + timedelta(seconds=59)) == 0
    assert write(throttle, 200, START + timedelta(seconds=60)) == A_MINUTE


def test_an_hour_has_its_limit_and_then_begins_anew():
    throttle = Throttle()

    assert write(throttle, 2000, every=timedelta(seconds=1.5)) == AN_HOUR
    assert write(throttle, 1, START + timedelta(seconds=3601)) == 1
