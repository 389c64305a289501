"""Pages that Sugar 0.100 to 0.114 may be given as the place to look for updates.

Sugar finds activities in them by the names of classes, and in a group nothing but what belongs to
it (jarabe.model.update.microformat); a category is a group. Its parser is Python's own of long
ago, and fed piece by piece: no attribute of these pages may have a character outside ASCII, and
between the start and the end of an activity no element may lack its end.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, request, stream_template

from aslo.domain.categories import category_key
from aslo.domain.locale import Localized, fallback_chain
from aslo.domain.offers import Channel, Offer
from aslo.domain.sugar import sugar_meant
from aslo.ports import Card, Page, Query
from aslo.web.addresses import page
from aslo.web.filters import CATEGORIES
from aslo.web.headers import catalog_tag, public
from aslo.web.language import reader
from aslo.web.large import large
from aslo.web.updater import download_path
from aslo.web.visit import visit
from aslo.web.wiring import ports

blueprint = Blueprint("microformat", __name__)

MEDIA_TYPE = "text/html; charset=utf-8"
OLDEST = "0.100"
"""The oldest Sugar that reads such pages; what runs there is offered where no other is named."""
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Group:
    """What an administrator asked for; whatever cannot be read is as if it was not asked."""

    category: str | None
    """None for the whole catalog; a blank one is a category that nothing is in."""
    sugar: str
    channel: Channel
    automatic: bool
    """Whether Sugar shall install and update all of it by itself."""
    lang: str
    """One of the site's own, so that nobody can ask for hundreds of such pages."""
    linked: str | None
    """The language of its links: that one, or None where the path names none."""
    root: str

    @property
    def words(self) -> object:
        """What the group is called; nothing for the whole catalog."""
        return self.category and CATEGORIES.get(self.category, self.category)


@dataclass(frozen=True, slots=True)
class Row:
    """An activity of the group, and what is offered of it."""

    bundle_id: str
    name: Localized
    offer: Offer
    link: str


@page(blueprint, "/microformat")
@public
def everything() -> Response:
    """All activities that run on one version of Sugar."""
    return _answer(None)


@page(blueprint, "/microformat/<path:group>")
@public
def group(group: str) -> Response:
    """Those of a category, whatever its spelling; an empty page where there is none of them, for
    Sugar takes any error as its own failure."""
    return _answer(category_key(group))


def _answer(category: str | None) -> Response:
    lang = reader().interface
    asked = Group(
        category=category,
        sugar=_sugar(request.args.get("sugar", "")),
        channel=_channel(request.args.get("channel", "")),
        automatic=request.args.get("automatic") == "yes",
        lang=lang,
        linked=lang if visit().lang else None,
        root=visit().root,
    )
    return large((asked, catalog_tag()), lambda: _told(asked), MEDIA_TYPE)


def _sugar(text: str) -> str:
    try:
        return sugar_meant(text)
    except ValueError:
        return OLDEST


def _channel(text: str) -> Channel:
    return Channel.TESTING if text == Channel.TESTING.value else Channel.STABLE


def _told(asked: Group) -> Iterator[str]:
    return stream_template("microformat.html", group=asked, rows=_rows(asked))


def _rows(asked: Group) -> Iterator[Row]:
    for found in _pages(asked):
        offers = ports().catalog.offers([card.bundle_id for card in found.cards])
        for card in found.cards:
            known = offers.get(card.bundle_id)
            if known and (offer := known.choose(asked.sugar, asked.channel)):
                yield _row(asked, card, offer)


def _row(asked: Group, card: Card, offer: Offer) -> Row:
    link = asked.root + download_path(card.bundle_id, offer)
    return Row(card.bundle_id, card.name, offer, link)


def _pages(asked: Group) -> Iterator[Page]:
    after: str | None = None
    while True:
        query = Query(category=asked.category, sort="name", after=after, page_size=AT_ONCE)
        found = ports().catalog.find(query, fallback_chain(asked.lang))
        yield found
        if found.next is None:
            return
        after = found.next
