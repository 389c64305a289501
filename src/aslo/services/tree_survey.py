"""Which tags of a git tree are versions of its activity, in the order of their versions."""

from collections.abc import Iterable
from datetime import datetime

from aslo.domain.declared import declared_name
from aslo.domain.imported import PassedOver, Stamp
from aslo.domain.info import INFO_FILE, read_info
from aslo.domain.local_tree import LocalTag, LocalTree
from aslo.domain.version import ActivityVersion, version_in
from aslo.services.survey import Candidate

NO_TAG = "it has no tag; `git tag` names what was released"
NO_VERSION = f"none of its tags ends in a version and has an {INFO_FILE}"


def in_order(tree: LocalTree, now: datetime) -> list[Candidate]:
    """What is to be built of a tree, from the lowest version up; of two tags at one version that
    whose name says it. Those that say none come first, and their build will say why."""
    tags = _versions(tree)
    tags.sort(key=lambda tag: (_version(tag), _differs(tag), tag.tagged_at, tag.name))
    begun_at = min((tag.tagged_at for tag in tags), default=now)
    declared = declared_name(tree.origin)
    return [
        Candidate(
            stamp=Stamp(f"{tree.path}@{tag.name}", commit=tag.commit),
            # A tag from the future is from today.
            published_at=min(tag.tagged_at, now),
            repository=declared or _named(tag),
            begun_at=min(begun_at, now),
            tag=tag.name,
        )
        for tag in tags
    ]


def passed_over(trees: Iterable[LocalTree]) -> list[PassedOver]:
    """The trees of which nothing can be built, each with its reason."""
    return [
        PassedOver(tree.path, NO_VERSION if tree.tags else NO_TAG)
        for tree in trees
        if not _versions(tree)
    ]


def _versions(tree: LocalTree) -> list[LocalTag]:
    return [tag for tag in tree.tags if tag.info is not None and version_in(tag.name)]


def _differs(tag: LocalTag) -> bool:
    """Whether the name says another version than the activity does."""
    try:
        return ActivityVersion.parse(version_in(tag.name)) != _version(tag)
    except ValueError:
        return True


def _version(tag: LocalTag) -> ActivityVersion:
    try:
        return ActivityVersion.parse(read_info(tag.info or b"")[0].version)
    except ValueError:
        return ActivityVersion.parse("0")


def _named(tag: LocalTag) -> str:
    info, _ = read_info(tag.info or b"")
    return declared_name(info.repository, info.homepage)
