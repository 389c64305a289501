"""ASLO as a GitHub App: check runs, repositories that move, hooks that are set up."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from aslo import bootstrap
from fakes.world import INFO, a_tree
from fixtures.app_key import key_pair
from fixtures.live import eventually, live

ORG = "sugarlabs-demo"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store that is an App of the forge, installed on the organisation."""
    private, public = key_pair()
    folder = tmp_path_factory.mktemp("app")
    # The first App of an empty simulator comes behind its owner, number 1.
    settings = {"forge_app_id": "2", "forge_app_key": private, "forge_token": ""}
    with live(folder, builder="plain", **settings) as running:
        app = running.forge.add_app(public)
        assert app["id"] == 2
        running.forge.install_app(app, ORG)
        yield running


def tree(number, version="1", **files):
    info = INFO.replace("sugarlabs.Moon", f"sugarlabs.Moon{number}")
    return {**a_tree(info.replace("version = 1", f"version = {version}")), **files}


def check_of(store, full_name):
    """The check run of a repository, once it has ended."""

    def ended():
        runs = store.forge.check_runs(full_name)
        return runs if runs and all(run["conclusion"] for run in runs) else None

    [run] = eventually(ended)
    return run


def listed(store, number):
    return f"Moon{number}" in store.http.get("/?sort=newest").text


def test_a_release_is_told_as_a_check_run_and_two_comments_of_the_app(store):
    name = f"{ORG}/moon-1"
    release = store.release(name, tree(1), "v1")

    build = store.build_of(release)

    run = check_of(store, name)
    assert build["state"] == "published"
    assert run["history"] == ["in_progress", "success"]
    assert run["details_url"] == build["url"]
    assert f"{store.url}/org.sugarlabs.Moon1/1" in run["summary"]
    comments = eventually(lambda: _two(store.forge.comments(name)))
    assert {each["login"] for each in comments} == {"aslo[bot]"}
    assert store.forge.statuses(name) == []
    asked = store.forge.apps.tokens()
    assert all(each["repository_ids"] is not None for each in asked)
    assert all(set(each["permissions"]) == {"metadata", "contents", "checks"} for each in asked)


def _two(found):
    return found if len(found) == 2 else None


def test_problems_are_annotations_on_their_lines(store):
    name = f"{ORG}/moon-2"
    broken = INFO.replace("bundle_id = org.sugarlabs.Moon", "bundle_id = not an id")
    broken = broken.replace("activity_version = 1", "activity_version = 01")
    broken = broken.replace("license = GPLv3+\n", "license = GPLv3+\nmax_participants = many\n")
    release = store.release(name, a_tree(broken), "v1")

    build = store.build_of(release)

    run = check_of(store, name)
    assert build["state"] == "failed"
    assert run["conclusion"] == "failure"
    lines = broken.splitlines()
    failures = [each for each in run["annotations"] if each["annotation_level"] == "failure"]
    marked = {lines[each["start_line"] - 1].split(" ")[0] for each in failures}
    assert {each["path"] for each in failures} == {"activity/activity.info"}
    assert marked >= {"bundle_id", "activity_version", "max_participants"}


@pytest.mark.case("T40")
def test_a_renamed_repository_goes_on_under_its_new_name(store):
    store.build_of(store.release(f"{ORG}/moon-3", tree(3), "v1"))
    store.forge.rename(f"{ORG}/moon-3", ORG, "selene")
    eventually(lambda: f"{ORG}/selene" in store.http.get("/org.sugarlabs.Moon3").text)

    build = store.build_of(store.release(f"{ORG}/selene", tree(3, "2"), "v2"))

    assert (build["state"], build["version"]) == ("published", "2")


