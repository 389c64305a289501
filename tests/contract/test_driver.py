"""The driver of a build, run here as the sandbox runs it: it always answers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from aslo.adapters import sandboxed_build
from aslo.adapters.driver_catalogs import Compiler
from aslo.adapters.sandbox import Command, Death, Outcome
from aslo.domain.errors import BuilderError, BuildFailedError
from aslo.ports import Limits, LogLine
from fixtures.trees import SETUP, make_repository, plain_activity, translation

DRIVER = Path(sandboxed_build.__file__).with_name("driver.py")


class BrokenSandbox:
    """A sandbox whose driver says that it broke down."""

    def __init__(self) -> None:
        self.shown: dict[str, bool] = {}

    def available(self) -> str | None:
        return None

    def run(self, command: Command, _log: LogLine, output: BinaryIO | None = None) -> Outcome:
        assert output is not None
        self.shown = {str(path): path.is_dir() for path in command.shown.values()}
        output.write(b'{"fault": "IndexError: list index out of range"}\n')
        return Outcome(Death.EXIT, 1)


class NoSandbox:
    """What can start nothing, which it finds out when it tries."""

    def available(self) -> str | None:
        return "no sandbox can be made: allow it"

    def run(self, _command: Command, log: LogLine, _output: BinaryIO | None = None) -> Outcome:
        log("bwrap: no permission")
        return Outcome(Death.EXIT, 1)


@pytest.mark.parametrize("wishes", ["", "[build]\nrun-setup = true\n"])
def test_a_sandbox_that_does_not_start_is_never_the_authors_fault(tmp_path, wishes):
    files = {**plain_activity(), "setup.py": SETUP, ".aslo.toml": wishes}
    tree = make_repository(tmp_path / "tree", files)

    with pytest.raises(BuilderError, match="no sandbox can be made: allow it"):
        sandboxed_build.build(NoSandbox(), Limits(), tree, tmp_path, print)


def test_a_fault_of_the_driver_is_answered_with_its_kind(tmp_path):
    """A tree that is not there stands for whatever nobody foresaw."""
    program = [sys.executable, *sandboxed_build.PYTHON_OPTIONS, str(DRIVER)]
    with subprocess.Popen(
        [*program, str(tmp_path / "nowhere"), str(tmp_path)],
        # The driver ends when this pipe does.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as driver:
        assert driver.stdout is not None
        assert driver.stderr is not None
        answer = json.loads(driver.stdout.read())
        log = driver.stderr.read()

    assert answer["fault"].startswith("FileNotFoundError: ")
    assert driver.returncode == 1
    assert b"Traceback" in log


class LyingSandbox:
    """A sandbox in which hostile code answers in the driver's place."""

    def available(self) -> str | None:
        return None

    def run(self, _command: Command, _log: LogLine, output: BinaryIO | None = None) -> Outcome:
        assert output is not None
        told = {"code": "](https://evil.example)", "message": "it is odd", "remedy": "Mend it."}
        output.write(json.dumps({"problem": told}).encode() + b"\n")
        return Outcome(Death.EXIT, 1)


def test_a_code_that_nobody_knows_is_not_taken_from_a_sandbox(tmp_path):
    tree = make_repository(tmp_path / "tree", plain_activity())

    with pytest.raises(BuildFailedError, match="it is odd") as error:
        sandboxed_build.build(LyingSandbox(), Limits(), tree, tmp_path, print)

    assert [problem.code for problem in error.value.problems] == ["build-failed"]


def test_a_fault_of_the_driver_is_ours_and_named(tmp_path):
    tree = make_repository(tmp_path / "tree", plain_activity())

    with pytest.raises(BuilderError, match="IndexError: list index out of range"):
        sandboxed_build.build(BrokenSandbox(), Limits(), tree, tmp_path, print)


def test_all_that_a_build_is_shown_is_in_its_own_folder(tmp_path):
    """An engine in a container of its own has that folder and none of our installation."""
    tree = make_repository(tmp_path / "tree", plain_activity())
    sandbox = BrokenSandbox()

    with pytest.raises(BuilderError):
        sandboxed_build.build(sandbox, Limits(), tree, tmp_path, print)

    assert len(sandbox.shown) == 2
    for path, was_there in sandbox.shown.items():
        assert Path(path).is_relative_to(tmp_path)
        assert was_there
    # The driver's copy went with the build.
    assert [each.name for each in tmp_path.iterdir()] == ["tree"]


@pytest.fixture
def po(tmp_path: Path) -> Path:
    folder = tmp_path / "po"
    folder.mkdir()
    for language in ("de", "es"):
        (folder / f"{language}.po").write_text(translation(language, {"Plain": "x"}))
    (folder / "fr.po").write_text('msgid "Plain\nmsgstr broken')
    return folder


@pytest.mark.needs("sugar")
def test_translations_are_compiled_as_the_bundle_builder_would(tmp_path, po, capfd):
    """Ahead of it, and some at a time; it is told of each when it asks."""
    for name in ("de", "fr"):
        command = ["msgfmt", f"--output-file={tmp_path / name}.expected", str(po / f"{name}.po")]
        assert subprocess.call(command) == (name == "fr")
    expected = capfd.readouterr().err
    with Compiler(po) as compiler:
        for name in ("de", "fr"):
            command = ["msgfmt", f"--output-file={tmp_path / name}.mo", str(po / f"{name}.po")]
            assert compiler.call(command) == (name == "fr")

    assert capfd.readouterr().err == expected != ""
    assert (tmp_path / "de.mo").read_bytes() == (tmp_path / "de.expected").read_bytes()
    assert not (tmp_path / "fr.mo").exists()
    assert not (tmp_path / "es.mo").exists()


def test_what_else_the_bundle_builder_runs_is_run(tmp_path, po):
    with Compiler(po) as compiler:
        assert compiler.call(["touch", str(tmp_path / "ran")]) == 0

    assert (tmp_path / "ran").exists()
