from gettext import GNUTranslations
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from aslo.adapters.gettext_mo import compile_catalog

HEADER = b"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"


def read(messages: dict[bytes, bytes]) -> GNUTranslations:
    return GNUTranslations(BytesIO(compile_catalog({b"": HEADER, **messages})))


def test_a_message_is_found():
    assert read({b"Paint": b"Malen"}).gettext("Paint") == "Malen"


def test_a_context_keeps_two_messages_apart():
    catalog = read({b"verb\4Paint": b"Malen", b"noun\4Paint": b"Farbe"})

    assert catalog.pgettext("verb", "Paint") == "Malen"
    assert catalog.pgettext("noun", "Paint") == "Farbe"


def test_plural_forms_are_found():
    catalog = read({b"%d star\0%d stars": b"%d Stern\0%d Sterne"})

    assert catalog.ngettext("%d star", "%d stars", 1) == "%d Stern"
    assert catalog.ngettext("%d star", "%d stars", 2) == "%d Sterne"


words = st.text(st.characters(exclude_characters="\0\4", codec="utf-8"), min_size=1)


@settings(max_examples=30)
@given(st.dictionaries(words, words, max_size=30))
def test_every_message_that_goes_in_comes_out(messages: dict[str, str]):
    catalog = read({said.encode(): meant.encode() for said, meant in messages.items()})

    assert {said: catalog.gettext(said) for said in messages} == messages
