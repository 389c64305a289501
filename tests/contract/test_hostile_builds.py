"""Repositories that attack the builder from inside: what they see, and how they end."""

import json
import os
import socket
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from aslo.domain.errors import BuildFailedError
from aslo.ports import Builder, Limits
from fixtures import hostile_trees
from fixtures.aftermath import Aftermath, own_disk
from fixtures.hostile_trees import tree_with_setup
from fixtures.isolation import ISOLATING, containers_of, processes_with
from fixtures.trees import make_repository, plain_activity

MEBIBYTE = 1024**2
SMALL = Limits(
    build_seconds=4,
    memory_bytes=192 * MEBIBYTE,
    disk_bytes=32 * MEBIBYTE,
    processes=48,
    log_bytes=64 * 1024,
)
PATIENT = Limits(build_seconds=60, memory_bytes=512 * MEBIBYTE, disk_bytes=64 * MEBIBYTE)


def control_groups() -> set[Path]:
    # Those of other processes of the tests may go while they are looked through.
    while True:
        with suppress(FileNotFoundError):
            return set(Path("/sys/fs/cgroup").glob(f"**/aslo-{os.getpid()}-*"))


@pytest.fixture(params=ISOLATING)
def make_builder(request: pytest.FixtureRequest) -> type[Builder]:
    return request.param


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with own_disk(tmp_path) as folder:
        yield folder


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture(autouse=True)
def nothing_is_left(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    before = control_groups()
    yield
    if "docker" in request.node.name:
        assert containers_of(tmp_path / "tree") == []
    assert not control_groups() - before


@contextmanager
def canary_in_tmp() -> Iterator[Path]:
    """A file right in /tmp, where a careless sandbox would show it."""
    path = Path("/tmp", f"aslo-canary-{uuid4().hex}")
    path.write_text("secret")
    try:
        yield path
    finally:
        path.unlink()


def build(builder: Builder, tree: Path, into: Path, log: list[str]) -> dict[str, Any]:
    """What the tree's setup.py found out."""
    bundle = builder.build(tree, into, log.append)
    with zipfile.ZipFile(bundle) as archive:
        return json.loads(archive.read("Plain.activity/found.json"))


@pytest.mark.case("D14", "D27", "T33", "T34")
def test_a_build_is_nobody_and_knows_nothing(
    make_builder, tmp_path, into, log, monkeypatch
) -> None:
    canary = uuid4().hex
    monkeypatch.setenv("ASLO_FORGE_TOKEN", canary)
    tree = tree_with_setup(tmp_path / "tree", hostile_trees.IDENTITY)

    found = build(make_builder(PATIENT), tree, into, log)

    assert found["uid"] != 0
    assert found["gid"] != 0
    assert 0 not in found["groups"]
    assert int(found["effective"], 16) == 0
    assert found["no_new_privileges"] == "1"
    assert canary not in json.dumps(found)
    assert not [name for name in found["environment"] if "ASLO" in name or "DOCKER" in name]


@pytest.mark.case("D27", "T33")
def test_a_build_reaches_no_network_and_no_file_of_ours(make_builder, tmp_path, into, log) -> None:
    canary = tmp_path / "canary"
    canary.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server, canary_in_tmp() as near:
        server.settimeout(0.1)
        files = [str(canary), str(near), "/etc/shadow", "/root/.bashrc", "/etc/machine-id"]
        sockets = [
            "/var/run/docker.sock",
            os.environ.get("DOCKER_HOST", "").removeprefix("unix://"),
        ]
        names = f"PORT = {server.getsockname()[1]}\nFILES = {files}\nSOCKETS = {sockets}\n"
        tree = tree_with_setup(tmp_path / "tree", names + hostile_trees.REACH_OUT)

        found = build(make_builder(PATIENT), tree, into, log)

        with pytest.raises(TimeoutError):
            server.accept()
    assert "reached" not in {*found["network"].values(), *found["sockets"].values()}
    assert set(found["interfaces"]) <= {"lo"}
    assert "written" not in found["writes"].values()
    assert 0 not in found["programs"].values()
    assert "secret" not in json.dumps(found["files"])
    assert "root:" not in found["files"]["/etc/shadow"]
    assert not (tree / "x").exists()


@pytest.mark.case("D27", "T32")
@pytest.mark.parametrize(
    ("setup", "codes"),
    [
        pytest.param(hostile_trees.FORK_BOMB, {"build-time"}, id="fork bomb"),
        pytest.param(hostile_trees.MEMORY_HOG, {"build-memory"}, id="memory hog"),
        pytest.param(hostile_trees.ENDLESS, {"build-time"}, id="endless loop"),
        pytest.param(hostile_trees.DISK_FILLER, {"build-failed", "build-disk"}, id="disk filler"),
        pytest.param(
            hostile_trees.EMPTY_FILES, {"build-disk", "build-memory", "build-time"}, id="inodes"
        ),
        pytest.param(hostile_trees.LONG_LOG, {"build-log"}, id="long log"),
        pytest.param(hostile_trees.KILLS_ALL, {"build-killed"}, id="kills all"),
    ],
)
def test_a_hostile_build_ends_with_its_reason(make_builder, disk, log, setup, codes) -> None:
    after, builder = Aftermath(disk), make_builder(SMALL)
    tree = tree_with_setup(disk / "tree", after.marked(setup))

    with after.watching():
        ends_with(codes, builder, tree, log)

    # Those two may be over before anybody looks.
    assert after.most_processes or setup in (hostile_trees.LONG_LOG, hostile_trees.KILLS_ALL)
    after.await_recovery()
    honest = make_repository(disk / "honest", plain_activity())
    assert builder.build(honest, disk / "into", log.append).name == "Plain-1.xo"


@pytest.mark.case("D28", "D29", "D30", "T30", "T37")
@pytest.mark.parametrize(
    ("setup", "codes"),
    [
        pytest.param("os._exit(0)", {"no-bundle"}, id="nothing made"),
        pytest.param("sys.exit(3)", {"build-failed"}, id="exit status"),
        pytest.param("tell(a=1); sys.exit(3)", {"build-failed"}, id="a bundle, but it failed"),
        pytest.param("tell(); open('dist/B.xo', 'w')", {"several-bundles"}, id="two"),
        pytest.param("tell(); os.rename('dist/Plain-1.xo', 'dist/a.zip')", {"no-bundle"}, id="zip"),
        pytest.param(
            "os.mkdir('dist'); os.symlink('/etc/passwd', 'dist/Plain-1.xo')",
            {"bundle-not-a-file"},
            id="link",
        ),
        pytest.param("os.mkdir('dist'); os.mkfifo('dist/A.xo')", {"bundle-not-a-file"}, id="fifo"),
        pytest.param("os.mkdir('dist'); open('dist/A.xo', 'w')", {"not-a-zip"}, id="empty"),
        pytest.param(hostile_trees.BROKEN_ZIP, {"not-a-zip"}, id="broken zip"),
    ],
)
def test_a_build_with_a_false_result_ends_with_its_reason(
    make_builder, tmp_path, log, setup, codes
) -> None:
    tree = tree_with_setup(tmp_path / "tree", setup)

    ends_with(codes, make_builder(SMALL), tree, log)


def ends_with(codes: set[str], builder: Builder, tree: Path, log: list[str]) -> None:
    """Let a build fail within its limits, for one of these reasons, and leave no file."""
    into = tree.with_name("into")
    into.mkdir(exist_ok=True)
    began = time.monotonic()

    with pytest.raises(BuildFailedError) as caught:
        builder.build(tree, into, log.append)

    assert {problem.code for problem in caught.value.problems} <= codes, (caught.value, log[-5:])
    assert time.monotonic() - began < SMALL.build_seconds + 20
    assert sum(map(len, log)) <= SMALL.log_bytes
    assert list(into.iterdir()) == []


@pytest.mark.case("T32")
def test_a_child_left_behind_dies_with_the_build(make_builder, tmp_path, into, log) -> None:
    mark = f"{time.time_ns() % 10**9 + 10**9}"
    tree = tree_with_setup(tmp_path / "tree", hostile_trees.DAEMON.replace("MARK", mark))
    builder = make_builder(PATIENT)

    assert build(builder, tree, into, log) == {"done": True}

    assert processes_with(mark) == []
    (into / "Plain-1.xo").unlink()
    assert build(builder, tree, into, log) == {"done": True}


@pytest.mark.case("D29", "T37")
def test_a_committed_bundle_is_not_taken_for_the_one_built(
    make_builder, tmp_path, into, log
) -> None:
    tree = tree_with_setup(tmp_path / "tree", "", **{"dist/Plain-1.xo": b"PK old"})

    with pytest.raises(BuildFailedError, match=r"left no \.xo"):
        make_builder(PATIENT).build(tree, into, log.append)


@pytest.mark.case("T35")
def test_nothing_of_one_build_is_there_in_the_next(make_builder, tmp_path, into, log) -> None:
    builder = make_builder(PATIENT)
    first = tree_with_setup(tmp_path / "one", hostile_trees.POISON)
    left = build(builder, first, into, log)["left"]
    (into / "Plain-1.xo").unlink()
    second = tree_with_setup(tmp_path / "two", hostile_trees.LOOK_FOR_POISON)

    assert "/tmp" in left
    assert build(builder, second, into, log) == {"found": []}


def test_a_log_gives_a_terminal_nothing_to_obey(make_builder, tmp_path, into, log) -> None:
    setup = r"print('\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J caf\xe9'); tell()"

    make_builder(PATIENT).build(tree_with_setup(tmp_path / "tree", setup), into, log.append)

    assert "red \ufffd]0;title\ufffd \ufffd2J caf\xe9" in log


def test_a_log_that_breaks_ends_the_build(make_builder, tmp_path, into) -> None:
    """The worker lost its claim: what it started must not go on."""
    mark = f"{time.time_ns() % 10**9 + 10**9}"
    setup = f"print('go', flush=True)\nos.execvp('sleep', ['sleep', '{mark}'])"
    tree = tree_with_setup(tmp_path / "tree", setup)

    def lost(_line: str) -> None:
        raise ConnectionError("the claim is lost")

    with pytest.raises(ConnectionError):
        make_builder(PATIENT).build(tree, into, lost)

    assert processes_with(mark) == []
