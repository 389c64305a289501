"""What counts as a download, and what is kept of it."""

from dataclasses import replace
from datetime import date

import pytest

from aslo.domain.counts import (
    LOOK_BYTES,
    DayCount,
    DayShare,
    Dimension,
    Download,
    Fetch,
    is_download,
    is_robot,
    sugar_of,
    week_of,
    weeks_to,
)

SIZE = 500_000
WHOLE = Fetch("GET", 200, 0, SIZE, SIZE)
BROWSE = "Mozilla/5.0 (X11; Linux i686) AppleWebKit/605.1.15 SugarLabs/0.110"
PEOPLE = [
    "",
    "Sugar/0.120",
    BROWSE,
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/120.0 Mobile",
    "Wget/1.21.3",
    "curl/8.5.0",
    "python-requests/2.32",
]
ROBOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; YandexBot/3.0)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp)",
    "SomeCrawler/1.0",
    "WhatsApp/2 LinkPreview",
    "facebookexternalhit/1.1",
    "ia_archiver",
    "UptimeKuma/1.23",
    "Chrome-Lighthouse",
    "ASLO/0.1.0 (looks whether a release is there)",
]


def test_a_whole_bundle_counts():
    assert is_download(WHOLE)


def test_a_beginning_counts_and_what_goes_on_from_it_does_not():
    beginning = replace(WHOLE, status=206, sent_bytes=LOOK_BYTES)
    assert is_download(beginning)
    assert is_download(replace(WHOLE, status=206))
    assert not is_download(replace(beginning, first_byte=LOOK_BYTES))
    assert not is_download(replace(WHOLE, status=206, first_byte=1, sent_bytes=SIZE - 1))


def test_a_look_at_the_first_bytes_does_not_count_but_a_small_bundle_does():
    assert not is_download(replace(WHOLE, status=206, sent_bytes=LOOK_BYTES - 1))
    assert is_download(replace(WHOLE, sent_bytes=100, size_bytes=100))


@pytest.mark.parametrize(
    "change",
    [
        {"method": "HEAD"},
        {"method": "POST"},
        {"status": 304},
        {"status": 404},
        {"status": 410},
        {"status": 416},
        {"purpose": "prefetch"},
        {"purpose": "Prefetch;prerender"},
    ],
    ids=str,
)
def test_what_gives_nobody_a_bundle_does_not_count(change):
    assert not is_download(replace(WHOLE, **change))


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_and_what_fetches_for_them_count(agent):
    assert not is_robot(agent)
    assert is_download(replace(WHOLE, agent=agent))


@pytest.mark.parametrize("agent", ROBOTS)
def test_robots_do_not_count(agent):
    assert is_robot(agent)
    assert not is_download(replace(WHOLE, agent=agent))


@pytest.mark.parametrize(
    ("agent", "version"),
    [
        ("Sugar/0.120", "0.120"),
        (BROWSE, "0.110"),
        ("Sugar/0.98.2", "0.98"),
        ("Sugar/0.82", "0.82"),
        ("Sugar/0.81", "other"),
        ("Sugar/0.9999", "other"),
        ("Sugar/1.0", "other"),
        ("Wget/1.21", "unknown"),
        ("BrownSugar/0.120", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_version_of_sugar_is_one_that_there_may_be(agent, version):
    assert sugar_of(agent) == version


def test_a_download_adds_one_to_its_release_and_to_each_share():
    day = date(2026, 3, 1)
    made = Download("org.a", "1", day, sugar="0.120", language="es", toolkit="gtk3")

    assert set(made.counts) == {
        DayCount("org.a", "1", day, 1),
        DayShare(Dimension.SUGAR, "0.120", day, 1),
        DayShare(Dimension.LANGUAGE, "es", day, 1),
        DayShare(Dimension.TOOLKIT, "gtk3", day, 1),
    }


def test_a_week_is_named_by_its_monday():
    monday = date(2026, 3, 2)
    assert week_of(monday) == week_of(date(2026, 3, 8)) == monday
    assert week_of(date(2026, 3, 1)) == date(2026, 2, 23)


def test_weeks_come_oldest_first_and_end_with_that_of_the_day():
    assert weeks_to(date(2026, 3, 4), 3) == [date(2026, 2, 16), date(2026, 2, 23), date(2026, 3, 2)]
