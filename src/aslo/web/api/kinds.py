"""Kinds of values that the API speaks in: texts, names, numbers, addresses."""

from typing import Annotated

from msgspec import Meta

# `$` alone would let a newline pass in Python, though in no other reader of the description.
END = "(?!\\n)$"

Text = Annotated[
    dict[str, str],
    Meta(
        description="A text by language (`pt_BR`); the author's own words are under the empty key.",
        examples=[{"": "Moon", "es": "Luna"}],
    ),
]
Url = Annotated[
    str,
    Meta(
        description="An absolute address.",
        examples=["https://aslo.example/org.sugarlabs.Moon/12"],
        extra_json_schema={"format": "uri"},
    ),
]
Sha256 = Annotated[
    str,
    Meta(
        pattern=f"^[0-9a-f]{{64}}{END}",
        description="Of the bytes, in hex.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
BundleId = Annotated[
    str, Meta(description="Names an activity for ever.", examples=["org.sugarlabs.Moon"])
]
Version = Annotated[str, Meta(description="As the author wrote it.", examples=["12"])]
Sugar = Annotated[
    str,
    Meta(
        pattern=rf"^[0-9]{{1,4}}(\.[0-9]{{1,4}}){{0,4}}{END}",
        description="A version of Sugar.",
        examples=["0.116"],
    ),
]
Lang = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Za-z]{{2,3}}([-_@][A-Za-z0-9]{{2,12}}){{0,3}}{END}",
        description="The language of names and summaries; what lacks it is told in the nearest.",
        examples=["pt_BR"],
    ),
]
Login = Annotated[str, Meta(description="A name on the forge.", examples=["moon-maker"])]
Count = Annotated[int, Meta(ge=0, examples=[240])]
Bytes = Annotated[int, Meta(ge=0, description="How large it is.", examples=[494030])]
Cursor = Annotated[
    str | None, Meta(description="Leads to the page behind this one; null on the last.")
]
Commit = Annotated[str, Meta(examples=["c0ffee0000000000000000000000000000000000"])]
Tag = Annotated[str, Meta(description="Of the release on the forge.", examples=["v12"])]
