"""The feed of changes, as a program reads it that follows this store."""

from dataclasses import replace

import pytest

from aslo.domain.activity import Entry, ReleaseState
from fakes.values import a_release, an_activity
from fakes.web_site import MOON, WebSite

ERA = "an era"


@pytest.fixture
def site():
    made = WebSite()
    made.catalog.clear(ERA)
    made.catalog.note_caught_up()
    return made


def changes(site, since=0, limit=50):
    answer = site.client.get(f"/api/v1/changes?since={since}&limit={limit}")
    assert answer.status_code == 200, answer.text
    return answer.json


def ids(told):
    return [each["bundle_id"] for each in told["items"]]


def test_changes_are_told_page_by_page_each_activity_once(site):
    known = site.shelve_many(3)
    site.shelve(a_release(known[0], "2"))

    first = changes(site, limit=2)
    rest = changes(site, first["next"], limit=2)

    assert ids(first) == [known[1], known[2]]
    assert (first["is_more"], first["next"], first["era"]) == (True, 3, ERA)
    assert ids(rest) == [known[0]]
    assert (rest["is_more"], rest["next"]) == (False, 4)
    assert [each["version"] for each in rest["items"][0]["activity"]["releases"]] == ["2"]


def test_what_moves_between_two_pages_is_told_on_the_second(site):
    known = site.shelve_many(3)
    first = changes(site, limit=2)
    site.shelve(a_release(known[0], "2"))

    rest = changes(site, first["next"], limit=2)

    assert ids(first) == known[:2]
    assert ids(rest) == [known[2], known[0]]


def test_a_page_ends_early_where_activities_have_many_releases(site):
    """A hundred old activities with long notes would else be one answer of hundreds of MiB."""
    known = [f"org.example.Old{number}" for number in range(3)]
    for bundle_id in known:
        site.shelve(*(a_release(bundle_id, str(version)) for version in range(1, 151)))

    pages = [changes(site), changes(site, 1), changes(site, 2)]

    assert [ids(page) for page in pages] == [[each] for each in known]
    assert [page["is_more"] for page in pages] == [True, True, False]


def test_an_activity_is_never_told_in_part(site):
    site.shelve(*(a_release(MOON, str(version)) for version in range(1, 251)))

    (change,) = changes(site)["items"]

    assert len(change["activity"]["releases"]) == 250


def test_next_never_goes_back_where_another_machine_knew_more(site):
    site.shelve_many(3)

    assert changes(site, since=7) == {"era": ERA, "items": [], "next": 7, "is_more": False}


def test_a_machine_that_was_behind_skips_nothing(site):
    """Another one told up to 2, and that it knew of 5 changes; here only 3 are known yet."""
    known = site.shelve_many(3)
    ahead = changes(site, since=5)["next"]
    for bundle_id in known:
        site.shelve(a_release(bundle_id, "2"))

    assert ids(changes(site, ahead)) == known[2:]


def test_what_nobody_may_see_any_more_is_told_as_gone(site):
    site.shelve(a_release(MOON, "1", state=ReleaseState.HELD))

    assert changes(site)["items"] == [{"revision": 1, "bundle_id": MOON, "activity": None}]


def test_a_withdrawn_release_is_told_without_its_file(site):
    held = a_release(MOON, "3", state=ReleaseState.HELD)
    gone = replace(a_release(MOON, "2"), state=ReleaseState.WITHDRAWN)
    entry = Entry(an_activity(MOON), (a_release(MOON, "1"), gone, held))
    site.catalog.apply(1, MOON, entry)

    (change,) = changes(site)["items"]

    told = [(each["version"], each["state"]) for each in change["activity"]["releases"]]
    assert told == [("2", "withdrawn"), ("1", "listed")]
    assert change["activity"]["releases"][0]["bundle"] is None


def test_what_was_lost_at_rest_is_told_as_held_and_not_as_gone(site):
    """A follower that has the bundle may be the last who has it."""
    held = replace(a_release(MOON, "2"), state=ReleaseState.HELD)
    lost = replace(a_release(MOON, "1"), state=ReleaseState.HELD, lost=True)
    site.catalog.apply(1, MOON, Entry(an_activity(MOON), (lost, held)))

    (change,) = changes(site)["items"]

    (told,) = change["activity"]["releases"]
    assert (told["version"], told["state"], told["bundle"]) == ("1", "held", None)
    assert change["activity"]["offers"] == {}
    assert site.client.get(f"/api/v1/activities/{MOON}").status_code == 404


def test_a_machine_that_has_followed_nothing_yet_says_so_and_not_that_nothing_is_there():
    """A follower would throw away all it has, for no era is not the one that it knows."""
    answer = WebSite().client.get("/api/v1/changes?since=40")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.json["error"] == "catalog-outage"


def test_a_machine_that_is_still_being_filled_does_not_say_that_this_is_all(site):
    """It has the new era and a part of its activities, and does not know what it lacks."""
    site.catalog.clear("another era")
    site.catalog.apply(1, MOON, Entry(an_activity(MOON), (a_release(MOON),)))

    assert site.client.get("/api/v1/changes").status_code == 503

    site.catalog.note_caught_up()
    assert changes(site)["is_more"] is False


def test_no_cache_answers_for_the_store(site):
    """It could tell of a history that has ended, and a follower would go round in a circle."""
    answer = site.client.get("/api/v1/changes")
    again = site.client.get("/api/v1/changes", headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304


def test_a_new_era_is_told_at_once(site):
    site.shelve_many(2)
    changes(site)
    site.catalog.clear("another era")
    site.catalog.note_caught_up()

    told = changes(site, since=2)

    assert told == {"era": "another era", "items": [], "next": 2, "is_more": False}
