from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.errors import ForgeError, ForgeLimitError
from aslo.domain.hook import EVENTS, Hook, Sent
from aslo.services.missed_deliveries import FAILURES, LOOK_BACK, MOST, Log, log_of, replay
from fakes.clock import START
from fakes.values import a_delivery

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.case("T08")


class FakeLog:
    """What the forge keeps of a webhook; whatever is asked for again arrives if it is reached."""

    def __init__(self, world):
        self.world = world
        self.tries = []
        self.asked_since = []
        self.redelivered = []
        self.reached = True
        self.fails_after = None
        self.refuses = set()
        self.rests = []
        self.is_of_app = False

    def add(self, guid, ago, code=0, event="release", action="published"):
        at = self.world.clock() - ago
        if code == 202:
            self.world.store.add_delivery(a_delivery(guid))
        self.tries.append(Sent(guid, event, code, at, id=len(self.tries) + 1, action=action))

    def sent(self, since):
        self.asked_since.append(since)
        return [each for each in self.tries[::-1] if each.delivered_at >= since]

    def redeliver(self, number):
        if self.fails_after == len(self.redelivered):
            raise ForgeLimitError("GitHub wants a pause", retry_after=MINUTE)
        known = self.tries[number - 1]
        if known.guid in self.refuses:
            raise ForgeError("GitHub does not want to")
        self.redelivered.append(known.guid)
        again = replace(known, id=len(self.tries) + 1, delivered_at=self.world.clock())
        self.tries.append(replace(again, code=202 if self.reached else 0))
        if self.reached:
            self.world.store.add_delivery(a_delivery(known.guid))


@pytest.fixture
def log(world):
    return FakeLog(world)


@pytest.fixture
def turn(world, log):
    """One turn from where the last one ended; what it found."""
    places = [""]

    def call():
        found = []
        opened = Log(log.sent, log.redeliver, checks=log.is_of_app, rest=log.rests.append)
        told = {"store": world.store, "clock": world.clock, "tell": found.append}
        places.append(replay(opened, places[-1], **told))
        return [str(each) for each in found]

    call.places = places
    return call


def test_what_did_not_arrive_is_asked_for_again_oldest_first(log, turn):
    log.add("late", 2 * MINUTE, code=502)
    log.add("early", 90 * MINUTE)
    log.add("arrived", 80 * MINUTE, code=202)

    found = turn()

    assert log.redelivered == ["early", "late"]
    assert "delivery late (release published)" in found[1]
    assert "answered with 502: asked for again" in found[1]


def test_a_second_turn_does_nothing(log, turn):
    log.add("one", 90 * MINUTE)
    turn()

    assert turn() == []
    assert log.redelivered == ["one"]


@pytest.mark.parametrize(
    "sent",
    [
        {"event": "issues", "action": "opened"},
        {"event": "release", "action": "created"},
        {"event": "repository", "action": "starred"},
        {"code": 400},
        {"code": 413},
        {"ago": LOOK_BACK + MINUTE},
    ],
)
def test_what_would_lead_to_nothing_is_left(log, turn, sent):
    log.add("one", sent.pop("ago", MINUTE), **sent)

    assert turn() == []
    assert log.redelivered == []


@pytest.mark.parametrize("code", [0, 401, 429, 500, 503])
def test_whatever_may_pass_later_is_asked_for_again(log, turn, code):
    log.add("one", MINUTE, code=code)
    turn()
    assert log.redelivered == ["one"]


def test_pushes_are_asked_for_of_the_app_alone_which_checks_commits(log, turn):
    log.add("pushed", MINUTE, event="push", action="")
    assert turn() == []

    log.is_of_app = True
    turn()
    assert log.redelivered == ["pushed"]


def test_no_push_of_an_outage_holds_up_a_release(log, turn):
    log.is_of_app = True
    for number in range(MOST):
        log.add(f"push-{number}", 90 * MINUTE, event="push", action="")
    log.add("release", 2 * MINUTE)
    turn()
    assert log.redelivered[0] == "release"

    turn()
    assert set(log.redelivered[1:]) == {f"push-{number}" for number in range(MOST)}


@pytest.mark.parametrize("kind", [("repository", "renamed"), ("installation", "deleted")])
def test_other_events_that_lead_to_something_are_asked_for_too(log, turn, kind):
    log.add("one", MINUTE, event=kind[0], action=kind[1])
    turn()
    assert log.redelivered == ["one"]


def test_a_delivery_whose_answer_was_lost_is_not_asked_for(world, log, turn):
    world.store.add_delivery(a_delivery("known"))
    log.add("known", MINUTE)

    assert turn() == []


