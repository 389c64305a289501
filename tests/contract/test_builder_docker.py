"""What is Docker's own: the engine may be away, and containers outlive whoever started them."""

import subprocess
import time
from pathlib import Path

import pytest

from aslo.adapters import sandbox_docker
from aslo.adapters.builder_docker import DockerBuilder
from aslo.domain.errors import BuilderError
from aslo.ports import Limits
from fixtures.hostile_trees import tree_with_setup
from fixtures.isolation import containers_of, processes_with
from fixtures.killed_worker import kill_in_the_middle
from fixtures.trees import make_repository, plain_activity

PACKAGES = Path(__file__).parents[2] / "image" / "packages.txt"
HANGS = "print('go', flush=True)\nos.execvp('sleep', ['sleep', 'MARK'])"


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def test_an_engine_that_is_away_is_ours_to_cure(tmp_path, into, monkeypatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nowhere.sock")
    monkeypatch.setenv("PATH", f"{_pretended_docker(tmp_path)}:/usr/bin:/bin")
    builder = DockerBuilder(Limits())

    with pytest.raises(BuilderError, match="start the engine, or set DOCKER_HOST"):
        builder.build(make_repository(tmp_path / "tree", plain_activity()), into, print)


def test_a_machine_without_docker_is_told_how_to_get_it(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert DockerBuilder(Limits()).available() == (
        "docker is not installed: apt-get install docker.io"
    )


def test_an_engine_that_copies_whole_images_is_refused_with_the_way_out(
    tmp_path, into, monkeypatch
) -> None:
    says = "case $1 in info) echo vfs;; *) exit 0;; esac"
    monkeypatch.setenv("PATH", f"{_pretended_docker(tmp_path, says)}:/usr/bin:/bin")
    builder = DockerBuilder(Limits())

    assert builder.available() == (
        "the engine's storage driver vfs copies the whole image for each build: "
        "start it with --storage-driver overlay2"
    )
    with pytest.raises(BuilderError, match="overlay2"):
        builder.build(make_repository(tmp_path / "tree", plain_activity()), into, print)


@pytest.mark.needs("docker")
def test_a_missing_image_is_told_with_the_way_to_make_it(tmp_path, into) -> None:
    builder = DockerBuilder(Limits(), "aslo-never-made")

    assert builder.available() == "the engine has no image aslo-never-made: make image"
    with pytest.raises(BuilderError, match="make image"):
        builder.build(make_repository(tmp_path / "tree", plain_activity()), into, print)


@pytest.mark.needs("docker")
def test_a_build_does_not_go_on_when_its_worker_is_killed(tmp_path, into) -> None:
    mark = str(time.time_ns())[-10:]
    tree = tree_with_setup(tmp_path / "tree", HANGS.replace("MARK", mark))

    kill_in_the_middle(DockerBuilder, tree, into)

    # It ends at once when its worker's end of the pipe closes; should an engine not pass that
    # on, by its own clock, thirty seconds after the build's.
    ends_at = time.monotonic() + 60
    while processes_with(mark) and time.monotonic() < ends_at:
        time.sleep(0.1)
    assert processes_with(mark) == []
    subprocess.run(["docker", "rm", "--force", *containers_of(tree)], check=True)


@pytest.mark.needs("docker")
def test_a_sweep_removes_containers_that_are_overdue_and_no_others(tmp_path) -> None:
    for name, ends in (("overdue", 0), ("due", time.time() + 600)):
        labels = ["--label", f"aslo.build={tmp_path / name}", "--label", f"aslo.ends={int(ends)}"]
        command = ["docker", "create", *labels, "aslo-build", "true"]
        subprocess.run(command, check=True, capture_output=True)

    assert sandbox_docker.sweep() >= 1

    assert containers_of(tmp_path / "overdue") == []
    [due] = containers_of(tmp_path / "due")
    subprocess.run(["docker", "rm", "--force", due], check=True)


@pytest.mark.needs("docker")
def test_nothing_secret_stands_in_what_the_engine_tells(tmp_path, into, monkeypatch) -> None:
    monkeypatch.setenv("ASLO_WEBHOOK_SECRET", "canary-in-the-environment")
    tree = tree_with_setup(tmp_path / "tree", "print('go', flush=True)\ntell()\n")
    told: list[str] = []

    def inspect(_line: str) -> None:
        [name] = containers_of(tree) or [""]
        seen = subprocess.run(
            ["docker", "inspect", name], capture_output=True, text=True, check=True
        )
        told.append(seen.stdout)

    DockerBuilder(Limits()).build(tree, into, lambda line: inspect(line) if line == "go" else None)

    assert "canary" not in told[0]


def test_the_image_asks_for_no_revision_that_an_update_would_take_away() -> None:
    """Debian keeps only the newest: a pin ends with the first update of its package."""
    packages = PACKAGES.read_text().split()

    pinned = [package for package in packages if "=" in package]

    assert pinned == ["python3-sugar3=0.120*"], "whose bundle builder the plain one imitates"


NO_ENGINE = 'echo "Cannot connect to the Docker daemon" >&2; exit 1'


def _pretended_docker(folder: Path, says: str = NO_ENGINE) -> Path:
    """Where docker is not installed, a program that says what docker says."""
    programs = folder / "programs"
    programs.mkdir()
    program = programs / "docker"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    return programs
