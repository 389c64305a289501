"""A build that kills its worker each time: it is given up and told of, and the others go on."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pytest

from aslo import bootstrap
from aslo.domain.build import Build, BuildState
from fakes.world import INFO, a_tree
from fixtures.live import live
from fixtures.servers import redis, running

POISON = "sugarlabs-demo/poison"
ATTEMPTS, MOST_OTHERS = 3, 30
# Longer than a worker takes to be started again, so that others come between two tries.
LEASE = {"lease_seconds": "7", "heartbeat_seconds": "1"}
# Python reads this when a worker starts. Nothing can hold up any of these ends: a wrong word to
# the kernel, a fault in a library of C, and what the kernel does when memory is all gone.
DEADLY = """
import ctypes, os, pathlib, signal, sys, time

WAYS = [
    lambda: os._exit(9),
    lambda: ctypes.string_at(0),
    lambda: os.kill(os.getpid(), signal.SIGKILL),
]

def die(event, args):
    if event == "subprocess.Popen" and any("demo/poison" in str(word) for word in args[1]):
        folder = pathlib.Path(os.environ["ASLO_HOME"], "deaths")
        folder.mkdir(exist_ok=True)
        deaths = len(list(folder.iterdir()))
        # Not in the middle of telling: who tells is waited for for two minutes.
        time.sleep(1)
        (folder / str(deaths)).write_text(str(os.getpid()))
        WAYS[deaths % 3]()

sys.addaudithook(die)
"""


@contextmanager
def nobody(folder):
    yield ""


@contextmanager
def a_redis(folder):
    with running(redis(folder)) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


KINDS = (nobody, a_redis)


@dataclass(frozen=True)
class Outcome:
    """What came of the poison, and of what was released meanwhile."""

    poison: Build
    others: list[Build]
    told: list[str]
    deaths: list[str]
    """The process that died each time."""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Both kinds of site at once: most of it is waiting for leases to run out."""
    folder = tmp_path_factory.mktemp("poison")
    (folder / "sitecustomize.py").write_text(DEADLY)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setenv("PYTHONPATH", str(folder))
        yield {each: pool.submit(poisoned, folder / each.__name__, each) for each in KINDS}


def poisoned(folder, broker):
    with (
        broker(folder / "broker") as url,
        live(folder / "live", broker=url, builder="plain", **LEASE) as site,
    ):
        poison = site.release(POISON, a_tree(), "v1")
        others = []
        while len(others) < MOST_OTHERS and not has_ended(site, poison):
            others.append(site.build_of(release(site, len(others))))
        told = site.comments(POISON, site.build_of(poison)["commit"])
        with closing(bootstrap.store(site.config)) as record:
            given_up = record.build(site.build_of(poison)["id"])
            meanwhile = [record.build(each["id"]) for each in others]
        deaths = [each.read_text() for each in (site.config.home / "deaths").iterdir()]
    return Outcome(given_up, meanwhile, told, deaths)


@pytest.mark.case("T12")
@pytest.mark.parametrize(
    "broker",
    [nobody, pytest.param(a_redis, marks=pytest.mark.needs("redis"))],
    ids=["polling", "rung for"],
)
def test_a_build_that_kills_its_worker_is_told_of_and_the_others_go_on(outcomes, broker):
    found = outcomes[broker].result()

    assert (found.poison.state, found.poison.attempt) == (BuildState.ERRORED, ATTEMPTS + 1)
    assert len(found.deaths) == ATTEMPTS
    assert len(set(found.deaths)) == ATTEMPTS, "as many processes"
    assert len(found.told) == 2
    assert "trouble on our side" in found.told[-1], found.told
    assert {each.state for each in found.others} == {BuildState.PUBLISHED}
    assert sum(each.ended_at < found.poison.ended_at for each in found.others) >= 2


def has_ended(site, release):
    site.forge.wait()
    return site.http.get(f"/builds/{site._build_id(release)}.json").json().get("ended")


def release(site, number):
    tree = a_tree(INFO.replace("sugarlabs.Moon", f"sugarlabs.Moon{number}"))
    return site.release(f"sugarlabs-demo/moon-{number}", tree, "v1")
