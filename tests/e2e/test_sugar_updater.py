"""Sugar's own updater, as Debian ships it, against a running store.

One shell asks all that is asked here, and every answer that it got is looked at once more.
The page for groups of machines (`jarabe.model.update.microformat`) has tests of its own.
"""

import os
import re
import subprocess
import sys
import time
import zipfile
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import XML

import httpx
import pytest

from aslo.domain.activity import ReleaseState
from fixtures.debian import real_activity
from fixtures.live import eventually
from fixtures.origin import POLL_SECONDS, opened, origin, publish_at_once
from fixtures.servers import mongodb
from fixtures.sugar_shell import sugar_shell
from fixtures.updater_shelf import (
    SUGARS,
    expected,
    ids,
    installed_bundles,
    store_bundles,
    write,
)

pytestmark = pytest.mark.needs("sugar", "sugar-shell", "debian", "mongodb")

PATH = "/services/update-aslo.php"
PIPPY = "org.laptop.Pippy"
IMPORT_SECONDS = 120
EM = "{http://www.mozilla.org/2004/em-rdf#}"
NEWER = [f"org.example.{kind}0" for kind in ("Long", "Port", "Web", "Past", "Newest")]
NEWER += [f"org.example.{kind}1" for kind in ("Long", "Port", "Web", "Past", "Newest")]


