"""Starting a failed build once more: by hand, by a comment, and by nobody who may not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import RepositoryState
from aslo.domain.build import BuildState, Restart, RestartWay
from aslo.domain.comment import CommitComment, asks_retry
from aslo.domain.delivery import DeliveryState, Verdict
from aslo.domain.errors import BadDeliveryError, ForgeError
from aslo.domain.message import final_comment
from aslo.domain.person import Person
from aslo.domain.refusals import NotRetriedError
from aslo.services import intake, retrying, settle
from fakes.clock import START
from fakes.deliveries import SECRET, a_payload, signed
from fakes.values import BUILD_ENDS, COMMIT, a_build, a_delivery, a_repository

ANA = Person(11, "ana")
MINUTE = timedelta(minutes=1)


def failed(state=BuildState.FAILED, **changes):
    changes = {"commit": COMMIT, "fence": 3, "ended_at": START, "told": True, **changes}
    return replace(a_build(), state=state, **changes)


@pytest.fixture
def kept(world):
    def keep(build):
        world.store.known_builds[build.id] = build
        return build

    return keep


def press(world, build, who=ANA):
    retrying.retry(build, who, store=world.store, bell=world.bell, clock=world.clock)
    return world.store.build(build.id)


# by hand


@pytest.mark.parametrize("state", [BuildState.FAILED, BuildState.ERRORED])
def test_a_build_that_failed_begins_a_new_round_and_the_bell_is_rung(world, kept, state):
    begun = press(world, kept(failed(state)))

    assert (begun.state, begun.round, begun.fence) == (BuildState.QUEUED, 2, 3)
    assert begun.restart_asked == Restart(RestartWay.PAGE, world.clock(), "ana")
    assert not begun.told
    assert world.bell.rung == ["b1"]


def test_a_button_that_is_pressed_twice_starts_it_once(world, kept):
    shown = kept(failed())
    press(world, shown)
    press(world, shown)  # The second request had read the same build.
    begun = press(world, world.store.build("b1"))

    assert begun.round == 2
    assert world.bell.rung == ["b1"]


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (BuildState.QUEUED, "waits for its turn"),
        (BuildState.RUNNING, "is in work"),
        (BuildState.PUBLISHED, "is published"),
        (BuildState.SUPERSEDED, "is published already"),
        (BuildState.WITHDRAWN, "was taken back"),
    ],
)
def test_any_other_build_is_not_started_and_it_is_said_why(world, kept, state, why):
    build = kept(failed(state))

    with pytest.raises(NotRetriedError, match=why):
        press(world, build)
    assert world.store.build("b1") == build


def test_what_somebody_else_has_started_is_told_to_whoever_comes_late(world, kept):
    press(world, kept(failed()))

    with pytest.raises(NotRetriedError, match="waits"):
        press(world, world.store.build("b1"), Person(12, "ben"))


def test_a_redelivery_is_noted_as_such(world, kept):
    delivery = a_delivery()
    kept(failed(id=delivery.build_id))
    world.store.add_delivery(delivery)
    world.clock.tick(settle.REDELIVERY_AFTER.total_seconds())
    world.settle(world.store.add_delivery(delivery))

    begun = world.store.build(delivery.build_id)

    assert begun.round == 2
    assert begun.restart_asked == Restart(RestartWay.REDELIVERY, world.clock())


# by a comment


def a_comment(number=5, text="/aslo retry\r\n\r\nplease", **changes):
    whole = CommitComment(number, COMMIT, ANA, text, START + MINUTE)
    return replace(whole, **changes)


def told_of(number=5, guid="guid-c"):
    return a_delivery(
        guid,
        event="commit_comment",
        action="created",
        verdict=Verdict.RETRY,
        content=None,
        build_id=None,
        repository=a_repository(),
        comment_id=number,
    )


@pytest.fixture
def say(world):
    """A comment is written, its delivery swept up; the reason that is kept."""

    def call(comment=None, guid="guid-c", number=5):
        if comment is not None:
            world.forge.said[comment.id] = comment
        world.store.add_delivery(told_of(number, guid))
        assert settle.sweep(store=world.store, forge=world.forge, clock=world.clock)
        settled = world.store.delivery(guid)
        assert settled.state is DeliveryState.SETTLED
        return settled.reason

    return call


def test_a_comment_of_somebody_who_may_write_starts_the_build(world, kept, say):
    kept(failed())
    world.forge.writers = {ANA.id}

    assert say(a_comment()) == "ana lets build b1 be tried again"
    begun = world.store.build("b1")
    assert begun.round == 2
    assert begun.restart_asked == Restart(RestartWay.COMMENT, world.clock(), "ana", 5)


@pytest.mark.case("A05")
def test_a_comment_of_a_stranger_is_ignored_for_that_reason(world, kept, say):
    build = kept(failed())

    assert say(a_comment()) == f"ana may not write to {a_repository().full_name}"
    assert world.store.build("b1") == build


def test_where_the_forge_does_not_tell_the_owner_is_known_and_others_are_not(world, kept, say):
    kept(failed())
    world.forge.is_silent = True

    assert "cannot be known to write" in say(a_comment())
    assert "be tried again" in say(a_comment(6, by_owner=True), "guid-d", 6)


@pytest.mark.case("A05")
@pytest.mark.parametrize(
    "comment",
    [
        None,
        a_comment(text="Thank you"),
        a_comment(text="> /aslo retry\nis what you write"),
        a_comment(by_program=True),
    ],
)
def test_what_the_forge_shows_decides_and_not_the_delivery(world, kept, say, comment):
    build = kept(failed())
    world.forge.writers = {ANA.id}

    assert "not there any more, or asks for nothing" in say(comment)
    assert world.store.build("b1") == build


def test_a_repository_that_is_private_or_gone_is_not_looked_into(world, kept, say):
    kept(failed())
    world.forge.writers = {ANA.id}
    for number, state in enumerate([None, RepositoryState(a_repository(), private=True)]):
        world.forge.states[1] = state
        assert "private" in say(a_comment(), f"guid-{number}")
    assert world.store.build("b1").round == 1


@pytest.mark.case("A07")
def test_a_comment_starts_a_build_once_however_often_it_is_delivered(world, kept, say):
    kept(failed())
    world.forge.writers = {ANA.id}
    say(a_comment())
    world.clock.tick(600)
    again = world.store.build("b1")
    kept(replace(again, state=BuildState.FAILED, commit=COMMIT, ended_at=START))

    # Another GUID with the body of then, and the same one redelivered.
    assert "answered already" in say(guid="guid-d")
    assert "answered already" in say()
    assert world.store.build("b1").round == 2


@pytest.mark.case("A07")
def test_a_comment_from_before_a_build_failed_is_not_about_that(world, kept, say):
    kept(failed(ended_at=START + 2 * MINUTE))
    world.forge.writers = {ANA.id}

    assert "had failed by then" in say(a_comment())


@pytest.mark.parametrize("state", [s for s in BuildState if not s.may_restart])
def test_a_build_that_did_not_fail_is_left_alone(world, kept, say, state):
    build = kept(failed(state))
    world.forge.writers = {ANA.id}

    assert "no build of that commit had failed" in say(a_comment())
    assert world.store.build("b1") == build


def test_builds_of_another_repository_with_that_commit_are_left_alone(world, kept, say):
    kept(failed(repository=a_repository(2)))
    world.forge.writers = {ANA.id}

    assert "no build of that commit" in say(a_comment())


def test_while_the_forge_is_away_the_comment_waits(world, kept):
    kept(failed())
    world.forge.writers, world.forge.said = {ANA.id}, {5: a_comment()}
    world.store.add_delivery(told_of())
    world.forge.fails["may_write"] = [ForgeError("away")]

    assert not settle.sweep(store=world.store, forge=world.forge, clock=world.clock)
    assert world.store.build("b1").round == 1
    assert settle.sweep(store=world.store, forge=world.forge, clock=world.clock)
    assert world.store.build("b1").round == 2


# what is taken in


def a_comment_payload(text="/aslo retry", *, private=False, **user):
    repository = {**a_payload()["repository"], "private": private}
    comment = {
        "id": 5,
        "body": text,
        "user": {"id": 11, "login": "ana", "type": "User", **user} if user != {"gone": 1} else None,
        "commit_id": COMMIT,
        "created_at": "2026-03-01T12:01:00Z",
        "author_association": "OWNER",
    }
    return {"action": "created", "comment": comment, "repository": repository}


@pytest.fixture
def receive(world):
    def call(payload, action="created"):
        body, headers = signed({**payload, "action": action}, event="commit_comment")
        return intake.receive(
            body,
            headers,
            secrets=[SECRET],
            store=world.store,
            clock=world.clock,
            then=world.settle,
        )

    return call


def test_a_comment_that_asks_is_kept_until_the_forge_was_asked(world, receive):
    taken = receive(a_comment_payload())

    assert (taken.verdict, taken.state) == (Verdict.RETRY, DeliveryState.ACCEPTED)
    assert (taken.comment_id, taken.repository.id, taken.build_id) == (5, 1, None)
    assert world.bell.rung == []


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (a_comment_payload("Looks good"), "asks nothing"),
        (a_comment_payload("please /aslo retry"), "asks nothing"),
        (a_comment_payload("\n/aslo retry"), "asks nothing"),
        (a_comment_payload("/aslo retry now"), "asks nothing"),
        (a_comment_payload(type="Bot"), "program"),
        (a_comment_payload(login="aslo[bot]"), "program"),
        (a_comment_payload(gone=1), "program"),
        (a_comment_payload(private=True), "private"),
    ],
)
def test_any_other_comment_is_ignored_with_its_reason(receive, payload, why):
    taken = receive(payload)

    assert taken.verdict is Verdict.IGNORE
    assert why in taken.reason
    assert taken.state is DeliveryState.IGNORED


@pytest.mark.case("A07")
def test_nothing_that_we_write_ourselves_asks_for_another_try():
    for state in BUILD_ENDS:
        said = final_comment(failed(state, outcome="/aslo retry"), "u", None, "p")
        assert not asks_retry(said)


def test_a_comment_in_an_odd_shape_is_refused(receive):
    payload = a_comment_payload()
    del payload["comment"]["body"]

    with pytest.raises(BadDeliveryError, match="body"):
        receive(payload)


def test_what_failed_is_told_with_the_way_to_try_it_again():
    told = {
        state
        for state in BUILD_ENDS
        if "/aslo retry" in final_comment(failed(state), "u", None, "p")
    }

    assert told == {BuildState.FAILED, BuildState.ERRORED}
