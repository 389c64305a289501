"""What a Catalog promises to updaters, and to those who follow this store."""

from dataclasses import replace

import pytest

from aslo.domain.activity import Details, Entry, ReleaseState
from aslo.domain.locale import LocalizedText
from aslo.domain.offers import offers_of
from aslo.ports import Told
from fakes.values import a_release, an_activity


def shelve(catalog, name, *versions, **release):
    bundle_id = f"org.sugarlabs.{name}"
    made = tuple(a_release(bundle_id, version, **release) for version in versions or ("1",))
    entry = Entry(an_activity(bundle_id), made)
    catalog.apply(catalog.revision() + 1, bundle_id, entry)
    return entry


def names(found):
    return [each.bundle_id[14:] for each in found]


def test_what_is_offered_is_what_the_domain_says(catalog):
    entry = shelve(catalog, "Moon", "1.9", "1.10", "2", "3")
    states = {"2": ReleaseState.WITHDRAWN, "3": ReleaseState.HELD}
    moved = tuple(
        replace(each, state=states.get(each.version, each.state)) for each in entry.releases
    )
    catalog.apply(2, "org.sugarlabs.Moon", replace(entry, releases=moved))

    found = catalog.offers(["org.sugarlabs.Moon"])["org.sugarlabs.Moon"]

    assert found == offers_of("org.sugarlabs.Moon", moved)
    assert [each.version for each in found.offers] == ["1.10", "1.9"]
    assert found.gone == ("2",)


def test_many_are_asked_for_at_once_and_unknown_ones_are_left_out(catalog):
    shelve(catalog, "Moon")
    shelve(catalog, "Sun")

    asked = ["org.sugarlabs.Sun", "nobody", "x' OR 1=1", "org.sugarlabs.Moon"]
    assert sorted(catalog.offers(asked)) == ["org.sugarlabs.Moon", "org.sugarlabs.Sun"]
    assert catalog.offers([]) == {}


def test_activities_are_named_in_the_language_of_the_reader(catalog):
    name = LocalizedText("Moon", {"es": "Luna"})
    shelve(catalog, "Moon", details=Details(name=name))
    shelve(catalog, "Sun")
    shelve(catalog, "Gone", state=ReleaseState.WITHDRAWN)

    asked = [f"org.sugarlabs.{each}" for each in ("Sun", "Moon", "Gone", "Nobody")]
    assert catalog.names(asked, ["es_UY", "es", "en"]) == {asked[0]: "Sun", asked[1]: "Luna"}
    assert catalog.names(asked[1:2], ["fr"]) == {asked[1]: "Moon"}
    assert catalog.names([], ["fr"]) == {}


def test_all_offers_come_by_bundle_id_page_by_page(catalog):
    for name in ("Sun", "Moon", "Star"):
        shelve(catalog, name)
    shelve(catalog, "Gone", state=ReleaseState.WITHDRAWN)

    assert names(catalog.every_offer("", 2)) == ["Moon", "Star"]
    assert names(catalog.every_offer("org.sugarlabs.Star", 2)) == ["Sun"]
    assert catalog.every_offer("org.sugarlabs.Sun", 2) == []


def test_what_left_the_record_is_offered_no_more(catalog):
    shelve(catalog, "Moon")
    catalog.apply(2, "org.sugarlabs.Moon", None)

    assert catalog.offers(["org.sugarlabs.Moon"]) == {}
    assert catalog.every_offer("", 9) == []


def test_changes_come_in_their_order_each_activity_once(catalog):
    moon = shelve(catalog, "Moon")
    shelve(catalog, "Sun")
    newer = shelve(catalog, "Moon", "2")

    told = catalog.changed(0, 9)

    assert told.revision == 3
    found = [(each.revision, each.bundle_id[14:]) for each in told.changes]
    assert found == [(2, "Sun"), (3, "Moon")]
    assert told.changes[1].entry == newer != moon


def test_changes_go_on_behind_a_revision(catalog):
    for name in ("Moon", "Sun", "Star"):
        shelve(catalog, name)

    assert names(catalog.changed(0, 2).changes) == ["Moon", "Sun"]
    assert names(catalog.changed(2, 2).changes) == ["Star"]
    assert catalog.changed(3, 2) == Told("", 3, ())


def test_what_left_the_record_is_told_once(catalog):
    shelve(catalog, "Moon")
    shelve(catalog, "Sun")
    catalog.apply(3, "org.sugarlabs.Moon", None)

    found = catalog.changed(0, 9).changes

    assert [(each.bundle_id[14:], each.entry is None) for each in found] == [
        ("Sun", False),
        ("Moon", True),
    ]


def test_a_catalog_that_starts_over_tells_of_nothing_from_before(catalog):
    shelve(catalog, "Moon")
    catalog.clear("another era")

    assert catalog.changed(0, 9) == Told("another era", 0, ())
    assert catalog.offers(["org.sugarlabs.Moon"]) == {}


@pytest.mark.parametrize("since", [-1, 0, 2**62])
def test_any_revision_may_be_asked_for(catalog, since):
    shelve(catalog, "Moon")
    assert len(catalog.changed(since, 9).changes) == (since < 1)


def test_a_catalog_knows_whether_it_once_had_everything_since_it_was_cleared(catalog):
    fresh = catalog.caught_up()
    catalog.note_caught_up()
    shelve(catalog, "Moon")
    once = catalog.caught_up()
    catalog.clear("another era")
    cleared = catalog.caught_up()
    shelve(catalog, "Moon")

    assert (fresh, once, cleared, catalog.caught_up()) == (False, True, False, False)