@pytest.mark.case("T19")
def test_a_privatised_repository_is_hidden_until_it_is_public_again(store):
    store.build_of(store.release(f"{ORG}/moon-4", tree(4), "v1"))
    page = "/org.sugarlabs.Moon4"
    eventually(lambda: listed(store, 4))

    store.forge.set_private(f"{ORG}/moon-4")
    eventually(lambda: not listed(store, 4))
    store.release(f"{ORG}/moon-4", tree(4, "2"), "v2")
    store.forge.wait()
    [last] = [each for each in store.forge.deliveries() if "released" in each["action"]][-1:]
    assert "private" in last["response"]
    assert re.search(r'"build":\s*null', last["response"])

    store.forge.set_private(f"{ORG}/moon-4", private=False)
    eventually(lambda: listed(store, 4))
    assert store.http.get(page).status_code == 200


def test_an_old_delivery_played_again_changes_nothing(store):
    store.build_of(store.release(f"{ORG}/moon-5", tree(5), "v1"))
    store.forge.set_private(f"{ORG}/moon-5")
    eventually(lambda: not listed(store, 5))
    store.forge.set_private(f"{ORG}/moon-5", private=False)
    eventually(lambda: listed(store, 5))
    hidden = [each for each in store.forge.deliveries() if each["action"] == "privatized"][-1]

    store.forge.redeliver(hidden["guid"])
    store.build_of(store.release(f"{ORG}/moon-6", tree(6), "v1"))

    eventually(lambda: listed(store, 6))
    assert listed(store, 5)


def aslo(store, *words, **settings):
    """Run the command line as the operator of that store."""
    environ = {
        **os.environ,
        "ASLO_FORGE": store.config.forge,
        "ASLO_FORGE_APP_ID": store.config.forge_app_id,
        "ASLO_FORGE_APP_KEY": store.config.forge_app_key,
        "ASLO_PUBLIC_URL": store.config.public_url,
        "ASLO_WEBHOOK_SECRET": store.config.webhook_secret,
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "aslo", "forge", *words],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_hook_is_set_up_found_broken_and_mended(store, caplog):
    store.forge.wait()
    store.forge.webhooks.url = ""
    missing = aslo(store, "check", ORG)
    assert (missing.returncode, "has no hook" in missing.stdout) == (1, True), missing.stdout

    assert "would be made" in aslo(store, "setup", ORG, "--dry-run").stdout
    assert store.forge.hooks.of(ORG) == []
    assert "is made" in aslo(store, "setup", ORG).stdout
    store.forge.wait()
    assert store.build_of(store.release(f"{ORG}/moon-7", tree(7), "v1"))["state"] == "published"
    fine = aslo(store, "check", ORG)
    assert fine.returncode == 0, fine.stdout + fine.stderr

    [hook] = store.forge.hooks.of(ORG)
    store.forge.hooks.change(hook, {"active": False, "events": ["push"]})
    look = bootstrap.look_at_forge(replace(store.config, forge_place=ORG))
    assert look()
    assert any("is switched off" in line for line in caplog.messages), caplog.messages
    broken = aslo(store, "check", ORG)
    assert broken.returncode == 1
    assert "is switched off" in broken.stdout
    assert "does not tell of release and repository events" in broken.stdout
    assert "is mended" in aslo(store, "setup", ORG).stdout
    assert aslo(store, "check", ORG).returncode == 0
    assert len(store.forge.hooks.of(ORG)) == 1


@pytest.mark.case("T08")
def test_a_refused_delivery_is_found(store):
    place = f"{ORG}/moon-8"
    store.forge.wait()
    store.forge.webhooks.url = ""
    store.release(place, tree(8), "v1", draft=True)
    assert "is made" in aslo(store, "setup", place).stdout
    store.forge.wait()
    [hook] = store.forge.hooks.of(place)
    store.forge.hooks.change(hook, {"config": {**hook["config"], "secret": "another"}})
    store.forge.release(place, "v1", draft=True)
    store.forge.wait()

    found = aslo(store, "check", place)

    assert found.returncode == 1
    assert "did not arrive" in found.stdout
    assert "401" in found.stdout
