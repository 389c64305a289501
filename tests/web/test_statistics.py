"""What is counted, as pages show it."""

import csv
import io
from datetime import date, timedelta

import pytest

from aslo.domain.activity import Details
from aslo.domain.build import BuildState
from aslo.domain.counts import WEEKS_KEPT, DayCount, DayShare, Dimension
from aslo.domain.errors import StoreError
from aslo.domain.locale import LocalizedText
from aslo.services.follow_counts import EVERY, follow_counts
from fakes.clock import START
from fakes.values import a_build, a_release
from fakes.web_site import MOON

SUN = "org.sugarlabs.Sun"
TODAY = START.date()  # a Sunday
MONDAY = TODAY - timedelta(days=6)
DAY = timedelta(days=1)
NOTHING = "Nothing was downloaded yet"


@pytest.fixture
def count(site):
    """Count in the record, and let the catalog follow."""

    def add(*counts):
        site.store.count(counts)
        site.clock.tick(EVERY.total_seconds())
        assert follow_counts(store=site.store, catalog=site.catalog, clock=site.clock)

    return add


def downloads(count, bundle_id=MOON, day=TODAY, version="1"):
    return DayCount(bundle_id, version, day, count)


def share(dimension, value, count, day=TODAY):
    return DayShare(dimension, value, day, count)


def cells(tree, section):
    rows = tree.xpath(f"//section[@aria-labelledby='{section}']//tbody/tr")
    return [[cell.text_content().strip() for cell in row if cell.text_content()] for row in rows]


def test_before_anything_is_counted_the_page_says_so(site, read):
    assert NOTHING in read(site.client.get("/statistics")).text_content()


def test_a_site_that_nobody_used_says_so(site, read, count):
    count()
    text = read(site.client.get("/statistics")).text_content()
    assert NOTHING in text
    assert "No build has ended yet" in text


def test_it_says_what_is_kept_and_what_never(site, read):
    text = read(site.client.get("/statistics")).text_content()
    assert "Nothing is kept about who downloads" in text


def test_downloads_of_a_year_are_a_picture_and_a_table(site, read, count):
    count(downloads(3), downloads(4, SUN), downloads(9, day=MONDAY - DAY), downloads(5, day=MONDAY))
    tree = read(site.client.get("/statistics"))
    rows = cells(tree, "weeks")
    assert len(rows) == 52
    assert rows[:3] == [["Feb 23, 2026", "12"], ["Feb 16, 2026", "9"], ["Feb 9, 2026", "0"]]
    [picture] = tree.xpath("//section[@aria-labelledby='weeks']//svg[@role='img']")
    named = [tree.get_element_by_id(each) for each in picture.get("aria-labelledby").split()]
    assert [each.tag for each in named] == ["title", "desc"]
    assert "Feb 23, 2026: 12" in named[1].text_content()
    assert "21 downloads in a year" in tree.text_content()


def test_activities_come_most_downloaded_first_by_their_names(site, read, count):
    for bundle_id in (MOON, SUN, "org.sugarlabs.Nobody"):
        details = Details(LocalizedText(bundle_id[14:], {"es": f"el {bundle_id[14:]}"}))
        site.shelve(a_release(bundle_id, details=details))
    count(downloads(1), downloads(12_344, day=TODAY - 60 * DAY), downloads(2, SUN))

    tree = read(site.client.get("/es/statistics"))

    assert cells(tree, "activities") == [["el Sun", "2", "2"], ["el Moon", "12.345", "1"]]
    [first, _] = tree.xpath("//section[@aria-labelledby='activities']//tbody//a/@href")
    assert first == f"/es/{SUN}/1"


def test_an_activity_that_is_not_listed_is_not_named(site, read, count):
    count(downloads(5, "org.sugarlabs.Gone"))
    assert "Gone" not in site.client.get("/statistics").text


def test_shares_are_told_in_words_newest_sugar_first(site, read, count):
    sugars = {"0.98": 5, "0.120": 2, "unknown": 9, "other": 1, "0.100": 3}
    count(
        downloads(20),
        *(share(Dimension.SUGAR, value, number) for value, number in sugars.items()),
        share(Dimension.TOOLKIT, "gtk3", 4),
        share(Dimension.TOOLKIT, "unknown", 6),
        share(Dimension.LANGUAGE, "es", 4),
        share(Dimension.LANGUAGE, "pt_BR", 6),
        share(Dimension.LANGUAGE, "other", 7),
    )
    tree = read(site.client.get("/statistics"))
    assert cells(tree, "by-sugar") == [
        *(["0.120", "2"], ["0.100", "3"], ["0.98", "5"]),
        *(["another one", "1"], ["not known", "9"]),
    ]
    assert cells(tree, "by-toolkit") == [["GTK 3", "4"], ["not known", "6"]]
    assert cells(tree, "by-language") == [
        *(["Português (Brasil)", "6"], ["Español", "4"], ["another one", "7"])
    ]


