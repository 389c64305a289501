"""The App's calls and events against GitHub's own description of them."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator

from aslo.adapters.forge_github import GitHubForge
from aslo.adapters.github_credentials import App
from aslo.adapters.github_hooks import GitHubHooks
from aslo.domain.activity import Repository
from aslo.domain.errors import ForgeError, NotFoundError
from aslo.domain.head_payload import READERS, judge_head
from aslo.domain.payload import read_repository_event
from aslo.domain.report import Annotation, CheckRun, CommitState
from aslo.simulator import Simulator, app_shapes
from fakes import github_contract
from fakes.github_contract import Breaches
from fixtures import npm
from fixtures.app_key import key_pair

pytestmark = pytest.mark.needs("npm")
ORG = "sugarlabs-demo"
CLOCK = f"{ORG}/clock"
PRIVATE, PUBLIC = key_pair()


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    made = Simulator(tmp_path_factory.mktemp("forge"), "secret", "http://127.0.0.1:9/hook")
    made.start()
    made.add_repository(ORG, "clock", description="Shows the time")
    made.commit(CLOCK, {"activity/activity.info": "[Activity]\n"})
    made.tag(CLOCK, "v1")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def app(simulator: Simulator) -> App:
    made = simulator.add_app(PUBLIC)
    simulator.install_app(made, ORG)
    return App(str(made["id"]), PRIVATE)


@pytest.fixture(scope="module")
def proxy(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    npm.install(github_contract.FOLDER)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("prism")
    with github_contract.validating_proxy(simulator.url, port, folder) as url:
        yield url


@pytest.fixture
def breaches() -> Breaches:
    return Breaches()


@pytest.fixture
def client(breaches: Breaches) -> Iterator[httpx.Client]:
    hooks = {"response": [breaches.note]}
    with httpx.Client(event_hooks=hooks, trust_env=False, timeout=30) as made:
        yield made


@pytest.fixture
def forge(proxy: str, app: App, client: httpx.Client) -> Iterator[GitHubForge]:
    made = GitHubForge(proxy, "", app=app, client=client)
    yield made
    made.close()


@pytest.fixture
def clock(simulator: Simulator) -> Repository:
    found = simulator.hosting.repository(CLOCK)
    address = f"{simulator.url}/{CLOCK}"
    return Repository(found["id"], found["owner_id"], CLOCK, address, f"{address}.git")


def a_check(key: str, state: CommitState, marks: int = 0) -> CheckRun:
    places = tuple(
        Annotation("activity/activity.info", line, "bad-info", "It is odd.\nCure: mend it.")
        for line in range(1, marks + 1)
    )
    return CheckRun(key, state, "Not published", "**Odd**", "http://aslo.test/builds/1", places)


def test_every_call_of_the_app_keeps_to_the_contract(forge, breaches, simulator, clock):
    commit = forge.resolve_tag(clock, "v1")
    assert forge.acts_as_app(clock)
    found = forge.repository(clock)
    forge.set_check(clock, commit, a_check("one-1", CommitState.PENDING))
    forge.set_check(clock, commit, a_check("one-1", CommitState.FAILURE, 120))
    forge.comment(clock, commit, "Published.", "key-1")
    forge.comment(clock, commit, "Published.", "key-1")

    assert breaches.found == []
    assert found is not None
    assert found.repository.id == clock.id
    [run] = simulator.check_runs(CLOCK)
    assert run["conclusion"] == "failure"
    assert [each["start_line"] for each in run["annotations"]] == list(range(1, 121))
    assert len(simulator.comments(CLOCK)) == 1
    assert sum(call.startswith("PATCH") for call in breaches.calls) == 3


def test_a_check_that_is_tried_again_says_nothing_twice(forge, breaches, simulator, clock):
    commit = forge.resolve_tag(clock, "v1")
    done = a_check("two-1", CommitState.FAILURE, 60)
    simulator.faults.order(_fault("PATCH /repos/.*"))
    with pytest.raises(ForgeError):
        forge.set_check(clock, commit, done)

    for _ in range(2):
        forge.set_check(clock, commit, done)
    # What comes late does not begin it again.
    forge.set_check(clock, commit, a_check("two-1", CommitState.PENDING))

    [run] = [each for each in simulator.check_runs(CLOCK) if each["external_id"] == "two-1"]
    assert [each["start_line"] for each in run["annotations"]] == list(range(1, 61))
    assert run["conclusion"] == "failure"


def _fault(route: str) -> Any:
    from aslo.simulator import Fault  # noqa: PLC0415 - beside its one use

    return Fault(route)


def test_a_token_that_was_taken_back_is_asked_for_anew(forge, simulator, clock):
    commit = forge.resolve_tag(clock, "v1")
    simulator.apps.revoke_tokens()

    assert forge.resolve_tag(clock, "v1") == commit


def test_an_expired_token_is_not_used(proxy, app, client, simulator, clock):
    simulator.apps.token_seconds = 60
    made = GitHubForge(proxy, "", app=app, client=client)
    made.resolve_tag(clock, "v1")
    before = len(simulator.apps.tokens())

    made.resolve_tag(clock, "v1")

    simulator.apps.token_seconds = 3600
    # A minute is less than the five before which a token is renewed.
    assert len(simulator.apps.tokens()) == before + 1


def test_an_app_of_another_key_is_refused(simulator, app, client, clock):
    pretender = App(str(int(app.id) + 1000), PRIVATE)

    with pytest.raises(ForgeError, match="401"):
        GitHubForge(simulator.url, "", app=pretender, client=client).resolve_tag(clock, "v1")


@pytest.mark.parametrize(
    ("marks", "path"), [(51, "a"), (1, "/etc/passwd"), (1, "../a"), (1, ""), (1, "a//b")]
)
def test_the_simulator_is_as_picky_as_github(forge, simulator, clock, marks, path):
    commit = forge.resolve_tag(clock, "v1")
    token = simulator.apps.tokens()[-1]["token"]
    mark = {"path": path, "start_line": 1, "end_line": 1, "annotation_level": "failure",
            "message": "x"}  # fmt: skip
    output = {"title": "t", "summary": "s", "annotations": [mark] * marks}
    asked = {"name": "aslo", "head_sha": commit, "output": output}

    answer = httpx.post(
        f"{simulator.url}/repos/{CLOCK}/check-runs",
        json=asked,
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )

    assert answer.status_code == 422


@pytest.fixture(params=["token", "app"])
def hooks(request, proxy, app, client):
    given = {"admin_token": "admin"} if request.param == "token" else {"app": app}
    return GitHubHooks(proxy, client=client, **given)


@pytest.mark.parametrize("place", [ORG, CLOCK])
def test_managing_hooks_keeps_to_the_contract(hooks, breaches, simulator, place):
    url = f"http://127.0.0.1:9/{len(simulator.hooks.of(place))}"

    hooks.add_hook(place, url, "secret")
    [made] = [each for each in hooks.hooks(place) if each.url == url]
    hooks.change_hook(place, made.id, url, "another")
    simulator.wait()

    assert breaches.found == []
    assert (made.active, made.events) == (True, ("release", "repository", "commit_comment"))
    assert (made.content_type, made.verifies) == ("json", True)
    assert [(each.event, each.code) for each in hooks.sent(place, made.id)] == [("ping", 0)]


@pytest.mark.parametrize("place", [ORG, CLOCK])
def test_asking_for_deliveries_again_keeps_to_the_contract(hooks, breaches, simulator, place):
    url = f"http://127.0.0.1:9/again/{len(simulator.hooks.of(place))}"
    hooks.add_hook(place, url, "secret")
    [made] = [each for each in hooks.hooks(place) if each.url == url]
    simulator.wait()
    [ping] = hooks.sent(place, made.id)

    hooks.redeliver(place, made.id, ping.id)
    simulator.wait()

    assert breaches.found == []
    assert [each.guid for each in hooks.sent(place, made.id)] == [ping.guid, ping.guid]


def test_who_may_not_manage_hooks_is_told_that_there_are_none(simulator, client):
    with pytest.raises(NotFoundError):
        GitHubHooks(simulator.url, admin_token="token", client=client).hooks(ORG)


def test_looking_after_the_app_keeps_to_the_contract(looking_after, breaches):
    found = looking_after.app()
    for each in looking_after.app_sent()[:1]:
        looking_after.app_redeliver(each.id)

    assert breaches.found == []
    assert found is not None
    assert found.permissions["checks"] == "write"


def test_the_allowance_keeps_to_the_contract(proxy, client, breaches):
    assert GitHubHooks(proxy, client=client).allowance().remaining == 4999
    assert breaches.found == []


@pytest.fixture
def looking_after(proxy, app, client):
    return GitHubHooks(proxy, client=client, app=app)


@pytest.fixture
def world(forge, clock, breaches, looking_after):
    return forge, clock, breaches, looking_after


@pytest.mark.parametrize("shape", ["app", "check_run"])
def test_the_contract_notices_a_missing_field(monkeypatch, world, shape):
    """So that the tests above are known to be able to fail."""
    whole = getattr(app_shapes, shape)
    forge, clock, breaches, hooks = world
    field = {"app": "external_url", "check_run": "check_suite"}[shape]
    commit = forge.resolve_tag(clock, "v1")

    def lacking(*args: Any) -> dict[str, Any]:
        return {name: value for name, value in whole(*args).items() if name != field}

    monkeypatch.setattr(app_shapes, shape, lacking)

    with suppress(ForgeError):
        forge.set_check(clock, commit, a_check("three-1", CommitState.PENDING))
    with suppress(ForgeError):
        hooks.app()
    assert field in "".join(breaches.found)


# events


def test_every_event_keeps_to_its_schema_and_is_read(proxy, simulator):
    before = len(simulator.deliveries())
    # The schemas are older than transfers from an organisation.
    simulator.add_repository("somebody", "sun", organization=False)
    simulator.rename("somebody/sun", "somebody", "star")
    simulator.rename("somebody/star", "another-demo", "star")
    simulator.set_private("another-demo/star")
    simulator.set_private("another-demo/star", private=False)
    simulator.delete_repository("another-demo/star")
    made = simulator.add_app(PUBLIC, slug="second")
    simulator.uninstall_app(made, simulator.install_app(made, "another-demo"))
    simulator.wait()

    schema = github_contract.read_package("webhooks-schemas", "schema.json")
    told = []
    for delivery in simulator.deliveries()[before:]:
        payload = json.loads(delivery["body"])
        name = f"{delivery['event']}${payload['action']}"
        told.append(name)
        validator = Draft7Validator(
            {"definitions": schema["definitions"], "$ref": f"#/definitions/{name}"}
        )
        errors = validator.iter_errors(payload)
        assert [f"{error.json_path}: {error.message[:300]}" for error in errors] == [], name
        if delivery["event"] == "repository":
            assert read_repository_event(payload).id == payload["repository"]["id"]
    assert told == [
        "repository$renamed", "repository$transferred", "repository$privatized",
        "repository$publicized", "repository$deleted", "installation$created",
        "installation$deleted",
    ]  # fmt: skip


@pytest.fixture
def told(simulator, app):
    """What the App was told while something was done: the event's name, and its payload."""

    def call(do: Any) -> list[tuple[str, Any]]:
        before = len(simulator.deliveries())
        do()
        simulator.wait()
        return [
            (delivery["event"], json.loads(delivery["body"]))
            for delivery in simulator.deliveries()[before:]
        ]

    return call


