"""Commits before the release: pushes and pull requests are checked, and nothing is published."""

import json
import subprocess
import time
import uuid
from collections import Counter
from contextlib import closing
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from aslo import bootstrap
from aslo.domain.commit_check import CommitCheck
from aslo.domain.throttle import A_MINUTE, ASIDE
from fakes.deliveries import signed
from fakes.world import INFO, a_tree
from fixtures.app_key import key_pair
from fixtures.burst import Burst
from fixtures.live import SECRET, eventually, live

pytestmark = pytest.mark.needs("bubblewrap")

ORG = "sugarlabs-demo"
TRIAL = b"[check]\ntrial-build = true\n"
BROKEN = INFO.replace("activity_version = 1", "activity_version = 01")
BURST = 300
SEVERAL = 5
WIDTH = 2
LONGEST_SECONDS = 30
"""For a release, on a machine with other things to do; alone it takes two."""


@pytest.fixture(scope="module")
def as_app(tmp_path_factory):
    """Starts stores that are an App, installed on the organisation."""
    private, public = key_pair()

    def start(name, **settings):
        # The first App of an empty simulator comes behind its owner, number 1.
        app = {"forge_app_id": "2", "forge_app_key": private, "forge_token": ""}
        return live(tmp_path_factory.mktemp(name), **app, **settings)

    start.public = public
    return start


@pytest.fixture(scope="module")
def store(as_app):
    with as_app("checks", builder="bubblewrap") as running:
        running.forge.install_app(running.forge.add_app(as_app.public), ORG)
        yield running


def tree(number, info=INFO, **files):
    info = info.replace("sugarlabs.Moon", f"sugarlabs.Tested{number}")
    return {**a_tree(info), **files}


def repository(store, number, owner=ORG):
    """A repository with a sound activity that nobody has pushed to since it is there."""
    name = f"{owner}/tested-{number}"
    store.forge.add_repository(*name.split("/"))
    store.forge.commit(name, tree(number), replace=True)
    return name


def run_of(store, name, commit):
    """The check run of a commit, once it has ended."""

    def ended():
        runs = store.forge.check_runs(name, commit)
        return runs if runs and all(run["conclusion"] for run in runs) else None

    [run] = eventually(ended)
    return run


def answers(store, about):
    store.forge.wait()
    return [each["response"] for each in store.forge.deliveries() if about in each["body"]]


def test_a_broken_pull_request_is_marked_at_its_line_and_a_mended_one_passes(store):
    name = repository(store, 1)
    broken = store.forge.push(name, tree(1, BROKEN), branch="feature")
    made = store.forge.propose(name, "feature")

    run = run_of(store, name, broken)

    assert (run["conclusion"], run["name"], run["history"]) == (
        "failure", "aslo check", ["failure"],
    )  # fmt: skip
    [mark] = run["annotations"]
    assert (mark["path"], mark["start_line"]) == ("activity/activity.info", 4)
    page = store.http.get(run["details_url"]).text
    assert "Check of feature" in page
    assert "See it in the store" not in page
    mended = store.forge.push(name, tree(1), branch="feature")
    run = run_of(store, name, mended)
    assert (run["conclusion"], made["number"]) == ("success", 1)
    assert store.http.get("/org.sugarlabs.Tested1").status_code == 404


def test_a_trial_bundle_is_made_in_the_sandbox_and_kept_nowhere(store):
    name = repository(store, 2)
    files = tree(2, **{".aslo.toml": TRIAL})
    commit = store.forge.push(name, files)

    run = run_of(store, name, commit)

    assert run["conclusion"] == "success"
    assert "A trial bundle was made" in run["title"]
    told = store.http.get(f"{run['details_url']}.json").json()
    assert [step["state"] for step in told["steps"]] == ["passed"] * 4
    log = store.http.get(f"{run['details_url']}/log.txt").text
    assert "building with the bubblewrap builder, for trial" in log
    bad = store.forge.push(name, {"ACTIVITY.py": "two names that are one elsewhere"})
    assert run_of(store, name, bad)["conclusion"] == "failure"


def test_what_a_fork_proposes_is_checked_where_it_is_proposed(store):
    name = repository(store, 3)
    store.forge.fork(name, "helper")
    fork = "helper/tested-3"
    commit = store.forge.push(fork, tree(3, BROKEN), branch="fix")
    made = store.forge.propose(name, "fix", of=fork)

    run = run_of(store, name, commit)

    assert run["conclusion"] == "failure"
    assert f"Check of pull request #{made['number']}" in store.http.get(run["details_url"]).text
    assert store.forge.check_runs(fork) == []


def test_where_no_app_is_installed_a_push_is_ignored_with_its_reason(store):
    name = repository(store, 4, owner="somebody")
    commit = store.forge.push(name, {"NEWS": "one"})

    [answer] = answers(store, commit)

    assert "no GitHub App is installed there" in answer
    assert '"verdict":"ignore"' in answer.replace(" ", "")
    assert store.forge.check_runs(name) == store.forge.statuses(name) == []


