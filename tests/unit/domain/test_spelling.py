"""Texts that mean the same to a searcher are spelled the same."""

import pytest

from aslo.domain.spelling import LONGEST_WORD, asked, name_words, plain, squeezed, words

SAME = [
    ("Étoile", "etoile"),
    ("e\u0301toile", "étoile"),
    ("STRASSE", "straße"),
    ("Søren Łódź Æsop", "soren lodz aesop"),
    ("İzmir", "izmir"),
    ("s\N{LATIN SMALL LETTER DOTLESS I}r", "sir"),
    ("\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{FULLWIDTH DIGIT ONE}", "a1"),
    ("Σελήνης", "ΣΕΛΗΝΗΣ"),
    ("ёж", "еж"),
    ("أحمد", "احمد"),
    ("إبرة", "ابره"),
    ("مدرسة", "مدرسه"),
    ("مستشفى", "مستشفي"),
    ("مُحَمَّد", "محمد"),
    ("كتــاب", "كتاب"),
    ("کتابی", "كتابي"),
    ("٣٢١", "321"),
    ("שָׁלוֹם", "שלום"),
    ("क़लम", "कलम"),
    ("चाँद", "चांद"),
    ("क्\u200dष", "क्ष"),
    ("カタカナ", "ｶﾀｶﾅ"),
    ("ひらがな", "ヒラガナ"),
    ("६५", "65"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_word_are_one(one, other):
    assert plain(one) == plain(other)
    assert squeezed(one) == squeezed(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("चंद्रमा", "चंद्रमी"), ("cat", "cut"), ("月球", "月亮"), ("בית", "בת")]
)
def test_two_words_stay_two(one, other):
    assert squeezed(one) != squeezed(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("TurtleArt", "turtle art"), ("Euclid's Game", "euclids game"), ("2 Cars", "2cars")],
)
def test_a_name_is_one_without_its_blanks_and_signs(one, other):
    assert squeezed(one) == squeezed(other)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TurtleArt", "turtle art"), ("TurtleArt", "turtleart"), ("Turtle Art", "turtleart"),
        ("TamTamMini", "tam mini"), ("Paint3D", "paint 3"), ("XMLReader", "reader"),
        ("L\u2019eau", "eau"), ("L\u2019eau", "l'eau"), ("Euclid's Game", "euclid"),
        ("القمر", "قمر"),
        ("月球探索", "球探"), ("月球探索", "探索"), ("月球探索", "索"), ("月球探索", "月"),
        ("ภาษาไทย", "ไทย"), ("Abc月球", "月球"), ("देखें चंद्रमा", "चंद्र"), ("한글 배우기", "배우"),
    ],
)  # fmt: skip
def test_a_name_is_found_by(name, text):
    assert all(any(word.startswith(start) for word in name_words(name)) for start in asked(text))
    assert asked(text)


@pytest.mark.parametrize("text", ["", " ", "🎉", "!?", "'", "''", "\ud800", "\x00", "\u200d", "_"])
def test_a_text_without_a_letter_has_no_word(text):
    assert asked(text) == words(text) == []
    assert squeezed(text) == ""
    assert name_words(text) == {}


def test_a_word_of_a_name_keeps_its_spelling():
    assert name_words("Ecológica")["ecologica"] == "ecológica"
    assert name_words("चंद्रमा")["चंदरमा"] == "चंद्रमा"


def test_no_word_is_endless():
    for text in ("x" * 10_000, "é" * 10_000, "x" * 10_000 + "月"):
        assert max(map(len, words(text))) <= LONGEST_WORD


def test_words_of_a_text_are_those_that_are_asked_for():
    text = "It's l\u2019eau, TurtleArt 月球探索 und Größe."
    assert set(asked(text)) <= set(words(text))