def pippy(folder, version):
    """The real Pippy as a bundle of some version."""
    path = folder / f"Pippy-{version}.xo"
    tree = real_activity("pippy")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(tree.rglob("*")):
            name = file.relative_to(tree)
            if not file.is_file() or name.parts[0] == ".git":
                continue
            data = file.read_bytes()
            if name.name == "activity.info":
                data = re.sub(rb"(?m)^activity_version.*", b"activity_version = %d" % version, data)
            archive.writestr(f"Pippy.activity/{name}", data)
    return path


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A store with a hundred releases, and a shell with 61 activities installed."""
    folder = tmp_path_factory.mktemp("updater")
    with ExitStack() as ends:
        record = mongodb(folder / "mongodb")
        record.start()
        ends.callback(record.stop)
        site = ends.enter_context(origin(folder, f"mongodb://127.0.0.1:{record.port}/aslo"))
        pippy(store_bundles(folder / "store"), 76)
        take_in(site, folder / "store")
        site.start()
        had = [*installed_bundles(folder / "had"), pippy(folder / "had", 75)]
        url = site.urls[0]
        shell = ends.enter_context(sugar_shell(folder / "home", url + PATH, had))
        http = ends.enter_context(httpx.Client(base_url=url, timeout=20))
        made = SimpleNamespace(folder=folder, site=site, record=record, shell=shell, http=http)
        eventually(lambda: is_listed(made, PIPPY, "76"), 60)
        yield made


def take_in(site, folder):
    """Publish a folder of bundles, by the command that operators use."""
    environ = {**os.environ, **site.nodes_environ()}
    subprocess.run(
        [sys.executable, "-m", "aslo", "import", str(folder)],
        env=environ,
        check=True,
        capture_output=True,
        timeout=IMPORT_SECONDS,
    )


def is_listed(world, bundle_id, version):
    return world.http.get(f"/{bundle_id}/{version}").status_code == 200


def has_followed(site, revision):
    """Whether the catalog of the first node knows that change."""
    answer = httpx.get(f"{site.urls[0]}/api/v1/changes?since={revision - 1}", timeout=20)
    return answer.json().get("items")


def versions(told):
    assert "offered" in told, told
    return {bundle_id: offer[0] for bundle_id, offer in told["offered"].items()}


def without_pippy(told):
    return {name: version for name, version in versions(told).items() if name != PIPPY}


@pytest.mark.parametrize("sugar", SUGARS)
def test_sixty_activities_are_offered_what_runs_on_each_sugar(world, sugar):
    already = len(world.shell.seen)
    told = world.shell.ask("check", sugar=sugar)

    assert told["installed"] == 61
    assert without_pippy(told) == expected(sugar)
    came = sum(len(each["body"]) for each in world.shell.seen[already:])
    print(f"Sugar {sugar}: {came} bytes, {told['seconds']:.2f} s")  # noqa: T201  # to be reported


@pytest.mark.parametrize(("sugar", "sent"), [("0.97", "0.98"), ("0.121.3", "0.122")])
def test_a_version_between_stable_ones_is_asked_for_as_the_next(world, sugar, sent):
    already = len(world.shell.seen)
    told = world.shell.ask("check", sugar=sugar, only=ids("Long"))

    asked = [parse_qs(urlsplit(each["url"]).query) for each in world.shell.seen[already:]]
    assert [each["appVersion"] for each in asked] == [[sent]] * 10
    assert set(versions(told).values()) == {"3" if sent == "0.98" else "4"}


def test_an_offer_leads_to_the_bundle_and_tells_its_size(world):
    told = world.shell.ask("check", sugar="0.116", only=[*ids("Long"), PIPPY])

    for bundle_id, (_, link, size) in told["offered"].items():
        bundle = world.http.get(link)
        assert (bundle.status_code, link.rpartition(".")[2]) == (200, "xo"), bundle_id
        assert 0 <= size - len(bundle.content) < 1024


def test_a_real_update_is_downloaded_and_installed(world):
    told = world.shell.ask("update", sugar="0.116", only=[PIPPY, "org.example.Long9"])

    assert told == {"done": {PIPPY: "76", "org.example.Long9": "4"}, "failed": []}
    installed = world.shell.ask("installed")
    assert (installed[PIPPY], installed["org.example.Long9"]) == ("76", "4")
    info = world.folder / "home/Activities/Pippy.activity/activity/activity.info"
    assert "activity_version = 76" in info.read_text()


def test_what_was_withdrawn_or_held_is_not_offered(world):
    store = opened(world.site)
    states = {"org.example.Long7": ReleaseState.WITHDRAWN, "org.example.Long8": ReleaseState.HELD}
    for bundle_id, state in states.items():
        store.save_release(replace(newest(store, bundle_id), state=state))
        store.announce(bundle_id)
    early = replace(newest(store, "org.example.Long6"), prerelease=True)
    store.save_release(early)
    last = store.announce("org.example.Long6")
    store.close()
    eventually(partial(has_followed, world.site, last), 20)

    told = world.shell.ask("check", sugar="0.116", only=[*states, "org.example.Long6"])

    assert set(versions(told).values()) == {"3"}


def newest(store, bundle_id):
    return next(each for each in store.releases(bundle_id) if each.version == "4")


def test_updates_go_on_while_the_store_publishes(world):
    """Each answer is whole, and leads to a file that is there, at every moment of it."""
    folder = world.folder / "newer"
    folder.mkdir()
    for bundle_id in NEWER:
        write(folder, bundle_id, "30")
    publishing = subprocess.Popen(
        [sys.executable, "-m", "aslo", "import", str(folder)],
        env={**os.environ, **world.site.nodes_environ()},
        stdout=subprocess.DEVNULL,
    )
    seen = []
    while publishing.poll() is None or not seen or len(seen[-1]) < len(NEWER):
        told = world.shell.ask("check", sugar="0.120", only=NEWER)
        offered = told["offered"]
        for _, link, _size in offered.values():
            assert world.http.head(link).status_code == 200
        seen.append([name for name, (version, *_) in offered.items() if version == "30"])
        assert len(seen) < 300
    assert publishing.wait(IMPORT_SECONDS) == 0
    print(f"{len(seen)} checks: {sorted(set(map(len, seen)))} of 10 were out")  # noqa: T201


def test_updates_go_on_from_the_catalog_while_the_record_is_down(world):
    before = versions(world.shell.ask("check", sugar="0.116"))
    world.record.kill()

    while_down = world.shell.ask("check", sugar="0.116")
    world.site.stop()
    world.site.start()
    started_anew = world.shell.ask("check", sugar="0.116")

    assert versions(while_down) == versions(started_anew) == before


def test_every_answer_that_the_shell_saw_is_one_it_can_read(world):
    """The last of these tests, so that it sees what all the others did."""
    answers = [each for each in world.shell.seen if PATH in each["url"]]

    assert len(answers) > 61 * len(SUGARS)
    for each in answers:
        assert each["status"] == 200, each
        assert each["body"].startswith("<?xml version="), each
        document = XML(each["body"].encode("latin-1"))
        if len(document):
            found = {name: document.find(f".//{EM}{name}").text for name in FIELDS}
            assert all(re.fullmatch(FIELDS[name], text) for name, text in found.items()), found
    offers = [len(each["body"]) for each in answers]
    print(f"{len(offers)} answers of {min(offers)} to {max(offers)} bytes")  # noqa: T201


def test_updates_go_on_while_a_record_in_a_file_is_moved_away(tmp_path):
    place, away = tmp_path / "record", tmp_path / "away"
    place.mkdir()
    ten = [f"org.example.Activity{number}" for number in range(10)]
    (tmp_path / "had").mkdir()
    had = [write(tmp_path / "had", bundle_id, "0") for bundle_id in ten]
    with origin(tmp_path, f"sqlite:{place / 'aslo.db'}") as site, closing(opened(site)) as store:
        publish_at_once(store, 20, seed=1)
        site.start()
        url = site.urls[0]
        with sugar_shell(tmp_path / "home", url + PATH, had) as shell:
            eventually(partial(has_followed, site, store.last_revision()), 20)
            before = versions(shell.ask("check", sugar="0.116"))
            assert before
            place.rename(away)
            time.sleep(10 * POLL_SECONDS)

            assert versions(shell.ask("check", sugar="0.116")) == before


FIELDS = {
    "version": r"[1-9][0-9]*(\.[0-9]+)*",
    "updateLink": r"http://127\.0\.0\.1:[0-9]+/download/[\x21-\x7e]+\.xo",
    "updateSize": "[1-9][0-9]*",
}
