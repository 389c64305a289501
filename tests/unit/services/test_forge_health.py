from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.errors import (
    ForgeError,
    ForgeLimitError,
    ForgeUnreachedError,
    NotFoundError,
)
from aslo.domain.hook import CHECK_EVENTS, EVENTS, Allowance, AppState, Hook, Sent
from aslo.services import forge_health
from fakes.clock import START

URL = "https://aslo.example/api/hook"
GOOD = Hook(3, URL, active=True, events=EVENTS, content_type="json", verifies=True)
APP = AppState(
    "aslo",
    {"metadata": "read", "contents": "read", "checks": "write", "pull_requests": "read"},
    (*EVENTS, *CHECK_EVENTS),
)


class FakeAdmin:
    """Hooks of one place, and what was done to them."""

    def __init__(self, *hooks):
        self.known = list(hooks)
        self.done = []
        self.deliveries = []
        self.app_now = APP
        self.left = Allowance(5000, 4000)
        self.fail = None

    def hooks(self, place):
        if self.fail:
            raise self.fail
        return self.known

    def add_hook(self, place, url, secret):
        self.done.append(("add", place, url, secret))

    def change_hook(self, place, hook_id, url, secret):
        self.done.append(("change", place, hook_id, url, secret))

    def sent(self, place, hook_id):
        return self.deliveries

    def app(self):
        return self.app_now

    def app_sent(self):
        return self.deliveries

    def allowance(self):
        return self.left


def wrong(admin, place="org"):
    found = forge_health.examine(place, URL, admin=admin)
    assert all(symptom.ok or symptom.cure for symptom in found)
    return [f"{symptom.what}: {symptom.detail}" for symptom in found if not symptom.ok]


def test_a_missing_hook_is_made():
    admin = FakeAdmin(replace(GOOD, url="https://another.example/hook"))

    assert "is made" in forge_health.set_up("org", URL, "s", admin=admin)
    assert admin.done == [("add", "org", URL, "s")]


def test_a_hook_that_is_there_is_mended_not_doubled():
    admin = FakeAdmin(replace(GOOD, active=False))

    assert "is switched off; it is mended" in forge_health.set_up("org", URL, "s", admin=admin)
    assert admin.done == [("change", "org", 3, URL, "s")]


def test_the_secret_is_written_again_for_the_forge_shows_none():
    admin = FakeAdmin(GOOD)

    assert "written again" in forge_health.set_up("org", URL, "s", admin=admin)
    assert admin.done == [("change", "org", 3, URL, "s")]


@pytest.mark.parametrize("hooks", [(), (GOOD,), (replace(GOOD, active=False),)])
def test_a_dry_run_does_nothing(hooks):
    admin = FakeAdmin(*hooks)

    assert "would be" in forge_health.set_up("org", URL, "s", admin=admin, dry_run=True)
    assert admin.done == []


def test_where_all_is_well_nothing_is_wrong():
    admin = FakeAdmin(GOOD)
    admin.deliveries = [Sent("g", "release", 502, START), Sent("g", "release", 202, START)]

    assert wrong(admin) == []
    assert wrong(admin, place=None) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"active": False}, "switched off"),
        ({"events": ("release",)}, "repository events"),
        ({"content_type": "form"}, "sends form"),
        ({"verifies": False}, "certificate"),
        ({"url": "https://another.example/"}, "has no hook"),
    ],
)
def test_what_is_wrong_with_a_hook_is_found(change, told):
    [found] = wrong(FakeAdmin(replace(GOOD, **change)))

    assert told in found


@pytest.mark.case("T08")
def test_deliveries_that_never_arrived_are_found():
    admin = FakeAdmin(GOOD)
    admin.deliveries = [Sent("g1", "release", 202, START), Sent("g2", "release", 0, START)]

    [found] = wrong(admin)

    assert "1 of the last 2 did not arrive" in found
    assert "answered with nothing" in found


@pytest.mark.parametrize("error", [NotFoundError("nothing there"), ForgeError("away")])
def test_what_cannot_be_looked_at_is_wrong_and_hides_nothing_else(error):
    admin = FakeAdmin()
    admin.fail = error
    admin.left = Allowance(5000, 3, scopes=("gist",))

    assert len(wrong(admin)) == 3


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        (ForgeUnreachedError("no answer"), "firewall"),
        (ForgeLimitError("wait", retry_after=timedelta(seconds=70)), "wait for 70 s"),
        (NotFoundError("nothing there"), "ASLO_FORGE_ADMIN_TOKEN"),
    ],
)
def test_a_forge_that_is_not_reached_has_a_cure_of_its_own(error, cure):
    admin = FakeAdmin()
    admin.fail = error

    found = forge_health.examine("org", URL, admin=admin)

    assert [cure in each.cure for each in found if not each.ok] == [True]


def test_an_app_with_too_few_rights_is_found():
    admin = FakeAdmin(GOOD)
    admin.app_now = replace(
        APP, permissions={"metadata": "read", "checks": "read"}, events=CHECK_EVENTS
    )

    assert wrong(admin) == [
        "App permissions: lacking contents: read, checks: write, pull_requests: read"
    ]
    assert any("not told of" in each for each in wrong(admin, place=None))


@pytest.mark.parametrize("place", ["org", None])
def test_an_app_that_is_not_told_of_commits_is_found(place):
    admin = FakeAdmin(GOOD)
    admin.app_now = replace(APP, events=(*EVENTS, "push"))

    [found] = wrong(admin, place=place)

    assert found == "checks of commits: the App is not told of pull_request events"


def test_without_an_app_there_is_nothing_to_say_of_it():
    admin = FakeAdmin(GOOD)
    admin.app_now = None

    assert wrong(admin, place=None) == []


def test_what_is_wrong_is_logged_with_its_cure(caplog):
    found = forge_health.examine("org", URL, admin=FakeAdmin())

    forge_health.warn(found)

    [line] = caplog.messages
    assert "aslo forge setup org" in line
