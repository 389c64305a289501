"""Templates compiled for one language."""

import pytest

from aslo.web.language import translations
from fixtures.dressed_shelf import dress


@pytest.fixture
def compiled(site):
    """The Python that a template becomes for readers of a language."""

    def source(name, lang):
        with site.app.test_request_context(f"/{lang}/"):
            site.app.preprocess_request()
            environment = site.app.jinja_env.get_template(name).environment
            text, _, _ = environment.loader.get_source(environment, name)
            return environment.compile(text, name, raw=True)

    return source


@pytest.mark.parametrize("lang", ["en", "es", "ar"])
def test_a_sentence_is_part_of_the_template(compiled, lang):
    source = compiled("layout.html", lang)
    assert translations(lang).ugettext("Skip to the content") in source
    assert "'gettext'" not in source


def test_an_icon_is_part_of_the_template(compiled):
    assert "glyph(" not in compiled("_facts.html", "en")


def test_a_sentence_with_values_waits_for_them(compiled):
    assert "told" in compiled("_card.html", "en")


def test_readers_of_two_languages_get_each_their_own(site):
    dress(site)
    for lang in ("es", "ar", "es", "en"):
        page = site.client.get(f"/{lang}/").text
        assert translations(lang).ugettext("Skip to the content") in page


def test_a_value_is_escaped_in_a_sentence_that_was_put_in_before(site):
    page = site.client.get("/es/search?q=%3Cb%3Ezebra").text
    assert "<b>zebra" not in page
    assert "&lt;b&gt;zebra" in page
