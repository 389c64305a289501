"""A worker without rights builds through an engine without rights, in folders none else enters."""

import multiprocessing
import os
import subprocess
from pathlib import Path

import pytest

from aslo.adapters.builder_docker import DockerBuilder
from aslo.ports import Limits
from fixtures.rootless import WORKER_UID, rootless_engine
from fixtures.trees import make_repository, plain_activity

pytestmark = pytest.mark.needs("docker", "rootless")


@pytest.fixture(scope="module")
def engine():
    with rootless_engine() as (address, room):
        load = ["docker", "--host", address, "load"]
        save = ["docker", "save", "aslo-build"]
        with subprocess.Popen(save, stdout=subprocess.PIPE) as saved:
            subprocess.run(load, stdin=saved.stdout, check=True, capture_output=True)
        yield address, room


def _build(address: str, tree: Path, into: Path) -> None:
    """As the worker's user, in a process of its own."""
    os.setgroups([])
    os.setgid(WORKER_UID)
    os.setuid(WORKER_UID)
    os.environ["DOCKER_HOST"] = address
    DockerBuilder(Limits()).build(tree, into, print)


def test_a_bundle_is_built_in_a_folder_that_only_the_worker_enters(engine):
    address, room = engine
    work = room / "work"
    into = work / "into"
    into.mkdir(parents=True)
    tree = make_repository(work / "tree", plain_activity())
    for path in (work, *work.rglob("*")):
        os.chown(path, WORKER_UID, WORKER_UID)
    work.chmod(0o700)

    building = multiprocessing.get_context("fork").Process(
        target=_build, args=(address, tree, into)
    )
    building.start()
    building.join(120)

    assert building.exitcode == 0
    assert [(path.name, path.stat().st_uid) for path in into.iterdir()] == [
        ("Plain-1.xo", WORKER_UID)
    ]


def test_who_commands_the_engine_is_still_nobody_on_the_machine(engine):
    address, _ = engine
    command = ["docker", "--host", address, "run", "--rm", "--network", "none", "--privileged"]
    command += ["--user", "0", "--volume", "/:/machine", "aslo-build", "cat", "/machine/etc/shadow"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "Permission denied" in done.stderr
