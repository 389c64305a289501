"""The same deaths with the record in MongoDB; a file of its own, so that both can go at once."""

import pytest

from fixtures.crash_points import POINTS
from fixtures.deaths import ROUNDS, in_mongodb, seconds_of
from fixtures.servers import mongodb, running

pytestmark = pytest.mark.needs("secantus")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(mongodb(tmp_path_factory.mktemp("mongodb"))) as started:
        yield started


@pytest.fixture(scope="module", params=range(ROUNDS), ids=lambda number: f"round {number}")
def site(request, server, tmp_path_factory):
    with in_mongodb(tmp_path_factory.mktemp("crashes"), server) as started:
        started.round = request.param
        yield started


@pytest.mark.case("T14")
@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_a_program_dies_and_the_release_comes_out_whole(site, point):
    assert site.survive(point, seconds_of(point, site.round)) == []
