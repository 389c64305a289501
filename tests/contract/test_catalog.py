"""What every Catalog promises (aslo.ports.Catalog), one promise a test."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import Developer, Entry, ReleaseState, Screenshot, Unreleased
from aslo.domain.counts import Downloads
from aslo.domain.locale import Localized, LocalizedText
from aslo.domain.sugar import Compatibility, Toolkit
from aslo.ports import Led, Page, Query, Shelf
from fakes.clock import START
from fakes.values import a_file, a_release, an_activity

WITHDRAWN = ReleaseState.WITHDRAWN
DAY = timedelta(days=1)


def an_entry(bundle_id="org.sugarlabs.Moon", *versions, activity=None, **details):
    """An activity whose releases all say the same of themselves."""
    releases = [a_release(bundle_id, version) for version in versions or ("1",)]
    if details:
        words = {"name": LocalizedText(bundle_id.rpartition(".")[2]), **details}
        releases = [
            replace(release, details=replace(release.details, **words)) for release in releases
        ]
    return Entry(activity or an_activity(bundle_id), tuple(releases))


def fill(catalog, *entries):
    for entry in entries:
        catalog.apply(catalog.revision() + 1, entry.activity.bundle_id, entry)


def found(catalog, text="", chain=("en",), **query):
    return [card.bundle_id for card in catalog.find(Query(text, **query), chain).cards]


# following


def test_an_empty_catalog_has_followed_nothing(catalog):
    assert catalog.revision() == 0
    assert catalog.entry("org.sugarlabs.Moon") is None
    page = catalog.find(Query(), ("en",))
    assert page == Page((), 0)
    assert not any(catalog.facets(Query()).values())


def test_applying_moves_the_revision_up(catalog):
    catalog.apply(7, "org.sugarlabs.Moon", an_entry())
    assert catalog.revision() == 7
    assert catalog.entry("org.sugarlabs.Moon") == an_entry()


def test_the_tag_of_an_entry_moves_with_it_and_with_what_is_counted(catalog):
    moon, sun = "org.sugarlabs.Moon", "org.sugarlabs.Sun"
    assert catalog.entry_tag(moon) == ""
    tags = []
    for change in (
        lambda: catalog.apply(1, moon, an_entry(moon)),
        lambda: catalog.apply(2, moon, an_entry(moon, "1", "2")),
        lambda: catalog.count_downloads({moon: Downloads(3, 1)}),
    ):
        change()
        tags.append(catalog.entry_tag(moon))
    assert len({"", *tags}) == 4
    catalog.apply(3, sun, an_entry(sun))
    assert catalog.entry_tag(moon) == tags[-1]
    catalog.apply(4, moon, None)
    assert catalog.entry_tag(sun) != ""
    assert catalog.entry_tag(moon) == ""


def test_the_tag_of_an_entry_differs_in_another_era(catalog):
    catalog.apply(1, "org.sugarlabs.Moon", an_entry())
    first = catalog.entry_tag("org.sugarlabs.Moon")
    catalog.clear("another")
    catalog.apply(1, "org.sugarlabs.Moon", an_entry("org.sugarlabs.Moon", "2"))
    assert catalog.entry_tag("org.sugarlabs.Moon") not in ("", first)


def test_applying_again_replaces_what_was_known(catalog):
    catalog.apply(1, "org.sugarlabs.Moon", an_entry())
    newer = an_entry("org.sugarlabs.Moon", "1", "2", name=LocalizedText("Luna"))
    catalog.apply(2, "org.sugarlabs.Moon", newer)
    assert catalog.entry("org.sugarlabs.Moon") == newer
    assert found(catalog, "luna") == ["org.sugarlabs.Moon"]
    assert catalog.find(Query(), ()).total == 1


@pytest.mark.parametrize("revision", [3, 2, 0, -1])
def test_a_revision_that_is_not_higher_changes_nothing(catalog, revision):
    catalog.apply(3, "org.sugarlabs.Moon", an_entry())
    catalog.apply(revision, "org.sugarlabs.Moon", None)
    catalog.apply(revision, "org.sugarlabs.Sun", an_entry("org.sugarlabs.Sun"))
    assert catalog.revision() == 3
    assert found(catalog) == ["org.sugarlabs.Moon"]


def test_none_removes_an_activity(catalog):
    fill(catalog, an_entry())
    catalog.apply(9, "org.sugarlabs.Moon", None)
    assert catalog.entry("org.sugarlabs.Moon") is None
    assert found(catalog) == found(catalog, "moon") == []
    assert catalog.holds_file(a_release().bundle.sha256) is None


@pytest.mark.parametrize("state", [WITHDRAWN, ReleaseState.HELD])
def test_an_activity_without_a_listed_release_leaves_the_lists_but_answers(catalog, state):
    fill(catalog, an_entry())
    hidden = Entry(an_activity(), (a_release(state=state),))
    fill(catalog, hidden)
    assert found(catalog) == found(catalog, "moon") == found(catalog, sort="name") == []
    assert catalog.entry("org.sugarlabs.Moon") == hidden


def test_an_activity_without_any_release_is_not_listed(catalog):
    fill(catalog, Entry(an_activity()))
    assert found(catalog) == []
    assert catalog.entry("org.sugarlabs.Moon") == Entry(an_activity())


def test_one_follower_at_a_time(catalog):
    with catalog.lock() as mine:
        assert mine
        with catalog.lock() as other:
            assert not other
    with catalog.lock() as again:
        assert again


def test_a_follower_that_fails_gives_the_lock_back(catalog):
    with pytest.raises(OSError, match="mine"), catalog.lock():
        raise OSError("mine")
    with catalog.lock() as mine:
        assert mine


# cards


def test_a_card_shows_the_highest_listed_release_that_is_no_prerelease(catalog):
    releases = (
        a_release(version="1.9"),
        a_release(version="1.10"),
        a_release(version="2", prerelease=True),
        a_release(version="3", state=WITHDRAWN),
    )
    fill(catalog, Entry(an_activity(), releases))
    (card,) = catalog.find(Query(), ()).cards
    assert (card.version, card.file_name) == ("1.10", releases[1].file_name)
    assert card.size_bytes == releases[1].bundle.size_bytes


def test_a_card_has_its_words_in_the_first_language_of_the_chain(catalog):
    name = LocalizedText("Moon", {"es": "Luna", "pt": "Lua"})
    summary = LocalizedText("Phases", {"pt": "Fases"})
    fill(catalog, an_entry(name=name, summary=summary))
    (card,) = catalog.find(Query(), ("pt_BR", "pt", "en")).cards
    assert (card.name, card.summary) == (Localized("Lua", "pt"), Localized("Fases", "pt"))
    (card,) = catalog.find(Query(), ("es", "en")).cards
    assert (card.name, card.summary) == (Localized("Luna", "es"), Localized("Phases"))


def test_a_card_names_its_icon(catalog):
    icon = a_file("<svg/>", "image/svg+xml")
    fill(catalog, Entry(an_activity(), (a_release(icon=icon),)))
    (card,) = catalog.find(Query(), ()).cards
    assert card.icon_sha256 == icon.sha256


def test_a_card_names_the_translations_that_wait_behind_its_release(catalog):
    waits = Unreleased(a_release().commit, ("es", "fr"))
    fill(catalog, Entry(an_activity(unreleased=waits), (a_release(),)))
    (card,) = catalog.find(Query(), ()).cards
    assert card.unreleased == ("es", "fr")

    fill(catalog, Entry(an_activity(unreleased=waits), (a_release(commit="e" * 40),)))
    (card,) = catalog.find(Query(), ()).cards
    assert card.unreleased == ()


# finding


def test_an_activity_is_found_by_its_words(catalog):
    fill(
        catalog,
        an_entry(
            name=LocalizedText("Star gazer"),
            summary=LocalizedText("Look at planets"),
            categories=("science",),
        ),
        an_entry("org.sugarlabs.Chess"),
    )
    texts = ("star", "GAZER", "plan", "science", "moon", "org.sugarlabs.moon", "star planets")
    for text in texts:
        assert found(catalog, text) == ["org.sugarlabs.Moon"], text
    assert found(catalog, "zer") == found(catalog, "star chess") == []


def test_an_activity_is_found_in_any_language_with_or_without_accents(catalog):
    names = {"fr": "Étoiles", "hi": "चंद्रमा देखें", "el": "Σελήνη", "ar": "القمر"}
    fill(catalog, an_entry(name=LocalizedText("Moon", names)))
    for text in ("etoil", "ÉTOILES", "e\u0301toiles", "चंद्रमा", "σεληνη", "القمر"):
        assert found(catalog, text) == ["org.sugarlabs.Moon"], text


def test_that_very_name_comes_first_then_names_that_begin_so_then_the_rest(catalog):
    fill(
        catalog,
        an_entry(
            "org.a.Summary", name=LocalizedText("Rest"), summary=LocalizedText("paint, paint")
        ),
        an_entry("org.b.Second", name=LocalizedText("My Paint")),
        an_entry("org.c.Begins", name=LocalizedText("Paint brush")),
        an_entry("org.d.Same", name=LocalizedText("Dessin", {"en": "Paint"})),
    )
    assert found(catalog, "paint")[:2] == ["org.d.Same", "org.c.Begins"]
    assert set(found(catalog, "paint")[2:]) == {"org.b.Second", "org.a.Summary"}


def test_a_name_is_that_very_name_without_its_case_and_accents(catalog):
    fill(
        catalog,
        an_entry("org.a", name=LocalizedText("Etoile")),
        an_entry("org.b", name=LocalizedText("Étoile Noire")),
    )
    assert found(catalog, "ETOILE  noire") == ["org.b"]
    fill(catalog, an_entry("org.b", name=LocalizedText("ÉTOILE")))
    fill(catalog, an_entry("org.a", name=LocalizedText("Etoile bleue")))
    assert found(catalog, "étoile") == found(catalog, "etoile") == ["org.b", "org.a"]


@pytest.mark.parametrize(
    "text",
    [
        '"', '""', "'", "*", "^", "a*b", "NEAR(", "moon NEAR/2 sun", "moon OR", "AND", "NOT moon",
        "names:moon", "{names}: x", "-moon", "+", "(", ")", "\\", "%", "_", ";--", "\x00", "a\x00b",
        "\ud800", "🎉", "🎉🌙", "x" * 10_000, "moon " * 2_000, "\u202e", "'; DROP TABLE words; --",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_text_may_be_anything(catalog, text):
    fill(catalog, an_entry())
    page = catalog.find(Query(text, category=text), ("en",))
    assert page.total == len(page.cards)


def test_a_text_of_blanks_means_everything(catalog):
    fill(catalog, an_entry())
    assert found(catalog, " \t\n ") == ["org.sugarlabs.Moon"]


def test_a_text_without_a_word_finds_nothing(catalog):
    fill(catalog, an_entry())
    assert found(catalog, "🎉") == []


def test_a_category_narrows_the_list(catalog):
    fill(
        catalog,
        an_entry("org.a.A", categories=("Games", "math")),
        an_entry("org.b.B", categories=("math",)),
    )
    assert found(catalog, category="games") == ["org.a.A"]
    assert found(catalog, "b", category="math") == ["org.b.B"]
    assert found(catalog, category="") == found(catalog, category="gam") == []


def test_lists_are_sorted_by_update_age_or_name(catalog):
    for name, updated, created in (("Ape", 1, 3), ("bee", 3, 2), ("Éland", 2, 1)):
        bundle_id = f"org.x{created}"
        release = a_release(bundle_id, listed_at=START + updated * DAY)
        details = replace(release.details, name=LocalizedText(name))
        activity = an_activity(bundle_id, created_at=START + created * DAY)
        fill(catalog, Entry(activity, (replace(release, details=details),)))
    assert found(catalog, sort="updated") == ["org.x2", "org.x1", "org.x3"]
    assert found(catalog, sort="newest") == ["org.x3", "org.x2", "org.x1"]
    assert found(catalog, sort="name") == ["org.x3", "org.x2", "org.x1"]
    assert found(catalog, sort="; DROP") == found(catalog)


def test_names_are_sorted_as_the_reader_sees_them(catalog):
    fill(
        catalog,
        an_entry("org.a", name=LocalizedText("Apple", {"fr": "Pomme"})),
        an_entry("org.b", name=LocalizedText("Bread")),
    )
    assert found(catalog, sort="name", chain=("en",)) == ["org.a", "org.b"]
    assert found(catalog, sort="name", chain=("fr", "en")) == ["org.b", "org.a"]
    assert found(catalog, sort="name", chain=("x'; DROP", "$where", "fr")) == ["org.b", "org.a"]


def test_a_search_can_be_sorted_otherwise(catalog):
    for number, bundle_id in enumerate(("org.c", "org.a", "org.b", "org.d")):
        activity = an_activity(bundle_id, created_at=START + number * DAY)
        name = LocalizedText(f"{'xxyz'[number]}{number} paint")
        fill(catalog, an_entry(bundle_id, activity=activity, name=name))
    fill(catalog, an_entry("org.e"))
    assert found(catalog, "paint", sort="newest") == ["org.d", "org.b", "org.a", "org.c"]
    assert found(catalog, "paint", sort="name") == ["org.c", "org.a", "org.b", "org.d"]


def test_what_is_fetched_most_comes_first(catalog):
    fill(catalog, *(an_entry(f"org.a{number}") for number in range(5)))
    counts = {"org.a1": Downloads(9, 1), "org.a2": Downloads(8, 2), "org.a4": Downloads(99, 1)}
    catalog.count_downloads(counts)
    order = ["org.a2", "org.a4", "org.a1", "org.a0", "org.a3"]
    assert found(catalog) == found(catalog, sort="popular") == order
    assert found(catalog, "a", sort="popular") == order


# pages


def walk(catalog, query, chain=("en",), way="next"):
    """Every page from the query's on, one way."""
    pages = [catalog.find(query, chain)]
    while cursor := getattr(pages[-1], way):
        asked = {
            "after": None,
            "before": None,
            {"next": "after", "previous": "before"}[way]: cursor,
        }
        pages.append(catalog.find(replace(query, **asked), chain))
        assert len(pages) < 50
    return pages


