"""Publish samples as their developers would: commit, tag, release."""

from dataclasses import dataclass

from aslo.demo.forge_client import ForgeClient
from aslo.demo.samples import Sample, SampleRelease, bundle


@dataclass(frozen=True, slots=True)
class Cut:
    """A release that was cut at the forge."""

    full_name: str
    tag: str
    commit: str
    release_id: int


def introduce(sample: Sample, forge: ForgeClient) -> None:
    """Make the sample's repository, with a commit by each who worked on it."""
    full_name = name_of(sample)
    forge.add_repository(full_name, sample.bundle_id)
    for author in sample.contributors:
        forge.commit(full_name, {"AUTHORS": author.encode()}, author, "Begin")


def cut(sample: Sample, release: SampleRelease, forge: ForgeClient) -> Cut:
    """Commit the release's tree, tag it, and publish it at the forge."""
    full_name, files = name_of(sample), release.files()
    forge.commit(full_name, files, sample.contributors[0], f"Release {release.tag}")
    commit = forge.tag(full_name, release.tag)
    release_id = forge.release(
        full_name,
        release.tag,
        name=release.tag,
        notes=release.notes,
        prerelease=release.prerelease,
        assets=dict([bundle(files)]) if release.asset else {},
    )
    return Cut(full_name, release.tag, commit, release_id)


def name_of(sample: Sample) -> str:
    """`owner/name` of the sample's repository."""
    return f"{sample.owner}/{sample.repository}"
