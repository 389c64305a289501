"""A build reaches for everything around it: told from inside what it grasped, seen from outside."""

import json
import os
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from aslo.adapters.sandbox_docker import IMAGE
from aslo.ports import Builder, Limits
from fixtures.canaries import PREFIX, hits
from fixtures.containers import docker
from fixtures.hostile_trees import tree_with_setup
from fixtures.isolation import ISOLATING
from fixtures.keyrings import with_key
from fixtures.reaching import REACH

LIMITS = Limits(build_seconds=60)
HOSTS = ("127.0.0.1", "::1", "10.0.0.1", "172.17.0.1", "169.254.169.254", "1.1.1.1")
OF_THE_ENGINE = {"io_uring"}
"""What engines before Docker 25 still allow, inside the namespaces that they made."""


@contextmanager
def listeners() -> Iterator[tuple[list[int], str, list[socket.socket]]]:
    """What stands for a broker, a database and a page of ours, and a socket without a file."""
    unseen = f"\0{uuid4().hex}"
    with ExitStack() as ends:
        made = [ends.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        nameless = ends.enter_context(socket.socket(socket.AF_UNIX))
        nameless.bind(unseen)
        nameless.listen()
        yield [each.getsockname()[1] for each in made], unseen, [*made, nameless]


@contextmanager
def neighbours(mark: str) -> Iterator[int]:
    """A container and a process of ours with a secret each; gives the process."""
    secret = f"SECRET={mark}"
    container = docker(
        "run", "--detach", "--network", "none", "--env", secret, IMAGE, "sleep", "99"
    )
    process = subprocess.Popen(["sleep", "99"], env={**os.environ, "SECRET": mark})
    try:
        yield process.pid
        assert process.poll() is None
        running = docker("inspect", "--format", "{{.State.Running}}", container.strip())
        assert running == "true\n"
    finally:
        docker("rm", "--force", container.strip())
        process.kill()
        process.wait()


def reached(listener: socket.socket) -> bool:
    listener.settimeout(0.05)
    try:
        listener.accept()[0].close()
    except TimeoutError:
        return False
    return True


def own_addresses() -> list[str]:
    told = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True)
    return told.stdout.split()


def build(builder: Builder, tree: Path, into: Path) -> dict[str, Any]:
    with zipfile.ZipFile(builder.build(tree, into, lambda _: None)) as bundle:
        return json.loads(bundle.read("Plain.activity/found.json"))


@pytest.mark.case("D27", "T33")
@pytest.mark.needs("docker")
@pytest.mark.parametrize("make_builder", ISOLATING)
def test_a_build_grasps_nothing_around_it(make_builder, tmp_path) -> None:
    mark, into = uuid4().hex, tmp_path / "into"
    into.mkdir()
    (tmp_path / "canary").write_text(mark)
    sockets = ["/var/run/docker.sock", os.environ.get("DOCKER_HOST", "").removeprefix("unix://")]
    with listeners() as (ports, unseen, made), neighbours(mark) as pid:
        given = {
            "HOSTS": [*HOSTS, *own_addresses()],
            "PORTS": ports,
            "SOCKETS": [*filter(None, sockets), unseen],
            "PIDS": [pid, os.getpid(), os.getppid()],
            "MARK": mark,
            "FILES": [str(tmp_path / "canary"), str(into)],
        }
        names = "".join(f"{name} = {value!r}\n" for name, value in given.items())
        tree = tree_with_setup(tmp_path / "tree", names + REACH)

        found, key_left = with_key(
            f"{PREFIX}-key", lambda: build(make_builder(LIMITS), tree, into), left="left-behind"
        )

        assert not [each for each in made if reached(each)]
    allowed = OF_THE_ENGINE if "Docker" in make_builder.__name__ else set()
    assert {name: got for name, got in found["grasped"].items() if name not in allowed} == {}
    assert found["tried"] > 100
    assert not key_left
    # The tree told the mark to its setup.py, and nothing else knew it.
    assert hits({"mark": mark}, {"found": json.dumps(found).encode()}) == []


@pytest.mark.case("D27", "T33")
@pytest.mark.parametrize("make_builder", ISOLATING)
def test_a_build_is_alone_and_without_rights(make_builder, tmp_path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    nothing = "HOSTS = PORTS = SOCKETS = PIDS = FILES = []\nMARK = 'none'\n"

    found = build(make_builder(LIMITS), tree_with_setup(tmp_path / "tree", nothing + REACH), into)

    status = found["status"]
    assert "0" not in status["Uid"].split() + status["Gid"].split() + status["Groups"].split()
    sets = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
    assert {int(status[name], 16) for name in sets} == {0}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert set(found["writable"]) <= {"/dev/mqueue", "/dev/shm"}
    assert found["sockets"] == []
    ours = ("bwrap", "timeout", "/sbin/docker-init", "/usr/bin/python3", "setpriv", "")
    assert {each.partition("\0")[0] for each in found["processes"]} <= set(ours)
    shown = [line.split() for line in found["mounts"].splitlines()]
    seen = {fields[3]: fields for fields in shown if "docker" not in fields[3]}
    outside = {path for path in seen if path.startswith(str(tmp_path))}
    assert {seen[path][4] for path in outside} == {"/source", "/driver"}
    assert {seen[path][5].split(",")[0] for path in outside} == {"ro"}