ids = [f"org.x.Paint{number}" for number in range(7)]


def seven(catalog):
    words = ("aa", "b", "ab", "a", "c", "cc", "d")
    for number, bundle_id in enumerate(ids):
        name = LocalizedText(f"{words[number]} paint", {"fr": f"Z{number}"} if number % 2 else {})
        fill(catalog, an_entry(bundle_id, name=name))
    catalog.count_downloads({bundle_id: Downloads(1, len(bundle_id)) for bundle_id in ids[2:4]})


@pytest.mark.parametrize("sort", ["", "popular", "newest", "updated", "name"])
@pytest.mark.parametrize("text", ["", "paint"])
def test_pages_follow_each_other_and_meet_every_activity_once(catalog, sort, text):
    seven(catalog)
    query = Query(text, sort, page_size=3)
    whole = [card.bundle_id for card in catalog.find(Query(text, sort), ("fr", "en")).cards]
    onward = walk(catalog, query, ("fr", "en"))
    met = [[card.bundle_id for card in page.cards] for page in onward]
    assert [len(page) for page in met] == [3, 3, 1]
    assert [bundle_id for page in met for bundle_id in page] == whole
    assert set(whole) == set(ids)
    assert [page.previous is None for page in onward] == [True, False, False]
    last = replace(query, before=onward[-1].previous)
    back = [
        [card.bundle_id for card in page.cards]
        for page in walk(catalog, last, ("fr", "en"), "previous")
    ]
    assert back == [met[1], met[0]]
    assert {page.total for page in onward} == {7}


