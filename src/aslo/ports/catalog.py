"""The read model, which answers everything that readers ask."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from aslo.domain.activity import Entry, StoredFile
from aslo.domain.counts import Dimension, Downloads, WeekSum
from aslo.domain.offers import Offers
from aslo.ports.catalog_pages import Address, Card, Maker, News, Page, Query, Shelf, Told


class Catalog(Protocol):
    """The read model: local, disposable, rebuilt from the store's changes."""

    def revision(self) -> int:
        """The revision it has followed up to; 0 when empty."""

    def tag(self) -> str:
        """A word that changes whenever anything that pages show may have changed."""

    def era(self) -> str:
        """The era of the record that it has followed; empty when it has followed none."""

    def clear(self, era: str) -> None:
        """Forget everything, to follow the record of that era from its start."""

    def caught_up(self) -> bool:
        """Whether it once had all that the record had, since it was made or cleared. Until then
        what it lacks says nothing."""

    def note_caught_up(self) -> None:
        """Remember that it has all that the record had when `revision()` was asked last."""

    def apply(self, revision: int, bundle_id: str, entry: Entry | None) -> None:
        """Replace what is known of one activity and move the revision up, both or neither.
        None, or an entry without a listed release, takes the activity off the lists. A revision
        that is not higher than `revision()` changes nothing."""

    def lock(self) -> AbstractContextManager[bool]:
        """Whether this process may follow now; one at a time on a machine."""

    def entry(self, bundle_id: str) -> Entry | None:
        """Everything about one activity; withdrawn and held releases included."""

    def entry_tag(self, bundle_id: str) -> str:
        """Differs whenever the entry or what is counted may; empty for an unknown activity."""

    def find(self, query: Query, chain: Sequence[str]) -> Page:
        """Activities with a listed release, texts picked by the language chain. The text may be
        anything; each of its words must begin a word of the activity, in any language. Where a
        name, tag or summary has no such word, one that is a slip away stands for it. A value
        that no activity has leaves none."""

    def facets(self, query: Query) -> Mapping[str, Sequence[Shelf]]:
        """The values of `category`, `toolkit`, `sugar`, `lang` and `license`, by these names and
        most activities first (versions of Sugar: newest first). Each counts what is left if
        that filter had the value and the others are as the query says. The text is taken as it
        is written; that of a page is a mended one."""

    def suggest(self, text: str, chain: Sequence[str], limit: int = 8) -> tuple[Card, ...]:
        """Activities whose name the text begins, or may be meant to, best first."""

    def count_downloads(self, downloads: Mapping[str, Downloads]) -> None:
        """Replace what is known of downloads, by bundle id; who is not named has none. The tag
        moves only if anything changed. It outlives changes of the activities."""

    def downloads(self, bundle_id: str) -> Downloads:
        """What is known of the downloads of an activity."""

    def developers(self, after: str, limit: int) -> list[Maker]:
        """Developers of listed activities by their login, whose case does not count: those that
        come after that one, or from the first on where it is empty."""

    def developer(self, login: str) -> Maker | None:
        """The developer of that login in any case, if a listed activity is theirs."""

    def news(
        self, limit: int, *, category: str | None = None, developer: str | None = None
    ) -> list[News]:
        """Listed releases of all activities, of those in a category or of those of a developer;
        what was listed last comes first."""

    def addresses(self, start: str, limit: int) -> list[Address]:
        """The latest listed release of each activity by bundle id, from that bundle id on."""

    def address_starts(self, step: int) -> list[str]:
        """The bundle ids from which `addresses` gives all there are, `step` at a time."""

    def offers(self, bundle_ids: Iterable[str]) -> dict[str, Offers]:
        """What is offered of these activities; unknown ones are left out."""

    def names(self, bundle_ids: Iterable[str], chain: Sequence[str]) -> dict[str, str]:
        """What these activities are called, by the language chain; those that are not listed are
        left out."""

    def every_offer(self, after: str, limit: int) -> list[Offers]:
        """What is offered of the activities behind that bundle id, by their ids; those of which
        nothing is listed are left out."""

    def changed(self, since: int, limit: int) -> Told:
        """The era and the revision up to which the catalog has followed, and the activities
        whose last change comes behind `since`, in the order of these changes. Whoever takes them
        all and goes on from the last has missed none of that era, whichever catalog tells them."""

    def holds_file(self, sha256: str) -> StoredFile | None:
        """The icon, screenshot, avatar or bundle with that hash, if a listed release shows it."""

    def keep_week(self, week: date, sums: Iterable[WeekSum]) -> None:
        """Replace all sums of that week, and forget those of weeks that are WEEKS_KEPT or more
        before it. The tag moves only if anything changed."""

    def week_sums(self, dimension: Dimension, value: str | None = None) -> list[WeekSum]:
        """The sums of a dimension, or of one value in it; oldest week first, then by value."""

    def counted_at(self) -> datetime | None:
        """When it last had everything that the record counts; None if it never had."""

    def note_counted(self, at: datetime) -> None:
        """Remember that it has everything that the record counted until then."""

    def close(self) -> None:
        """Let go of connections; calling it twice is fine."""
