"""The site's image publishes a release, with no rights and nothing writable but its volume."""

import json
import time

import pytest

from aslo.simulator import Fault
from fakes.world import INFO, a_tree
from fixtures.containers import IMAGE, TOKEN, contained_site, container_log, docker, inside
from fixtures.live import SECRET, eventually

pytestmark = pytest.mark.needs("site-image")

MOON, SUN = "sugarlabs-demo/moon", "sugarlabs-demo/sun"
ROLES = ("web", "worker")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with contained_site(tmp_path_factory.mktemp("containers")) as running:
        yield running


def test_a_release_is_published_by_two_containers(site, tmp_path):
    release = site.store.release(MOON, a_tree(INFO), "v1")

    build = site.store.build_of(release)

    assert build["state"] == "published"
    assert site.store.download(build, tmp_path).name == "Moon-1.xo"


@pytest.mark.parametrize("role", ROLES)
def test_it_is_nobody_of_importance_and_writes_nowhere_else(site, role):
    container = getattr(site, role)

    assert inside(container, "id", "-u") == (0, "10001\n")
    status, said = inside(container, "touch", "/opt/aslo/here")
    assert status != 0
    assert "Read-only file system" in said
    assert inside(container, "touch", "/var/lib/aslo/here")[0] == 0
    _, rights = inside(container, "grep", "-E", "CapEff|CapBnd|NoNewPrivs", "/proc/self/status")
    assert {line.split()[1].lstrip("0") for line in rights.splitlines()} == {"", "1"}


def test_it_knows_what_it_lacks_by_its_role(site):
    status, said = inside(site.worker, "aslo", "doctor", "--for", "worker")
    assert status == 0, said
    status, said = inside(site.web, "aslo", "doctor", "--for", "web")
    assert status == 0, said
    # The worker has no webhook secret, so the whole site would not be well there.
    status, said = inside(site.worker, "aslo", "doctor")
    assert status == 1
    assert "MISSING  webhook secret" in said


def test_no_compiler_and_no_engine_came_with_it_but_docker_s_client(site):
    for program in ("cc", "gcc", "make", "dockerd", "containerd", "pip"):
        assert inside(site.worker, "sh", "-c", f"command -v {program}")[0] != 0, program
    assert inside(site.worker, "docker", "--version")[0] == 0


def test_no_secret_can_be_read_from_the_image_or_a_container(site):
    told = docker("history", "--no-trunc", IMAGE) + docker("image", "inspect", IMAGE)
    told += docker("inspect", site.web, site.worker)
    told += container_log(site.web) + container_log(site.worker)

    assert SECRET not in told
    assert TOKEN not in told
    [image] = json.loads(docker("image", "inspect", IMAGE))
    names = {each.partition("=")[0] for each in image["Config"]["Env"]}
    assert names == {"PATH", "PYTHONUNBUFFERED", "ASLO_HOME", "ASLO_LISTEN"}
    status, found = inside(site.web, "sh", "-c", "ls /etc/pip.conf /opt/aslo/pip.conf /src")
    assert status != 0
    assert found.count("No such file") == 3


def test_it_is_small_enough_to_be_sent_around():
    size = int(docker("image", "inspect", "--format", "{{.Size}}", IMAGE))

    assert size < 500_000_000, f"{size / 1e6:.0f} MB"


RECORD = """
import os, sys
from aslo import bootstrap
from aslo.config import Config
store = bootstrap.store(Config.from_environ(os.environ))
build = store.build(sys.argv[1])
print(build.attempt, [each.bundle_id for each in store.changes(0, 99)].count(build.bundle_id))
"""


@pytest.mark.case("T10")
def test_a_build_whose_container_was_killed_goes_on_in_another_once(site):
    docker("pause", site.worker)
    killed = site.another_worker()
    # What it asks first is answered long after its death; whoever asks next is answered at once.
    site.store.forge.faults.order(Fault(f"GET /.*{SUN}.*", status=None, delay_seconds=20))
    release = site.store.release(SUN, a_tree(INFO.replace("Moon", "Sun")), "v1")
    eventually(lambda: state(site, release) == "running", 30)
    docker("kill", killed)
    docker("unpause", site.worker)

    build = site.store.build_of(release)

    assert build["state"] == "published"
    assert len(site.store.comments(SUN, build["commit"])) == 2
    _, told = inside(site.web, "python", "-c", RECORD, build["id"])
    assert told == "2 1\n", "the second try, and one publication"


def state(site, release):
    site.store.forge.wait()
    build_id = site.store._build_id(release)
    return site.store.http.get(f"/builds/{build_id}.json").json()["state"]


# The last one: it ends the site.
@pytest.mark.parametrize("role", ROLES)
def test_it_ends_within_seconds_when_it_is_asked_to(site, role):
    container = getattr(site, role)
    began = time.monotonic()

    docker("stop", "--time", "30", container)

    assert time.monotonic() - began < 10
    state = json.loads(docker("inspect", "--format", "{{json .State}}", container))
    assert (state["ExitCode"], state["OOMKilled"]) == (0, False)