def test_a_cursor_goes_on_when_what_it_stood_at_is_gone(catalog):
    seven(catalog)
    first = catalog.find(Query(sort="name", page_size=3), ())
    assert [card.bundle_id for card in first.cards] == [ids[0], ids[2], ids[3]]
    catalog.apply(99, ids[3], None)
    assert found(catalog, sort="name", after=first.next, page_size=2) == [ids[1], ids[5]]


def test_a_cursor_behind_everything_gives_the_first_page(catalog):
    seven(catalog)
    last = catalog.find(Query(sort="name", page_size=6), ()).next
    catalog.apply(99, ids[6], None)
    assert found(catalog, sort="name", after=last) == found(catalog, sort="name")
    assert led(catalog, sort="name", after=last) is Led.NOWHERE


def test_a_cursor_before_which_all_is_gone_leads_to_its_page(catalog):
    seven(catalog)
    first = catalog.find(Query(sort="name", page_size=3), ())
    for number, card in enumerate(first.cards):
        catalog.apply(99 + number, card.bundle_id, None)

    page = catalog.find(Query(sort="name", after=first.next, page_size=2), ())

    assert [card.bundle_id for card in page.cards] == [ids[1], ids[5]]
    assert (page.previous, page.led) == (None, Led.THERE)


def test_nothing_is_before_what_was_the_second_page_when_the_first_is_gone(catalog):
    seven(catalog)
    first = catalog.find(Query(sort="name", page_size=3), ())
    second = catalog.find(Query(sort="name", after=first.next, page_size=3), ())
    for number, card in enumerate(first.cards):
        catalog.apply(99 + number, card.bundle_id, None)

    assert led(catalog, sort="name", before=second.previous) is Led.NOWHERE


