"""The simulated forge as its users meet it: releases, webhooks, git, pages, restarts, faults."""

import hashlib
import hmac
import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from aslo.adapters.forge_github import GitHubForge
from aslo.domain.activity import Repository
from aslo.domain.delivery import ReleaseEvent
from aslo.domain.errors import ForgeError, NotFoundError, TagNotFoundError
from aslo.domain.payload import read_release_event
from aslo.domain.report import CommitState
from aslo.simulator import Fault, Simulator, webhooks

SECRET = "It's a Secret to Everybody"
CLOCK = "sugarlabs-demo/clock"
FILES = {"activity/activity.info": "[Activity]\nname = Clock\n", 'odd "name" é.txt': b"\0\xff"}


class Listener:
    """A webhook's other end; remembers what arrived."""

    def __init__(self) -> None:
        self.received: list[tuple[httpx.Headers, bytes]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.received.append((httpx.Headers(self.headers.items()), body))
                self.send_response(202)
                self.end_headers()
                self.wfile.write(b"thank you")

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/api/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def actions(self) -> list[str]:
        return [json.loads(body)["action"] for _, body in self.received]

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def simulator(tmp_path: Path, listener: Listener) -> Iterator[Simulator]:
    made = Simulator(tmp_path / "forge", SECRET, listener.url)
    made.start()
    made.add_repository("sugarlabs-demo", "clock", description="<script>alert(1)</script>")
    yield made
    made.stop()


@pytest.fixture
def forge(simulator: Simulator) -> Iterator[GitHubForge]:
    made = GitHubForge(simulator.url, "token")
    yield made
    made.close()


def released(simulator: Simulator, tag: str = "v1", **more: Any) -> tuple[ReleaseEvent, str]:
    """The event that a release sends, and its commit."""
    commit = simulator.commit(CLOCK, FILES)
    simulator.tag(CLOCK, tag)
    simulator.release(CLOCK, tag, **more)
    simulator.wait()
    return read_release_event(json.loads(simulator.deliveries()[-1]["body"])), commit


def clone(url: str, to: Path) -> None:
    git("clone", "--quiet", url, str(to))


def git(*command: str) -> str:
    done = subprocess.run(["git", *command], capture_output=True, text=True, check=True)
    return done.stdout


# webhooks


def test_one_publish_sends_three_signed_deliveries(simulator, listener):
    released(simulator)

    assert listener.actions == ["created", "published", "released"]
    guids = {headers["X-GitHub-Delivery"] for headers, _ in listener.received}
    assert len(guids) == 3
    for headers, body in listener.received:
        assert headers["X-GitHub-Event"] == "release"
        assert headers["Content-Type"] == "application/json"
        for name, kind in {"X-Hub-Signature": "sha1", "X-Hub-Signature-256": "sha256"}.items():
            expected = hmac.new(SECRET.encode(), body, kind).hexdigest()
            assert headers[name] == f"{kind}={expected}"


@pytest.mark.parametrize(
    ("how", "actions"),
    [
        ({"prerelease": True}, ["created", "published", "prereleased"]),
        ({"draft": True}, ["created"]),
    ],
)
def test_a_publish_of_another_kind_tells_so(simulator, listener, how, actions):
    released(simulator, **how)

    assert listener.actions == actions


def test_every_change_of_a_release_is_told(simulator, listener):
    event, _ = released(simulator, prerelease=True)
    number = event.release.id
    listener.received.clear()

    simulator.edit_release(number, notes="better", prerelease=False)
    simulator.edit_release(number, draft=True)
    simulator.edit_release(number, draft=False)
    simulator.delete_release(number)
    simulator.wait()

    assert listener.actions == [
        "edited", "released", "unpublished", "published", "released", "deleted",
    ]  # fmt: skip
    assert json.loads(listener.received[0][1])["changes"] == {"body": {"from": ""}}


def test_a_redelivery_is_the_same_again(simulator, listener):
    released(simulator)
    first = simulator.deliveries()[0]

    simulator.redeliver(first["guid"])
    simulator.wait()

    again_headers, again = listener.received[-1]
    assert (again_headers["X-GitHub-Delivery"], again) == (first["guid"], listener.received[0][1])
    assert simulator.deliveries()[-1]["redelivery"] is True


def test_the_log_keeps_what_was_answered(simulator, listener):
    released(simulator)
    listener.close()
    simulator.webhooks.url = "http://127.0.0.1:9/closed"
    simulator.redeliver(simulator.deliveries()[0]["guid"])
    simulator.wait()

    log = simulator.deliveries()
    assert (log[0]["status_code"], log[0]["response"]) == (202, "thank you")
    assert (log[-1]["status_code"], "ConnectError" in log[-1]["error"]) == (None, True)


def test_a_listener_that_never_answers_is_given_up(simulator, monkeypatch):
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        simulator.webhooks.url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        released(simulator, draft=True)

    assert "ReadTimeout" in simulator.deliveries()[0]["error"]


def test_a_webhook_that_nobody_set_is_not_called(simulator, listener):
    simulator.webhooks.url = ""

    simulator.commit(CLOCK, FILES)
    simulator.tag(CLOCK, "v1")
    simulator.release(CLOCK, "v1")
    simulator.wait()

    assert simulator.deliveries() == []
    assert listener.received == []


# what the adapter does


def test_both_kinds_of_tag_are_resolved_and_a_branch_is_none(simulator, forge):
    event, commit = released(simulator)
    simulator.tag(CLOCK, "deep/v2", message="two")

    assert forge.resolve_tag(event.repository, "v1") == commit
    assert forge.resolve_tag(event.repository, "deep/v2") == commit
    with pytest.raises(TagNotFoundError):
        forge.resolve_tag(event.repository, "main")


def test_a_repository_is_found_by_its_name_and_by_the_one_that_it_had(simulator, forge):
    event, _ = released(simulator)
    simulator.tag(CLOCK, "deep/v2", message="two")
    simulator.rename_repository(CLOCK, "other", "watch")

    found = forge.repository_named(CLOCK)

    assert found == forge.repository_named("other/watch")
    assert (found.repository.id, found.repository.full_name) == (event.repository.id, "other/watch")
    assert set(forge.tag_names(found.repository)) == {"v1", "deep/v2"}
    assert forge.repository_named("other/nothing") is None


def test_a_release_reads_the_same_from_webhook_and_api(simulator, forge):
    event, _ = released(simulator, notes="New hands", assets={"Clock-1.xo": b"bundle"})

    assert forge.release(event.repository, event.release.id) == event.release
    assert forge.release(event.repository, 99_999) is None


def test_an_asset_comes_from_another_host(simulator, forge, tmp_path):
    """The storage answers 400 to a token, so this also shows that none was sent there."""
    event, _ = released(simulator, assets={"Clock-1.xo": b"bundle"})

    digest = forge.download_asset(event.release.assets[0], tmp_path / "a.xo", 1000)

    assert digest == hashlib.sha256(b"bundle").hexdigest()
    assert event.release.assets[0].digest == f"sha256:{digest}"


def test_contributors_come_with_pictures_and_without_bots(simulator, forge, tmp_path):
    for author in ("ada", "ada", "grace", "renovate[bot]"):
        simulator.commit(CLOCK, {"NEWS": author}, author=author)
    event, _ = released(simulator)

    found = forge.developers(event.repository, 10)
    forge.download_picture(found[0][1], tmp_path / "picture", 10_000)

    assert [(d.login, d.contributions) for d, _ in found][:1] == [("ada", 2)]
    assert {d.login for d, _ in found} == {"ada", "grace", "demo-developer"}
    assert (tmp_path / "picture").read_bytes().startswith(b"\x89PNG")


def test_comments_are_written_once_and_statuses_each_time(simulator, forge):
    event, commit = released(simulator)
    simulator.add_comment(CLOCK, commit, "mine <!-- aslo:k -->", "stranger")

    for _ in range(2):
        forge.comment(event.repository, commit, "Published.", "k")
        forge.set_status(event.repository, commit, CommitState.SUCCESS, "done", "http://aslo/b")

    assert [c["login"] for c in simulator.comments(CLOCK, commit)] == ["stranger", "aslo-bot"]
    assert [s["context"] for s in simulator.statuses(CLOCK, commit)] == ["aslo", "aslo"]


def test_a_missing_commit_cannot_be_answered_on(simulator, forge):
    event, _ = released(simulator)

    with pytest.raises(NotFoundError):
        forge.comment(event.repository, "d" * 40, "Published.", "k")
    with pytest.raises(NotFoundError):
        forge.set_status(event.repository, "d" * 40, CommitState.ERROR, "x", "")


def test_a_renamed_repository_is_still_reached(simulator, forge, tmp_path):
    event, commit = released(simulator, assets={"Clock-1.xo": b"bundle"})
    simulator.rename_repository(CLOCK, "other", "watch")

    assert forge.resolve_tag(event.repository, "v1") == commit
    forge.comment(event.repository, commit, "Published.", "k")
    forge.download_asset(event.release.assets[0], tmp_path / "a.xo", 1000)
    clone(event.repository.clone_url, tmp_path / "clone")
    assert len(simulator.comments("other/watch", commit)) == 1


def test_a_name_that_is_taken_is_given_to_no_other_repository(simulator):
    simulator.add_repository("sugarlabs-demo", "watch")

    with pytest.raises(ValueError, match="sugarlabs-demo/watch is taken"):
        simulator.rename_repository(CLOCK, "sugarlabs-demo", "watch")

    assert simulator.hosting.repository(CLOCK)["old_names"] == []


def test_a_token_is_needed_to_write(simulator):
    event, commit = released(simulator)
    nobody = GitHubForge(simulator.url, "")

    with pytest.raises(ForgeError, match="401"):
        nobody.comment(event.repository, commit, "x", "k")
    nobody.close()


@pytest.mark.case("D13", "T15")
def test_a_whole_release_needs_at_most_ten_questions(simulator, tmp_path):
    """Five hundred contributors and two thousand tags would not add one."""
    simulator.commit(CLOCK, FILES)
    simulator.tag(CLOCK, "v1", message="annotated")
    event, commit = released(simulator, "v2", assets={"Clock-1.xo": b"bundle"})
    asked: list[str] = []
    client = httpx.Client(event_hooks={"request": [lambda r: asked.append(r.url.path)]})
    forge = GitHubForge(simulator.url, "token", client=client)

    forge.resolve_tag(event.repository, "v1")
    forge.release(event.repository, event.release.id)
    forge.developers(event.repository, 20)
    forge.download_asset(event.release.assets[0], tmp_path / "a.xo", 1000)
    for key in ("started", "final"):
        forge.set_status(event.repository, commit, CommitState.SUCCESS, key, "http://aslo/b")
        forge.comment(event.repository, commit, "text", key, first_try=True)
    forge.close()

    api = [path for path in asked if not path.startswith("/storage/")]
    assert len(api) <= 10


# faults on order


def test_a_fault_strikes_as_often_as_ordered(simulator, forge):
    event, commit = released(simulator)
    simulator.faults.order(
        Fault(r"GET /repos/.*/git/ref/.*", times=2, status=429, headers={"Retry-After": "7"})
    )

    for _ in range(2):
        with pytest.raises(ForgeError) as caught:
            forge.resolve_tag(event.repository, "v1")
        assert caught.value.retry_after is not None
        assert caught.value.retry_after.total_seconds() == 7
    assert forge.resolve_tag(event.repository, "v1") == commit


# git


def test_the_repository_can_be_cloned(simulator, tmp_path):
    event, commit = released(simulator)

    clone(event.repository.clone_url, tmp_path / "clone")

    assert git("-C", str(tmp_path / "clone"), "rev-parse", "v1^{commit}").strip() == commit
    assert (tmp_path / "clone" / 'odd "name" é.txt').read_bytes() == b"\0\xff"


def test_one_commit_can_be_fetched_by_its_name(simulator, tmp_path):
    event, old = released(simulator)
    simulator.commit(CLOCK, {"NEWS": "two"})
    git("init", "--quiet", str(tmp_path / "tree"))

    git(
        "-C",
        str(tmp_path / "tree"),
        "fetch",
        "--quiet",
        "--depth=1",
        event.repository.clone_url,
        old,
    )

    assert git("-C", str(tmp_path / "tree"), "rev-parse", "FETCH_HEAD").strip() == old


def test_nobody_can_push_over_http(simulator, tmp_path):
    event, _ = released(simulator)
    clone(event.repository.clone_url, tmp_path / "clone")

    with pytest.raises(subprocess.CalledProcessError):
        git("-C", str(tmp_path / "clone"), "push", "--quiet", "origin", "HEAD:refs/heads/mine")


def test_a_local_repository_is_taken_over(simulator, tmp_path):
    event, commit = released(simulator)
    clone(event.repository.clone_url, tmp_path / "clone")
    simulator.add_repository("sugarlabs-demo", "copy")

    simulator.take_over("sugarlabs-demo/copy", tmp_path / "clone")

    found = Repository(1, 2, "sugarlabs-demo/copy", simulator.url, simulator.url)
    forge = GitHubForge(simulator.url, "")
    assert forge.resolve_tag(found, "v1") == commit
    forge.close()


def test_a_private_repository_cannot_be_cloned(simulator, tmp_path):
    simulator.add_repository("sugarlabs-demo", "secret", private=True)

    with pytest.raises(subprocess.CalledProcessError):
        clone(f"{simulator.url}/sugarlabs-demo/secret.git", tmp_path / "clone")


# pages, control, restart


@pytest.mark.parametrize("path", ["issues", "releases/tag/v1", "commit/abc"])
def test_what_has_a_page_of_its_own_at_github_leads_to_the_one_of_its_repository(simulator, path):
    answer = httpx.get(f"{simulator.url}/{CLOCK}/{path}", follow_redirects=True)

    assert answer.status_code == 200
    assert str(answer.url) == f"{simulator.url}/{CLOCK}"


def test_the_page_shows_everything_and_escapes_it(simulator, forge):
    event, commit = released(simulator, notes="<b>notes</b>")
    forge.comment(event.repository, commit, "<i>said</i>", "k")
    forge.set_status(event.repository, commit, CommitState.SUCCESS, "<u>ok</u>", "javascript:x")

    page = httpx.get(f"{simulator.url}/{CLOCK}").text
    index = httpx.get(simulator.url).text

    for shown in ("&lt;b&gt;notes", "&lt;i&gt;said", "&lt;u&gt;ok", "&lt;script&gt;", "thank you"):
        assert shown in page
    assert "javascript:" not in page
    assert CLOCK in index
    assert "<script>" not in page + index


def test_a_second_terminal_can_do_it_all(simulator, listener):
    def send(method: str, path: str, body: Any) -> Any:
        answer = httpx.request(method, f"{simulator.url}/_simulator{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    place = "/repositories/demo/web"
    send("POST", "/repositories", {"owner": "demo", "name": "web"})
    files = {"a.txt": "text", "b.bin": {"base64": "AP8="}}
    commit = send("POST", f"{place}/commits", {"files": files})["commit"]
    send("POST", f"{place}/tags", {"name": "v1"})
    made = send("POST", f"{place}/releases", {"tag": "v1", "assets": {"a.xo": {"base64": "AA=="}}})
    send("PATCH", f"/releases/{made['id']}", {"notes": "more"})
    simulator.wait()
    log = send("GET", "/deliveries", None)
    send("POST", f"/deliveries/{log[0]['guid']}/redeliver", {})
    send("POST", "/faults", {"route": "GET /user", "status": 500})
    simulator.wait()

    assert listener.actions == ["created", "published", "released", "edited", "created"]
    assert httpx.get(f"{simulator.url}/user").status_code == 500
    assert simulator.hosting.git(simulator.add_repository("demo", "web")).has_commit(commit)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/repositories/demo/none/tags", {"name": "v1"}, 404),
        ("/repositories/sugarlabs-demo/clock/tags", {"name": "v1"}, 404),
        ("/repositories/sugarlabs-demo/clock/tags", {"nam": "v1"}, 422),
        ("/repositories/sugarlabs-demo/clock/commits", {}, 422),
        ("/repositories", [], 422),
        ("/repositories", {"owner": "repos", "name": "clock"}, 422),
        ("/repositories", {"owner": "a", "name": ".."}, 422),
        ("/repositories/sugarlabs-demo/clock/rename", {"owner": "a", "name": ".."}, 422),
        ("/repositories/sugarlabs-demo/clock/rename", {"owner": "repos", "name": "a"}, 422),
        ("/deliveries/none/redeliver", {}, 404),
    ],
)
def test_a_wrong_order_is_explained(simulator, path, body, status):
    answer = httpx.post(f"{simulator.url}/_simulator{path}", json=body)

    assert answer.status_code == status
    assert answer.json()["message"]


