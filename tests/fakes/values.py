"""Whole domain values from the few fields a test cares about."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aslo.domain.activity import Activity, Details, Release, Repository, StoredFile
from aslo.domain.build import Build, BuildState, build_id
from aslo.domain.commit_check import CommitCheck, check_id
from aslo.domain.delivery import Delivery, DeliveryState, ForgeRelease, ReleaseEvent, Verdict
from aslo.domain.head import Head
from aslo.domain.locale import LocalizedText
from aslo.domain.report import CommitState, Report, ReportKind, report_id
from fakes.clock import START

COMMIT = "c0ffee" + "0" * 34
BUILD_ENDS = [each for each in BuildState if each.ended and each is not BuildState.PASSED]
"""How a build of a release may end; only the check of a commit has passed."""


def a_repository(number: int = 1, **changes: Any) -> Repository:
    """A repository of an organisation nobody has."""
    name = changes.pop("full_name", f"sugarlabs-demo/activity-{number}")
    address = f"https://github.example/{name}"
    repository = Repository(
        id=number,
        owner_id=900,
        full_name=name,
        html_url=address,
        clone_url=f"{address}.git",
    )
    return replace(repository, **changes)


def a_forge_release(**changes: Any) -> ForgeRelease:
    """A published release of tag v1, without assets."""
    release = ForgeRelease(
        id=11,
        tag="v1",
        name="Version 1",
        notes="First.",
        html_url="https://github.example/sugarlabs-demo/activity-1/releases/tag/v1",
        prerelease=False,
        draft=False,
        published_at=START,
    )
    return replace(release, **changes)


def a_release_event(**changes: Any) -> ReleaseEvent:
    """What a `published` delivery says."""
    event = ReleaseEvent(action="published", repository=a_repository(), release=a_forge_release())
    return replace(event, **changes)


def a_delivery(guid: str = "11111111-2222-4333-8444-555555555555", **changes: Any) -> Delivery:
    """An accepted delivery that asks for a build."""
    content = changes.pop("content", a_release_event())
    delivery = Delivery(
        guid=guid,
        event="release",
        action="published",
        received_at=START,
        verdict=Verdict.BUILD,
        reason="release action 'published'",
        state=DeliveryState.ACCEPTED,
        body_sha256=hashlib.sha256(guid.encode()).hexdigest(),
        build_id=build_id(content.repository, content.release) if content else None,
        content=content,
    )
    return replace(delivery, **changes)


def a_build(id: str = "b1", **changes: Any) -> Build:  # noqa: A002  # the attribute's own name
    """A queued build that may be claimed at once."""
    build = Build(
        id=id,
        repository=a_repository(),
        release=a_forge_release(),
        delivery_guid="11111111-2222-4333-8444-555555555555",
        created_at=START,
        not_before=START,
    )
    return replace(build, **changes)


def a_head(commit: str = COMMIT, **changes: Any) -> Head:
    """A commit at the tip of the branch main."""
    return replace(Head(commit, "refs/heads/main"), **changes)


def a_check(commit: str = COMMIT, **changes: Any) -> CommitCheck:
    """A queued check of a commit of main that may be claimed at once."""
    repository = changes.pop("repository", a_repository())
    check = CommitCheck(
        id=check_id(repository, commit),
        repository=repository,
        delivery_guid="11111111-2222-4333-8444-555555555555",
        created_at=START,
        not_before=START,
        commit=commit,
        head=a_head(commit),
    )
    return replace(check, **changes)


def a_push(guid: str = "push-1", commit: str = COMMIT, **changes: Any) -> Delivery:
    """An accepted delivery that asks for the check of a commit of main."""
    repository = changes.pop("repository", a_repository())
    delivery = Delivery(
        guid=guid,
        event="push",
        action="",
        received_at=START,
        verdict=Verdict.CHECK,
        reason="push to main",
        state=DeliveryState.ACCEPTED,
        body_sha256=hashlib.sha256(guid.encode()).hexdigest(),
        build_id=check_id(repository, commit),
        repository=repository,
        head=a_head(commit),
    )
    return replace(delivery, **changes)


def a_file(content: str = "bundle", media_type: str = "application/vnd.olpc-sugar") -> StoredFile:
    """A stored file with the true hash of a text."""
    data = content.encode()
    return StoredFile(hashlib.sha256(data).hexdigest(), len(data), media_type)


def a_release(bundle_id: str = "org.sugarlabs.Moon", version: str = "1", **changes: Any) -> Release:
    """A listed release."""
    release = Release(
        bundle_id=bundle_id,
        version=version,
        build_id="b1",
        tag=f"v{version}",
        commit=COMMIT,
        published_at=START,
        listed_at=START + timedelta(minutes=2),
        bundle=a_file(f"{bundle_id}-{version}"),
        content_digest=hashlib.sha256(f"content {bundle_id} {version}".encode()).hexdigest(),
        file_name=f"{bundle_id.rpartition('.')[2]}-{version}.xo",
        details=Details(name=LocalizedText(bundle_id.rpartition(".")[2])),
    )
    return replace(release, **changes)


def an_activity(bundle_id: str = "org.sugarlabs.Moon", **changes: Any) -> Activity:
    """An activity with one version."""
    activity = Activity(bundle_id, a_repository(), created_at=START, versions=("1",))
    return replace(activity, **changes)


def a_report(
    kind: ReportKind = ReportKind.STARTED_STATUS, build: str = "b1", **changes: Any
) -> Report:
    """A waiting report of the first round."""
    report = Report(
        id=report_id(build, 1, kind),
        build_id=build,
        kind=kind,
        repository=a_repository(),
        commit=COMMIT,
        state=CommitState.PENDING,
        text="ASLO builds this release.",
        target_url="https://aslo.example/builds/b1",
        created_at=START,
        not_before=START,
    )
    return replace(report, **changes)
