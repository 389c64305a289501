import pytest
from hypothesis import given
from hypothesis import strategies as st

from aslo.domain.info import CLIENT_READS, INFO_FILE, WE_READ, read_info
from aslo.domain.info_cures import mend_info
from aslo.domain.settings_file import read_settings

REST = "bundle_id = org.example.Sound\nactivity_version = 7\nexec = a b.C\n"


def mended(text, *, agreed=True):
    data = text if isinstance(text, bytes) else text.encode()
    return mend_info(data, read_info(data)[1], lambda _before, _cure: agreed)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\ufeff[Activity]\nname = A\n", "[Activity]\nname = A\n"),
        ("[Activity]\r\nname = A\r\n", "[Activity]\nname = A\n"),
        ("[Activity]  \nname = A\t\n\n\n", "[Activity]\nname = A\n"),
        ("[Activity]\nname = A", "[Activity]\nname = A\n"),
        ("[activity]\nname = A\n", "[Activity]\nname = A\n"),
        ("[Activity]\nservice_name=org.a.B\n", "[Activity]\nbundle_id=org.a.B\n"),
        ("[Activity]\nclass = a.B\n", "[Activity]\nexec = sugar-activity a.B\n"),
        ("[Activity]\nlicence = MIT\n", "[Activity]\nlicense = MIT\n"),
        ("[Activity]\nicon = 'a'\n", "[Activity]\nicon = a\n"),
        ('[Activity]\nactivity_version = "7"\n', "[Activity]\nactivity_version = 7\n"),
        ("[Activity]\nsummary = 100% a 5%% b\n", "[Activity]\nsummary = 100%% a 5%% b\n"),
        ("[Activity]\ntags = Game,  MATHS ; art;;\n", "[Activity]\ntags = games;math;art\n"),
        ("[Activity]\nlicense = GPLv3+;MIT\n", "[Activity]\nlicense = GPL-3.0-or-later AND MIT\n"),
        ("[Activity]\nname = Caf\xe9\n".encode("latin-1"), "[Activity]\nname = Caf\xe9\n"),
    ],
)
def test_a_cure_changes_only_what_is_wrong(before, after):
    assert mended(before).after.decode() == after


@pytest.mark.parametrize(
    "text",
    [
        "[Activity]\nname = 'A'\n",  # translations are looked up by it, quotes and all
        "[Activity]\nactivity_version = 07\n",
        "[Activity]\nlicense = GPL\n",
        "[Activity]\ntags = Some\n  More\n",
        "[Activity]\nsummary = %(name)s\nname = A\n",
        "[Activity]\nicon = a.svg\n",  # only where such a file is there, as the check tells
        "[Activity]\noops\n",
        "[Activity]\nname = \u043f\u0440\u0438\u0432\u0435\u0442\n".encode("koi8-r"),
        "[Activity]\nname = a\x80b\n".encode("latin-1"),
    ],
)
def test_what_is_not_certain_stays(text):
    data = text if isinstance(text, bytes) else text.encode()

    assert mended(text).after == data


@pytest.mark.parametrize(
    "text", ["[Activity]\nlicense = GPLv3+\n", "[Activity]\nname = Ni\xf1o\n".encode("latin-1")]
)
def test_what_needs_an_answer_is_left_without_one(text):
    data = text if isinstance(text, bytes) else text.encode()
    done = mended(text, agreed=False)

    assert done.after == data
    assert [bool(cure.question) for cure in done.left] == [True]
    assert mended(text).left == ()


KEYS = st.sampled_from(["name", "summary", "tags", "icon", "license", "url", "exec", "description"])
VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@given(st.lists(st.tuples(KEYS, VALUES), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_formatting_changes_no_value_that_sugar_reads(pairs, end):
    lines = ["[Activity]", *(f"{key} = {value}  " for key, value in dict(pairs).items())]
    data = end.join(lines).encode()
    before = read_settings(data, INFO_FILE, CLIENT_READS, WE_READ)
    if before.problems:
        return
    unchanged = {"name", "summary", "exec", "description"}

    after = read_settings(mended(data, agreed=False).after, INFO_FILE, CLIENT_READS, WE_READ)

    assert after.problems == ()
    assert {key: after.values.get(key) for key in unchanged} == {
        key: before.values.get(key) for key in unchanged
    }


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_cured_once_for_all(data, agreed):
    once = mended(b"[Activity]\n" + data, agreed=agreed).after

    assert mended(once, agreed=agreed).after == once
