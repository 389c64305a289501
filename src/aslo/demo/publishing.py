"""Publish samples as their developers would: commit, tag, release."""

from collections.abc import Iterator
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
    before: bool = False
    """Whether a run before this one has cut it."""


def bring_out(sample: Sample, forge: ForgeClient) -> Iterator[Cut]:
    """Every release of the sample, cut now unless a run before in this folder has done so."""
    full_name = name_of(sample)
    forge.add_repository(full_name, sample.bundle_id)
    for login in sample.contributors:
        forge.let_in(full_name, login)
    known = forge.released(full_name)
    if not known:
        _begin(sample, forge)
    for release in sample.releases:
        if release.tag in known:
            yield _recall(full_name, release.tag, known[release.tag], forge)
        else:
            yield cut(sample, release, forge)


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


def _begin(sample: Sample, forge: ForgeClient) -> None:
    """A commit by each who worked on the sample."""
    for author in sample.contributors:
        forge.commit(name_of(sample), {"AUTHORS": author.encode()}, author, "Begin")


def _recall(full_name: str, tag: str, release_id: int, forge: ForgeClient) -> Cut:
    # A run that was ended early may have left a delivery that nobody answered.
    forge.deliver_again(release_id)
    return Cut(full_name, tag, forge.commit_of(full_name, tag), release_id, before=True)


def name_of(sample: Sample) -> str:
    """`owner/name` of the sample's repository."""
    return f"{sample.owner}/{sample.repository}"
