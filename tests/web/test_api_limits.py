"""How often one address may ask the API."""

import subprocess
import sys

import pytest

from aslo.web.api.limits import MOST_CALLERS, Allowance
from fakes.values import a_build, a_release
from fakes.web_site import MOON, WebSite


class Clock:
    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def site():
    made = WebSite(api_per_minute=3)
    made.shelve(a_release())
    made.store.add_build(a_build())
    return made


def ask(site, path="/builds/b1", caller="203.0.113.9", **headers):
    return site.client.get(
        f"/api/v1{path}", environ_overrides={"REMOTE_ADDR": caller}, headers=headers
    )


def statuses(site, times=4, **asked):
    return [ask(site, **asked).status_code for _ in range(times)]


def test_one_question_too_many_is_told_when_to_come_again(site):
    answers = [ask(site) for _ in range(4)]

    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[3].headers["Retry-After"]) <= 60
    assert answers[3].json == {
        "error": "too-many-requests",
        "message": "too many requests",
        "hint": "Wait as many seconds as Retry-After says.",
    }
    assert answers[3].headers["Access-Control-Allow-Origin"] == "*"


def test_every_operation_counts_and_posts_too(site):
    ask(site, "/activities")
    ask(site, "/changes?since=x")
    site.client.post("/api/v1/updates", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})

    assert ask(site, f"/activities/{MOON}").status_code == 429


def test_what_is_kept_costs_nothing_and_is_not_counted(site):
    assert statuses(site, 50, path="/activities") == [200] * 50


def test_pages_and_the_hook_are_not_limited(site):
    statuses(site)

    assert all(
        site.client.get(path, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}).status_code < 400
        for path in ("/en/", "/builds/b1", "/api", "/healthz", "/api/v1/openapi.json")
        for _ in range(5)
    )


def test_every_address_has_a_limit_of_its_own(site):
    statuses(site)

    assert ask(site, caller="203.0.113.10").status_code == 200


@pytest.mark.parametrize("front", ["127.0.0.1", "::1", "10.0.0.2", "172.18.0.3", ""])
def test_behind_our_web_server_the_address_is_the_one_that_it_names(site, front):
    for number in range(8):
        # Whatever the caller wrote there themselves stands before it.
        named = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"}
        answer = ask(site, caller=front, **named)

    assert answer.status_code == 429
    assert ask(site, caller=front, **{"X-Forwarded-For": "203.0.113.1"}).status_code == 200


def test_a_caller_from_outside_gets_no_new_address_by_naming_one(site):
    answers = [
        ask(site, caller="203.0.113.9", **{"X-Forwarded-For": f"198.51.100.{number}"})
        for number in range(4)
    ]

    assert answers[3].status_code == 429


@pytest.mark.parametrize("named", ["", "x", "203.0.113.9:80", "\x7f", "[::1]", "1" * 5_000])
def test_an_address_that_is_none_breaks_nothing(site, named):
    assert statuses(site, caller="127.0.0.1", **{"X-Forwarded-For": named})[0] == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.9", "203.0.113.9", True),
        ("::ffff:203.0.113.9", "::ffff:203.0.113.8", False),
    ],
)
def test_an_owner_of_many_addresses_is_one_caller(site, one, other, same):
    statuses(site, caller=one)

    assert ask(site, caller=other).status_code == (429 if same else 200)


def test_a_limit_of_nothing_is_none():
    site = WebSite(api_per_minute=0)

    assert set(statuses(site, 50, path="/activities/x.y")) == {404}


def test_after_the_minute_all_begins_anew():
    clock = Clock()
    allowance = Allowance(2, clock)

    assert [allowance.wait("a") for _ in range(3)] == [0, 0, 60]
    clock.now += 59.5
    assert allowance.wait("a") == 1
    clock.now += 0.5
    assert [allowance.wait("a") for _ in range(3)] == [0, 0, 60]


def test_only_so_many_addresses_are_remembered():
    allowance = Allowance(1, Clock())
    for number in range(MOST_CALLERS + 100):
        allowance.wait(str(number))

    assert len(allowance._windows) == MOST_CALLERS
    assert allowance.wait(str(MOST_CALLERS)) > 0
    assert allowance.wait("0") == 0


ASKS = """
import os
from aslo import bootstrap
from aslo.config import Config
client = bootstrap.web(Config.from_environ(os.environ)).test_client()
print([client.get("/api/v1/builds").status_code for _ in range(4)])
os._exit(0)
"""


def test_the_operator_sets_the_limit(tmp_path):
    environ = {
        "ASLO_HOME": str(tmp_path),
        "ASLO_WEBHOOK_SECRET": "a secret",
        "ASLO_API_PER_MINUTE": "2",
        "PYTHONUNBUFFERED": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASKS],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.strip() == "[200, 200, 429, 429]"
