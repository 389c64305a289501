"""Every fault that GitHub can have, at every question that ASLO asks it."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from aslo.adapters.forge_github import GitHubForge
from aslo.adapters.github_credentials import App
from aslo.adapters.github_hooks import GitHubHooks
from aslo.adapters.github_http import Clocks
from aslo.domain.errors import AuthorError, ForgeError, ForgeLimitError, NotFoundError
from aslo.domain.report import CheckRun, CommitState
from fakes.clock import FakeClock
from fakes.scripted_github import (
    API,
    ASSET,
    CLOCK,
    COMMIT,
    NOW,
    TOKEN,
    ScriptedGitHub,
    Seconds,
    answer,
    comment_by,
    forge,
    pointer,
)
from fixtures.app_key import key_pair

pytestmark = pytest.mark.case("T15")

CHECK = CheckRun("b1-1", CommitState.PENDING, "it has begun", "", "https://aslo/b1")
RESET = str(int((NOW + timedelta(minutes=7)).timestamp()))
SECONDARY = "You have exceeded a secondary rate limit. Please wait."

Ask = Callable[[GitHubForge, Path], object]
QUESTIONS: dict[str, Ask] = {
    "repository": lambda asked, _: asked.repository(CLOCK),
    "release": lambda asked, _: asked.release(CLOCK, 3),
    "tag": lambda asked, _: asked.resolve_tag(CLOCK, "v3"),
    "changes": lambda asked, _: asked.changed_since(CLOCK, COMMIT),
    "developers": lambda asked, _: asked.developers(CLOCK, 20),
    "asset": lambda asked, to: asked.download_asset(ASSET, to / "a.xo", 10**6),
    "comment": lambda asked, _: asked.comment(CLOCK, COMMIT, "x", "k", first_try=True),
    "comment again": lambda asked, _: asked.comment(CLOCK, COMMIT, "x", "k"),
    "status": lambda asked, _: asked.set_status(CLOCK, COMMIT, CommitState.PENDING, "x", ""),
    "check": lambda asked, _: asked.set_check(CLOCK, COMMIT, CHECK),
}
ADMIN: dict[str, Callable[[GitHubHooks], object]] = {
    "hooks": lambda asked: asked.hooks("sugarlabs-demo"),
    "add hook": lambda asked: asked.add_hook("sugarlabs-demo", "https://a", "s"),
    "change hook": lambda asked: asked.change_hook("sugarlabs-demo", 5, "https://a", "s"),
    "sent": lambda asked: asked.sent("sugarlabs-demo", 5),
    "allowance": lambda asked: asked.allowance(),
}


def drip() -> Iterator[bytes]:
    while True:
        yield b" "


FAULTS = {
    "401": answer(401, {"message": "Bad credentials"}),
    "500": answer(500),
    "502": httpx.Response(502, text="<html>unicorn</html>"),
    "reset": httpx.ReadError("reset"),
    "refused": httpx.ConnectError("refused"),
    "cut": httpx.RemoteProtocolError("cut"),
    "late": httpx.ReadTimeout("late"),
    "a byte a second": httpx.Response(200, content=drip()),
    "an error a byte a second": httpx.Response(502, content=drip()),
}
LIMITS = {
    "nothing remains": (answer(403, x_ratelimit_remaining="0", x_ratelimit_reset=RESET), 420),
    "429": (answer(429, retry_after="90"), 90),
    "secondary, named": (answer(403, {"message": SECONDARY}, retry_after="30"), 30),
    "secondary": (answer(403, {"message": SECONDARY}), 60),
    "503": (answer(503, retry_after="15"), 15),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_a_fault_is_an_outage_and_is_not_asked_again_at_once(ask, fault, tmp_path):
    asked, github = forge(fault, step=1.0)

    with pytest.raises(ForgeError) as caught:
        ask(asked, tmp_path)

    assert not isinstance(caught.value, ForgeLimitError)
    assert len(github.asked) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("limit", "seconds"), LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_a_limit_is_told_with_its_pause_and_is_not_asked_again_at_once(
    ask, limit, seconds, tmp_path
):
    asked, github = forge(limit)

    with pytest.raises(ForgeLimitError) as caught:
        ask(asked, tmp_path)

    assert caught.value.pause == timedelta(seconds=seconds)
    assert len(github.asked) == 1


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_what_is_not_found_is_told_so_and_nothing_breaks(ask, tmp_path):
    asked, github = forge(answer(404, {"message": "Not Found"}))

    try:
        found = ask(asked, tmp_path)
    except (NotFoundError, AuthorError, ForgeError):
        found = None

    assert found is None
    assert len(github.asked) == 1


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("ask", ADMIN.values(), ids=ADMIN)
def test_what_an_operator_asks_meets_no_other_end(ask, fault):
    github = ScriptedGitHub(fault)
    client = httpx.Client(transport=httpx.MockTransport(github))
    clocks = Clocks(now=lambda: NOW, monotonic=Seconds(1.0))

    with pytest.raises(ForgeError):
        ask(GitHubHooks(API, token=TOKEN, admin_token=TOKEN, client=client, clocks=clocks))

    assert len(github.asked) == 1


@pytest.mark.parametrize("fault", [*FAULTS.values(), LIMITS["429"][0]], ids=[*FAULTS, "429"])
def test_an_app_that_gets_no_token_asks_nothing_else(fault, tmp_path):
    asked, github = forge(fault, step=1.0, app=App("7", key_pair()[0]))

    for ask in QUESTIONS.values():
        with pytest.raises(ForgeError):
            ask(asked, tmp_path)

    assert {call.rpartition("/")[2] for call in github.calls} == {"installation"}


def test_a_limit_of_another_host_is_none_of_the_forge(tmp_path):
    moved = httpx.Response(302, headers={"location": "https://storage.test/x"})
    asked, _ = forge(moved, answer(429, retry_after="3600"))

    with pytest.raises(ForgeError) as caught:
        asked.download_asset(ASSET, tmp_path / "a.xo", 10**6)

    assert not isinstance(caught.value, ForgeLimitError)


# what remains


def told(remaining: int, minutes: float = 10) -> httpx.Response:
    reset = int((NOW + timedelta(minutes=minutes)).timestamp())
    found = pointer("commit")
    headers = {"x-ratelimit-remaining": str(remaining), "x-ratelimit-reset": str(reset)}
    return httpx.Response(200, headers=headers, content=found.content)


def test_what_remains_is_spread_over_what_is_left_of_the_hour():
    asked, github = forge(told(200), told(199), told(100), told(30), told(9))

    for _ in range(5):
        asked.resolve_tag(CLOCK, "v3")

    assert [round(nap, 1) for nap in github.naps] == [3.0, 6.0, 10.0]


def test_with_nothing_left_nothing_is_asked_until_there_is():
    asked, github = forge(told(0))
    asked.resolve_tag(CLOCK, "v3")

    with pytest.raises(ForgeLimitError) as caught:
        asked.resolve_tag(CLOCK, "v3")

    assert caught.value.pause == timedelta(minutes=10)
    assert len(github.asked) == 1


def test_what_an_hour_that_is_over_left_counts_no_more():
    asked, github = forge(told(0, minutes=-1), pointer("commit"))

    for _ in range(2):
        asked.resolve_tag(CLOCK, "v3")

    assert (len(github.asked), github.naps) == (2, [])


# a question again


def a_repository(*, private: bool = False) -> dict[str, Any]:
    return {
        "id": 7,
        "full_name": CLOCK.full_name,
        "html_url": CLOCK.html_url,
        "clone_url": CLOCK.clone_url,
        "owner": {"id": 8},
        "private": private,
    }


def test_a_repository_that_is_as_it_was_is_asked_for_at_no_price():
    first = answer(body=a_repository(), etag='W/"a"')
    asked, github = forge(first, httpx.Response(304), answer(body=a_repository(private=True)))

    found = [asked.repository(CLOCK) for _ in range(3)]

    assert [each.private for each in found if each] == [False, False, True]
    sent = [request.headers.get("if-none-match") for request in github.asked]
    assert sent == [None, 'W/"a"', 'W/"a"']


def test_that_nothing_has_changed_is_no_answer_to_who_knows_nothing():
    asked, _ = forge(httpx.Response(304))

    with pytest.raises(ForgeError):
        asked.repository(CLOCK)


# a comment once


def test_nothing_is_begun_that_may_not_be_over_in_time():
    asked, github = forge(answer(201, {}))
    enough, short = NOW + timedelta(seconds=90), NOW + timedelta(seconds=89)

    for write in (
        lambda until: asked.comment(CLOCK, COMMIT, "x", "k", first_try=True, until=until),
        lambda until: asked.set_status(CLOCK, COMMIT, CommitState.PENDING, "x", "", until=until),
    ):
        with pytest.raises(ForgeError, match="no time left"):
            write(short)
        assert github.asked == []
        write(enough)
        github.asked.clear()


def test_a_long_search_leaves_no_time_to_write():
    """The clock is looked at after it, and not before."""
    clock = FakeClock(NOW)

    def search(_: httpx.Request) -> httpx.Response:
        clock.tick(240)
        return answer(body=[])

    github = ScriptedGitHub(answer(body={"id": 1}), search, answer(201, {}))
    client = httpx.Client(transport=httpx.MockTransport(github))
    asked = GitHubForge(API, TOKEN, client=client, clocks=Clocks(now=clock))

    with pytest.raises(ForgeError, match="no time left"):
        asked.comment(CLOCK, COMMIT, "x", "k", until=NOW + timedelta(minutes=5))

    assert [request.method for request in github.asked] == ["GET", "GET"]


def crowd(count: int, *, ours: bool = True) -> Callable[[httpx.Request], httpx.Response]:
    """So many comments of others, and one of ours at the end of them."""
    there = [comment_by(2, "x")] * count
    there += [comment_by(1, "Published.\n\n<!-- aslo:k -->")] if ours else []

    def page(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/user":
            return answer(body={"id": 1, "login": "aslo-bot"})
        if request.method == "POST":
            return answer(201, {})
        first = (int(request.url.params["page"]) - 1) * 100
        return answer(body=there[first : first + 100])

    return page


@pytest.mark.parametrize("others", [0, 99, 100, 150, 301, 999])
def test_a_comment_of_ours_is_found_behind_those_of_others(others):
    asked, github = forge(crowd(others))

    asked.comment(CLOCK, COMMIT, "Published.", "k")

    assert {request.method for request in github.asked} == {"GET"}


@pytest.mark.parametrize("others", [0, 100, 999])
def test_a_comment_that_is_not_among_those_of_others_is_written(others):
    asked, github = forge(crowd(others, ours=False))

    asked.comment(CLOCK, COMMIT, "Published.", "k")

    assert json.loads(github.asked[-1].content)["body"].startswith("Published.")


def test_a_comment_that_may_be_among_too_many_others_is_not_written():
    """To be silent is better than to be heard without end."""
    asked, github = forge(crowd(1000))

    with pytest.raises(ForgeError, match="more than 1000 comments"):
        asked.comment(CLOCK, COMMIT, "Published.", "k")

    assert {request.method for request in github.asked} == {"GET"}
    assert len(github.asked) == 11
