"""The read model in memory: small, and slow where there is much."""

import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aslo.domain.activity import Entry, Release, ReleaseState, StoredFile, latest
from aslo.ports import Address, Card, Maker, News, Page, Query


class MemoryCatalog:
    """Keeps entries by bundle id."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._revision = 0
        self._era = ""
        self._follower = threading.Lock()

    def revision(self) -> int:
        return self._revision

    def tag(self) -> str:
        return f"{self._revision} {self._era}"

    def era(self) -> str:
        return self._era

    def clear(self, era: str) -> None:
        self.entries.clear()
        self._revision, self._era = 0, era

    def apply(self, revision: int, bundle_id: str, entry: Entry | None) -> None:
        if revision <= self._revision:
            return
        self._revision = revision
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

    def find(self, query: Query, chain: Sequence[str]) -> Page:
        text = _plain(query.text.strip())
        found = [
            (entry, release)
            for entry in self.entries.values()
            if (release := latest(entry.releases))
            and _in_category(release, query.category)
            and _is_by(entry, query.developer)
            and _matches(release, text)
        ]
        found.sort(key=lambda pair: _place(pair[0], pair[1], query.sort, text, chain))
        size = min(max(query.page_size, 1), 100)
        pages = max(1, -(-len(found) // size))
        number = min(max(query.page, 1), pages)
        shown = found[(number - 1) * size : number * size]
        cards = tuple(_card(release, chain) for _, release in shown)
        return Page(cards, len(found), number, pages)

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
        return next((m for m in everybody if _is(m.developer.login, login)), None)

    def news(
        self, limit: int, *, category: str | None = None, developer: str | None = None
    ) -> list[News]:
        found = [
            News(entry.activity, release)
            for entry in self.entries.values()
            if (chosen := latest(entry.releases))
            and _in_category(chosen, category)
            and _is_by(entry, developer)
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

    def holds_file(self, sha256: str) -> StoredFile | None:
        shown = (file for entry in self.entries.values() for file in _files(entry))
        return next((file for file in shown if file.sha256 == sha256), None)

    def close(self) -> None:
        """Nothing is held."""


def _plain(text: str) -> str:
    marked = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in marked if not unicodedata.combining(c))


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in _plain(text)).split()


def _names(release: Release) -> list[str]:
    name = release.details.name
    return [_plain(text) for text in (name.source, *name.translations.values())]


def _matches(release: Release, text: str) -> bool:
    details = release.details
    held = [release.bundle_id, *details.categories, *_names(release)]
    held += [details.summary.source, *details.summary.translations.values()]
    known, asked = _words(" ".join(held)), _words(text)
    if text and not asked:
        return False
    return all(any(word.startswith(start) for word in known) for start in asked)


def _in_category(release: Release, category: str | None) -> bool:
    shelves = {_plain(shelf) for shelf in release.details.categories}
    return category is None or _plain(category) in shelves


def _is(login: str, other: str) -> bool:
    return login.casefold() == other.casefold()


def _is_by(entry: Entry, login: str | None) -> bool:
    people = entry.activity.developers
    return login is None or any(_is(who.login, login) for who in people)


def _place(
    entry: Entry, release: Release, sort: str, text: str, chain: Sequence[str]
) -> tuple[object, ...]:
    name = _plain(release.details.name.pick(chain).text)
    if text:
        names = _names(release)
        return text not in names, not any(n.startswith(text) for n in names), name
    if sort == "name":
        return name, entry.activity.bundle_id
    moment = entry.activity.created_at if sort == "newest" else release.listed_at
    return -moment.timestamp(), name, entry.activity.bundle_id


def _card(release: Release, chain: Sequence[str]) -> Card:
    return Card(
        bundle_id=release.bundle_id,
        version=release.version,
        name=release.details.name.pick(chain),
        summary=release.details.summary.pick(chain),
        icon_sha256=release.icon.sha256 if release.icon else None,
        release=release,
    )


def _files(entry: Entry) -> Iterator[StoredFile]:
    listed = [r for r in entry.releases if r.state is ReleaseState.LISTED]
    for release in listed:
        yield release.bundle
        yield from (file for file in (release.icon, release.poster) if file)
        yield from (shot.file for shot in release.screenshots)
    if listed:
        yield from (d.avatar for d in entry.activity.developers if d.avatar)
