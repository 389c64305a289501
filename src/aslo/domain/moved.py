"""What changed on the forge after a release was published, in words for its developer."""

from collections.abc import Iterator

from aslo.domain.build import Build, SourceKind
from aslo.domain.delivery import Asset, ForgeRelease

STAYS = "What is published stays as it was; what should differ needs a version of its own."
COMMIT_SHOWN = 12
NO_COMMIT = ""
"""At a tag that came to name a file or a folder."""


def remark(build: Build, now: ForgeRelease, commit: str | None) -> str:
    """What the forge no longer shows as it was built, given its commit at the tag, None if there is
    no tag and NO_COMMIT if it names none; nothing where all is as it was."""
    found = [*_tag(build, commit), *_bundle(build, now)]
    return " ".join([*found, STAYS]) if found else ""


def _tag(build: Build, commit: str | None) -> Iterator[str]:
    if build.commit is None or commit == build.commit:
        return
    tag, before = build.release.tag, build.commit[:COMMIT_SHOWN]
    if commit is None:
        yield f"The tag {tag} of commit {before} was deleted after that was published."
    elif commit == NO_COMMIT:
        yield f"The tag {tag} of commit {before}, which was published, now names no commit."
    else:
        yield (
            f"The tag {tag} was moved from commit {before}, which was published, to commit"
            f" {commit[:COMMIT_SHOWN]}."
        )


def _bundle(build: Build, now: ForgeRelease) -> Iterator[str]:
    there = {asset.name: asset for asset in now.assets if asset.is_bundle}
    if build.source is SourceKind.TREE:
        for name in sorted(there):
            yield f"{name} was attached after the source at the tag had been published."
        return
    for asset in build.release.assets:
        if asset.is_bundle and asset.name not in there:
            yield f"{asset.name}, which was published, was taken off the release."
        elif asset.is_bundle and not _is_same(asset, there[asset.name]):
            yield f"{asset.name}, which was published, was replaced by another file of that name."


def _is_same(one: Asset, other: Asset) -> bool:
    """Whether two uploads hold the same bytes, as far as the forge tells."""
    if one.digest is not None and other.digest is not None:
        return one.digest == other.digest
    return (one.id, one.size_bytes) == (other.id, other.size_bytes)