@pytest.mark.parametrize(("lang", "places"), [("en", ["0", "0"]), ("ar", ["0.0", "75.0"])])
def test_bars_begin_where_the_reader_begins(site, read, count, lang, places):
    count(downloads(5), share(Dimension.TOOLKIT, "gtk3", 4), share(Dimension.TOOLKIT, "web", 1))
    tree = read(site.client.get(f"/{lang}/statistics"))
    bars = tree.xpath("//section[@aria-labelledby='by-toolkit']//rect")
    assert [bar.get("width") for bar in bars] == ["100.0", "25.0"]
    assert [bar.get("x") for bar in bars] == places


def test_builds_are_told_by_how_they_ended(site, read, count):
    ends = (BuildState.PUBLISHED, BuildState.PUBLISHED, BuildState.FAILED, BuildState.ERRORED)
    for number, state in enumerate((*ends, BuildState.SUPERSEDED)):
        site.store.add_build(a_build(f"b{number}").end(state, "So.", START))
    count()
    tree = read(site.client.get("/statistics"))
    assert cells(tree, "builds")[0] == ["Feb 23, 2026", "2", "1", "1"]
    assert len(tree.xpath("//section[@aria-labelledby='builds']//svg[@role='img']/path")) == 6


def test_the_page_is_there_while_the_record_is_away(site, read, count, monkeypatch):
    count(downloads(3))

    def away(*_):
        raise StoreError("away")

    for name in dir(site.store):
        if not name.startswith("_") and callable(getattr(site.store, name)):
            monkeypatch.setattr(site.store, name, away)
    for path in ("/statistics", "/statistics/downloads.csv", "/statistics/builds.json"):
        assert site.client.get(path).status_code == 200


def test_a_page_that_is_known_is_asked_for_again_cheaply_until_a_figure_moves(site, count):
    count(downloads(3))
    tag = site.client.get("/statistics").headers["ETag"]
    known = {"If-None-Match": tag}
    assert site.client.get("/statistics", headers=known).status_code == 304

    count(downloads(1))

    assert site.client.get("/statistics", headers=known).status_code == 200


def table(answer):
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text)))


def test_downloads_are_a_sheet_with_clear_columns(site, count):
    count(downloads(3), share(Dimension.SUGAR, "0.120", 2))

    answer = site.client.get("/statistics/downloads.csv")

    rows = table(answer)
    assert answer.headers["Content-Disposition"] == "attachment; filename=downloads.csv"
    assert rows[0] == ["week", "dimension", "value", "downloads"]
    assert rows[1:][-2:] == [
        ["2026-02-23", "downloads", "", "3"],
        ["2026-02-23", "sugar", "0.120", "2"],
    ]
    assert len(rows) == 1 + WEEKS_KEPT + 1
    json = site.client.get("/statistics/downloads.json").json["rows"]
    assert json[-1] == {
        "week": "2026-02-23",
        "dimension": "sugar",
        "value": "0.120",
        "downloads": 2,
    }


def test_activities_builds_and_one_activity_are_sheets_too(site, count):
    site.shelve(a_release())
    site.store.add_build(a_build().end(BuildState.FAILED, "No.", START))
    count(downloads(3), downloads(4, day=MONDAY - DAY))

    def get(name):
        return table(site.client.get(f"/statistics/{name}.csv"))

    assert get("activities") == [["bundle_id", "total", "last_28_days"], [MOON, "7", "7"]]
    assert get("builds") == [["week", "state", "builds"], ["2026-02-23", "failed", "1"]]
    assert get(f"activity/{MOON}") == [
        *(["week", "downloads"], ["2026-02-16", "4"], ["2026-02-23", "3"])
    ]


@pytest.mark.parametrize(
    "path", ["other.csv", "downloads.xml", f"activity/{SUN}.csv", "activity/x.csv", "downloads"]
)
def test_there_is_no_other_sheet(site, path):
    assert site.client.get(f"/statistics/{path}").status_code == 404


def test_an_activity_tells_of_its_downloads(site, read, count):
    site.shelve(a_release())
    page = f"/{MOON}/1"
    assert not read(site.client.get(page)).xpath("//section[@aria-labelledby='downloads']")

    count(downloads(1200, day=TODAY - 60 * DAY), downloads(34))

    tree = read(site.client.get(page))
    [section] = tree.xpath("//section[@aria-labelledby='downloads']")
    assert "1,234 downloads, 34 of them in the last 28 days" in section.text_content()
    assert cells(tree, "downloads")[0] == ["Feb 23, 2026", "34"]
    assert len(section.xpath(".//svg[@role='img']")) == 1
    links = section.xpath(".//a/@href")
    assert links == [f"/statistics/activity/{MOON}.csv", f"/statistics/activity/{MOON}.json"]
    assert all(site.client.get(link).status_code == 200 for link in links)


def test_downloads_of_more_than_a_year_ago_have_no_picture(site, read, count):
    site.shelve(a_release())
    count(downloads(5, day=date(2020, 1, 1)))
    [section] = read(site.client.get(f"/{MOON}/1")).xpath("//section[@aria-labelledby='downloads']")
    assert "5 downloads, 0 of them" in section.text_content()
    assert not section.xpath(".//svg")
