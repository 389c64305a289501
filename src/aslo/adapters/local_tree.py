"""Fetch a commit of a git tree on this machine, by the way a forge's trees are fetched."""

import subprocess
from pathlib import Path

from aslo.adapters.sandbox_process import ProcessSandbox
from aslo.adapters.source_git import GitSource
from aslo.domain.activity import Repository
from aslo.domain.errors import LocalTreeError
from aslo.ports import Limits, LogLine

_SECONDS = 60


def fetch_local(tree: Path, ref: str, into: Path, limits: Limits, log: LogLine) -> Path:
    """Fetch what a ref of a local repository names; LocalTreeError if it names nothing."""
    commit = _commit(tree, ref)
    repository = Repository(0, 0, tree.name, tree.as_uri(), tree.as_uri())
    source = GitSource(ProcessSandbox(limits), ("file",), limits)
    return source.fetch(repository, ref, commit, into, log)


def _commit(tree: Path, ref: str) -> str:
    if not (top := _git(tree, "rev-parse", "--show-toplevel")):
        raise LocalTreeError(f"{tree} is no git repository: git init, git add, git commit")
    if Path(top).resolve() != tree:
        raise LocalTreeError(f"{tree} is a folder within the repository {top}; name that one")
    wanted = f"{ref}^{{commit}}"
    found = _git(tree, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    if not found:
        nothing_yet = " has no commit yet" if ref == "HEAD" else f" has no tag or commit {ref!r}"
        raise LocalTreeError(f"{tree}{nothing_yet}")
    return found


def _git(tree: Path, *arguments: str) -> str:
    """What git prints, or nothing if it fails."""
    try:
        done = subprocess.run(
            ["git", "-C", str(tree), *arguments],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalTreeError(f"git cannot read {tree}: {error}") from error
    return done.stdout.strip() if done.returncode == 0 else ""