@pytest.mark.parametrize("text", ["", "paint"])
def test_a_cursor_is_readable_though_nothing_is_left_at_all(catalog, text):
    seven(catalog)
    cursor = catalog.find(Query(text, page_size=1), ()).next
    assert led(catalog, text, after=cursor) is Led.THERE
    for number, bundle_id in enumerate(ids):
        catalog.apply(99 + number, bundle_id, None)

    assert led(catalog, text, after=cursor) is Led.NOWHERE


def led(catalog, *text, **asked):
    return catalog.find(Query(*text, **asked), ()).led


@pytest.mark.parametrize(
    "cursor",
    ["", "?", "x" * 9_000, "W10", "bnVsbA", "eyJhIjoxfQ", "WyJwb3B1bGFyIiwxXQ",
     "\ud800", "\0", "é", "W" * 900],
)  # fmt: skip
@pytest.mark.parametrize("sort", ["", "popular", "name"])
def test_nonsense_for_a_cursor_is_the_first_page(catalog, cursor, sort):
    seven(catalog)
    for text in ("", "paint"):
        first = found(catalog, text, sort=sort, page_size=3)
        assert found(catalog, text, sort=sort, after=cursor, page_size=3) == first
        assert found(catalog, text, sort=sort, before=cursor, page_size=3) == first
        if cursor:
            assert led(catalog, text, sort=sort, after=cursor) is Led.UNREADABLE


