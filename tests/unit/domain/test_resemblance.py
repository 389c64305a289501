import pytest

from aslo.domain.resemblance import looks_like, similar
from fixtures.known_activities import SHELF

PIPPY = "org.laptop.Pippy"
TURTLE = "org.sugarlabs.TurtleArt"


@pytest.mark.case("T27")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PIPPY, "org.laptop.Peppy"),
        (PIPPY, "org.laptop.Plppy"),
        (PIPPY, "org.laptop.P1ppy"),
        (PIPPY, "org.laptop.PIPPY"),
        (PIPPY, "org.laptop.Pippyy"),
        (PIPPY, "org.laptop.Ippy"),
        (PIPPY, "org.laptop.Ppipy"),
        (PIPPY, "org.laptops.Pippy"),
        (PIPPY, "org.laptop_Pippy"),
        (PIPPY, "org-laptop.Pippy"),
        (PIPPY, "org.lap.top.Pippy"),
        ("org.sugarlabs.Moon", "org.sugarlabs.M0on"),
        ("org.sugarlabs.Moon", "org.sugarlabs.M00n"),
        ("org.sugarlabs.Memorize", "org.sugarlabs.Mernorize"),
        ("org.sugarlabs.Memorize", "org.sugarlabs.Rnernorize"),
        ("org.sugarlabs.Write", "org.sugarlabs.VVrite"),
        ("org.sugarlabs.Lilypad", "org.sugarlabs.IiIypad"),
        (TURTLE, "org.sugarlabs.Turtle_Art"),
        (TURTLE, "org.sugarlabs.TurtleArts"),
    ],
)
def test_what_a_person_would_take_for_another_looks_like_it(one, other):
    assert looks_like(one, other)
    assert looks_like(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PIPPY, "org.laptop.Poppies"),
        (PIPPY, "org.sugarlabs.Pippy"),
        (PIPPY, "org.laptop.Pippy2"),
        ("org.example.Level2", "org.example.Level3"),
        ("org.example.Level2", "org.example.Level12"),
        ("org.example.Level", "org.example.Level1"),
        ("org.sugarlabs.Moon", "org.sugarlabs.Mouse"),
        (TURTLE, "org.sugarlabs.TurtleBlocks"),
    ],
)
def test_what_differs_by_more_does_not(one, other):
    assert not looks_like(one, other)


def test_no_id_is_similar_to_itself():
    assert similar(PIPPY, [PIPPY, "org.laptop.Peppy", TURTLE]) == ["org.laptop.Peppy"]


@pytest.mark.case("T27")
def test_of_the_activities_that_schools_know_hardly_any_would_be_held():
    ids = [f"org.sugar.{line.partition(' |')[0]}" for line in SHELF]

    alike = {each: similar(each, ids) for each in ids}

    assert len(ids) > 100
    assert {each: found for each, found in alike.items() if found} == {}