def test_private_repositories_deleted_branches_and_others_than_activities_are_left_alone(store):
    name = repository(store, 5)
    store.forge.push(name, {"NEWS": "one"}, branch="short")
    store.forge.delete_branch(name, "short")
    store.forge.set_private(name)
    hidden = store.forge.push(name, {"NEWS": "two"})
    store.forge.add_repository(ORG, "website")
    page = store.forge.push(f"{ORG}/website", {"index.html": "hello"})

    assert "the repository is private" in answers(store, hidden)[0]
    told = eventually(lambda: _ended_check(store, page))
    assert (told["state"], told["outcome"]) == (
        "withdrawn", "There is no activity in this commit.",
    )  # fmt: skip
    assert store.forge.check_runs(f"{ORG}/website") == []
    assert store.forge.check_runs(name, hidden) == []


def _ended_check(store, commit):
    """What is told to programs of the check of a pushed commit, once it has ended."""
    [answer] = answers(store, f'"after":"{commit}"')
    told = store.http.get(f"/builds/{json.loads(answer)['build']}.json").json()
    return told if told.get("ended") else None


def test_a_check_that_is_asked_for_again_is_made_again_once(store):
    name = repository(store, 6)
    commit = store.forge.push(name, tree(6))
    run = run_of(store, name, commit)
    pushed = [each for each in store.forge.deliveries() if commit in each["body"]]

    store.forge.redeliver(pushed[0]["guid"])
    store.forge.ask_again(run)

    def both():
        runs = store.forge.check_runs(name, commit)
        return runs if len(runs) == 2 and all(each["conclusion"] for each in runs) else None

    first, second = eventually(both)
    assert first["external_id"].removesuffix("-1") == second["external_id"].removesuffix("-2")


def test_a_burst_of_pushes_keeps_no_release_waiting(as_app, tmp_path):
    """Most of three hundred are overtaken, a release goes before those that wait, and checks leave
    enough of the forge's budget to tell of it."""
    with as_app("burst", builder="plain") as store:
        store.forge.install_app(store.forge.add_app(as_app.public), ORG)
        history = many_commits(tmp_path / "history", BURST // SEVERAL)
        names = [f"{ORG}/tested-{100 + number}" for number in range(SEVERAL)]
        for name in names:
            store.forge.add_repository(*name.split("/"))
            store.forge.take_over(name, tmp_path / "history")
        requests = [
            a_push(store, name, before, after)
            for before, after in pairwise(history)
            for name in names
        ]
        address = urlsplit(store.url)
        sent = Burst((address.hostname, address.port), requests, WIDTH).run()
        assert sent.errors == 0
        began = time.monotonic()
        released = store.release(f"{ORG}/moon-1", tree("Out"), "v1")
        build = store.build_of(released)
        run = run_of_release(store, f"{ORG}/moon-1")
        waited = time.monotonic() - began

        assert (build["state"], run["conclusion"]) == ("published", "success")
        assert waited < LONGEST_SECONDS
        checks = eventually(lambda: _all_ended(store))
        states = Counter(check.state for check in checks)
        assert states["superseded"] > BURST / 2, states
        assert set(states) == {"superseded", "passed"}
        last = [check for check in checks if check.commit == history[-1]]
        assert [check.state for check in last] == ["passed"] * SEVERAL
        written = [each for each in store.forge.state.find("check") if each["name"] != "aslo"]
        minutes = (time.monotonic() - began) / 60 + 2
        assert len(written) <= minutes * A_MINUTE / ASIDE


def a_push(store, name, before, after):
    """The request by which the App is told of a push."""
    found = store.forge.hosting.repository(name)
    page = f"{store.forge.url}/{name}"
    repository = {
        "id": found["id"], "owner": {"id": found["owner_id"]}, "full_name": name,
        "html_url": page, "clone_url": f"{page}.git", "private": False,
    }  # fmt: skip
    push = {"ref": "refs/heads/main", "before": before, "after": after, "deleted": False}
    payload = {**push, "repository": repository, "installation": {"id": 1}}
    body, headers = signed(payload, str(uuid.uuid4()), "push", SECRET.encode())
    lines = "".join(f"{header}: {value}\r\n" for header, value in headers.items())
    head = f"POST /api/hook HTTP/1.1\r\nHost: site\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
    return head.encode() + body


def many_commits(folder, count):
    """A git repository of an activity with so many commits on main; their names and nothing's,
    oldest first."""
    git = ["git", "-C", str(folder)]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    stream = b""
    for number in range(count):
        files = tree(100) if number == 0 else {"NEWS": str(number).encode()}
        stream += b"commit refs/heads/main\ncommitter a <a@b> 1 +0000\ndata 1\nx\n"
        for path, content in files.items():
            stream += f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"
    subprocess.run([*git, "fast-import", "--quiet"], input=stream, check=True)
    listed = subprocess.run(
        [*git, "rev-list", "--reverse", "main"], check=True, capture_output=True
    )
    return ["0" * 40, *listed.stdout.decode().split()]


def _all_ended(store):
    """Every check on record, once there is one for each push and all have ended."""
    with closing(bootstrap.store(store.config)) as record:
        found = [item for item in record.dump() if isinstance(item, CommitCheck)]
    return found if len(found) == BURST and all(each.state.ended for each in found) else None


def run_of_release(store, name):
    def ended():
        runs = store.forge.check_runs(name)
        return [run for run in runs if run["name"] == "aslo" and run["conclusion"]]

    [run] = eventually(ended)
    return run
