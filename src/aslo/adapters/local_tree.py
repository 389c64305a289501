"""Fetch a commit of a git tree on this machine, by the way a forge's trees are fetched."""

from pathlib import Path

from aslo.adapters.local_git import ask
from aslo.adapters.sandbox_process import ProcessSandbox
from aslo.adapters.source_git import GitSource
from aslo.domain.activity import Repository
from aslo.domain.import_errors import LocalTreeError
from aslo.ports import Limits, LogLine


def fetch_local(tree: Path, ref: str, into: Path, limits: Limits, log: LogLine) -> Path:
    """Fetch what a ref of a local repository names; LocalTreeError if it names nothing."""
    commit = _commit(tree, ref)
    repository = Repository(0, 0, tree.name, tree.as_uri(), tree.as_uri())
    source = GitSource(ProcessSandbox(limits), ("file",), limits)
    return source.fetch(repository, ref, commit, into, log)


def _commit(tree: Path, ref: str) -> str:
    # A bare repository has no work tree, and is its own top.
    bare = ask(tree, "rev-parse", "--is-bare-repository") == "true"
    top = ask(tree, "rev-parse", "--absolute-git-dir" if bare else "--show-toplevel")
    if not top:
        raise LocalTreeError(f"{tree} is no git repository: git init, git add, git commit")
    if Path(top).resolve() != tree:
        raise LocalTreeError(f"{tree} is a folder within the repository {top}; name that one")
    wanted = f"{ref}^{{commit}}"
    found = ask(tree, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    if not found:
        nothing_yet = " has no commit yet" if ref == "HEAD" else f" has no tag or commit {ref!r}"
        raise LocalTreeError(f"{tree}{nothing_yet}")
    return found
