"""Numbers, dates and sizes in the reader's signs and digits."""

from datetime import UTC, datetime

import pytest
from flask import render_template_string

from aslo.domain.sugar import Compatibility, Toolkit
from aslo.web.language import OFFERED, interface_languages
from aslo.web.numbers import digits, number
from aslo.web.visit import visit
from aslo.web.words import day, moment, seconds, size, sugar_range


@pytest.fixture
def read_in(site):
    """Have a reader of that language."""

    def begin(lang):
        context = site.app.test_request_context("/")
        context.push()
        contexts.append(context)
        site.app.preprocess_request()
        visit().lang = lang

    contexts: list = []
    yield begin
    for context in contexts:
        context.pop()


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "12,345"),
        ("de", "12.345"),
        ("hi", "12,345"),
        ("ar", "12,345"),
        ("ne", "१२,३४५"),
        ("gn", "12.345"),
        ("fa", "12,345"),
    ],
)
def test_a_number_is_written_as_the_language_of_the_page_does(read_in, lang, told):
    read_in(lang)

    assert number(12_345) == told


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "1 activity, 12,345 activities"),
        ("de", "1 Aktivität, 12.345 Aktivitäten"),
        ("fr", "1 activité, 12\u202f345 activités"),
        ("ar", "نشاط واحد, 12,345 نشاطًا"),
        ("ne", "१ क्रियाकलाप, १२,३४५ क्रियाकलापहरू"),
        ("zh_CN", "1 个活动, 12,345 个活动"),
    ],
)
def test_a_count_in_a_sentence_of_a_page_has_its_form_and_digits(read_in, lang, told):
    read_in(lang)
    one = '{{ ngettext("%(num)s activity", "%(num)s activities", n) }}'

    assert ", ".join(render_template_string(one, n=n) for n in (1, 12_345)) == told


def test_a_number_that_is_filled_in_by_another_name_is_written_so_too(read_in):
    read_in("ne")
    page = '{{ _("Line %(number)s", number=12) }}'

    assert render_template_string(page) == "पङ्क्ति १२"


def test_what_is_filled_in_is_text_and_no_markup(read_in):
    read_in("es")
    page = '{{ _("Download %(name)s", name=name) }}'

    assert render_template_string(page, name="<b>") == "Descargar &lt;b&gt;"


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ["Mar 4, 2025", "1.5 MB", "3 min 5 sec"]),
        ("de", ["04.03.2025", "1,5 MB", "3 Min. 5 Sek."]),
        ("ne", ["२०२५ मार्च ४", "१.५ MB", "३ मिनेट ५ सेकेन्ड"]),
    ],
)
def test_dates_sizes_and_times_are_written_as_the_language_does(read_in, lang, told):
    read_in(lang)

    assert [day(datetime(2025, 3, 4, tzinfo=UTC)), size(1_500_000), seconds(185)] == told


@pytest.mark.parametrize("lang", sorted({*interface_languages(), *OFFERED}))
def test_every_language_can_say_every_kind_of_value(read_in, lang):
    read_in(lang)
    began = datetime(2025, 3, 4, tzinfo=UTC)

    told = [number(0), day(began), moment(began)]
    told += [size(each) for each in (7, 7_000, 7_000_000)]
    told += [seconds(each) for each in (0.4, 12, 60, 185)]
    told += [sugar_range(Compatibility(Toolkit.GTK3, 3, "0.116", last)) for last in (None, "1")]

    assert all(told)


def test_outside_of_a_request_numbers_are_english():
    assert digits("2025") == "2025"
    assert number(10_000) == "10,000"
