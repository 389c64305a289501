"""What a sample activity is: a repository, its releases, and a way to cut the next one."""

from collections.abc import Callable
from dataclasses import dataclass

Files = dict[str, bytes]
"""The contents of a source tree by path."""

Tree = Callable[[str, str], Files]
"""Draws the source tree of a version with these release notes."""


@dataclass(frozen=True, slots=True)
class SampleRelease:
    """A release to publish; with `asset`, its bundle is attached instead of built."""

    tag: str
    notes: str
    prerelease: bool
    asset: bool
    files: Callable[[], Files]


@dataclass(frozen=True, slots=True)
class Sample:
    """An invented activity and its history, oldest release first."""

    owner: str
    repository: str
    bundle_id: str
    contributors: tuple[str, ...]
    releases: tuple[SampleRelease, ...]
    tree: Tree


def cut(tree: Tree, version: str, notes: str, *, pre: bool, asset: bool) -> SampleRelease:
    """The release of one version; its files are made when they are asked for."""
    return SampleRelease(
        tag=f"v{version}",
        notes=notes,
        prerelease=pre,
        asset=asset,
        files=lambda: tree(version, notes),
    )


def next_release(sample: Sample, current_version: str) -> SampleRelease:
    """The release that follows `current_version`: its last number is one higher."""
    *leading, last = current_version.split(".")
    version = ".".join([*leading, str(int(last) + 1)])
    notes = (
        f"## What is new in {version}\n\n"
        f"- A small repair that followed {current_version}.\n"
        "- Thank you to everybody who tried it in class!\n"
    )
    return cut(sample.tree, version, notes, pre=False, asset=False)
