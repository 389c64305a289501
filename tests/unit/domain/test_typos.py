"""A word is found by its parts, whichever slip was made in it."""

import random

import pytest

from aslo.domain import typos


def slipped(word, chance):
    """The word with one letter added, left out or mistaken."""
    place, letter = chance.randrange(len(word)), chance.choice("abcdef")
    kind = chance.randrange(3)
    return word[:place] + letter * (kind != 1) + word[place + (kind != 0) :]


def test_every_slip_that_is_forgiven_is_found():
    chance = random.Random(26)
    found = 0
    for _ in range(5_000):
        known = "".join(chance.choices("abcdef", k=chance.randint(3, 14)))
        word = slipped(slipped(known, chance), chance) if len(known) > 7 else slipped(known, chance)
        if len(word) in range(4, 28) and typos.slips(word) >= (1 if len(known) < 8 else 2):
            found += 1
            assert set(typos.traces(word)) & set(typos.parts(known)), (known, word)
    assert found > 2_000


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("paint", "paint", 0), ("pant", "paint", 1), ("piant", "paint", 1), ("paintt", "paint", 1),
        ("pqint", "paint", 1), ("aipnt", "paint", 2), ("chess", "cheese", 2), ("", "ab", 2),
        ("ab", "", 2),
    ],
)  # fmt: skip
def test_the_distance_is_the_number_of_slips(one, other, apart):
    assert typos.distance(one, other) == apart


@pytest.mark.parametrize(
    ("word", "forgiven"), [("abc", 0), ("abcd", 1), ("abcdefg", 1), ("abcdefgh", 2), ("x" * 99, 0)]
)
def test_longer_words_are_forgiven_more(word, forgiven):
    assert typos.slips(word) == forgiven


def test_neighbours_that_were_exchanged_are_found():
    assert "paint" in typos.swapped("piant")
    assert len(typos.swapped("piant")) == 4


def test_a_short_word_has_no_parts():
    assert typos.parts("ab") == typos.traces("abc") == []