def test_the_cursor_of_one_order_means_nothing_in_another(catalog):
    seven(catalog)
    cursor = catalog.find(Query(sort="name", page_size=3), ()).next
    assert found(catalog, sort="newest", after=cursor) == found(catalog, sort="newest")
    assert led(catalog, sort="newest", after=cursor) is Led.UNREADABLE


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (10**30, 4)])
def test_a_page_has_a_sensible_size(catalog, asked, given):
    fill(catalog, *(an_entry(f"org.a{number}") for number in range(4)))
    assert len(catalog.find(Query(page_size=asked), ()).cards) == given


# filters


def on_sugar(first, last=None, toolkit=Toolkit.GTK3):
    return Compatibility(toolkit, 3, first, last)


def shelves(catalog):
    """Four activities that differ in everything that is filtered."""
    ada, bob = Developer("Ada", "https://github.example/ada"), Developer("bob", "x")
    fill(
        catalog,
        an_entry(
            "org.a.Paint",
            activity=an_activity("org.a.Paint", developers=(ada, bob)),
            categories=("Art", "games"),
            compatibility=on_sugar("0.96"),
            languages=("es", "fr"),
            spdx="GPL-3.0-or-later",
            license="GPLv3+",
        ),
        an_entry(
            "org.b.Paint",
            activity=an_activity("org.b.Paint", developers=(bob,)),
            categories=("games",),
            compatibility=on_sugar("0.86", "0.116", Toolkit.GTK2),
            languages=("es",),
            license="Public Domain",
        ),
        an_entry("org.c.Chess", categories=("GAMES",), compatibility=on_sugar("0.100")),
        an_entry("org.d.Moon", compatibility=on_sugar("0.118", None, Toolkit.GTK4)),
    )


FILTERS = [
    ({"category": "games"}, "abc"),
    ({"category": " gÁmes "}, "abc"),
    ({"category": "art"}, "a"),
    ({"toolkit": "gtk3"}, "ac"),
    ({"toolkit": "gtk3", "category": "games", "lang": "fr"}, "a"),
    ({"sugar": "0.86"}, "b"),
    ({"sugar": "0.98"}, "ab"),
    ({"sugar": "0.100"}, "abc"),
    ({"sugar": "0.117"}, "ac"),
    ({"sugar": "0.120"}, "acd"),
    ({"lang": "es"}, "ab"),
    ({"license": "GPL-3.0-or-later"}, "a"),
    ({"license": "Public Domain"}, "b"),
    ({"developer": "ada"}, "a"),
    ({"developer": "BOB"}, "ab"),
    ({"developer": "bob", "toolkit": "gtk2"}, "b"),
    *(({name: ""}, "") for name in ("category", "toolkit", "sugar", "lang", "license")),
    *(({name: "'; DROP"}, "") for name in ("category", "toolkit", "sugar", "lang", "developer")),
    ({"sugar": "0." + "9" * 40}, ""),
]


@pytest.mark.parametrize(("filters", "left"), FILTERS, ids=str)
def test_filters_hold_together(catalog, filters, left):
    shelves(catalog)
    page = catalog.find(Query(**filters), ())
    assert "".join(card.bundle_id[4] for card in page.cards) == left
    assert page.total == len(left)
    painted = "".join(each for each in left if each in "ab")
    searched = catalog.find(Query("paint", **filters), ())
    assert "".join(card.bundle_id[4] for card in searched.cards) == painted