def test_an_order_must_be_json(simulator):
    """No form on a foreign page can send that without asking first."""
    answer = httpx.post(f"{simulator.url}/_simulator/repositories", content=b'{"owner":"a"}')

    assert answer.status_code == 415


def test_a_restart_keeps_everything(simulator, forge, tmp_path):
    event, commit = released(simulator, assets={"Clock-1.xo": b"bundle"})
    forge.comment(event.repository, commit, "Published.", "k")
    simulator.stop()

    again = Simulator(tmp_path / "forge", SECRET)
    other = GitHubForge(again.start(), "token")
    other.comment(event.repository, commit, "Published.", "k")
    release = other.release(event.repository, event.release.id)
    other.close()
    again.stop()

    assert release is not None
    assert release.assets[0].digest == event.release.assets[0].digest
    assert len(again.comments(CLOCK)) == 1
    assert [d["action"] for d in again.deliveries()] == ["created", "published", "released"]


def test_it_listens_on_this_machine_alone(simulator):
    assert simulator.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:1", 200), ("localhost:1", 200), ("localhost", 200), ("rebound.example:1", 400)],
)
@pytest.mark.parametrize("path", ["/", "/_simulator/deliveries"])
def test_a_foreign_page_cannot_reach_it_by_a_name_of_its_own(simulator, path, host, status):
    """A name that its owner lets lead to this machine would make our answers readable there."""
    answer = httpx.get(f"{simulator.url}{path}", headers={"Host": host})

    assert answer.status_code == status