def commits_and_proposals(simulator: Simulator) -> None:
    simulator.push(CLOCK, {"NEWS": "one"})
    simulator.push(CLOCK, {"NEWS": "two"}, branch="feature")
    made = simulator.propose(CLOCK, "feature", draft=True)
    simulator.push(CLOCK, {"NEWS": "three"}, branch="feature")
    simulator.tell_pull(made, "reopened")
    simulator.tell_pull({**made, "draft": False}, "ready_for_review")
    simulator.fork(CLOCK, "helper")
    simulator.push("helper/clock", {"NEWS": "four"}, branch="fix")
    simulator.propose(CLOCK, "fix", of="helper/clock")
    commit = simulator.push(CLOCK, {"NEWS": "five"}, branch="gone")
    simulator.delete_branch(CLOCK, "gone")
    asked = {"name": "aslo check", "head_sha": commit, "external_id": "x-1",
             "details_url": "http://aslo.test/builds/1", "status": "completed",
             "conclusion": "success"}  # fmt: skip
    repository = simulator.hosting.repository(CLOCK)
    [app] = [each for each in simulator.state.find("app") if each["slug"] == "aslo"]
    check = simulator.checks.create(repository, asked, app["id"])
    simulator.ask_again(check)
    simulator.ask_again(check, all_of_them=True)


