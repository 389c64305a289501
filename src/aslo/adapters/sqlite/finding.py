"""A reader's question, answered from the tables of the catalog."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from aslo.adapters.documents import from_json
from aslo.adapters.sqlite import finding_shelves
from aslo.adapters.sqlite.finding_fit import EXAMPLE, best_first
from aslo.adapters.sqlite.finding_pages import Cut, Indexed, Order, Stream, cut
from aslo.adapters.sqlite.finding_shelves import Moment, filters, ids_of, together
from aslo.adapters.sqlite.finding_words import Found, look_up, mended
from aslo.adapters.sqlite.listing import CardDocument
from aslo.domain.counts import Downloads
from aslo.domain.locale import SOURCE
from aslo.ports import Card, Page, Query, Shelf

MAX_PAGE_SIZE = 100
_COLUMNS = ("popular", "newest", "updated")
_SORTS = (*_COLUMNS, "name")


def chosen(connection: sqlite3.Connection, moment: Moment, query: Query) -> list[int]:
    """The activities that all filters of the query leave, by their row."""
    return ids_of(together(filters(connection, moment, query).values()))


def find(
    connection: sqlite3.Connection, moment: Moment, query: Query, chain: Sequence[str]
) -> Page:
    """One page of what the query asks for."""
    left = together(filters(connection, moment, query).values())
    found = _found(connection, moment, query.text, None if query.exact else chain)
    total = left if found is None else left & found.everything
    if found is not None and query.sort not in _SORTS:
        order = Order("fit", [best_first(connection, moment, found, left, chain)], EXAMPLE)
    else:
        order = _order(connection, moment, query.sort, total, chain)
    size = min(max(query.page_size, 1), MAX_PAGE_SIZE)
    page = cut(connection, order, size, query.after, query.before)
    return Page(
        _cards(connection, moment, page, chain),
        total.bit_count(),
        capped=found is not None and found.capped,
        next=page.next,
        previous=page.previous,
        text=found.text if found else "",
        led=page.led,
    )


def facets(
    connection: sqlite3.Connection, moment: Moment, query: Query
) -> Mapping[str, tuple[Shelf, ...]]:
    """The values of every filter, counted for the query."""
    asked = replace(query, sort="", after=None, before=None, page_size=1)

    def counted() -> Mapping[str, tuple[Shelf, ...]]:
        found = _found(connection, moment, query.text)
        words = found.everything if found else None
        return finding_shelves.facets(connection, moment, query, words)

    told: Mapping[str, tuple[Shelf, ...]] = moment.kept(asked, counted)
    return told


def suggest(
    connection: sqlite3.Connection, moment: Moment, text: str, chain: Sequence[str], limit: int
) -> tuple[Card, ...]:
    """What the reader may be about to write."""
    found = _found(connection, moment, text, chain)
    if found is None:
        return ()
    listed = moment.shelf(connection, "listed", "")
    stream = best_first(connection, moment, found, found.names & listed, chain)
    page = cut(connection, Order("fit", [stream], EXAMPLE), limit, None, None)
    return _cards(connection, moment, page, chain)


def names(
    connection: sqlite3.Connection, moment: Moment, bundle_ids: Iterable[str], chain: Sequence[str]
) -> dict[str, str]:
    """What these activities are called."""
    rows = connection.execute(
        "SELECT id FROM activities WHERE bundle_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(bundle_ids)),),
    )
    ids = tuple(number for (number,) in rows.fetchall())
    return {each.bundle_id: each.name.text for each in _cards(connection, moment, Cut(ids), chain)}


def _found(
    connection: sqlite3.Connection, moment: Moment, text: str, mend_for: Sequence[str] | None = None
) -> Found | None:
    """What the text finds; None if there is none."""
    if not text.strip():
        return None
    found: Found = moment.kept(text, lambda: look_up(connection, text))
    if mend_for is None:
        return found
    langs = tuple(mend_for)
    meant: Found = moment.kept((text, langs), lambda: mended(connection, found, langs))
    moment.kept(meant.text, lambda: meant)
    return meant


def _order(
    connection: sqlite3.Connection, moment: Moment, sort: str, left: int, chain: Sequence[str]
) -> Order:
    """What is left in the order that was asked for."""
    if sort == "name":
        return Order("name", _by_name(connection, moment, left, chain), ("", ""))
    column = sort if sort in _COLUMNS else "popular"
    return Order(column, [Indexed("places", column, "id", left)], (0, ""))


def _by_name(
    connection: sqlite3.Connection, moment: Moment, left: int, chain: Sequence[str]
) -> list[Stream]:
    """A stream for each language of the chain, of the activities whose name is shown in it."""
    streams: list[Stream] = []
    for lang in dict.fromkeys((*chain, SOURCE)):
        shown = left if lang == SOURCE else left & moment.shelf(connection, "named", lang)
        left &= ~shown
        streams.append(Indexed("names", "key", "activity", shown, lang))
    return streams


def _cards(
    connection: sqlite3.Connection, moment: Moment, page: Cut, chain: Sequence[str]
) -> tuple[Card, ...]:
    langs = tuple(chain)
    cards = {number: moment.cards.get((number, langs)) for number in page.ids}
    unread = [number for number, card in cards.items() if card is None]
    rows = connection.execute(
        """SELECT cards.id, card, total, recent FROM cards JOIN places USING (id)
            LEFT JOIN downloads USING (bundle_id)
            WHERE cards.id IN (SELECT value FROM json_each(?))""",
        (json.dumps(unread),),
    )
    for number, text, total, recent in rows if unread else ():
        document = from_json(CardDocument, text, "card")
        card = _card(document, Downloads(total or 0, recent or 0), chain)
        cards[number] = moment.keep_card((number, langs), card)
    return tuple(card for card in cards.values() if card is not None)


def _card(document: CardDocument, downloads: Downloads, chain: Sequence[str]) -> Card:
    return Card(
        bundle_id=document.bundle_id,
        version=document.version,
        name=document.name.pick(chain),
        summary=document.summary.pick(chain),
        icon_sha256=document.icon_sha256,
        size_bytes=document.size_bytes,
        file_name=document.file_name,
        compatibility=document.compatibility,
        created_at=document.created_at,
        updated_at=document.updated_at,
        downloads=downloads,
        unreleased=document.unreleased,
    )
