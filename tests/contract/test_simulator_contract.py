"""Simulator and adapter against GitHub's own description of its REST API and its webhooks.

npm `@octokit/openapi` through `@stoplight/prism-cli`, `@octokit/webhooks-schemas` and
`@octokit/webhooks-examples`.
"""

import copy
import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft7Validator

from aslo.adapters.forge_github import GitHubForge
from aslo.domain.activity import Repository
from aslo.domain.errors import AsloError, TagNotFoundError
from aslo.domain.payload import read_release, read_release_event
from aslo.domain.person import Person
from aslo.domain.report import CommitState
from aslo.simulator import Simulator, account_shapes, shapes
from fakes import github_contract
from fakes.github_contract import Breaches
from fixtures import npm

pytestmark = pytest.mark.needs("npm")
CLOCK = "sugarlabs-demo/clock"


@pytest.fixture(scope="module")
def packages() -> None:
    npm.install(github_contract.FOLDER)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    # Nobody listens there: deliveries are read from the log.
    made = Simulator(tmp_path_factory.mktemp("forge"), "secret", "http://127.0.0.1:9/hook")
    made.start()
    made.add_repository("sugarlabs-demo", "clock", description="Shows the time")
    made.commit(CLOCK, {"activity/activity.info": "[Activity]\n"})
    made.tag(CLOCK, "v1")
    made.tag(CLOCK, "deep/v2", message="Two")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def proxy(
    packages: None, simulator: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
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
def forge(proxy: str, breaches: Breaches) -> Iterator[GitHubForge]:
    hooks = {"response": [breaches.note]}
    made = GitHubForge(proxy, "token", client=httpx.Client(event_hooks=hooks, trust_env=False))
    yield made
    made.close()


def repository_of(simulator: Simulator) -> Repository:
    found = simulator.hosting.repository(CLOCK)
    address = f"{simulator.url}/{CLOCK}"
    return Repository(found["id"], found["owner_id"], CLOCK, address, f"{address}.git")


def ask_everything(forge: GitHubForge, simulator: Simulator) -> None:
    """Every question that the adapter asks of the API, but for the bytes of an asset: the proxy
    follows the redirect itself and then expects JSON."""
    clock = repository_of(simulator)
    commit = forge.resolve_tag(clock, "v1")
    forge.resolve_tag(clock, "deep/v2")
    forge.repository_named(CLOCK)
    assert set(forge.tag_names(clock)) == {"v1", "deep/v2"}
    made = simulator.release(CLOCK, "v1", notes="One", assets={"Clock-1.xo": b"bundle"})
    release = forge.release(clock, made["id"])
    assert release is not None
    assert release in forge.releases(clock).releases
    listing = forge.all_releases(clock)
    assert listing is not None
    assert release in listing.releases
    # The proxy passes on neither the tag of an answer nor that it is as it was.
    assert [each.repository.full_name for each in forge.repositories("sugarlabs-demo")] == [CLOCK]
    assert forge.has_file(clock, "activity/activity.info", "v1")
    forge.developers(clock, 10)
    simulator.commit(CLOCK, {"po/es.po": f"# {made['id']}\n"})
    assert "po/es.po" in forge.changed_since(clock, commit)
    forge.comment(clock, commit, "Published.", f"key-{made['id']}")
    forge.comment(clock, commit, "Published.", f"key-{made['id']}")
    simulator.add_collaborator(CLOCK, "ana")
    said = simulator.add_comment(CLOCK, commit, "/aslo retry", "ana")
    assert forge.commit_comment(clock, said["id"]) is not None
    ana = simulator.hosting.user("ana")
    assert forge.may_write(clock, Person(ana["id"], "ana"))
    forge.set_status(clock, commit, CommitState.SUCCESS, "Published", "http://aslo.test/build/1")


# the REST API


def test_every_question_of_the_adapter_keeps_to_the_contract(forge, breaches, simulator):
    ask_everything(forge, simulator)
    with pytest.raises(TagNotFoundError):
        forge.resolve_tag(repository_of(simulator), "v9")

    assert breaches.found == []
    asked = {call.split(" ")[0] + call.rpartition("/")[2] for call in breaches.calls}
    assert asked >= {"GETuser", "GETcontributors", "GETcomments", "POSTcomments"}


@pytest.mark.parametrize(
    "path", ["", "/releases", "/commits/{commit}/statuses", "/commits/{commit}/comments"]
)
def test_what_only_people_and_tests_ask_keeps_to_the_contract(proxy, simulator, path, tmp_path):
    commit = simulator.commit(CLOCK, {"NEWS": str(tmp_path)})
    asked = {"state": "error", "context": "aslo"}
    simulator.remarks.add_status(CLOCK, commit, asked, "aslo-bot")
    simulator.add_comment(CLOCK, commit, "hello", "stranger")
    simulator.release(CLOCK, "v1", prerelease=True)

    answer = httpx.get(f"{proxy}/repos/{CLOCK}{path}".format(commit=commit), trust_env=False)

    assert answer.status_code == 200, answer.text[:1000]


def test_assets_and_accounts_that_are_told_of_keep_to_the_contract(proxy, simulator):
    made = simulator.release(CLOCK, "v1", assets={"Clock-1.xo": b"bundle"})
    asset = made["assets"][0]["id"]

    answer = httpx.get(f"{proxy}/repos/{CLOCK}/releases/assets/{asset}", trust_env=False)

    assert answer.status_code == 200, answer.text[:1000]
    assert answer.json() == made["assets"][0]


def test_the_bytes_of_an_asset_are_kept_where_the_contract_leads(packages, simulator):
    made = simulator.release(CLOCK, "v1", assets={"Clock-1.xo": b"bundle"})
    octets = {"Accept": "application/octet-stream"}

    answer = httpx.get(made["assets"][0]["url"], headers=octets, trust_env=False)

    described = github_contract.read_package("openapi", "generated/api.github.com.json")
    route = described["paths"]["/repos/{owner}/{repo}/releases/assets/{asset_id}"]["get"]
    assert str(answer.status_code) in route["responses"]
    assert answer.status_code == 302
    assert httpx.URL(answer.headers["location"]).host != httpx.URL(simulator.url).host


@pytest.mark.parametrize(
    "missing",
    [
        ("ref", "node_id"),
        ("tag", "tagger"),
        ("release", "tarball_url"),
        ("asset", "digest"),
        ("user", "followers_url"),
        ("public_user", "public_repos"),
        ("contributor", "contributions"),
        ("comment", "commit_id"),
        ("status", "context"),
    ],
)
def test_the_contract_notices_a_missing_field(monkeypatch, forge, breaches, simulator, missing):
    """So that the tests above are known to be able to fail."""
    shape, field = missing
    place = account_shapes if hasattr(account_shapes, shape) else shapes
    whole = getattr(place, shape)

    def lacking(*args: Any) -> dict[str, Any]:
        return {name: value for name, value in whole(*args).items() if name != field}

    monkeypatch.setattr(place, shape, lacking)

    with pytest.raises(AsloError):
        ask_everything(forge, simulator)

    assert field in "".join(breaches.found)


# webhooks


def without_digests(payload: dict[str, Any]) -> dict[str, Any]:
    """GitHub sends `digest` since 2025, as its OpenAPI description says; the older schemas of
    the webhooks allow no field that they do not know."""
    older = copy.deepcopy(payload)
    for asset in older["release"]["assets"]:
        del asset["digest"]
    return older


def validator(action: str) -> Draft7Validator:
    schema = github_contract.read_package("webhooks-schemas", "schema.json")
    return Draft7Validator(
        {"definitions": schema["definitions"], "$ref": f"#/definitions/{action}"}
    )


@pytest.fixture
def payloads(simulator: Simulator) -> list[dict[str, Any]]:
    """A payload of every action that a release can send."""
    before = len(simulator.deliveries())
    made = simulator.release(CLOCK, "v1", assets={"Clock-1.xo": b"bundle"}, prerelease=True)
    simulator.edit_release(made["id"], notes="more", name="One", prerelease=False)
    simulator.edit_release(made["id"], draft=True)
    simulator.delete_release(made["id"])
    simulator.wait()
    return [json.loads(delivery["body"]) for delivery in simulator.deliveries()[before:]]


def test_every_delivery_keeps_to_the_schema_of_its_action(packages, payloads):
    for payload in payloads:
        errors = validator(f"release${payload['action']}").iter_errors(without_digests(payload))
        assert [f"{error.json_path}: {error.message[:300]}" for error in errors] == []

    assert {payload["action"] for payload in payloads} == {
        "created", "published", "prereleased", "edited", "released", "unpublished", "deleted",
    }  # fmt: skip


@pytest.mark.parametrize("part", ["release", "repository", "sender", "organization"])
def test_the_schema_notices_a_missing_field(packages, payloads, part):
    payload = without_digests(payloads[0])
    del payload[part]["node_id"]

    assert not validator("release$created").is_valid(payload)


def test_every_delivery_is_read(payloads):
    for payload in payloads:
        event = read_release_event(payload)
        assert event.action == payload["action"]
        assert event.release == read_release(payload["release"])


def test_every_example_of_a_release_is_read(packages):
    read = 0
    for file in sorted((github_contract.PACKAGES / "@octokit/webhooks-examples").glob("*/*.json")):
        for event in json.loads(file.read_text()):
            for example in event["examples"] if event["name"] == "release" else []:
                found = read_release_event(example)
                assert found.repository.full_name == example["repository"]["full_name"]
                assert found.release.tag == example["release"]["tag_name"]
                read += 1

    assert read >= 10
