"""What every Catalog promises (aslo.ports.Catalog), one promise a test."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import Developer, Entry, ReleaseState, Screenshot
from aslo.domain.locale import Localized, LocalizedText
from aslo.ports import Query
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
    assert (page.cards, page.total, page.number, page.pages) == ((), 0, 1, 1)


def test_applying_moves_the_revision_up(catalog):
    catalog.apply(7, "org.sugarlabs.Moon", an_entry())
    assert catalog.revision() == 7
    assert catalog.entry("org.sugarlabs.Moon") == an_entry()


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
    assert card.version == "1.10"
    assert card.release == releases[1]


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
    for text in ("star", "GAZER", "plan", "science", "moon", "org.sugarlabs.moon", "star planets"):
        assert found(catalog, text) == ["org.sugarlabs.Moon"], text
    assert found(catalog, "azer") == found(catalog, "star chess") == []


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
    assert found(catalog) == ["org.x2", "org.x1", "org.x3"]
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


def test_pages_follow_each_other_and_meet_every_activity_once(catalog):
    fill(catalog, *(an_entry(f"org.a{number}") for number in range(7)))
    pages = [catalog.find(Query(page=n, page_size=3), ()) for n in (1, 2, 3)]
    assert [(page.number, page.pages, page.total) for page in pages] == [
        (1, 3, 7),
        (2, 3, 7),
        (3, 3, 7),
    ]
    assert len({card.bundle_id for page in pages for card in page.cards}) == 7


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-1, 1), (3, 2), (10**30, 2), (-(10**30), 1)])
def test_a_page_that_is_not_there_is_the_nearest_one(catalog, asked, given):
    fill(catalog, *(an_entry(f"org.a{number}") for number in range(4)))
    page = catalog.find(Query(page=asked, page_size=3), ())
    assert page.number == given
    assert page.cards


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (10**30, 4)])
def test_a_page_has_a_sensible_size(catalog, asked, given):
    fill(catalog, *(an_entry(f"org.a{number}") for number in range(4)))
    assert len(catalog.find(Query(page_size=asked), ()).cards) == given


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
