import pytest

from aslo.domain.wish import wished_language


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("es", "es"),
        ("es-UY", "es"),
        ("es_419", "es"),
        ("sr-Latn-RS", "sr"),
        ("pt-BR", "pt_BR"),
        ("PT-br", "pt_BR"),
        ("pt-BRA", "pt"),
        ("pt-PT", "pt"),
        ("pt", "pt"),
        ("zh", "zh_CN"),
        ("zh-CN", "zh_CN"),
        ("zh-Hans-HK", "zh_CN"),
        ("zh-Hant", "zh_TW"),
        ("zh-Hant-CN", "zh_TW"),
        ("zh-TW", "zh_TW"),
        ("zh-HK", "zh_TW"),
        ("zha", "zha"),
        ("iw", "he"),
        ("iw-IL", "he"),
        ("in-ID", "id"),
        ("inh", "inh"),
        ("*", "*"),
        ("", ""),
    ],
)
def test_a_tag_of_a_browser_is_one_of_our_languages(tag, lang):
    assert wished_language(tag) == lang


@pytest.mark.parametrize("lang", ["es", "pt_BR", "pt", "zh_CN", "zh_TW", "he", "id", "nb", "fil"])
def test_our_own_names_mean_themselves(lang):
    assert wished_language(lang) == lang
