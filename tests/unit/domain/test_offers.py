from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState
from aslo.domain.offers import Channel, Offers, Verdict, offers_of
from aslo.domain.sugar import SUGARS, Compatibility, Toolkit
from fakes.values import a_release

GTK2 = Compatibility(Toolkit.GTK2, 2, "0.86", "0.117")
GTK3 = Compatibility(Toolkit.GTK3, 2, "0.96", "0.117")
PYTHON3 = Compatibility(Toolkit.GTK3, 3, "0.116")
MOON = "org.sugarlabs.Moon"


def release(version, needs=GTK2, **changes):
    made = a_release(MOON, version, **changes)
    return replace(made, details=replace(made.details, compatibility=needs))


def offers(*releases) -> Offers:
    return offers_of(MOON, releases)


def chosen(found, sugar, channel=Channel.STABLE):
    offer = found.choose(sugar, channel)
    return offer and offer.version


def test_the_highest_version_that_runs_is_chosen_and_not_the_newest():
    # A back-port for old machines was published after the newer one.
    found = offers(release("20", PYTHON3), release("9"), release("10.1", GTK3), release("10"))

    assert [chosen(found, sugar) for sugar in ("0.84", "0.86", "0.98", "0.100", "0.116")] == [
        None,
        "10",
        "10.1",
        "10.1",
        "20",
    ]


def test_python_2_is_not_offered_where_there_is_none():
    found = offers(release("10", GTK3))
    assert chosen(found, "0.116") == "10"
    assert chosen(found, "0.118") is None


def test_versions_with_dots_are_only_for_a_sugar_that_reads_them():
    found = offers(release("10.1"), release("10"), release("9~local"))
    assert [chosen(found, sugar) for sugar in ("0.86", "0.90", "0.92")] == ["10", "10", "10.1"]


def test_a_prerelease_is_offered_to_those_who_test_alone():
    found = offers(release("10"), release("11", prerelease=True))
    assert chosen(found, "0.98") == "10"
    assert chosen(found, "0.98", Channel.TESTING) == "11"


@pytest.mark.parametrize("state", [ReleaseState.HELD, ReleaseState.WITHDRAWN])
def test_what_is_off_the_lists_is_never_offered_and_the_one_before_it_is(state):
    found = offers(release("11", state=state), release("10"))
    assert chosen(found, "0.98") == "10"


def test_in_the_place_of_what_was_taken_back_the_one_before_it_is_offered():
    found = offers(release("11", state=ReleaseState.WITHDRAWN), release("10"))
    verdict, offer = found.judge("11.0", "0.98")
    assert (verdict, offer.version) == (Verdict.WITHDRAWN, "10")


def test_what_was_taken_back_is_told_even_where_nothing_is_left():
    found = offers(release("11", state=ReleaseState.WITHDRAWN))
    assert found.judge("11", "0.98") == (Verdict.WITHDRAWN, None)


def test_no_machine_goes_back_from_what_is_only_held_here():
    # The bundle was lost at rest, or somebody has yet to look at it: what is installed is whole.
    found = offers(release("11", state=ReleaseState.HELD), release("10"))
    assert found.judge("11", "0.98") == (Verdict.CURRENT, None)


@pytest.mark.parametrize(
    ("installed", "verdict"),
    [
        ("9", Verdict.NEWER),
        ("9.99", Verdict.NEWER),
        ("10", Verdict.CURRENT),
        ("10.0", Verdict.CURRENT),
        ("10~local", Verdict.CURRENT),
        ("11", Verdict.CURRENT),
    ],
)
def test_an_installed_version_is_judged(installed, verdict):
    found, offer = offers(release("10")).judge(installed, "0.98")
    assert found is verdict
    assert (offer is not None) == (verdict is Verdict.NEWER)


def test_where_nothing_runs_what_is_installed_is_good_enough():
    assert offers(release("20", PYTHON3)).judge("3", "0.86") == (Verdict.CURRENT, None)


@pytest.mark.parametrize("sugar", ["", "new", "0.x", "-1", "\u0661"])
def test_what_is_no_sugar_is_refused(sugar):
    with pytest.raises(ValueError, match="Sugar version"):
        offers(release("1")).choose(sugar)


def test_each_sugar_that_anything_runs_on_is_told():
    found = dict(offers(release("20", PYTHON3), release("10", GTK3)).by_sugar())

    assert {sugar: offer.version for sugar, offer in found.items()} == {
        **dict.fromkeys(SUGARS[: SUGARS.index("0.116") + 1], "20"),
        **dict.fromkeys(SUGARS[SUGARS.index("0.114") : SUGARS.index("0.96") + 1], "10"),
    }


def stretches(found, channel=Channel.STABLE):
    return [(each.first, each.last, each.offer.version) for each in found.stretches(channel)]


def test_neighbours_that_are_offered_the_same_are_one_stretch():
    found = offers(release("20", PYTHON3), release("10.1", GTK3), release("10"))

    assert stretches(found) == [
        ("0.116", None, "20"),
        ("0.96", "0.114", "10.1"),
        ("0.86", "0.94", "10"),
    ]


def test_a_stretch_ends_where_nothing_is_offered():
    new = Compatibility(Toolkit.GTK3, 3, "0.120", "0.120")
    assert stretches(offers(release("20", new), release("10", GTK3))) == [
        ("0.120", "0.120", "20"),
        ("0.96", "0.116", "10"),
    ]


def test_no_stretch_hides_a_sugar_between_two_of_one_release():
    middle = Compatibility(Toolkit.GTK3, 2, "0.100", "0.102")
    found = offers(release("20", middle), release("10", GTK3))
    assert stretches(found) == [
        ("0.104", "0.116", "10"),
        ("0.100", "0.102", "20"),
        ("0.96", "0.98", "10"),
    ]


def test_of_nothing_there_is_no_stretch():
    assert stretches(offers()) == []
    assert stretches(offers(release("1", prerelease=True))) == []
    assert stretches(offers(release("1", prerelease=True)), Channel.TESTING) != []


@pytest.mark.parametrize(
    ("asked", "version"),
    [("0.116.1", "10"), ("0.117", "10"), ("0.117.1", "10"), ("0.118", None), ("0.85", None)],
)
def test_a_sugar_that_was_mended_is_offered_the_same(asked, version):
    assert chosen(offers(release("10")), asked) == version