def test_what_a_restored_record_never_saw_is_asked_for_though_it_was_answered_well(
    world, log, turn
):
    log.add("before the snapshot", 90 * MINUTE, code=202)
    log.add("after the snapshot", 60 * MINUTE, code=202)
    del world.store.known_deliveries["after the snapshot"]

    turn()

    assert log.redelivered == ["after the snapshot"]


def test_one_that_cannot_be_asked_for_holds_up_no_other(log, turn):
    for number in range(4):
        log.add(f"guid {number}", (60 - number) * MINUTE)
    log.refuses = {"guid 1"}

    found = turn()

    assert log.redelivered == ["guid 0", "guid 2", "guid 3"]
    assert "cannot be asked for again: GitHub does not want to" in found[1]


def test_a_forge_that_wants_none_is_not_asked_for_all(log, turn):
    for number in range(9):
        log.add(f"guid {number}", (60 - number) * MINUTE)
    log.refuses = {f"guid {number}" for number in range(9)}

    assert len(turn()) == FAILURES


def test_between_two_there_is_a_rest(log, turn):
    for number in range(5):
        log.add(f"guid {number}", (60 - number) * MINUTE)
    turn()
    # A redelivery costs 5 points of the 900 of a minute.
    assert len(log.rests) == 5
    assert 60 / min(log.rests) * 5 < 900


def test_one_that_arrived_at_its_second_try_is_not_asked_for(log, turn):
    log.add("one", 30 * MINUTE)
    log.add("one", 20 * MINUTE, code=202)

    assert turn() == []


def test_a_site_that_is_not_reached_is_called_less_and_less(world, log, turn):
    log.reached = False
    log.add("one", MINUTE)

    for _ in range(24 * 12):
        turn()
        world.clock.tick(300)

    # At once, then after 5, 10, 20, 40, 80, 160, 320 and 360 minutes.
    assert 8 <= len(log.redelivered) <= 11


def test_what_is_missed_is_not_forgotten_while_newer_ones_arrive(world, log, turn):
    log.reached = False
    log.add("old", MINUTE)
    turn()
    for number in range(30):
        world.clock.tick(600)
        log.add(f"new {number}", timedelta(), code=202)
        turn()
    log.reached = True
    world.clock.tick(6 * 3600)
    turn()

    assert log.redelivered[-1] == "old"
    assert world.store.delivery("old") is not None


def test_the_log_is_read_no_further_back_than_needed(world, log, turn):
    log.add("one", 60 * MINUTE, code=202)
    turn()
    turn()

    assert log.asked_since[0] == world.clock() - LOOK_BACK
    assert world.clock() - log.asked_since[1] <= 71 * MINUTE


def test_after_a_long_rest_the_log_is_read_as_far_as_it_is_kept(world, log, turn):
    log.add("one", timedelta(), code=202)
    turn()
    world.clock.tick(30 * 24 * 3600)
    turn()

    assert log.asked_since[1] == world.clock() - LOOK_BACK


def test_a_forge_that_breaks_off_loses_none_and_doubles_none(log, turn):
    for number in range(10):
        log.add(f"guid {number}", (60 - number) * MINUTE)
    log.fails_after = 4

    with pytest.raises(ForgeLimitError):
        turn()
    log.fails_after = None
    turn()

    assert log.redelivered == [f"guid {number}" for number in range(10)]


def test_seven_thousand_deliveries_with_270_releases_are_made_good_in_two_turns(world, log, turn):
    for number in range(7_000):
        wanted = number % 25 == 0 and number < 270 * 25
        action, event = ("published", "release") if wanted else ("opened", "issues")
        ago = LOOK_BACK - (number + 20) * timedelta(seconds=30)
        log.add(f"guid {number:04}", ago, event=event, action=action)
    world.clock.tick(60)

    first, second, third = turn(), turn(), turn()

    assert (len(first), len(second), third) == (MOST, 270 - MOST, [])
    assert log.redelivered == [f"guid {25 * number:04}" for number in range(270)]
    assert len(log.asked_since) == 3


def test_the_hook_that_leads_to_us_is_the_one_whose_log_is_read():
    class Admin:
        def __init__(self):
            self.asked = []

        def hooks(self, place):
            return [hook(1, "https://another.example/hook"), hook(2, "https://aslo.example/hook")]

        def sent(self, place, hook_id, since):
            self.asked.append(("sent", place, hook_id, since))
            return []

        def redeliver(self, place, hook_id, sent_id):
            self.asked.append(("redeliver", place, hook_id, sent_id))

    admin = Admin()
    log = log_of("org", "https://aslo.example/hook", admin=admin)
    log.sent(START)
    log.redeliver(7)

    assert admin.asked == [("sent", "org", 2, START), ("redeliver", "org", 2, 7)]
    assert log_of("org", "https://third.example/hook", admin=admin) is None


def hook(number, url):
    return Hook(number, url, active=True, events=EVENTS, content_type="json", verifies=True)
