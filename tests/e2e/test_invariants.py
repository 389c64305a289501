"""What looks at every site of these tests sees what is broken: a site is damaged by hand."""

import os
import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

import pytest

from aslo import bootstrap
from aslo.domain.activity import ReleaseState
from aslo.domain.report import ReportKind, ReportState
from fakes.world import a_tree
from fixtures import invariants, leftovers
from fixtures.live import SECRET, TOKEN, at_rest, live

MOON = "sugarlabs-demo/moon"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with live(tmp_path_factory.mktemp("damaged"), builder="plain") as started:
        started.build_of(started.release(MOON, a_tree(), "v1"))
        whole = invariants.Whole(started.config, started.forge, started.http)
        assert at_rest(whole) == []
        yield whole


@contextmanager
def other_bytes(site):
    """The bundle's file with other bytes, or none, while the context lasts."""
    with closing(bootstrap.store(site.config)) as store:
        name = store.releases("org.sugarlabs.Moon")[0].bundle.sha256
    path = site.config.home / "files" / name[:2] / name[2:]
    kept = path.read_bytes()
    path.write_bytes(b"other bytes")
    try:
        yield path
    finally:
        path.write_bytes(kept)


def said(site):
    return "\n".join(invariants.broken(site))


def test_damaged_lost_and_needless_files_are_seen(site, tmp_path):
    with other_bytes(site) as path:
        name = path.parent.name + path.name
        assert f"I1: file {name} has other bytes" in said(site)
        assert "answers 503 with other bytes" in said(site)
        path.unlink()
        assert f"I1: no file {name} of a row" in said(site)
    (tmp_path / "needless").write_bytes(b"needless")
    kept = bootstrap.files(site.config).add(tmp_path / "needless", "x/y").sha256
    assert f"I1: no row of file {kept}" in said(site)
    (site.config.home / "files" / kept[:2] / kept[2:]).unlink()
    assert said(site) == ""


@pytest.mark.parametrize("state", [ReleaseState.HELD, ReleaseState.WITHDRAWN])
def test_a_release_that_is_shown_and_is_not_listed_is_seen(site, state):
    with closing(bootstrap.store(site.config)) as store:
        [release] = store.releases("org.sugarlabs.Moon")
        # Nobody is told, so the site goes on to show it.
        store.save_release(replace(release, state=state))
        try:
            found = said(site)
        finally:
            store.save_release(release)
    page = f"/{release.bundle_id}/{release.version}"
    assert f"I1: {page} is {state} and is shown" in found
    assert f"I1: the download of {page}, which is {state}, answers 200" in found
    assert said(site) == ""


@pytest.mark.parametrize("state", [ReleaseState.HELD, ReleaseState.WITHDRAWN])
def test_a_release_that_is_hidden_as_it_should_be_breaks_nothing(site, state):
    with closing(bootstrap.store(site.config)) as store:
        [release] = store.releases("org.sugarlabs.Moon")
        try:
            changed(replace(release, state=state), site, store)
            assert said(site) == ""
        finally:
            changed(release, site, store)
    assert said(site) == ""


def changed(release, site, store):
    """Change a release and let the site show it so."""
    store.save_release(release)
    store.announce(release.bundle_id)
    assert at_rest(site) == []


def test_a_row_that_is_missing_is_seen(site):
    with closing(bootstrap.store(site.config)) as store:
        record = invariants.Record(store.dump())
        delivery = record.deliveries.pop()
        ends = "\n".join(invariants.deliveries_end(record, store, site.forge))
    releases, record.releases = record.releases, []

    assert f"I2: delivery {delivery.guid} was accepted and is lost" in ends
    rows = "\n".join(invariants.rows_agree(record))
    assert f"I1: {releases[0].bundle_id} names" in rows
    assert "published 0 releases" in rows
    files = bootstrap.files(site.config)
    assert "I1: no row of file" in "\n".join(invariants.rows_and_files(record, files))


@pytest.mark.parametrize("secret", [SECRET, TOKEN])
def test_a_comment_twice_and_one_that_tells_a_secret_are_seen(site, secret):
    [_, final] = site.forge.comments(MOON)
    bodies = [final["body"], f"The word is {secret}."]
    added = [site.forge.add_comment(MOON, final["commit"], body, "x") for body in bodies]
    try:
        assert "was written 2 times" in said(site)
        assert "I4: a comment tells a secret" in said(site)
    finally:
        for each in added:
            site.forge.state.remove("comment", each["id"])
    site.forge.state.remove("comment", final["id"])
    assert "was written 0 times" in said(site)
    site.forge.state.add("comment", final)
    assert said(site) == ""


@pytest.mark.parametrize("there", [True, False])
def test_a_report_that_was_dropped_is_seen_while_its_commit_is_there(site, there):
    with closing(bootstrap.store(site.config)) as store:
        record = invariants.Record(store.dump())
    [last] = [each for each in record.reports if each.kind is ReportKind.FINAL_COMMENT]
    commit = last.commit if there else "0" * 40
    dropped = replace(last, id="b9-1-final-comment", commit=commit, sent=ReportState.DROPPED)
    record.reports.append(dropped)

    lines = "\n".join(invariants.said_once(record, site.forge))

    assert (f"I3: comment {dropped.id} (dropped) was written 0 times" in lines) is there


def test_a_commit_that_looks_as_if_it_were_built_is_seen(site):
    last = site.forge.statuses(MOON)[-1]
    added = site.forge.state.add("status", {**last, "state": "pending"})
    try:
        assert f"I3: commit {last['commit']} is pending" in said(site)
    finally:
        site.forge.state.remove("status", added["id"])


def test_folders_half_written_files_and_processes_are_seen(site):
    home = site.config.home
    work, half = home / "work" / "b1", home / "files" / ".new-1"
    work.mkdir(parents=True)
    half.touch()
    environ = {"ASLO_HOME": str(home), "PATH": os.environ["PATH"]}
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1, env=environ) as process:
        lines = "\n".join(
            (*leftovers.left_by_work(site.config), *leftovers.left_by_programs(site.config))
        )
        with suppress(BrokenPipeError):
            process.communicate(b"\n")
    half.unlink()
    work.rmdir()

    assert f"I5: {work} is left" in lines
    assert f"I5: {half} is half written" in lines
    assert f"I5: process {process.pid} is left" in lines


def test_an_answer_as_if_we_had_broken_is_seen(site):
    taken = site.forge.deliveries()[0]
    site.forge.state.save("delivery", {**taken, "status_code": 500})
    try:
        assert f"I6: delivery {taken['guid']} was answered 500" in said(site)
    finally:
        site.forge.state.save("delivery", taken)
