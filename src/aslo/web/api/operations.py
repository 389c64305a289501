"""One operation of the API: its address, its types, and what can go wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec

from aslo.web.api.shapes import Shape
from aslo.web.headers import PUBLIC

PREFIX = "/api/v1"
ASKED_AGAIN = "no-cache"
"""To be kept, but never shown before we were asked whether it is still so."""
NEVER_KEPT = "no-store"
_SEGMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")

View = Callable[..., Shape]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Since when an operation should not be used any more, and when it goes."""

    since: datetime
    until: datetime
    instead: str
    """The address of a page that says what to do."""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """What its answers say (RFC 9745, RFC 8594)."""
        return [
            ("Deprecation", f"@{int(self.since.timestamp())}"),
            ("Sunset", format_datetime(self.until.astimezone(UTC), usegmt=True)),
            ("Link", f'<{self.instead}>; rel="deprecation"; type="text/html"'),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What can be asked. `view` is called with the segments of the path, with `asked` (the query)
    where there is one, and with `body`; it gives a shape, or raises one of our errors."""

    path: str
    """As Flask writes it, below the prefix."""
    view: View
    gives: type[Shape]
    about: str
    """Which group of operations it belongs to."""
    asks: type[msgspec.Struct] | None = None
    takes: type[msgspec.Struct] | None = None
    kept: str = PUBLIC
    """How others may keep the answer."""
    from_catalog: bool = True
    """Whether the answer shows nothing but the catalog, and is the same as long as that stays."""
    goes_on_by: str = ""
    """The parameter of the query that takes the `next` of an answer."""
    deprecated: Leaving | None = None

    @property
    def method(self) -> str:
        return "POST" if self.takes else "GET"

    @property
    def name(self) -> str:
        """What programs call it."""
        return self.view.__name__

    @property
    def summary(self) -> str:
        """The docstring of the view, and that it goes where it does."""
        told = " ".join((self.view.__doc__ or "").split())
        if self.deprecated is None:
            return told
        return f"{told} Deprecated: it goes on {self.deprecated.until:%Y-%m-%d}."

    @property
    def segments(self) -> list[tuple[str, str]]:
        """The kinds and names of what stands in the path."""
        found = _SEGMENT.finditer(self.path)
        return [(each["kind"] or "string", each["name"]) for each in found]

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it."""
        return _SEGMENT.sub(r"{\g<name>}", self.path)

    @property
    def errors(self) -> list[int]:
        """The statuses of what can go wrong."""
        looks_up = [404] if self.segments else []
        leaves = [410] if self.deprecated else []
        reads = [413, 415] if self.takes else []
        return [400, *looks_up, *leaves, *reads, 429, 500, 503]