def told(catalog, facet, query=None):
    return {shelf.value: shelf.count for shelf in catalog.facets(query or Query())[facet]}


def test_each_value_of_a_filter_tells_how_many_it_would_leave(catalog):
    shelves(catalog)
    assert told(catalog, "category") == {"games": 3, "art": 1}
    assert told(catalog, "toolkit") == {"gtk3": 2, "gtk2": 1, "gtk4": 1}
    assert told(catalog, "lang") == {"es": 2, "fr": 1}
    assert told(catalog, "license") == {"GPL-3.0-or-later": 1, "Public Domain": 1}
    sugars = told(catalog, "sugar")
    assert [sugars[each] for each in ("0.120", "0.116", "0.100", "0.98", "0.86")] == [3, 3, 3, 2, 1]
    assert "0.84" not in sugars
    assert next(iter(sugars)) == "0.121"


def test_a_category_is_told_as_most_write_it_and_found_however_it_is_written(catalog):
    for number, written in enumerate(("música", "Música", "Música", "ゲーム", "art", "Art", "art")):
        fill(catalog, an_entry(f"org.sugarlabs.C{number}", categories=(written,)))
    shelves = catalog.facets(Query())["category"]
    assert {each.written or each.value: each.count for each in shelves} == {
        "Música": 3,
        "art": 3,
        "ゲーム": 1,
    }
    assert [each.value for each in shelves][:2] == ["art", "musica"]
    for asked in ("musica", "MÚSICA", " música "):
        assert len(found(catalog, category=asked)) == 3


def test_words_that_mean_the_same_are_one_category(catalog):
    for number, written in enumerate(("math", "maths", "Mathematics", "maths")):
        fill(catalog, an_entry(f"org.sugarlabs.C{number}", categories=(written, "game")))
    assert told(catalog, "category") == {"games": 4, "math": 4}
    assert len(found(catalog, category="mathematics")) == 4
    assert len(found(catalog, category="games")) == 4


def test_a_filter_is_counted_without_itself_but_with_the_others(catalog):
    shelves(catalog)
    query = Query("paint", toolkit="gtk3", lang="es")
    assert told(catalog, "toolkit", query) == {"gtk3": 1, "gtk2": 1}
    assert told(catalog, "lang", query) == {"es": 1, "fr": 1}
    assert told(catalog, "category", query) == {"art": 1, "games": 1}
    assert not any(catalog.facets(Query("zebra")).values())


def test_the_fullest_shelf_comes_first(catalog):
    shelves(catalog)
    assert catalog.facets(Query())["category"] == (
        Shelf("games", 3),
        Shelf("art", 1, "Art"),
    )


def test_shelves_follow_what_becomes_of_an_activity(catalog):
    shelves(catalog)
    fill(catalog, an_entry("org.a.Paint", categories=("math",)))
    catalog.apply(98, "org.c.Chess", None)
    hidden = Entry(an_activity("org.b.Paint"), (a_release("org.b.Paint", state=WITHDRAWN),))
    fill(catalog, hidden)
    assert told(catalog, "category") == {"math": 1}
    assert told(catalog, "lang") == {}
    assert found(catalog, category="games") == found(catalog, developer="bob") == []
    fill(catalog, an_entry("org.e.New", categories=("math", "games")))
    assert told(catalog, "category") == {"math": 2, "games": 1}


def test_shelves_hold_many_activities(catalog):
    for number in range(2_500):
        kinds = ("odd",) if number % 2 else ("even", "rare")[: 1 + (number == 2_222)]
        fill(catalog, an_entry(f"org.x{number}", categories=kinds))
    assert told(catalog, "category") == {"even": 1_250, "odd": 1_250, "rare": 1}
    assert found(catalog, category="rare") == ["org.x2222"]
    assert catalog.find(Query(category="odd", sort="name"), ()).total == 1_250
    assert found(catalog, category="odd", page_size=2, sort="name") == ["org.x1", "org.x1001"]
    for sort in ("name", "popular"):
        query = Query(category="odd", sort=sort, page_size=2)
        first = catalog.find(query, ())
        second = catalog.find(replace(query, after=first.next), ())
        met = [card.bundle_id for card in (*first.cards, *second.cards)]
        assert met == ["org.x1", "org.x1001", "org.x1003", "org.x1005"]
        assert catalog.find(replace(query, before=second.previous), ()) == first