def test_every_event_of_a_commit_keeps_to_its_schema_and_is_read(proxy, simulator, told):
    schema = github_contract.read_package("webhooks-schemas", "schema.json")
    names = []
    for event, payload in told(lambda: commits_and_proposals(simulator)):
        action = payload.get("action", "event")
        name = f"{event}${action}"
        names.append(name)
        validator = Draft7Validator(
            {"definitions": schema["definitions"], "$ref": f"#/definitions/{name}"}
        )
        errors = validator.iter_errors(payload)
        assert [f"{error.json_path}: {error.message[:300]}" for error in errors] == [], name
        if payload["repository"]["full_name"] == CLOCK:
            found, reason = judge_head(event, payload.get("action", ""), payload)
            assert (found is None) == bool(payload.get("deleted")), reason
    assert names == [
        "push$event", "push$event", "pull_request$opened", "push$event",
        "pull_request$synchronize", "pull_request$reopened", "pull_request$ready_for_review",
        "push$event", "pull_request$opened", "push$event", "push$event",
        "check_run$rerequested", "check_suite$rerequested",
    ]  # fmt: skip


def test_only_an_app_is_told_as_one(simulator, told):
    simulator.add_repository("nobody-installed", "sun")

    ((_, as_app),) = told(lambda: simulator.push(CLOCK, {"NEWS": "six"}))
    ((_, as_hook),) = told(lambda: simulator.push("nobody-installed/sun", {"NEWS": "six"}))

    assert as_app["installation"]["id"]
    assert "installation" not in as_hook


def test_every_example_of_a_commit_is_read(proxy):
    read = 0
    for file in sorted((github_contract.PACKAGES / "@octokit/webhooks-examples").glob("*/*.json")):
        for event in json.loads(file.read_text()):
            for example in event["examples"] if event["name"] in READERS else []:
                found, reason = judge_head(event["name"], example.get("action", ""), example)
                assert reason
                read += found is not None

    assert read >= 15
