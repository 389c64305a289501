import pytest

from aslo.domain.locale import LocalizedText, canonical_lang, fallback_chain


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("pt-br", "pt_BR"),
        ("zh_hant_hk", "zh_Hant_HK"),
        ("sr@Latin", "sr@latin"),
        ("pseudo", None),
        ("", None),
        ("d", None),
        ("a__b", None),
        ("$where", None),
        ("de\n", None),
    ],
)
def test_a_language_has_one_spelling(text, lang):
    assert canonical_lang(text) == lang


@pytest.mark.parametrize(
    ("lang", "chain"),
    [
        ("pt-BR", ("pt_BR", "pt", "en")),
        ("pt_PT", ("pt_PT", "pt", "pt_BR", "en")),
        ("zh_Hant_HK", ("zh_Hant_HK", "zh_Hant", "zh_TW", "zh", "zh_CN", "en")),
        ("zh_Hans", ("zh_Hans", "zh_CN", "zh", "en")),
        ("gn", ("gn", "es", "en")),
        ("ht", ("ht", "fr", "en")),
        ("gom@latin", ("gom@latin", "gom", "en")),
        ("en_GB", ("en_GB", "en")),
    ],
)
def test_a_reader_falls_back_to_wider_and_near_languages(lang, chain):
    assert fallback_chain(lang) == chain


def test_a_text_is_picked_by_the_first_language_that_has_it():
    text = LocalizedText("Paint", {"pt": "Pintar", "en": ""})

    assert text.pick(fallback_chain("pt_BR")).lang == "pt"
    assert text.pick(fallback_chain("de")).text == "Paint"
