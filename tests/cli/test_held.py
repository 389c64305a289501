"""`aslo held`, as an operator runs it."""

from contextlib import closing
from dataclasses import replace

import pytest

from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.activity import ReleaseState
from aslo.domain.build import BuildState
from fakes.values import a_build, a_release, a_repository, an_activity

MOON, LIKE_MOON = "org.sugarlabs.Moon", "org.sugarlabs.M0on"
THEIRS = a_repository(2, full_name="somebody/moon")


@pytest.fixture
def record(tmp_path):
    """A record with one held activity."""
    (tmp_path / "var").mkdir()
    with closing(SqliteStore(tmp_path / "var" / "aslo.db")) as store:
        store.claim_bundle_id(an_activity(MOON))
        store.claim_bundle_id(an_activity(LIKE_MOON, repository=THEIRS, resembles=MOON))
        store.add_build(replace(a_build(), state=BuildState.PUBLISHED, repository=THEIRS))
        store.add_release(a_release(LIKE_MOON, state=ReleaseState.HELD))
        yield store


@pytest.mark.case("T27")
def test_what_is_held_is_listed_with_whom_it_looks_like(aslo, record):
    done = aslo("held")

    assert done.stdout == (
        f"{LIKE_MOON} 1 of somebody/moon: looks like {MOON} of sugarlabs-demo/activity-1\n"
    )


@pytest.mark.case("T27")
def test_what_is_let_in_is_built_again(aslo, record):
    done = aslo("held", "admit", LIKE_MOON)

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{LIKE_MOON} is let in: 1 held, listed after one more build each\n"
    assert record.build("b1").state is BuildState.QUEUED
    assert record.activity(LIKE_MOON).resembles == ""
    assert "1 of somebody/moon: let in" in aslo("held").stdout


@pytest.mark.case("T27")
def test_what_is_refused_is_held_no_longer(aslo, record):
    done = aslo("held", "refuse", LIKE_MOON)

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{LIKE_MOON} is refused: 1 held, none will be listed\n"
    assert record.build("b1").state is BuildState.FAILED
    assert aslo("held").stdout == "nothing is held\n"


@pytest.mark.parametrize("act", ["admit", "refuse"])
def test_what_is_not_held_is_told(aslo, record, act):
    done = aslo("held", act, MOON)

    assert done.returncode == 2
    assert f"no release of {MOON} is held" in done.stderr
