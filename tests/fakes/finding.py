"""Finding in memory: looks at every activity each time."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from aslo.domain import typos
from aslo.domain.activity import Activity, Release
from aslo.domain.categories import as_written, category_key
from aslo.domain.counts import Downloads
from aslo.domain.locale import SOURCE
from aslo.domain.spelling import asked, name_words, squeezed, words
from aslo.domain.sugar import SUGARS, runs_on
from aslo.ports import Card, Led, Page, Query, Shelf

Key = tuple[str | int, ...]
FACETS = ("category", "toolkit", "sugar", "lang", "license")


@dataclass(frozen=True, slots=True)
class Listed:
    """An activity on the lists."""

    activity: Activity
    release: Release
    downloads: Downloads

    @property
    def names(self) -> dict[str, str]:
        """Its names by language."""
        name = self.release.details.name
        return {SOURCE: name.source, **{k: v for k, v in name.translations.items() if v}}

    @property
    def name_words(self) -> dict[str, str]:
        """The words of its names, and how they are written."""
        return {k: v for name in self.names.values() for k, v in name_words(name).items()}

    @property
    def words(self) -> set[str]:
        """All the words it is found by."""
        details = self.release.details
        texts = [*details.categories]
        for text in (details.summary, details.description):
            texts += [text.source, *text.translations.values()]
        last = self.release.bundle_id.rpartition(".")[2]
        return {*words("\n".join(texts)), *self.name_words, *name_words(last)}

    def holds(self, facet: str, value: str) -> bool:
        """Whether it stands on that shelf."""
        details = self.release.details
        if facet == "category":
            return category_key(value) in {category_key(each) for each in details.categories}
        if facet == "sugar":
            return _runs(self, value)
        if facet == "developer":
            return value.casefold() in {p.login.casefold() for p in self.activity.developers}
        return value in self.values(facet)

    def values(self, facet: str) -> Iterator[str]:
        """The shelves of a facet on which it stands."""
        details = self.release.details
        if facet == "category":
            yield from {category_key(each) for each in details.categories}
        elif facet == "sugar":
            yield from (each for each in SUGARS if _runs(self, each))
        elif facet == "lang":
            yield from details.languages
        elif facet == "toolkit":
            yield details.compatibility.toolkit.value
        elif license_ := details.spdx or details.license:
            yield license_


def find(shelf: list[Listed], query: Query, chain: Sequence[str]) -> Page:
    """One page."""
    text, found = _found(shelf, query, chain)
    left = [each for each in found if _passes(each, query)]
    order = _order(query, text, chain)
    rows = sorted(((order(each), each) for each in left), key=lambda row: row[0])
    size = min(max(query.page_size, 1), 100)
    start, end, led = _window([key for key, _ in rows], query, size)
    page = rows[start:end]
    return Page(
        tuple(_card(each, chain) for _, each in page),
        len(rows),
        next=json.dumps(page[-1][0]) if end < len(rows) else None,
        previous=json.dumps(page[0][0]) if start > 0 and page else None,
        text=text,
        led=led,
    )


def facets(shelf: list[Listed], query: Query) -> dict[str, tuple[Shelf, ...]]:
    """Counts of every filter."""
    _, found = _found(shelf, replace(query, exact=True))
    told = {}
    for facet in FACETS:
        left = [each for each in found if _passes(each, replace(query, **{facet: None}))]
        counted = Counter(value for each in left for value in each.values(facet))
        order = SUGARS.index if facet == "sugar" else lambda value, c=counted: (-c[value], value)
        told[facet] = tuple(Shelf(value, counted[value]) for value in sorted(counted, key=order))
    told["category"] = tuple(
        replace(each, written=_written(shelf, each.value)) for each in told["category"]
    )
    return told


def _written(shelf: list[Listed], key: str) -> str:
    """How most write a category; where as many write it otherwise as by its key, as they do."""
    spelled: Counter[str] = Counter()
    for listed in shelf:
        categories = listed.release.details.categories
        spelled.update({as_written(each) for each in categories if category_key(each) == key})
    best = min(spelled, key=lambda each: (-spelled[each], each == key, each))
    return "" if best == key else best


def suggest(shelf: list[Listed], text: str, chain: Sequence[str], limit: int) -> tuple[Card, ...]:
    """Names that begin so."""
    meant, found = _found(shelf, Query(text), chain)
    named = [each for each in found if asked(text) and _rank(each, meant, chain) < 9]
    named.sort(key=_order(Query(text), meant, chain))
    return tuple(_card(each, chain) for each in named[:limit])


def _found(
    shelf: list[Listed], query: Query, chain: Sequence[str] = ()
) -> tuple[str, list[Listed]]:
    text = " ".join(query.text[:4096].split())
    if not text:
        return "", shelf
    found = [each for each in shelf if _matches(each, text)]
    if query.exact or any(_rank(each, text, ()) < 9 for each in found):
        return text, found
    known = {word for each in shelf for word in each.words}
    named = {k: v for each in shelf for k, v in each.name_words.items()}
    near = {
        squeezed(each.names[lang])
        for each in shelf
        for lang in (SOURCE, *chain)
        if lang in each.names
    }
    meant = " ".join(_meant(word, known, named, near) for word in asked(text)[:8])
    mended = [each for each in shelf if _matches(each, meant)]
    better = any(_rank(each, meant, ()) < 9 for each in mended) or not found
    return (meant, mended) if mended and better else (text, found)


def _meant(word: str, known: set[str], named: dict[str, str], read: set[str]) -> str:
    if word in known or any(each.startswith(word) for each in named):
        return word
    near = [
        (apart, not any(name.startswith(each) for name in read), each[0] != word[0], each)
        for each in named
        if each.isalpha() and (apart := typos.distance(word, each)) <= typos.slips(word)
    ]
    return named[min(near)[-1]] if near else word


def _matches(listed: Listed, text: str) -> bool:
    starts = asked(text)[:8]
    return bool(starts) and (_all_begin(listed.words, starts) or _rank(listed, text, ()) < 9)


def _all_begin(known: set[str], starts: Sequence[str]) -> bool:
    return all(any(word.startswith(start) for word in known) for start in starts)


def _rank(listed: Listed, text: str, chain: Sequence[str]) -> int:
    key, starts = squeezed(text), asked(text)[:8]
    names = {lang: squeezed(name) for lang, name in listed.names.items()}
    far = {lang: lang not in (SOURCE, *chain) for lang in names}
    whole = set(starts) <= set(listed.name_words)
    ranks = [10]
    ranks += [far[lang] for lang, name in names.items() if name == key]
    ranks += [1] if squeezed(listed.release.bundle_id) == key else []
    if len(key) > 2 or _all_begin(set(listed.name_words), starts):
        begins = [lang for lang, name in names.items() if name.startswith(key)]
        ranks += [(2 if whole else 4) + far[lang] for lang in begins]
    if _all_begin(set(listed.name_words), starts):
        ranks.append(6 if whole else 8)
    if category_key(text) in {category_key(each) for each in listed.release.details.categories}:
        ranks.append(9)
    return min(ranks)


def _order(query: Query, text: str, chain: Sequence[str]) -> Callable[[Listed], Key]:
    def key(listed: Listed) -> Key:
        bundle_id, counted = listed.release.bundle_id, listed.downloads
        popular = (-counted.recent, -counted.total)
        if query.sort == "name":
            return squeezed(listed.release.details.name.pick(chain).text), bundle_id
        if query.sort == "newest":
            return -listed.activity.created_at.timestamp(), bundle_id
        if query.sort == "updated":
            return -listed.release.listed_at.timestamp(), bundle_id
        if text and query.sort != "popular":
            return _rank(listed, text, chain), *popular, bundle_id
        return *popular, bundle_id

    return key


def _window(keys: list[Key], query: Query, size: int) -> tuple[int, int, Led]:
    """From which place to which the page is, and whether that is where the cursor led."""
    cursor = query.before or query.after
    if not cursor:
        return 0, size, Led.THERE
    try:
        at = tuple(json.loads(cursor))
        fits = at and all(_shape(key) == _shape(at) for key in keys)
    except (ValueError, TypeError, RecursionError):
        fits = False
    if not fits:
        return 0, size, Led.UNREADABLE
    ahead = sum(key < at for key in keys)
    behind = sum(key > at for key in keys)
    if query.before and ahead:
        return max(0, ahead - size), ahead, Led.THERE
    if query.before or not behind:
        return 0, size, Led.NOWHERE
    start = len(keys) - behind
    return start, min(start + size, len(keys)), Led.THERE


def _shape(key: Key) -> list[bool]:
    return [isinstance(part, str) for part in key]


def _passes(listed: Listed, query: Query) -> bool:
    asked_for = ((facet, getattr(query, facet)) for facet in (*FACETS, "developer"))
    return all(value is None or listed.holds(facet, value) for facet, value in asked_for)


def _runs(listed: Listed, sugar: str) -> bool:
    try:
        return runs_on(listed.release.details.compatibility, sugar)
    except ValueError:
        return False


def _card(listed: Listed, chain: Sequence[str]) -> Card:
    release = listed.release
    return Card(
        bundle_id=release.bundle_id,
        version=release.version,
        name=release.details.name.pick(chain),
        summary=release.details.summary.pick(chain),
        icon_sha256=release.icon.sha256 if release.icon else None,
        size_bytes=release.bundle.size_bytes,
        file_name=release.file_name,
        compatibility=release.details.compatibility,
        created_at=listed.activity.created_at,
        updated_at=release.listed_at,
        downloads=listed.downloads,
        unreleased=listed.activity.waiting(release),
    )
