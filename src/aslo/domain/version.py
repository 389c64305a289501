"""Sugar's version grammar and order (sugar3.bundle.bundleversion.NormalizedVersion)."""

import re
from dataclasses import dataclass
from functools import total_ordering

# `re.ASCII` and `fullmatch`: Arabic digits and a trailing newline are not versions.
_GRAMMAR = re.compile(
    r"(?P<numbers>(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*)(?P<suffix>[~-][A-Za-z0-9][A-Za-z]*)?",
    re.ASCII,
)
_AT_THE_END = re.compile(r"(?:^|[/_\s.-])[vV]?([0-9]+(?:\.[0-9]+)*(?:[~-][A-Za-z0-9]+)?)$")
MAX_LENGTH = 64


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class ActivityVersion:
    """A version as the author wrote it; compared by its numbers alone, as Sugar does."""

    text: str
    parts: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> "ActivityVersion":
        """Read `N(.N)*` with an optional `-local` or `~local` suffix, or raise ValueError."""
        match = _GRAMMAR.fullmatch(text) if len(text) <= MAX_LENGTH else None
        if match is None:
            raise ValueError(f"not a version Sugar can read, got {text[:MAX_LENGTH]!r}")
        parts = [int(part) for part in match["numbers"].split(".")]
        # Sugar drops trailing zeros before comparing, so 1.0 and 1 are one version.
        while len(parts) > 1 and parts[-1] == 0:
            parts.pop()
        return cls(text, tuple(parts))

    @property
    def key(self) -> str:
        """One text for all spellings of a version: 1, 1.0 and 1~dfsg are all `1`."""
        return ".".join(map(str, self.parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ActivityVersion) and self.parts == other.parts

    def __lt__(self, other: "ActivityVersion") -> bool:
        return self.parts < other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __str__(self) -> str:
        return self.text


def version_in(tag: str) -> str:
    """The version at the end of a tag, such as `v12` or `Paint-3.1`; empty if there is none."""
    found = _AT_THE_END.search(tag)
    return found[1] if found else ""
