"""The releases of a whole organisation, taken in by the real command from the simulated forge."""

import json
import os
import shutil
import subprocess
import sys
import time
from contextlib import closing, contextmanager

import pytest

from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain import backfilled
from aslo.domain.activity import ReleaseState
from aslo.simulator import Cut, Simulator, Stocked, fill
from fakes.world import saying
from fixtures.live import SECRET, TOKEN, eventually, live
from fixtures.organisation import LIBRARY, an_organisation, passed_over_of, releases_of

ORG = "sugarlabs-demo"
REPOSITORIES = 200
KILLED_AFTER = (9, 48, 49, 110, 171)
"""Lines of progress; the pause of each lets it die somewhere else in the repository after it."""
PAUSED_AFTER = 2
PAUSE_SECONDS = 3


@pytest.fixture
def forges(tmp_path):
    """Two forges that have the same organisation, told apart by their folder."""
    made = Simulator(tmp_path / "first", SECRET)
    fill(made, ORG, an_organisation(REPOSITORIES))
    made.stop()
    shutil.copytree(tmp_path / "first", tmp_path / "second")
    both = [Simulator(tmp_path / name, SECRET) for name in ("first", "second")]
    for forge in both:
        forge.start()
    yield both
    for forge in both:
        forge.stop()


@contextmanager
def importing(forge, home, *words):
    """The command, as it runs."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
    environ = kept | {
        "ASLO_HOME": str(home),
        "ASLO_FORGE": forge.url,
        "ASLO_FORGE_TOKEN": TOKEN,
        "ASLO_BUILDER": "plain",
        "ASLO_LEASE_SECONDS": "1",
        "ASLO_HEARTBEAT_SECONDS": "0.2",
    }
    command = [sys.executable, "-m", "aslo", "import", "--forge", ORG, *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environ, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def killed_after(line, forge, home, pause):
    """Run until that repository is in, and a little longer; what was said until then."""
    said = []
    with importing(forge, home) as process:
        for text in process.stderr:
            said.append(text)
            if text.startswith(f"{line} of "):
                break
        time.sleep(pause)
        process.kill()
        assert process.wait() < 0, process.stdout.read()
    return "".join(said)


def catalog(home):
    """Every activity and release, and how each build ended."""
    with closing(SqliteStore(home / "aslo.db")) as store:
        activities = {each: store.activity(each) for each in store.bundle_ids()}
        releases = {
            (each.bundle_id, each.version): (
                each.content_digest,
                each.bundle,
                each.commit,
                each.tag,
            )
            for bundle_id in activities
            for each in store.releases(bundle_id)
            if each.state is ReleaseState.LISTED
        }
        builds = {(b.id, b.state, b.round) for b in store.recent_builds(10_000)}
        whose = {each: (a.repository.id, a.versions) for each, a in activities.items()}
        return whose, releases, builds


def test_an_organisation_of_200_repositories_is_the_same_however_often_its_import_was_killed(
    forges, tmp_path
):
    calm, watched = forges
    expected = releases_of(REPOSITORIES)
    rest = f"0 refused, {passed_over_of(REPOSITORIES)} passed over\n"
    watched.limits.set(most=300, seconds=10)

    # Beside each other, for each of the two has one core.
    with importing(calm, tmp_path / "whole") as whole:
        said = ""
        for number, line in enumerate(KILLED_AFTER):
            if number == PAUSED_AFTER:
                watched.limits.pause(PAUSE_SECONDS)
            said += killed_after(line, watched, tmp_path / "killed", pause=0.07 * number)
        with importing(watched, tmp_path / "killed") as last:
            told, progress = last.communicate(timeout=300)
        first, _ = whole.communicate(timeout=300)

    assert first == f"{expected} imported, 0 already there, {rest}"
    assert (last.returncode, told.endswith(f" already there, {rest}")) == (0, True)
    assert catalog(tmp_path / "killed") == catalog(tmp_path / "whole")
    assert len(catalog(tmp_path / "whole")[1]) == expected
    assert "200 of 200  sugarlabs-demo/moon-199: 1 imported\n" in progress
    assert "GitHub wants to be left alone: going on at " in said + progress
    # It slowed down in time, and asked nothing during the pause.
    assert watched.limits.overstepped == 0
    assert watched.limits.counted > watched.limits.most

    before = watched.limits.counted
    with importing(watched, tmp_path / "killed", "--report", tmp_path / "report.json") as again:
        told, _ = again.communicate(timeout=60)
    assert told == f"0 imported, {expected} already there, {rest}"
    # The list of repositories; of each other question the answer was as before.
    assert watched.limits.counted - before <= 3
    passed_over = json.loads((tmp_path / "report.json").read_text())["passed_over"]
    assert {each["reason"].partition(";")[0] for each in passed_over} == {
        backfilled.NO_RELEASE,
        backfilled.NO_ACTIVITY,
        "it is a fork",
    }
    assert not watched.state.find("comment") + watched.state.find("status")


def test_the_worker_of_a_site_helps_and_developers_are_told_only_if_that_is_asked_for(tmp_path):
    with live(tmp_path, builder="plain") as site:
        fill(site.forge, ORG, an_organisation(10))
        fill(site.forge, "told-lab", [told_of("loud"), told_of("old", archived=True)])

        quiet, loud = (run(site, "--forge", ORG), run(site, "--forge", "told-lab", "--tell"))

        assert (quiet.returncode, quiet.stdout.partition(",")[0]) == (0, "6 imported")
        assert (loud.returncode, loud.stdout.partition(",")[0]) == (0, "2 imported")
        eventually(lambda: len(site.forge.state.find("comment")) == 2)
        repositories = {each["repository_id"] for each in site.forge.state.find("comment")}
        assert repositories == {site.forge.hosting.repository("told-lab/loud")["id"]}
        page = site.http.get("/org.example.Moon5/2")
        assert page.status_code == 200
    # What live() looks at in the end: deliveries, reports, files and pages agree.


def told_of(name, **flags):
    return Stocked(name, [Cut("v1", LIBRARY, {"a.xo": saying("1", f"org.example.{name}")})], flags)


def run(site, *words):
    command = [sys.executable, "-m", "aslo", "import", *words]
    return subprocess.run(
        command, env=dict(site.environ), capture_output=True, text=True, timeout=120, check=False
    )
