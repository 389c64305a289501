"""What is asked of the catalog, and what it shows."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from aslo.domain.activity import Activity, Developer, Entry, Release
from aslo.domain.counts import Downloads
from aslo.domain.locale import Localized
from aslo.domain.sugar import Compatibility


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader looks for; an empty text means everything, and all filters hold together.

    `sort` is `popular`, `newest`, `updated` or `name`. Any other word means `popular`, and with a
    text what fits best: that very name, names that begin so, names with all the words, then those
    that say them in their tags, summary or description.
    """

    text: str = ""
    sort: str = ""
    category: str | None = None
    toolkit: str | None = None
    sugar: str | None = None
    """A version of Sugar on which the activity runs."""
    lang: str | None = None
    """A language into which the activity is translated."""
    license: str | None = None
    developer: str | None = None
    """The name on the forge."""
    exact: bool = False
    """Whether the text is meant as it is written, and no slip of a finger in it is mended."""
    after: str | None = None
    """Where to go on: the `next` of a page. Nonsense is the beginning."""
    before: str | None = None
    """Where to go back: the `previous` of a page."""
    page_size: int = 24


@dataclass(frozen=True, slots=True)
class Card:
    """An activity as lists show it, in the words picked for the reader."""

    bundle_id: str
    version: str
    name: Localized
    summary: Localized
    icon_sha256: str | None
    size_bytes: int
    file_name: str
    compatibility: Compatibility
    created_at: datetime
    """When the activity came into the store."""
    updated_at: datetime
    """When the release was listed."""
    downloads: Downloads = field(default_factory=Downloads)
    unreleased: tuple[str, ...] = ()
    """The languages whose newer translation waits for a release."""

    def __hash__(self) -> int:
        # Cards are looked up by the dozen on each page, and hardly two of a release differ.
        return hash((self.bundle_id, self.version, self.name.lang))


class Led(StrEnum):
    """Where a cursor led."""

    THERE = "there"
    """To its page; so does none, to the first."""
    NOWHERE = "nowhere"
    """To nothing, for all that was there is gone: the first page was given in its place."""
    UNREADABLE = "unreadable"
    """It is none, or of a list in another order: the first page was given in its place."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of cards."""

    cards: tuple[Card, ...]
    total: int
    """How many activities there are in all pages."""
    capped: bool = False
    """Whether there are more than `total`, and nobody counted them."""
    next: str | None = None
    previous: str | None = None
    text: str = ""
    """The text that was looked for, mended where the reader's own finds nothing."""
    led: Led = Led.THERE


@dataclass(frozen=True, slots=True)
class Shelf:
    """One value of a filter, and how many activities it would leave."""

    value: str
    count: int
    written: str = ""
    """How most write the value, where that is otherwise."""


@dataclass(frozen=True, slots=True)
class Maker:
    """A developer, and of how many listed activities."""

    developer: Developer
    activities: int


@dataclass(frozen=True, slots=True)
class News:
    """A listed release and the activity that it belongs to, as feeds tell of it."""

    activity: Activity
    release: Release


@dataclass(frozen=True, slots=True)
class Changed:
    """The last change of an activity, as those who follow this store are told of it."""

    revision: int
    bundle_id: str
    entry: Entry | None
    """As it is now; None when the activity is not in the record any more."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a catalog tells those who follow this store, all of it of one moment."""

    era: str
    """Which history it has followed; empty when it has followed none."""
    revision: int
    """Up to where."""
    changes: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """What leads to the latest release of an activity, and when that was listed."""

    bundle_id: str
    version: str
    listed_at: datetime
