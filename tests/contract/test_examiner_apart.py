"""Looks at trees in a process of their own: what they find, and what no tree can do to them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aslo.adapters.examiner_apart import ApartExaminer
from aslo.bootstrap import checking
from aslo.bootstrap.building import EXAMINER
from aslo.domain.errors import BuilderError
from aslo.domain.verdict import Verdict
from aslo.ports import Limits
from aslo.services.check import MOST_OF_A_KIND
from fixtures.broken_activities import INFO, PO, SHOT, sound_activity
from fixtures.trees import Link, git, make_repository, write_files


class Bench:
    """A repository to change, and looks at it that must leave everything as it was."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.into = folder / "into"
        self.into.mkdir()

    def commit(self, **changes: str | bytes | Link) -> None:
        make_repository(self.tree, {**sound_activity(), **changes})
        git(self.tree, "tag", "--delete", "v1")

    def look(self, limits: Limits | None = None, program: tuple[str, ...] = EXAMINER) -> Verdict:
        before = listing(self.tree)
        verdict = ApartExaminer(program, limits or Limits()).examine(self.tree, self.into)
        assert list(self.into.iterdir()) == []
        assert listing(self.tree) == before
        assert running(str(self.tree)) == []
        assert all(problem.remedy for problem in verdict.problems)
        return verdict


def listing(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.lstat().st_mtime_ns) for path in folder.rglob("*"))


def running(word: str) -> list[int]:
    """The processes whose command names the word."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_it_finds_what_a_look_of_ones_own_finds(bench: Bench, tmp_path: Path):
    info = str(sound_activity()[INFO]) + "url = moon\n"
    bench.commit(**{INFO: info, PO: "msgid broken\n", SHOT: b"no picture"})
    (tmp_path / "own").mkdir()

    verdict = bench.look()

    assert verdict.problems == checking.examine_tree(bench.tree, tmp_path / "own").problems
    assert {problem.file for problem in verdict.problems} == {INFO, PO, SHOT}


def test_a_sound_tree_has_no_problem(bench: Bench):
    bench.commit()

    assert bench.look().problems == ()


def test_of_a_thousand_faults_of_a_kind_the_first_few_are_told(bench: Bench):
    bench.commit(**{f"data/{letter}{number}": "" for number in range(200) for letter in "aA"})

    problems = bench.look().problems

    assert {problem.code for problem in problems} == {"name-clash"}
    assert len(problems) == MOST_OF_A_KIND + 1


def test_a_link_out_of_the_tree_is_told_and_not_followed(bench: Bench):
    bench.commit(**{"secret": Link("/etc/passwd"), PO: Link("/etc/passwd")})

    found = {(problem.code, problem.file) for problem in bench.look().problems}

    assert {("unusable-file", "secret"), ("unusable-file", PO)} <= found


def test_folders_without_end_are_told(bench: Bench):
    bench.commit(**{"/".join(["deep"] * 300) + "/file": "x"})

    assert [problem.code for problem in bench.look().problems]


def test_a_huge_file_is_told_by_its_name(bench: Bench):
    bench.commit(**{"film.ogv": "x"})
    with (bench.tree / "film.ogv").open("ab") as file:
        file.truncate(3 * 1024**3)

    [problem] = bench.look().problems

    assert (problem.code, problem.file) == ("unpacked-too-large", "film.ogv")


def test_a_tree_whose_look_fills_the_disk_has_a_problem(bench: Bench):
    bench.commit(**{"noise.bin": os.urandom(2_000_000)})

    [problem] = bench.look(Limits(disk_bytes=100_000)).problems

    assert problem.code in ("tree-too-large", "build-disk")


def test_a_tree_whose_look_needs_too_much_memory_has_a_problem(bench: Bench):
    bench.commit(**{PO: b"#\n" * 7_000_000})

    [problem] = bench.look(Limits(memory_bytes=60_000_000)).problems

    assert problem.code == "tree-too-large"
    assert "memory" in problem.message


def test_a_look_that_takes_too_long_is_ended_with_all_its_processes(bench: Bench):
    bench.commit()
    (bench.tree / ".git/index").unlink()
    os.mkfifo(bench.tree / ".git/index")

    [problem] = bench.look(Limits(build_seconds=1)).problems

    assert problem.code == "build-time"


def test_a_look_that_is_killed_is_a_problem_of_the_tree(bench: Bench):
    bench.commit()

    [problem] = bench.look(program=("/bin/sh", "-c", "kill -9 $$")).problems

    assert problem.code == "build-killed"


@pytest.mark.parametrize("left", ["exit 1", "echo nonsense > $1", "head -c 9000000 /dev/zero > $1"])
def test_a_look_without_a_verdict_is_our_own_fault(bench: Bench, left: str):
    bench.commit()

    with pytest.raises(BuilderError, match="no verdict"):
        bench.look(program=("/bin/sh", "-c", left))

    assert list(bench.into.iterdir()) == []


def test_a_look_ends_soon_after_whoever_asked_for_it_was_killed(bench: Bench):
    bench.commit()
    (bench.tree / ".git/index").unlink()
    os.mkfifo(bench.tree / ".git/index")
    code = (
        "import sys; from pathlib import Path; from aslo.ports import Limits\n"
        "from aslo.adapters.examiner_apart import ApartExaminer\n"
        "from aslo.bootstrap.building import EXAMINER\n"
        "ApartExaminer(EXAMINER, Limits()).examine(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    write_files(bench.into, {"asker.py": code})
    asker = subprocess.Popen(
        [sys.executable, str(bench.into / "asker.py"), str(bench.tree), str(bench.into)]
    )
    try:
        await_that(lambda: len(running(str(bench.tree))) >= 3)
    finally:
        os.kill(asker.pid, signal.SIGKILL)
        asker.wait()

    await_that(lambda: not running(str(bench.tree)))


def await_that(true) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)
