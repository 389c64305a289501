"""What the API takes and gives about what is installed."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from aslo.web.api.kinds import BundleId, Lang, Sugar
from aslo.web.api.shapes import Shape

MOST_INSTALLED = 1_000
LONGEST_INSTALLED = 400
"""More than any id or version can have: one odd activity must not cost the verdicts of the rest."""
ChannelName = Annotated[
    Literal["stable", "testing"], Meta(description="`testing` has what is not finished.")
]


class Installed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An activity on a child's machine."""

    id: Annotated[
        BundleId,
        Meta(
            max_length=LONGEST_INSTALLED,
            description="Names an activity; what is no id is `unknown`.",
        ),
    ]
    version: Annotated[
        str,
        Meta(max_length=LONGEST_INSTALLED, description="What is there.", examples=["11"]),
    ]


class UpdatesAsked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is installed, and on which Sugar."""

    sugar: Sugar
    installed: Annotated[
        list[Installed],
        Meta(max_length=MOST_INSTALLED, description="Up to 1000; the answer has their order."),
    ]
    lang: Lang = "en"
    channel: ChannelName = "stable"


class Update(Shape, omit_defaults=True):
    """What to do about an installed activity; only what can be installed has the rest."""

    id: BundleId
    verdict: Annotated[
        str,
        Meta(
            description="`newer`: there is a better one. `current`: none is. `withdrawn`: it was "
            "taken back, so install what is offered, if anything is. `unknown`: none is here.",
            examples=["newer"],
        ),
    ]
    name: Annotated[str, Meta(description="In the language asked.", examples=["Luna"])] = ""
    version: Annotated[str, Meta(description="Of what is offered.", examples=["12"])] = ""
    url: Annotated[
        str,
        Meta(
            description="Of the bundle.",
            examples=["https://aslo.example/download/org.sugarlabs.Moon/12/moon-12.xo"],
            extra_json_schema={"format": "uri"},
        ),
    ] = ""
    size_bytes: Annotated[int, Meta(ge=0, examples=[494030])] = 0
    sha256: Annotated[
        str,
        Meta(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]),
    ] = ""


class Updates(Shape):
    """The verdicts, in the order that was asked."""

    items: list[Update]
