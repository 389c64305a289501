"""The real programs die wherever something is kept, are started again, and all is whole."""

import pytest

from fixtures.crash_points import BUILDING, POINTS
from fixtures.crashing import crash_site
from fixtures.deaths import ROUNDS, in_sqlite, moment, seconds_of
from fixtures.mutations import dice


@pytest.fixture(scope="module", params=range(ROUNDS), ids=lambda number: f"round {number}")
def site(request, tmp_path_factory):
    with in_sqlite(tmp_path_factory.mktemp("crashes")) as started:
        started.round = request.param
        yield started


@pytest.mark.case("T14")
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_a_program_dies_and_the_release_comes_out_whole(site, point):
    assert site.survive(point, seconds_of(point, site.round)) == []


@pytest.fixture(scope="module")
def sandboxed(tmp_path_factory):
    with crash_site(tmp_path_factory.mktemp("sandboxed"), builder="bubblewrap") as started:
        yield started


@pytest.mark.case("T09", "T14")
@pytest.mark.needs("bubblewrap", "sugar")
@pytest.mark.parametrize("number", range(2 * ROUNDS))
@pytest.mark.parametrize("point", BUILDING, ids=lambda point: point.name)
def test_a_worker_dies_beside_its_sandbox_and_the_release_comes_out_whole(sandboxed, point, number):
    # Preparing the sandbox, the build in it and what comes behind take about a second.
    later = moment(dice(f"sandbox {number} {point.name}"), 0.01, 1)

    assert sandboxed.survive(point, later if number % 2 else 0.0) == []
