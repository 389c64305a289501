"""What is done with deliveries that tell of commits."""

import pytest

from aslo.domain.build import BuildState
from aslo.domain.commit_check import check_id
from aslo.domain.delivery import DeliveryState, Verdict
from aslo.domain.errors import BadDeliveryError
from aslo.services import intake
from fakes.deliveries import SECRET, signed
from fakes.values import COMMIT, a_repository

BEFORE = "b" * 40
REPOSITORY = {
    "id": 1, "owner": {"id": 900}, "full_name": "sugarlabs-demo/activity-1", "private": False,
    "html_url": "https://github.example/sugarlabs-demo/activity-1",
    "clone_url": "https://github.example/sugarlabs-demo/activity-1.git",
}  # fmt: skip
AS_APP = {"repository": REPOSITORY, "installation": {"id": 7}}


def a_push(**changes):
    push = {"ref": "refs/heads/main", "before": BEFORE, "after": COMMIT, "deleted": False}
    return {**push, **AS_APP, **changes}


def a_pull(action="opened", repository=1, **changes):
    source = None if repository is None else {"id": repository}
    tip = {"sha": COMMIT, "ref": "feature", "repo": source}
    return {"action": action, "number": 12, "pull_request": {"head": tip}, **AS_APP, **changes}


def again(kind, name="aslo check", **changes):
    asked = {"head_sha": COMMIT, "name": name, "external_id": "x"}
    return {"action": "rerequested", kind: asked, **AS_APP, **changes}


@pytest.fixture
def receive(world):
    def call(event, payload, **how):
        body, headers = signed(payload, event=event, **how)
        return intake.receive(
            body,
            headers,
            secrets=[SECRET],
            store=world.store,
            clock=world.clock,
            then=world.settle,
        )

    return call


def without(payload, name):
    return {key: value for key, value in payload.items() if key != name}


PRIVATE = {**REPOSITORY, "private": True}


@pytest.mark.parametrize(
    ("event", "payload", "verdict"),
    [
        ("push", a_push(), Verdict.CHECK),
        ("push", a_push(before="0" * 40), Verdict.CHECK),
        ("push", a_push(ref="refs/heads/fix/ñ-1"), Verdict.CHECK),
        ("push", a_push(ref="refs/tags/v1"), Verdict.IGNORE),
        ("push", a_push(deleted=True, after="0" * 40), Verdict.IGNORE),
        ("push", a_push(repository=PRIVATE), Verdict.IGNORE),
        ("push", without(a_push(), "installation"), Verdict.IGNORE),
        ("push", a_push(installation=None), Verdict.IGNORE),
        ("pull_request", a_pull("opened"), Verdict.CHECK),
        ("pull_request", a_pull("synchronize", before=BEFORE), Verdict.CHECK),
        ("pull_request", a_pull("reopened"), Verdict.CHECK),
        ("pull_request", a_pull("ready_for_review"), Verdict.CHECK),
        ("pull_request", a_pull("closed"), Verdict.IGNORE),
        ("pull_request", a_pull("labeled"), Verdict.IGNORE),
        ("pull_request", a_pull(repository=2), Verdict.CHECK),
        ("pull_request", a_pull(repository=None), Verdict.CHECK),
        ("pull_request", without(a_pull(), "installation"), Verdict.IGNORE),
        ("check_run", again("check_run"), Verdict.CHECK),
        ("check_run", again("check_run", name="aslo"), Verdict.IGNORE),
        ("check_run", again("check_run", action="created"), Verdict.IGNORE),
        ("check_suite", again("check_suite"), Verdict.CHECK),
        ("check_suite", again("check_suite", action="requested"), Verdict.IGNORE),
    ],
)
def test_every_event_of_a_commit_has_its_verdict_and_is_recorded(
    world, receive, event, payload, verdict
):
    delivery = receive(event, payload)

    assert delivery.verdict is verdict, delivery.reason
    assert delivery.reason
    kept = world.store.known_deliveries[delivery.guid]
    ends = {Verdict.CHECK: DeliveryState.SETTLED, Verdict.IGNORE: DeliveryState.IGNORED}
    assert kept.state is ends[verdict]
    assert world.store.known_builds == {}


def test_a_push_is_queued_and_rung_for(world, receive):
    delivery = receive("push", a_push())

    [check] = world.store.known_checks.values()
    assert delivery.build_id == check.id == check_id(a_repository(), COMMIT)
    assert check.state is BuildState.QUEUED
    assert (check.commit, check.head.ref, check.head.before) == (COMMIT, "refs/heads/main", BEFORE)
    assert world.bell.rung == [check.id]


def test_why_a_repository_without_the_app_is_passed_over_is_on_record(receive):
    assert "no GitHub App is installed" in receive("push", without(a_push(), "installation")).reason


@pytest.mark.parametrize("repository", [2, None])
def test_what_a_fork_proposes_is_found_in_the_repository_it_is_proposed_to(
    world, receive, repository
):
    receive("pull_request", a_pull(repository=repository))

    [check] = world.store.known_checks.values()
    assert check.repository == a_repository()
    assert (check.head.ref, check.head.pull_request) == ("refs/pull/12/head", 12)


def test_a_branch_is_one_by_both_ways(world, receive):
    receive("push", a_push(ref="refs/heads/feature"), guid="a")
    receive("pull_request", a_pull(), guid="b")

    [check] = world.store.known_checks.values()
    assert check.head.ref == "refs/heads/feature"


@pytest.mark.parametrize(
    ("event", "payload", "field"),
    [
        ("push", a_push(after="abc"), "after"),
        ("push", a_push(ref="refs/heads/a..b c"), "ref"),
        ("push", a_push(repository={}), "repository"),
        ("pull_request", a_pull(number="12"), "number"),
        ("pull_request", a_pull(pull_request={}), "head"),
        ("check_run", again("check_run", repository=None), "repository"),
        ("check_suite", again("check_suite", check_suite=None), "check_suite"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(receive, event, payload, field):
    with pytest.raises(BadDeliveryError, match=field):
        receive(event, payload)
