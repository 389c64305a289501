"""Ask git what is in a work tree, without letting the repository's own settings run anything."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from aslo.domain.errors import BuilderError, BuildFailedError
from aslo.domain.problem import Problem

SUBMODULE = "160000"
EXECUTABLE = "100755"

GIT_PATH = "/usr/local/bin:/usr/bin:/bin"
"""Where git is looked for; ours may begin with a folder that anybody can write to."""

_SECONDS = 60
"""How long git may take for one answer: an index of any honest size takes a moment."""

_ENVIRONMENT = {
    "PATH": GIT_PATH,
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    # A partial clone would fetch what it lacks, with programs its own settings name.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
}
# These settings of a repository name programs that git would run while it only reads.
_OVERRIDES = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "log.showSignature=false",
)


@dataclass(frozen=True, slots=True)
class TrackedFile:
    """One entry of git's index: its name, `/` between folders, and git's mode."""

    name: str
    mode: str

    @property
    def executable(self) -> bool:
        return self.mode == EXECUTABLE


@dataclass(frozen=True, slots=True)
class WorkTree:
    """What git knows of a work tree."""

    path: Path
    files: tuple[TrackedFile, ...]
    committed_at: int
    """When HEAD was committed, in seconds since 1970."""


def survey(tree: Path) -> WorkTree:
    """Ask git about a work tree; BuildFailedError if it is none, or has no commit."""
    if not (tree / ".git").exists():
        raise _not_a_work_tree()
    listed = _git(tree, "ls-files", "--stage", "-z")
    told = _git(tree, "log", "-1", "--no-show-signature", "--format=%ct", "HEAD")
    files = {file.name: file for file in map(_tracked, listed.split(b"\0")[:-1])}
    return WorkTree(tree, tuple(files.values()), int(told.strip() or 0))


def _git(tree: Path, *arguments: str) -> bytes:
    try:
        return ask_git(tree, *arguments)
    except subprocess.CalledProcessError as error:
        raise _not_a_work_tree() from error


def ask_git(top: Path, *arguments: str, folder: Path | None = None) -> bytes:
    """What git says of a work tree, or of a folder in it; CalledProcessError if it refuses, and
    BuilderError if it cannot be asked."""
    # Naming both folders keeps the repository from pointing git at another work tree.
    places = (f"--git-dir={top / '.git'}", f"--work-tree={top}")
    overrides = [part for setting in _OVERRIDES for part in ("-c", setting)]
    command = ["git", "--no-pager", *places, *overrides, *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=folder or top,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        message = f"git {arguments[0]} takes longer than {_SECONDS} seconds in {top}"
        raise BuilderError(message) from error
    except OSError as error:
        raise BuilderError(f"git cannot be run: {error.strerror}") from error
    return done.stdout


def _not_a_work_tree() -> BuildFailedError:
    message = "the folder is no git work tree with a commit"
    remedy = "Commit the activity's files with git: git init, git add, git commit."
    return BuildFailedError(message, [Problem("no-work-tree", message, remedy)])


def _tracked(line: bytes) -> TrackedFile:
    status, _, name = line.partition(b"\t")
    try:
        return TrackedFile(name.decode(), status[:6].decode())
    except UnicodeDecodeError as error:
        problem = not_utf8(name)
        raise BuildFailedError(problem.message, [problem]) from error


def not_utf8(name: bytes) -> Problem:
    """What to tell of a file whose name is no text."""
    shown = name.decode(errors="backslashreplace")
    message = f"the file name {shown} is not UTF-8"
    return Problem("bad-file-name", message, "Rename the file in UTF-8.", shown)
