"""What one commit of a simulated repository has otherwise than another."""

from collections.abc import Callable, Sequence
from typing import Any

from aslo.simulator import compare_shapes
from aslo.simulator.forge import SimulatedForge
from aslo.simulator.state import Document


def comparison(
    forge: SimulatedForge,
    repository: Document,
    named: str,
    page: Callable[[Sequence[Any]], Sequence[Any]],
) -> Document | None:
    """The comparison that `base...head` asks for; None if either is not there, or they never were
    one. Of the commits it has the page that was asked for."""
    git = forge.hosting.git(repository)
    one, _, other = named.partition("...")
    ends = [git.find(f"{each}^{{commit}}") for each in (one, other)]
    base, head = [end.sha if end else "" for end in ends]
    parted = git.merge_base(base, head) if base and head else None
    if parted is None:
        return None
    new = git.commits(base, head)
    return compare_shapes.comparison(
        forge.url,
        repository,
        named,
        ends=(_told(forge, repository, base), _told(forge, repository, parted)),
        counts=(len(new), len(git.commits(head, base))),
        commits=[_told(forge, repository, sha) for sha in page(new)],
        changes=git.changes(parted, head),
        head=head,
    )


def _told(forge: SimulatedForge, repository: Document, sha: str) -> Document:
    commit = forge.hosting.git(repository).read_commit(sha)
    return compare_shapes.commit(forge.url, repository, commit, forge.hosting.user(commit.login))
