import pytest

from aslo.domain.sugar import SUGARS, Compatibility, runs_on, sugar_meant, sugar_version


def test_sugar_0_98_is_older_than_0_100():
    assert sugar_version("0.98") < sugar_version("0.100")
    assert not runs_on(Compatibility(min_sugar="0.100"), "0.98")
    assert runs_on(Compatibility(min_sugar="0.98"), "0.100")


def test_both_ends_of_the_range_are_included():
    needs = Compatibility(min_sugar="0.96", max_sugar="0.116")

    assert [runs_on(needs, v) for v in ("0.94", "0.96", "0.116", "0.118")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("text", ["", "0.", ".1", "x", "0.1a", "-1", "\u0661", "0.1234567", "0 1"])
def test_what_is_no_sugar_version_is_refused(text):
    with pytest.raises(ValueError, match="not a Sugar version"):
        sugar_version(text)


def test_what_was_mended_in_a_sugar_does_not_take_it_out_of_a_range():
    needs = Compatibility(min_sugar="0.96", max_sugar="0.116")

    assert [runs_on(needs, v) for v in ("0.95.9", "0.96.3", "0.116.1", "0.117", "0.117.1")] == [
        False,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("asked", "stands"),
    [
        ("0.98", "0.98"),
        ("0.97", "0.97"),
        ("0.97.3", "0.97"),
        ("0.99", "0.99"),
        ("0.98.8", "0.98"),
        ("0.116.1", "0.116"),
        ("0.117.1", "0.117"),
        ("0.121.3", "0.121"),
        ("0.1", "0.82"),
        ("0.122", SUGARS[0]),
        ("1", SUGARS[0]),
    ],
)
def test_all_who_choose_go_by_the_first_two_parts_of_a_version(asked, stands):
    assert sugar_meant(asked) == stands


def test_what_is_no_version_of_sugar_means_none():
    with pytest.raises(ValueError, match="not a Sugar version"):
        sugar_meant("nonsense")
