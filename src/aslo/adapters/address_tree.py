"""Fetch the tree of a public repository by its address, as a forge's trees are fetched."""

from collections.abc import Mapping
from pathlib import Path

from aslo.adapters.sandbox import Command
from aslo.adapters.sandbox_process import ProcessSandbox
from aslo.adapters.source_git import GitSource, git_environment
from aslo.domain.activity import Repository
from aslo.domain.check_errors import AddressError
from aslo.domain.errors import AuthorError, BuilderError, ForgeError
from aslo.domain.shown import shown
from aslo.ports import Limits

_SECONDS = 60
_HEAD = "HEAD"
_TAGS = "refs/tags/"
_PEELED = "^{}"


def fetch_tree(address: str, ref: str, into: Path) -> tuple[Path, tuple[str, ...]]:
    """A work tree of a ref, empty for the default branch, and the tags of its commit; AddressError
    if it cannot be had."""
    schemes = (address.partition("://")[0],)
    limits = Limits()
    refs = _refs(address, schemes, limits)
    commit = _commit(refs, ref or _HEAD)
    if commit is None:
        wanted = f"branch or tag {shown(ref)}" if ref else "commit"
        raise AddressError(f"{shown(address)} has no {wanted}")
    repository = Repository(0, 0, address, address, address)
    try:
        source = GitSource(ProcessSandbox(limits), schemes, limits)
        tree = source.fetch(repository, ref or _HEAD, commit, into, lambda _: None)
    except (AuthorError, BuilderError, ForgeError) as error:
        raise AddressError(error.message) from error
    return tree, tuple(sorted(_tags_of(refs, commit)))


def _refs(address: str, schemes: tuple[str, ...], limits: Limits) -> Mapping[str, str]:
    """The commit of each ref."""
    said: list[str] = []
    command = Command(
        argv=("git", "ls-remote", "--quiet", "--", address),
        seconds=_SECONDS,
        network=True,
        environment=git_environment(schemes),
    )
    outcome = ProcessSandbox(limits).run(command, said.append)
    if not outcome.succeeded:
        last = said[-1] if said else f"git was ended ({outcome.death})"
        raise AddressError(f"{shown(address)} cannot be asked by git: {shown(last)}")
    pairs = (line.partition("\t") for line in said)
    return {name: commit for commit, tab, name in pairs if tab}


def _commit(refs: Mapping[str, str], ref: str) -> str | None:
    # Of a tag with a message the commit, and of a tag and a branch by one name the tag.
    names = (f"{_TAGS}{ref}{_PEELED}", f"{_TAGS}{ref}", f"refs/heads/{ref}", ref)
    return next((refs[name] for name in names if name in refs), None)


def _tags_of(refs: Mapping[str, str], commit: str) -> set[str]:
    names = {name.removesuffix(_PEELED) for name, each in refs.items() if each == commit}
    return {name.removeprefix(_TAGS) for name in names if name.startswith(_TAGS)}
