"""What the API gives of the record."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from aslo.web.api.kinds import BundleId, Commit, Cursor, Tag, Url, Version
from aslo.web.api.shapes import Shape


class Step(Shape):
    """One step of a build."""

    name: Annotated[str, Meta(examples=["check"])]
    state: Annotated[str, Meta(examples=["passed"])]
    started_at: datetime
    ended_at: datetime | None


class Problem(Shape):
    """Something that was found, and its cure."""

    code: Annotated[
        str, Meta(description="Stable; /problems lists them all.", examples=["no-icon"])
    ]
    severity: Annotated[str, Meta(description="`error` or `warning`.", examples=["error"])]
    message: Annotated[str, Meta(examples=["there is no activity/moon.svg"])]
    remedy: Annotated[str, Meta(examples=["Add the icon that activity.info names."])]
    place: Annotated[str | None, Meta(examples=["activity/activity.info"])]
    url: Url
    """A page about the code."""


class Build(Shape):
    """How a release came into the store, or why it did not."""

    id: Annotated[str, Meta(examples=["f00d"])]
    page: Url
    log: Url
    state: Annotated[
        str,
        Meta(
            description="`queued`, `running`, or how it ended: `published`, `failed`, `errored`, "
            "`superseded` or `withdrawn`.",
            examples=["published"],
        ),
    ]
    outcome: Annotated[str, Meta(description="In a sentence.", examples=["published"])]
    repository: Annotated[str, Meta(examples=["sugarlabs/moon-activity"])]
    tag: Tag
    commit: Commit | None
    bundle_id: BundleId | None
    version: Version | None
    created_at: datetime
    ended_at: datetime | None
    steps: list[Step]
    problems: list[Problem]


class Builds(Shape):
    """Builds, newest first."""

    items: list[Build]
    next: Cursor


class Delivery(Shape):
    """What became of a webhook delivery."""

    guid: Annotated[str, Meta(examples=["72d3162e-cc78-11e3-81ab-4c9367dc0958"])]
    event: Annotated[str, Meta(examples=["release"])]
    action: Annotated[str, Meta(examples=["published"])]
    received_at: datetime
    received_count: Annotated[int, Meta(ge=1, description="How often it came.", examples=[1])]
    verdict: Annotated[str, Meta(description="What it asks of the store.", examples=["build"])]
    reason: Annotated[str, Meta(examples=["release action 'published'"])]
    state: Annotated[str, Meta(examples=["settled"])]
    build: Build | None
