"""Programs die at what is done with releases later, do it again, and all is whole."""

from dataclasses import replace
from itertools import count

import pytest

from aslo.domain.activity import ReleaseState
from fixtures.crash_chores import (
    ADMITTING,
    FINDING,
    HOLDING,
    LIKE_MOON,
    LISTING,
    LOSING,
    MISSING,
    MOON,
    ChoreSite,
)
from fixtures.deaths import ROUNDS, in_sqlite, seconds_of

NUMBERS = count(1)

pytestmark = pytest.mark.case("T14")


@pytest.fixture(scope="module", params=range(ROUNDS), ids=lambda number: f"round {number}")
def site(request, tmp_path_factory):
    with in_sqlite(tmp_path_factory.mktemp("chores")) as started:
        started.round = request.param
        yield ChoreSite(started)


def ids(point):
    return point.name


def some(points):
    """All points in a soak, and otherwise the worst of each kind, for each takes seconds."""
    return points if ROUNDS > 1 else points[:1]


@pytest.fixture
def die(site):
    """Let a program die at a point of what concerns an activity."""

    def call(point, bundle_id=""):
        named = replace(point, program=point.program.format(bundle_id=bundle_id))
        # A command would often be at its end before a later moment comes.
        later = seconds_of(named, site.site.round) if named.program == "worker" else 0.0
        site.die(named, later)

    return call


@pytest.fixture
def moon(site):
    """The bundle id of an activity that is listed."""
    bundle_id = MOON.format(next(NUMBERS))
    site.publish(bundle_id)
    site.work()
    return bundle_id


@pytest.fixture
def like_moon(site, moon):
    """The bundle id of one that looks like it, released and not yet built."""
    bundle_id = moon.replace(MOON.format(""), LIKE_MOON.format(""))
    site.publish(bundle_id)
    return bundle_id


@pytest.mark.parametrize("point", some(HOLDING), ids=ids)
def test_a_worker_dies_and_a_look_alike_is_held(site, like_moon, die, point):
    die(point)
    site.work()

    assert site.release(like_moon).state is ReleaseState.HELD
    assert site.broken() == []


@pytest.mark.parametrize("point", some(ADMITTING), ids=ids)
def test_letting_in_is_cut_off_and_done_again(site, like_moon, die, point):
    site.work()
    die(point, like_moon)

    site.run("held", "admit", like_moon)
    site.work()

    assert site.release(like_moon).state is ReleaseState.LISTED
    assert site.broken() == []


@pytest.mark.parametrize("point", some(LISTING), ids=ids)
def test_a_worker_dies_and_what_was_let_in_is_listed(site, like_moon, die, point):
    site.work()
    site.run("held", "admit", like_moon)

    die(point)
    site.work()

    assert site.release(like_moon).state is ReleaseState.LISTED
    assert site.broken() == []


@pytest.mark.parametrize("point", some(LOSING), ids=ids)
def test_a_comparison_dies_and_what_is_lost_is_off_the_lists(site, moon, die, point):
    file = site.file_of(site.release(moon))
    content = file.read_bytes()
    file.unlink()

    die(point)
    site.run("reconcile")

    assert site.release(moon).state is ReleaseState.HELD
    file.write_bytes(content)
    site.run("reconcile")
    assert site.broken() == []


@pytest.mark.parametrize("point", some(FINDING), ids=ids)
def test_a_comparison_dies_and_what_is_found_is_listed(site, moon, die, point):
    file = site.file_of(site.release(moon))
    content = file.read_bytes()
    file.unlink()
    site.run("reconcile")
    file.write_bytes(content)

    die(point)
    site.run("reconcile")

    assert not site.release(moon).lost
    assert site.release(moon).state is ReleaseState.LISTED
    assert site.broken() == []


@pytest.mark.parametrize("point", some(MISSING), ids=ids)
def test_a_comparison_dies_and_what_was_missed_is_listed(site, moon, die, point):
    site.site.web.stop()
    site.publish(moon, "2")
    site.site.web.start()

    die(point)
    site.run("reconcile")
    site.work()

    assert site.release(moon, "2").state is ReleaseState.LISTED
    assert site.broken() == []
