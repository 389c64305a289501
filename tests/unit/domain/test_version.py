import random

import pytest

from aslo.domain.version import ActivityVersion

parse = ActivityVersion.parse


@pytest.mark.case("D34", "T21")
def test_versions_are_ordered_by_their_numbers():
    texts = ["0", "0.1", "1", "1.1", "1.2", "1.9", "1.10", "1.10.1", "2", "9", "10", "28.1"]
    shuffled = random.Random(1).sample(texts, len(texts))

    assert [str(version) for version in sorted(map(parse, shuffled))] == texts


@pytest.mark.parametrize("same", ["1", "1.0", "1.0.0", "1~dfsg", "1-peru", "1.0~x"])
def test_spellings_of_one_version_are_equal(same):
    assert parse(same) == parse("1")
    assert hash(parse(same)) == hash(parse("1"))
    assert parse(same).key == "1"


@pytest.mark.case("D33", "T21")
@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "01",
        "1.02",
        "1.",
        ".1",
        "1..2",
        "v1",
        "1a5",
        "1peru",
        "nan",
        "inf",
        "1e3",
        "-1",
        "+1",
        "1_0",
        "\u0661",
        "1-",
        "1~",
        "1" * 200,
        "1,0",
        "1/2",
    ],
)
def test_what_sugar_cannot_read_or_an_address_cannot_hold_is_no_version(text):
    with pytest.raises(ValueError, match="not a version"):
        parse(text)
