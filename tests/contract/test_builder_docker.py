"""What is Docker's own: the engine may be away, and containers outlive whoever started them."""

import subprocess
import time
from pathlib import Path

import pytest

from aslo.adapters import sandbox_docker
from aslo.adapters.builder_docker import DockerBuilder
from aslo.adapters.docker_engine import DockerEngine
from aslo.adapters.sandbox import Command
from aslo.adapters.sandbox_docker import DockerSandbox
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
        "docker is not installed: apt-get install docker.io, then make image"
    )


@pytest.mark.parametrize(
    ("image", "info"),
    [
        pytest.param('{"GraphDriver": {"Name": "vfs"}}', "{}", id="told of the image"),
        pytest.param("{}", '{"Driver": "vfs"}', id="told of the engine"),
    ],
)
def test_an_engine_that_copies_whole_images_is_refused_with_the_way_out(
    tmp_path, into, monkeypatch, image, info
) -> None:
    says = _ANSWERS.format(image=image, info=info)
    monkeypatch.setenv("PATH", f"{_pretended_docker(tmp_path, says)}:/usr/bin:/bin")
    builder = DockerBuilder(Limits())

    assert builder.available() == (
        "the engine's storage driver vfs copies the whole image for each build: "
        "start it with --storage-driver overlay2"
    )
    with pytest.raises(BuilderError, match="overlay2"):
        builder.build(make_repository(tmp_path / "tree", plain_activity()), into, print)


def test_a_connection_that_was_cut_while_a_build_ran_is_made_anew(tmp_path, monkeypatch) -> None:
    says = _ANSWERS.format(image="{}", info="{}")
    monkeypatch.setenv("PATH", f"{_pretended_docker(tmp_path, says)}:/usr/bin:/bin")

    with DockerEngine() as engine:
        answers = [engine.find("/info") for _ in range(3)]

    assert answers == [b"{}"] * 3


def test_an_engine_that_does_not_answer_is_not_waited_for_long(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", f"{_pretended_docker(tmp_path, 'exec sleep 60')}:/usr/bin:/bin")

    with DockerEngine(seconds=1) as engine, pytest.raises(BuilderError, match="no answer in 1 s"):
        engine.find("/info")


@pytest.mark.needs("docker")
def test_what_the_engine_refuses_is_ours_to_cure_in_its_own_words(tmp_path) -> None:
    command = Command(("true",), 5, shown={"/source": tmp_path / "nowhere"}, label=str(tmp_path))

    with pytest.raises(BuilderError, match=r"refused: .*does not exist"):
        DockerSandbox(Limits()).run(command, print)

    assert containers_of(tmp_path) == []


@pytest.mark.needs("docker")
def test_a_container_that_cannot_be_started_is_told_with_the_engines_reason(tmp_path) -> None:
    command = Command(("true",), 5, shown={"/proc/x": tmp_path}, label=str(tmp_path))

    with pytest.raises(BuilderError, match=r"the container is created: .*/proc"):
        DockerSandbox(Limits()).run(command, print)

    assert containers_of(tmp_path) == []


@pytest.mark.needs("docker")
def test_a_missing_image_is_told_with_the_way_to_make_it(tmp_path, into) -> None:
    builder = DockerBuilder(Limits(), "aslo-never-made")

    assert builder.available() == "the engine has no image aslo-never-made: make image"
    with pytest.raises(BuilderError, match="make image"):
        builder.build(make_repository(tmp_path / "tree", plain_activity()), into, print)


@pytest.mark.case("T09")
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


@pytest.mark.case("T34")
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


# One answer each time it is started.
_ANSWERS = """
read -r method path version
case $path in
    /images/*) answer='{image}' ;;
    /info*) answer='{info}' ;;
esac
printf 'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s' "${{#answer}}" "$answer"
"""
NO_ENGINE = 'echo "Cannot connect to the Docker daemon" >&2; exit 1'


def _pretended_docker(folder: Path, says: str = NO_ENGINE) -> Path:
    """Where docker is not installed, a program that says what docker says."""
    programs = folder / "programs"
    programs.mkdir()
    program = programs / "docker"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    return programs
