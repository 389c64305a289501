"""The Atom feeds, as RFC 4287 has them and as a news reader reads them."""

from dataclasses import replace
from datetime import datetime, timedelta

import feedparser
import pytest
from lxml import etree

from aslo.domain.activity import Details, Developer, ReleaseState
from aslo.domain.locale import LocalizedText
from fakes.clock import START
from fakes.values import a_release
from fakes.web_site import MOON, PUBLIC_URL

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SUN = "org.sugarlabs.Sun"
HOUR = timedelta(hours=1)
ALL = "/feeds/releases.atom"
EVERY = (
    ALL,
    f"{ALL}?category=science",
    f"/feeds/activity/{MOON}.atom",
    "/feeds/developer/ada.atom",
)
EVIL = "<script>alert(1)</script>&amp;]]>\x00\x1b\u202e\ud800\uffff"


def details(name="Moon", **changes):
    words = {"name": LocalizedText(name, {"es": "Luna"}), "categories": ("science",), **changes}
    return Details(**words)


@pytest.fixture
def shelf(site):
    made = details(summary=LocalizedText("See it", {"es": "Mírala"}))
    site.shelve(
        a_release(version="1", details=made, notes="# Now\n\n* it **turns**"),
        a_release(version="2", details=made, listed_at=START + HOUR, prerelease=True),
        developers=(Developer("Ada", "https://github.example/Ada"),),
    )
    site.shelve(a_release(SUN, "7", details=details("Sun", categories=()), listed_at=START))
    return site


def feed(site, path=ALL):
    answer = site.client.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    found = etree.fromstring(answer.data)
    follows_the_rules(found)
    read = feedparser.parse(answer.data)
    assert not read.bozo
    assert len(read.entries) == len(found.findall(f"{ATOM}entry"))
    return found