# slips of the finger


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("pant", "paint"), ("piant", "paint"), ("paintt", "paint"), ("pqint", "paint"),
        ("cehss", "chess"), ("hess", "chess"), ("Calculatr", "calculate"),
        ("clcualate", "calculate"),
        ("paint calclate", ""), ("pant brush", "paint brush"), ("Étoilles", "étoiles"),
    ],
)  # fmt: skip
def test_a_word_that_nobody_writes_is_mended(catalog, text, meant):
    fill(catalog, an_entry("org.a.Paint", name=LocalizedText("Paint", {"fr": "Étoiles"})))
    fill(catalog, an_entry("org.b.Chess"), an_entry("org.c.Calculate"))
    fill(catalog, an_entry("org.d.PaintBrush"))
    page = catalog.find(Query(text), ())
    assert page.text == (meant or text)
    assert bool(page.cards) == bool(meant)
    exact = catalog.find(Query(text, exact=True), ())
    assert (exact.text, exact.cards) == (text, ())


@pytest.mark.parametrize(
    "text", ["pnt", "pan", "stars", "paintings", "qqqqq", "123456", "brush", "chees moon"]
)
def test_a_word_is_left_as_it_is_that_is_short_or_known_or_near_to_none(catalog, text):
    summary = LocalizedText("Paintings of stars, with a brush")
    fill(catalog, an_entry("org.a.Paint", summary=summary), an_entry("org.b.Start"))
    fill(catalog, an_entry("org.c.Brash"), an_entry("org.d.Num123457"))
    assert catalog.find(Query(text), ()).text == text


def two_languages(catalog, first, second):
    """Two activities, the first one fetched more, each with a name of its own language."""
    fill(
        catalog,
        an_entry("org.a.One", name=LocalizedText("One", {"de": first})),
        an_entry("org.b.Two", name=LocalizedText("Two", {"fr": second})),
    )
    catalog.count_downloads({"org.a.One": Downloads(2, 2)})


def test_what_is_meant_is_of_the_readers_language(catalog):
    two_languages(catalog, "Schach", "Scratch")
    assert catalog.find(Query("scrach"), ("fr", "en")).text == "scratch"
    assert catalog.find(Query("scrach"), ("de", "en")).text == "schach"


@pytest.mark.parametrize("text", ["mal", "male", "maler"])
def test_names_that_fit_alike_stand_by_the_readers_language(catalog, text):
    two_languages(catalog, "Maler", "Maler")
    assert found(catalog, text, ("fr", "en")) == ["org.b.Two", "org.a.One"]
    assert found(catalog, text, ("de", "en")) == ["org.a.One", "org.b.Two"]


def test_a_name_that_is_gone_is_meant_by_nobody(catalog):
    fill(catalog, an_entry("org.a.Paint"), an_entry("org.b.Plant"))
    catalog.apply(9, "org.a.Paint", None)
    assert catalog.find(Query("pait"), ()).cards == ()


# suggestions


def suggested(catalog, text, chain=("en",), limit=8):
    return [card.bundle_id for card in catalog.suggest(text, chain, limit)]


def test_a_beginning_is_completed_by_names_only(catalog):
    fill(
        catalog,
        an_entry("org.a.Paint", name=LocalizedText("Paint", {"es": "Pintar"})),
        an_entry("org.b.My", name=LocalizedText("My paintings")),
        an_entry("org.c.Other", summary=LocalizedText("paint")),
    )
    assert suggested(catalog, "pain") == ["org.a.Paint", "org.b.My"]
    assert suggested(catalog, "pain", limit=1) == ["org.a.Paint"]
    assert suggested(catalog, "pin") == ["org.a.Paint"]
    assert suggested(catalog, "piant") == ["org.a.Paint", "org.b.My"]
    assert suggested(catalog, " ") == suggested(catalog, "🎉") == []
    assert catalog.suggest("pin", ("es",))[0].name == Localized("Pintar", "es")


# downloads


def test_downloads_are_on_the_cards_and_outlive_changes(catalog):
    counts = {"org.sugarlabs.Moon": Downloads(7, 3), "org.sugarlabs.Later": Downloads(2, 1)}
    catalog.count_downloads(counts)
    fill(catalog, an_entry(), an_entry("org.sugarlabs.Later"))
    fill(catalog, an_entry())
    later, moon = sorted(catalog.find(Query(), ()).cards, key=lambda card: card.bundle_id)
    assert (moon.downloads, later.downloads) == (Downloads(7, 3), Downloads(2, 1))
    assert found(catalog) == ["org.sugarlabs.Moon", "org.sugarlabs.Later"]
    assert catalog.downloads("org.sugarlabs.Moon") == Downloads(7, 3)
    assert catalog.downloads("org.sugarlabs.Nobody") == Downloads()


