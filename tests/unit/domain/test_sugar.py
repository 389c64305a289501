import pytest

from aslo.domain.sugar import Compatibility, runs_on, sugar_version


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
