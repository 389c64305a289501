"""What is bubblewrap's own: what it needs of the machine, and that root is not one of its needs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

import pytest

import aslo
from aslo.adapters import control_groups
from aslo.adapters.builder_bubblewrap import BubblewrapBuilder
from aslo.domain.errors import BuilderError, BuildFailedError
from aslo.ports import Limits
from fixtures.hostile_trees import tree_with_setup
from fixtures.isolation import processes_with
from fixtures.killed_worker import kill_in_the_middle
from fixtures.trees import make_repository, plain_activity

AS_SOMEBODY = """
import sys
sys.path.insert(0, sys.argv[1])
from aslo.adapters.sandbox import Command
from aslo.adapters.sandbox_bubblewrap import BubblewrapSandbox
from aslo.ports import Limits
limits = Limits(processes=12, memory_bytes=256 * 1024 * 1024, disk_bytes=16 * 1024 * 1024)
script = "id -u; grep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status; ls /; unshare -U true"
bomb = "import os, time\\nfor n in range(99):\\n if os.fork() == 0: time.sleep(60)"
command = Command(("/bin/sh", "-c", script), 20, environment={"PATH": "/usr/bin:/bin"})
print(BubblewrapSandbox(limits).run(command, print))
command = Command(("/usr/bin/python3", "-c", bomb), 20)
print(BubblewrapSandbox(limits).run(command, print))
"""


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def test_what_the_machine_lacks_is_named_with_its_packages(tmp_path, into) -> None:
    builder = BubblewrapBuilder(Limits(), tmp_path)

    assert "apt-get install gettext git python3 python3-sugar3" in (builder.available() or "")
    with pytest.raises(BuilderError, match="lacks gettext"):
        builder.build(make_repository(tmp_path / "tree", plain_activity()), into, print)


@pytest.mark.needs("sugar")
def test_a_machine_without_bubblewrap_is_told_how_to_get_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert BubblewrapBuilder(Limits()).available() == (
        "bubblewrap is not installed: apt-get install bubblewrap"
    )


@pytest.mark.case("T09")
@pytest.mark.needs("bubblewrap", "sugar")
def test_a_build_does_not_go_on_when_its_worker_is_killed(tmp_path, into) -> None:
    mark = str(time.time_ns())[-10:]
    hangs = f"print('go', flush=True)\nos.execvp('sleep', ['sleep', '{mark}'])"
    tree = tree_with_setup(tmp_path / "tree", hangs)

    worker = kill_in_the_middle(BubblewrapBuilder, tree, into)

    ends_at = time.monotonic() + 10
    while processes_with(mark) and time.monotonic() < ends_at:
        time.sleep(0.1)
    assert processes_with(mark) == []
    BubblewrapBuilder(Limits()).sweep()
    assert not list(Path("/sys/fs/cgroup").glob(f"**/aslo-{worker}-*"))


@pytest.fixture
def no_groups(tmp_path, monkeypatch) -> None:
    """A machine on which no control group can be made."""
    monkeypatch.setattr(control_groups, "_ROOT", tmp_path / "nowhere")


@pytest.mark.needs("bubblewrap", "sugar")
def test_without_control_groups_no_setup_is_run(tmp_path, into, no_groups) -> None:
    tree = tree_with_setup(tmp_path / "tree", "tell()")

    with pytest.raises(BuildFailedError) as caught:
        BubblewrapBuilder(Limits()).build(tree, into, print)

    [problem] = caught.value.problems
    assert (problem.code, problem.file) == ("setup-not-run", ".aslo.toml")
    assert "--builder docker" in problem.remedy


@pytest.mark.needs("bubblewrap", "sugar")
def test_a_build_without_control_groups_says_so_in_its_log(tmp_path, into, no_groups) -> None:
    log: list[str] = []

    BubblewrapBuilder(Limits()).build(
        make_repository(tmp_path / "tree", plain_activity()), into, log.append
    )

    assert "no control group" in log[0]


@pytest.fixture
def readable_source() -> Iterator[Path]:
    """Our source where everybody may read it."""
    folder = Path(mkdtemp(prefix="aslo-source-"))
    folder.chmod(0o755)
    copytree(Path(aslo.__file__).parent, folder / "aslo", ignore=lambda *_: ["__pycache__"])
    yield folder
    rmtree(folder)


@pytest.mark.needs("bubblewrap")
def test_root_is_not_needed(readable_source) -> None:
    """As root the test becomes somebody else first."""
    told = subprocess.run(
        [*_as_somebody(), "-c", AS_SOMEBODY, str(readable_source)],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    ).stdout.splitlines()

    assert told[:4] == [
        "10000",
        "CapEff:\t0000000000000000",
        "CapBnd:\t0000000000000000",
        "NoNewPrivs:\t1",
    ]
    assert not {"home", "root", "srv", "var"} & set(told)
    ended = next(line for line in told if line.startswith("Outcome"))
    assert "exit_code=1" in ended, "no further user namespace"
    assert [line for line in told if line.startswith("BlockingIOError")], "a fork bomb is held"


def _as_somebody() -> list[str]:
    if os.getuid() != 0:
        return [sys.executable]
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3"]