def follows_the_rules(found):
    """What section 4 of RFC 4287 demands of a feed and of each entry."""
    assert found.tag == f"{ATOM}feed"
    ids = found.xpath("//*[local-name() = 'id']/text()")
    assert len(ids) == len(set(ids))
    assert all(each.startswith("tag:sugarlabs.org,2026:aslo:") for each in ids)
    assert [each for each in ids if " " in each] == []
    for element in (found, *found.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
            assert element.findtext(f"{ATOM}{name}").strip()
        for name in ("updated", "published"):
            for moment in element.findall(f"{ATOM}{name}"):
                assert datetime.fromisoformat(moment.text).tzinfo
        alternates = element.xpath("*[local-name() = 'link' and @rel = 'alternate']")
        assert len(alternates) == 1
        assert len(element.findall(f"{ATOM}content")) <= 1
        assert len(element.findall(f"{ATOM}summary")) <= 1
    assert found.findall(f"{ATOM}author/{ATOM}name")
    assert len(found.xpath("*[local-name() = 'link' and @rel = 'self']")) == 1
    addresses = found.xpath("//@href | //*[local-name() = 'uri']/text()")
    assert [each for each in addresses if not each.startswith(f"{PUBLIC_URL}/")] == []


def titles(found):
    return [entry.findtext(f"{ATOM}title") for entry in found.findall(f"{ATOM}entry")]


def link(entry, rel):
    return entry.xpath(f"*[local-name() = 'link' and @rel = '{rel}']")[0]


def test_new_releases_of_all_come_newest_first(shelf):
    found = feed(shelf)

    assert titles(found) == ["Moon 2", "Moon 1", "Sun 7"]
    assert found.findtext(f"{ATOM}updated") == (START + HOUR).isoformat()
    assert link(found, "self").get("href") == f"{PUBLIC_URL}{ALL}"


def test_an_entry_leads_to_the_page_and_to_the_bundle(shelf):
    entry = feed(shelf).findall(f"{ATOM}entry")[1]
    release = shelf.catalog.entry(MOON).releases[0]

    assert entry.findtext(f"{ATOM}id") == f"tag:sugarlabs.org,2026:aslo:release:{MOON}:1"
    assert link(entry, "alternate").get("href") == f"{PUBLIC_URL}/{MOON}/1"
    bundle = link(entry, "enclosure")
    assert bundle.get("href") == f"{PUBLIC_URL}/download/{MOON}/1/{release.file_name}"
    assert bundle.get("length") == str(release.bundle.size_bytes)
    assert shelf.client.get(bundle.get("href").removeprefix(PUBLIC_URL)).status_code == 200
    assert entry.findtext(f"{ATOM}author/{ATOM}uri") == f"{PUBLIC_URL}/developer/Ada"
    assert entry.find(f"{ATOM}category").get("term") == "science"
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert "<strong>turns</strong>" in content.text


def test_a_feed_of_a_category_an_activity_and_a_developer_holds_only_theirs(shelf):
    for path in EVERY[1:]:
        assert titles(feed(shelf, path)) == ["Moon 2", "Moon 1"]
    ids = {feed(shelf, path).findtext(f"{ATOM}id") for path in EVERY}
    assert len(ids) == len(EVERY)


def test_a_category_with_a_long_name_has_its_feed(site):
    long = "a" * 80
    release = a_release(MOON)
    site.shelve(replace(release, details=replace(release.details, categories=(long,))))

    assert f"category={long}" in site.client.get(f"/en/?category={long}").text
    assert len(feed(site, f"{ALL}?category={long}").findall(f"{ATOM}entry")) == 1


def test_a_feed_speaks_the_language_of_its_address(shelf):
    found = feed(shelf, f"/es{ALL}")
    entry = found.find(f"{ATOM}entry")

    assert entry.findtext(f"{ATOM}title") == "Luna 2"
    assert entry.find(f"{ATOM}title").get(XML_LANG) == "es"
    assert entry.findtext(f"{ATOM}summary") == "Mírala"
    assert link(entry, "alternate").get("href") == f"{PUBLIC_URL}/es/{MOON}/2"
    assert link(found, "self").get("href") == f"{PUBLIC_URL}/es{ALL}"
    assert found.findtext(f"{ATOM}id") != feed(shelf).findtext(f"{ATOM}id")
    # The same release, whatever it is called here.
    assert entry.findtext(f"{ATOM}id") == feed(shelf).findtext(f"{ATOM}entry/{ATOM}id")


def test_no_more_than_fifty_are_told(site):
    site.shelve_many(30, lambda name: a_release(name, version="1"))
    site.shelve(*(a_release(version=str(number)) for number in range(1, 61)))

    assert len(feed(site).findall(f"{ATOM}entry")) == 50
    assert len(feed(site, f"/feeds/activity/{MOON}.atom").findall(f"{ATOM}entry")) == 50


def test_what_is_not_listed_is_not_told(site):
    site.shelve(
        a_release(version="1"),
        a_release(version="2", state=ReleaseState.HELD),
        a_release(version="3", state=ReleaseState.WITHDRAWN),
    )

    assert titles(feed(site)) == titles(feed(site, f"/feeds/activity/{MOON}.atom")) == ["Moon 1"]


def test_an_empty_feed_is_a_feed(site):
    assert titles(feed(site)) == []
    site.shelve(a_release(state=ReleaseState.WITHDRAWN))
    assert titles(feed(site, f"/feeds/activity/{MOON}.atom")) == []


@pytest.mark.parametrize(
    "path",
    [f"{ALL}?category=none", "/feeds/activity/org.a.B.atom", "/feeds/developer/nobody.atom"],
)
def test_a_feed_of_nothing_that_exists_is_not_found(shelf, path):
    assert shelf.client.get(path).status_code == 404


@pytest.mark.parametrize("path", EVERY)
def test_a_feed_is_asked_for_again_cheaply(shelf, path):
    first = shelf.client.get(path)
    again = shelf.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    shelf.shelve(a_release(version="3"), developers=(Developer("Ada", ""),))
    moved = shelf.client.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert moved.status_code != 304


def test_words_of_others_are_only_words(site):
    made = Details(name=LocalizedText(EVIL), summary=LocalizedText(EVIL), categories=(EVIL,))
    site.shelve(
        a_release(details=made, notes=f"[x](javascript:alert(1)) {EVIL} <b onclick=x>y</b>"),
        developers=(Developer(EVIL, EVIL),),
    )

    found = feed(site)

    content = found.findtext(f"{ATOM}entry/{ATOM}content")
    assert "<script" not in content
    assert "<b" not in content
    assert 'href="javascript' not in content
    assert "<script>alert(1)</script>&amp;]]>" in found.findtext(f"{ATOM}entry/{ATOM}title")


def test_pages_name_their_feeds(shelf, read):
    def feeds(path):
        return read(shelf.client.get(path)).xpath(
            "//link[@rel='alternate' and @type='application/atom+xml']/@href"
        )

    assert feeds("/") == [ALL]
    assert feeds("/es/") == [f"/es{ALL}"]
    assert feeds("/?category=science") == [ALL, f"{ALL}?category=science"]
    assert feeds(f"/{MOON}/1") == [ALL, f"/feeds/activity/{MOON}.atom"]
    assert feeds(f"/{MOON}/releases") == [ALL, f"/feeds/activity/{MOON}.atom"]
    assert feeds("/developer/ada") == [ALL, "/feeds/developer/Ada.atom"]


def test_what_the_forge_published_later_than_it_was_listed_still_comes_in_order(site):
    early = replace(a_release(version="1"), published_at=START + 9 * HOUR)
    site.shelve(early, a_release(version="2", listed_at=START + HOUR))

    assert titles(feed(site)) == ["Moon 2", "Moon 1"]
