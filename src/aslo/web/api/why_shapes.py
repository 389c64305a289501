"""What the API says of why a release is not there."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from aslo.web.api.kinds import BundleId, Sugar, Tag, Url, Version
from aslo.web.api.shapes import Shape


class WhyCause(Shape):
    """Why something does not hold, and what to do about it."""

    reason: Annotated[str, Meta(description="Stable; docs/why.md.", examples=["failed"])]
    why: Annotated[str, Meta(examples=["The build failed: there is no exec."])]
    cure: Annotated[str, Meta(examples=["Add exec to activity/activity.info."])]


class WhyLink(Shape):
    """One link of the way from a tag to the learners."""

    name: Annotated[
        str,
        Meta(
            description="`repository`, `tag`, `release`, `delivery`, `build`, `listing`, `offer` "
            "or `answer`.",
            examples=["build"],
        ),
    ]
    state: Annotated[
        str,
        Meta(
            description="`holds`, `waits`, `broken`, `unknown` or `not-reached`.",
            examples=["broken"],
        ),
    ]
    what: Annotated[str | None, Meta(description="What it is about.", examples=["f00d"])]
    at: datetime | None
    cause: WhyCause | None


class WhyGeneration(Shape):
    """What versions of Sugar in a row are offered."""

    first: Sugar
    last: Annotated[Sugar | None, Meta(description="Null where later ones are offered it too.")]
    version: Annotated[Version | None, Meta(description="Null where nothing is offered.")]
    cause: Annotated[
        WhyCause | None, Meta(description="Why it is not the newest release; null where it is.")
    ]


class Why(Shape):
    """How far the newest release of a repository has come, and what holds it up."""

    repository: Annotated[str, Meta(examples=["sugarlabs/moon-activity"])]
    page: Url
    tag: Annotated[Tag | None, Meta(description="Of its newest release.")]
    build: Url | None
    bundle_id: BundleId | None
    cause: Annotated[
        WhyCause | None, Meta(description="Of the first link that does not hold; null if all do.")
    ]
    links: Annotated[list[WhyLink], Meta(description="In the order of the way.")]
    generations: Annotated[list[WhyGeneration], Meta(description="Newest Sugar first.")]
    note: Annotated[
        str | None,
        Meta(description="Why GitHub was not looked at; null if it was.", examples=[None]),
    ]
