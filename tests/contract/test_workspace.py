"""Scratch folders: one for each claim, gone afterwards, and swept where a worker died."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from aslo.adapters.workspace_local import LocalWorkspace
from aslo.domain.errors import BuilderError
from aslo.ports import Workspace

DIES = """
import os, sys
from pathlib import Path
from aslo.adapters.workspace_local import LocalWorkspace
with LocalWorkspace(Path(sys.argv[1])).open("b-1", 1) as folder:
    (folder / "half").write_text("done")
    os._exit(9)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "not yet there" / "work"


@pytest.fixture
def workspace(root: Path) -> LocalWorkspace:
    return LocalWorkspace(root)


@pytest.fixture
def dies(root: Path) -> Callable[[], None]:
    """A worker opens a folder and is killed."""

    def die() -> None:
        done = subprocess.run([sys.executable, "-c", DIES, str(root)], check=False)
        assert done.returncode == 9

    return die


def left_in(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name != ".lock"]


def test_a_folder_is_new_private_and_gone_afterwards(workspace: Workspace, root: Path) -> None:
    with workspace.open("b-1", 1) as folder:
        assert list(folder.iterdir()) == []
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "tree").mkdir()
        (folder / "tree" / "file").write_text("x")

    assert left_in(root) == []


@pytest.mark.case("D40")
def test_a_folder_is_gone_after_a_failure(workspace: Workspace, root: Path) -> None:
    with pytest.raises(RuntimeError), workspace.open("b-1", 1):
        raise RuntimeError

    assert left_in(root) == []


@pytest.mark.case("D22", "T30")
def test_a_link_in_a_folder_is_removed_and_not_followed(
    workspace: Workspace, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")

    with workspace.open("b-1", 1) as folder:
        (folder / "link").symlink_to(kept)

    assert (kept / "file").exists()


def test_folders_of_earlier_claims_go_first(workspace: Workspace) -> None:
    with ExitStack() as stale:
        earlier = stale.enter_context(workspace.open("b-1", 1))

        with workspace.open("b-1", 2) as later:
            assert later != earlier
            assert not earlier.exists()
            stale.close()
            assert later.exists()


@pytest.mark.case("D25")
def test_builds_do_not_share_a_folder(workspace: Workspace) -> None:
    with workspace.open("b-1", 1) as one, workspace.open("b-2", 1) as other:
        assert one != other
        assert one.exists()


@pytest.mark.case("D22")
@pytest.mark.parametrize("build_id", ["a/b", "../a", "/etc", "a\0b", "ä ö"])
def test_a_build_id_leads_nowhere_else(workspace: Workspace, root: Path, build_id: str) -> None:
    with workspace.open(build_id, 1) as folder:
        assert folder.parent.parent == root


@pytest.mark.parametrize("build_id", ["", ".", ".."])
def test_an_id_that_names_no_folder_is_a_programming_fault(workspace: Workspace, build_id) -> None:
    with pytest.raises(ValueError, match="names a folder"), workspace.open(build_id, 1):
        pass


@pytest.mark.case("T09")
def test_a_sweep_removes_what_a_killed_worker_left(
    workspace: LocalWorkspace, root: Path, dies: Callable[[], None]
) -> None:
    dies()

    with workspace.open("b-2", 1) as folder:
        assert workspace.sweep() == 1
        assert folder.exists()

    assert left_in(root) == []


def test_a_sweep_of_nothing_is_fine(workspace: LocalWorkspace) -> None:
    assert workspace.sweep() == 0


def test_the_next_claim_finds_nothing_of_a_killed_worker(
    workspace: Workspace, dies: Callable[[], None]
) -> None:
    dies()

    with workspace.open("b-1", 1) as folder:
        assert list(folder.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(BuilderError, match="no scratch folder"),
        LocalWorkspace(tmp_path / "file").open("b-1", 1),
    ):
        pass
