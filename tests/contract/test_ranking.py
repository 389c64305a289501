"""What a search puts first, over names that Sugar's schools know; a table to judge changes by.

Each line of ranking.txt: the language of the reader, what is searched, which names come first in
this order; behind `...` those that are found at least, and behind `!` those that are not.
"""

from pathlib import Path

import pytest

from aslo.adapters.catalog_sqlite import SqliteCatalog
from aslo.domain.locale import fallback_chain
from aslo.ports import Query
from fixtures.known_activities import fill

TABLE = Path(__file__).with_name("ranking.txt").read_text()


def lines():
    for line in TABLE.splitlines():
        if line and not line.startswith("#"):
            lang, text, wanted = (part.strip() for part in line.split(" | "))
            yield pytest.param(lang, text, wanted, id=ascii(text))


def names(text):
    return [name for name in map(str.strip, text.split(",")) if name]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    made = SqliteCatalog(tmp_path_factory.mktemp("ranking") / "catalog.db")
    fill(made)
    yield made
    made.close()


def search(catalog, lang, text, **query):
    page = catalog.find(Query(text, page_size=100, **query), fallback_chain(lang))
    source = {card.bundle_id: catalog.entry(card.bundle_id) for card in page.cards}
    return [entry.releases[0].details.name.source for entry in source.values()]


@pytest.mark.parametrize(("lang", "text", "wanted"), list(lines()))
def test_a_search_puts_first_what_was_meant(catalog, lang, text, wanted):
    wanted, _, absent = wanted.partition(" ! ")
    first, _, somewhere = wanted.partition("...")

    found = search(catalog, lang, text)

    if first.strip() == "-":
        assert found == []
        return
    assert found[: len(names(first))] == names(first)
    assert set(names(somewhere)) <= set(found)
    assert not set(names(absent)) & set(found)
    assert set(search(catalog, lang, text, sort="name")) == set(found)


def test_the_table_is_long_enough():
    assert len(list(lines())) >= 60


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("tu", ["TurtleBlocks", "TurtleBots"]), ("pai", ["Paint", "Tux Paint"]),
        ("turtle c", ["Turtle Confusion"]), ("tamtamm", ["TamTamMini"]), ("fis", ["Physics"]),
        ("memri", []), ("paint br", []), ("memorise", ["Memorize"]),
    ],
)  # fmt: skip
def test_a_suggestion_is_a_name_that_begins_so(catalog, text, first):
    cards = catalog.suggest(text, ("en",))
    shown = [catalog.entry(c.bundle_id).releases[0].details.name.source for c in cards]

    assert shown[: len(first)] == first
    assert first or not shown
