"""Bars over weeks as paths."""

import re
from datetime import date

import pytest

from aslo.domain.counts import weeks_to
from aslo.web.plots import Plot, draw
from fakes.web_site import WebSite

YEAR = weeks_to(date(2026, 3, 1), 52)


@pytest.fixture(autouse=True)
def in_english():
    with WebSite().app.test_request_context("/"):
        yield


def bars(path):
    """Left, bottom, width and height of each bar."""
    return [
        tuple(map(float, found))
        for found in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v-([\d.]+)h-\3z", path)
    ]


def test_a_bar_is_as_tall_as_its_number_says():
    plot = draw(YEAR[:3], [0, 5, 10])
    (_, base, _, low), (_, also_base, _, high) = bars(plot.bars[0])
    assert base == also_base == Plot.base
    assert high == pytest.approx(2 * low, abs=0.2)


def test_everything_stays_within_the_picture():
    plot = draw(YEAR, list(range(52)), [1_000_000] * 52)
    for path in plot.bars:
        for left, bottom, width, height in bars(path):
            assert left >= plot.left
            assert left + width <= Plot.width + 0.1
            assert bottom - height >= 9
            assert bottom <= Plot.base
    assert plot.left < Plot.width / 3


def test_a_small_number_beside_a_large_one_can_be_seen():
    [(*_, height), _] = bars(draw(YEAR[:2], [1, 100_000]).bars[0])
    assert height > 0.5


def test_series_stand_on_one_another():
    first, second = draw(YEAR[:1], [4], [2]).bars
    [(_, base, _, tall)], [(_, under, _, _)] = bars(first), bars(second)
    assert under == pytest.approx(base - tall, abs=0.2)


@pytest.mark.parametrize(
    ("most", "labels"),
    [
        (0, ["0", "1", "2"]),
        (2, ["0", "1", "2"]),
        (3, ["0", "2", "4"]),
        (7, ["0", "4", "8"]),
        (22, ["0", "15", "30"]),
        (61, ["0", "40", "80"]),
        (225, ["0", "150", "300"]),
        (2_000, ["0", "1,000", "2,000"]),
    ],
)
def test_levels_are_round_whole_numbers_that_reach_high_enough(most, labels):
    assert [level.label for level in draw(YEAR[:1], [most]).levels] == labels


def test_time_runs_from_left_to_right_with_a_label_each_quarter():
    months = draw(YEAR, [1] * 52).months
    assert [each.label for each in months] == ["Mar 2025", "Jun 2025", "Sep 2025", "Dec 2025"]
    places = [each.at for each in months]
    assert places == sorted(places)


def test_a_series_must_be_as_long_as_the_weeks():
    with pytest.raises(ValueError, match="shorter"):
        draw(YEAR, [1] * 52, [1] * 51)