def test_counting_again_replaces_what_was_known(catalog):
    fill(catalog, an_entry())
    catalog.count_downloads({"org.sugarlabs.Moon": Downloads(7, 3)})
    catalog.count_downloads({"org.sugarlabs.Sun": Downloads(2**40, 2**40)})
    assert catalog.downloads("org.sugarlabs.Moon") == Downloads()
    assert catalog.downloads("org.sugarlabs.Sun") == Downloads(2**40, 2**40)
    assert catalog.find(Query(), ()).cards[0].downloads == Downloads()


def test_the_tag_moves_with_whatever_pages_show(catalog):
    tags = [catalog.tag()]
    fill(catalog, an_entry())
    tags.append(catalog.tag())
    catalog.count_downloads({"org.sugarlabs.Moon": Downloads(1, 1)})
    tags.append(catalog.tag())
    catalog.clear("another era")
    tags.append(catalog.tag())
    assert len(set(tags)) == 4


def test_the_tag_stays_when_nothing_changed(catalog):
    fill(catalog, an_entry())
    catalog.count_downloads({"org.sugarlabs.Moon": Downloads(1, 1)})
    tag = catalog.tag()
    catalog.count_downloads({"org.sugarlabs.Moon": Downloads(1, 1), "org.b": Downloads()})
    catalog.apply(1, "org.sugarlabs.Moon", None)
    assert catalog.tag() == tag


# files


def test_every_picture_and_bundle_that_a_listed_release_shows_is_held(catalog):
    icon, shot, face = (a_file(name, f"image/{name}") for name in ("svg+xml", "webp", "png"))
    older = a_release(version="1", icon=icon, screenshots=(Screenshot(shot, 8, 6),))
    people = (Developer("ada", "https://github.example/ada", 1, face), Developer("bob", "x"))
    fill(catalog, Entry(an_activity(developers=people), (a_release(version="2"), older)))
    for file in (icon, shot, face, older.bundle, a_release(version="2").bundle):
        assert catalog.holds_file(file.sha256) == file
    assert catalog.holds_file("0" * 64) is None
    assert catalog.holds_file("'; --") is None


def test_files_of_releases_that_are_not_listed_are_not_held(catalog):
    face = a_file("face", "image/png")
    people = (Developer("ada", "x", 1, face),)
    gone = a_release(icon=a_file("icon"), state=WITHDRAWN)
    fill(catalog, Entry(an_activity(developers=people), (gone,)))
    for file in (gone.bundle, gone.icon, face):
        assert catalog.holds_file(file.sha256) is None


def test_a_withdrawn_release_shows_nothing_beside_a_listed_one(catalog):
    gone = a_release(version="2", icon=a_file("icon"), state=WITHDRAWN)
    fill(catalog, Entry(an_activity(), (a_release(), gone)))
    assert catalog.holds_file(a_release().bundle.sha256)
    assert catalog.holds_file(gone.bundle.sha256) is None
    assert catalog.holds_file(gone.icon.sha256) is None


def test_a_file_that_two_activities_show_outlives_one_of_them(catalog):
    icon = a_file("icon")
    for name in ("org.a", "org.b"):
        fill(catalog, Entry(an_activity(name), (a_release(name, icon=icon),)))
    catalog.apply(9, "org.a", None)
    assert catalog.holds_file(icon.sha256) == icon


def test_closing_twice_is_fine(catalog):
    catalog.revision()
    catalog.close()
    catalog.close()


def test_clearing_forgets_everything(catalog):
    catalog.apply(5, "org.sugarlabs.Moon", Entry(an_activity(), (a_release(),)))

    catalog.clear("an-era")

    assert catalog.revision() == 0
    assert catalog.entry("org.sugarlabs.Moon") is None
    assert catalog.find(Query(), ["en"]).total == 0
    catalog.apply(1, "org.sugarlabs.Moon", Entry(an_activity(), (a_release(),)))
    assert catalog.find(Query(), ["en"]).total == 1


def test_a_catalog_knows_which_record_it_followed(catalog):
    assert catalog.era() == ""
    catalog.clear("an-era")
    assert (catalog.era(), catalog.revision()) == ("an-era", 0)
    fill(catalog, Entry(an_activity(), (a_release(),)))
    assert catalog.era() == "an-era"
