"""A whole site with its record in MongoDB, and what stays up while that is down."""

import time

import pytest

from fakes.world import INFO, a_tree
from fixtures.live import live
from fixtures.servers import mongodb, running

pytestmark = pytest.mark.needs("secantus")


def tree(number):
    return a_tree(INFO.replace("sugarlabs.Moon", f"sugarlabs.Moon{number}"))


def answers(store, name):
    store.forge.wait()
    return [
        (each["status_code"], each["seconds"])
        for each in store.forge.deliveries()
        if name in each["body"]
    ]


def refused_guids(store, name):
    return [each["guid"] for each in store.forge.deliveries() if name in each["body"]]


@pytest.mark.case("T04", "T41")
@pytest.mark.parametrize("how", ["kill", "freeze"])
def test_pages_outlive_the_record_and_deliveries_are_refused_until_it_is_back(tmp_path, how):
    with (
        running(mongodb(tmp_path / "mongodb")) as server,
        live(
            tmp_path / "live",
            store=f"mongodb://127.0.0.1:{server.port}/site",
            builder="plain",
            outages=True,
        ) as store,
    ):
        build = store.build_of(store.release("sugarlabs-demo/moon", tree(1), "v1"))
        assert build["state"] == "published"
        assert store.download(build, tmp_path).stat().st_size
        assert len(store.comments("sugarlabs-demo/moon", build["commit"])) == 2

        getattr(server, how)()
        release = store.release("sugarlabs-demo/moon-2", tree(2), "v1")
        refused = answers(store, "moon-2")
        assert refused
        assert all(code == 503 and seconds < 10 for code, seconds in refused), refused
        begun = time.monotonic()
        assert store.http.get(f"/{build['bundle_id']}/{build['version']}").status_code == 200
        assert store.download(build, tmp_path).stat().st_size
        assert time.monotonic() - begun < 5

        server.start() if how == "kill" else server.thaw()
        for each in refused_guids(store, "moon-2"):
            store.forge.redeliver(each)
        taken = answers(store, "moon-2")[len(refused) :]
        assert all(code // 100 == 2 for code, _ in taken), taken
        assert store.build_of(release)["state"] == "published"
