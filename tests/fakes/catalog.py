"""The read model in memory: small, and slow where there is much."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from aslo.domain.activity import Entry, Release, ReleaseState, StoredFile, latest
from aslo.domain.counts import WEEK, WEEKS_KEPT, Dimension, Downloads, WeekSum
from aslo.domain.offers import Offers, offers_of
from aslo.ports import Address, Card, Changed, Maker, News, Page, Query, Shelf, Told
from fakes.finding import Listed, facets, find, suggest


class MemoryCatalog:
    """Keeps entries by bundle id."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._revision = 0
        self._changed: dict[str, int] = {}
        self._era = ""
        self._caught_up = False
        self._counts: dict[str, Downloads] = {}
        self._counted = 0
        self._follower = threading.Lock()
        self._counted_at: datetime | None = None
        self._weeks: dict[date, frozenset[WeekSum]] = {}

    def revision(self) -> int:
        return self._revision

    def tag(self) -> str:
        return f"{self._era} {self._revision} {self._counted}"

    def era(self) -> str:
        return self._era

    def clear(self, era: str) -> None:
        self.entries.clear()
        self._revision, self._era, self._caught_up = 0, era, False
        self._changed.clear()
        self._counted_at, self._counts, self._weeks = None, {}, {}

    def caught_up(self) -> bool:
        return self._caught_up

    def note_caught_up(self) -> None:
        self._caught_up = True

    def apply(self, revision: int, bundle_id: str, entry: Entry | None) -> None:
        if revision <= self._revision:
            return
        self._revision = self._changed[bundle_id] = revision
        if entry is None:
            self.entries.pop(bundle_id, None)
        else:
            self.entries[bundle_id] = entry

    @contextmanager
    def lock(self) -> Iterator[bool]:
        mine = self._follower.acquire(blocking=False)
        try:
            yield mine
        finally:
            if mine:
                self._follower.release()

    def entry(self, bundle_id: str) -> Entry | None:
        return self.entries.get(bundle_id)

    def entry_tag(self, bundle_id: str) -> str:
        known = f"{self._era} {self._counted} {self._changed.get(bundle_id)}"
        return known if bundle_id in self.entries else ""

    def find(self, query: Query, chain: Sequence[str]) -> Page:
        return find(self._listed(), query, chain)

    def facets(self, query: Query) -> Mapping[str, Sequence[Shelf]]:
        return facets(self._listed(), query)

    def suggest(self, text: str, chain: Sequence[str], limit: int = 8) -> tuple[Card, ...]:
        return suggest(self._listed(), text, chain, limit)

    def count_downloads(self, downloads: Mapping[str, Downloads]) -> None:
        counts = {key: each for key, each in downloads.items() if each != Downloads()}
        self._counted += counts != self._counts
        self._counts = counts

    def downloads(self, bundle_id: str) -> Downloads:
        return self._counts.get(bundle_id, Downloads())

    def keep_week(self, week: date, sums: Iterable[WeekSum]) -> None:
        wanted = frozenset(sums)
        self._counted += self._weeks.get(week, frozenset()) != wanted
        self._weeks[week] = wanted
        for old in [each for each in self._weeks if each <= week - WEEKS_KEPT * WEEK]:
            del self._weeks[old]

    def week_sums(self, dimension: Dimension, value: str | None = None) -> list[WeekSum]:
        sums = (each for week in self._weeks.values() for each in week)
        found = [each for each in sums if each.dimension is dimension]
        found = [each for each in found if value in (None, each.value)]
        return sorted(found, key=lambda each: (each.week, each.value))

    def counted_at(self) -> datetime | None:
        return self._counted_at

    def note_counted(self, at: datetime) -> None:
        self._counted_at = at

    def developers(self, after: str, limit: int) -> list[Maker]:
        found: dict[str, Maker] = {}
        for entry in self.entries.values():
            for who in entry.activity.developers if latest(entry.releases) else ():
                known = found.get(who.login.casefold(), Maker(who, 0))
                found[who.login.casefold()] = Maker(who, known.activities + 1)
        behind = sorted(login for login in found if login > after.casefold())
        return [found[login] for login in behind[:limit]]

    def developer(self, login: str) -> Maker | None:
        everybody = self.developers("", len(self.entries) * 100)
        return next(
            (m for m in everybody if m.developer.login.casefold() == login.casefold()), None
        )

    def news(
        self, limit: int, *, category: str | None = None, developer: str | None = None
    ) -> list[News]:
        found = [
            News(entry.activity, release)
            for entry in self.entries.values()
            if (chosen := latest(entry.releases))
            and _is_on(entry, chosen, "category", category)
            and _is_on(entry, chosen, "developer", developer)
            for release in entry.releases
            if release.state is ReleaseState.LISTED
        ]
        return sorted(found, key=lambda news: news.release.listed_at, reverse=True)[:limit]

    def addresses(self, start: str, limit: int) -> list[Address]:
        found = [
            Address(bundle_id, release.version, release.listed_at)
            for bundle_id, entry in sorted(self.entries.items())
            if bundle_id >= start and (release := latest(entry.releases))
        ]
        return found[:limit]

    def address_starts(self, step: int) -> list[str]:
        return [address.bundle_id for address in self.addresses("", len(self.entries))[::step]]

    def offers(self, bundle_ids: Iterable[str]) -> dict[str, Offers]:
        found = {bundle_id: self.entries.get(bundle_id) for bundle_id in bundle_ids}
        return {
            bundle_id: offers_of(bundle_id, entry.releases)
            for bundle_id, entry in found.items()
            if entry
        }

    def names(self, bundle_ids: Iterable[str], chain: Sequence[str]) -> dict[str, str]:
        asked = set(bundle_ids)
        listed = [each for each in self._listed() if each.activity.bundle_id in asked]
        return {
            each.activity.bundle_id: each.release.details.name.pick(chain).text for each in listed
        }

    def every_offer(self, after: str, limit: int) -> list[Offers]:
        made = (self.offers([bundle_id])[bundle_id] for bundle_id in sorted(self.entries))
        return [each for each in made if each.offers and each.bundle_id > after][:limit]

    def changed(self, since: int, limit: int) -> Told:
        ordered = sorted((revision, name) for name, revision in self._changed.items())
        behind = [each for each in ordered if each[0] > since][:limit]
        found = (Changed(revision, name, self.entries.get(name)) for revision, name in behind)
        return Told(self._era, self._revision, tuple(found))

    def holds_file(self, sha256: str) -> StoredFile | None:
        shown = (file for entry in self.entries.values() for file in _files(entry))
        return next((file for file in shown if file.sha256 == sha256), None)

    def close(self) -> None:
        """Nothing is held."""

    def _listed(self) -> list[Listed]:
        return [
            Listed(entry.activity, release, self.downloads(entry.activity.bundle_id))
            for entry in self.entries.values()
            if (release := latest(entry.releases))
        ]


def _is_on(entry: Entry, release: Release, facet: str, value: str | None) -> bool:
    listed = Listed(entry.activity, release, Downloads())
    return value is None or listed.holds(facet, value)


def _files(entry: Entry) -> Iterator[StoredFile]:
    listed: list[Release] = [r for r in entry.releases if r.state is ReleaseState.LISTED]
    for release in listed:
        yield release.bundle
        yield from (file for file in (release.icon, release.poster) if file)
        yield from (shot.file for shot in release.screenshots)
    if listed:
        yield from (d.avatar for d in entry.activity.developers if d.avatar)
