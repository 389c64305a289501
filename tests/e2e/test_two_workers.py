"""Two workers' processes at one record: what they build side by side is each its own."""

import sys
import zipfile

import pytest

from aslo import bootstrap
from aslo.domain.build import BuildState, StepName
from fakes.world import INFO, a_tree
from fixtures.live import live
from fixtures.servers import Server, running

pytestmark = pytest.mark.needs("bubblewrap")

RATHER_SLOW = b"""
import time
time.sleep(2)
from sugar3.activity import bundlebuilder
bundlebuilder.start()
"""
SETTINGS = b"[build]\nrun-setup = true\n"
RELEASES = (
    ("one/moon", "org.one.Moon", "1"),
    ("two/moon", "org.two.Moon", "1"),
    ("one/moon", "org.one.Moon", "3"),
    ("one/moon", "org.one.Moon", "2"),
)


def tree(owner, bundle_id, version):
    info = INFO.replace("org.sugarlabs.Moon", bundle_id)
    info = info.replace("activity_version = 1", f"activity_version = {version}")
    whose = f"{owner} {version}".encode()
    return {
        **a_tree(info),
        "setup.py": RATHER_SLOW,
        ".aslo.toml": SETTINGS,
        "whose.txt": whose,
    }


@pytest.mark.case("D25", "T20")
def test_releases_that_two_workers_build_side_by_side_are_all_right(tmp_path):
    with (
        live(tmp_path / "live", builder="bubblewrap") as site,
        running(another_worker(tmp_path / "second", site)),
    ):
        releases = [
            site.release(name, tree(name, bundle_id, version), f"v{version}")
            for name, bundle_id, version in RELEASES
        ]
        builds = [site.build_of(release) for release in releases]
        record = bootstrap.store(site.config)
        ran = [record.build(each["id"]) for each in builds]
        activities = {each: record.activity(f"org.{each}.Moon") for each in ("one", "two")}
        record.close()
        for build, (name, bundle_id, version) in zip(builds, RELEASES, strict=True):
            assert (build["bundle_id"], build["version"]) == (bundle_id, version)
            assert whose(site.download(build, tmp_path)) == f"{name} {version}"
            assert len(site.comments(name, build["commit"])) == 2

    assert {each.state for each in ran} == {BuildState.PUBLISHED}
    assert activities["one"].versions == ("3", "2", "1")
    assert activities["two"].versions == ("1",)
    for owner, activity in activities.items():
        assert activity.repository.full_name == f"{owner}/moon"
    # One worker builds one after the other: only two can have done this.
    pairs = [{a.repository.id, b.repository.id} for a in ran for b in ran if side_by_side(a, b)]
    assert {len(pair) for pair in pairs} == {1, 2}, "of one repository, and of two"


def another_worker(folder, site):
    return Server([sys.executable, "-m", "aslo", "worker"], None, folder, site.environ)


def whose(bundle):
    with zipfile.ZipFile(bundle) as opened:
        [name] = [each for each in opened.namelist() if each.endswith("whose.txt")]
        return opened.read(name).decode()


def side_by_side(one, other):
    """Whether the two were being built at the same moment."""
    if one.id >= other.id:
        return False
    first, second = (building(each) for each in (one, other))
    return first.started_at < second.ended_at and second.started_at < first.ended_at


def building(build):
    return next(step for step in build.steps if step.name is StepName.BUILD)
