import io

import pytest

from aslo.domain.archive import open_archive
from aslo.domain.info import read_info
from aslo.domain.problem import Severity
from aslo.domain.translations import read_translations
from fixtures.bundles import bundle, info, message_file

MO = "LC_MESSAGES/org.example.Paint.mo"


def read(files: dict[str, bytes | str], **changes: str):
    """The translations of the honest bundle with files below `locale/`."""
    data = bundle(info(**changes), {f"locale/{name}": text for name, text in files.items()})
    archive = open_archive(io.BytesIO(data))
    return read_translations(archive, read_info(archive.read("activity/activity.info"))[0])


def linfo(**values: str) -> str:
    return "[Activity]\n" + "".join(f"{key} = {text}\n" for key, text in values.items())


def test_name_and_summary_come_from_linfo_and_the_rest_from_mo():
    found, problems = read(
        {
            "de/activity.linfo": linfo(name="Malen", summary="Mit Freunden"),
            f"de/{MO}": message_file({"Paint": "other", "A tool": "Ein Werkzeug"}),
        },
        description="A tool",
    )

    assert problems == ()
    assert found.name.translations == {"de": "Malen"}
    assert found.summary.translations == {"de": "Mit Freunden"}
    assert found.description.translations == {"de": "Ein Werkzeug"}
    assert found.languages == ("de",)


def test_a_message_file_helps_out_where_linfo_is_silent():
    found, _ = read({f"de/{MO}": message_file({"Paint": "Malen"})})

    assert found.name.translations == {"de": "Malen"}


@pytest.mark.case("T31")
def test_the_message_file_of_the_bundle_id_counts_and_not_an_old_one():
    found, _ = read(
        {
            "de/LC_MESSAGES/a.old.Id.mo": message_file({"Paint": "Pinseln"}),
            f"de/{MO}": message_file({"Paint": "Malen"}),
        }
    )

    assert found.name.translations == {"de": "Malen"}


def test_a_language_counts_when_something_is_translated():
    found, _ = read(
        {
            f"de/{MO}": message_file({"Undo": "Zurück"}),
            f"fr/{MO}": message_file({}),
        }
    )

    assert found.languages == ("de",)


def test_empty_and_unchanged_texts_fall_back_field_by_field():
    found, _ = read(
        {
            "es/activity.linfo": linfo(name="", summary="Dibuja"),
            "fr/activity.linfo": linfo(name="Paint", summary=""),
        }
    )

    assert found.name.translations == {}
    assert found.summary.translations == {"es": "Dibuja"}
    assert found.languages == ("es",)
    assert found.summary.pick(["fr", "es"]).text == "Dibuja"


@pytest.mark.parametrize(
    ("folder", "lang"),
    [
        ("gom@latin", "gom@latin"),
        ("be_Latn", "be_Latn"),
        ("zh_Hant_HK", "zh_Hant_HK"),
        ("ja-kana", "ja_Kana"),
        ("pt-br", "pt_BR"),
        ("es_419", "es_419"),
    ],
)
def test_odd_language_names_are_brought_to_one_spelling(folder, lang):
    found, problems = read({f"{folder}/activity.linfo": linfo(name="X")})

    assert found.name.translations == {lang: "X"}
    assert problems == ()


def test_a_summary_of_several_lines_is_shown_on_one():
    found, _ = read({"de/activity.linfo": linfo(summary="Male\n  mit uns")}, summary="Draw\n  it")

    assert found.summary.source == "Draw it"
    assert found.summary.translations == {"de": "Male mit uns"}


def test_the_pseudo_language_is_skipped_in_silence():
    found, problems = read({"pseudo/activity.linfo": linfo(name="X")})

    assert found.languages == ()
    assert problems == ()


@pytest.mark.case("D45", "T27")
@pytest.mark.parametrize(
    "files",
    [
        {"$where/activity.linfo": linfo(name="X")},
        {"pt.BR/activity.linfo": linfo(name="X")},
        {f"de/{MO}": b"no message file"},
        {f"de/{MO}": message_file({"a": "b"})[:30]},
        {f"de/{MO}": bytes(4 * 1024**2 + 1)},
        {"de/activity.linfo": "Malen\n"},
        {"de/activity.linfo": "#" * 70_000},
        {"de/activity.linfo": "[Activity]\nname = Ma\x05len\n"},
    ],
)
def test_a_malformed_translation_is_a_warning(files):
    _, problems = read(files)

    assert {problem.severity for problem in problems} == {Severity.WARNING}
    assert problems[0].file.startswith("locale/")


@pytest.mark.parametrize(
    "text",
    [
        linfo(name="100 % Malen"),
        linfo(name="%(x)s"),
        linfo(name="a") + "name = b\n",
        linfo(name="ä").encode("latin-1"),
    ],
)
def test_a_translation_for_which_sugar_refuses_the_bundle_is_an_error(text):
    _, [problem] = read({"de/activity.linfo": text})

    assert problem.severity is Severity.ERROR
    assert problem.place.startswith("locale/de/activity.linfo:")


def test_control_characters_are_taken_out_of_texts():
    found, _ = read(
        {
            "sd/activity.linfo": "[Activity]\nname = a\x05b\n",
            f"de/{MO}": message_file({"Paint": "c\x1fd"}),
        }
    )

    assert found.name.translations == {"de": "cd", "sd": "ab"}


def test_a_blank_that_must_not_break_stays_and_a_line_break_goes():
    found, _ = read({f"am/{MO}": message_file({"Paint": "ሙዚቃ\u00a0ማጫወቻ\n ሳጥን"})})

    assert found.name.translations == {"am": "ሙዚቃ\u00a0ማጫወቻ ሳጥን"}


TOO_LONG = {"name": "N" * 101, "summary": "S" * 501, "description": "D" * 8_001}


@pytest.mark.parametrize("text", [TOO_LONG["name"], "Ma\u202elen", "Ma\u2028len", "N" * 10**6])
@pytest.mark.parametrize("kind", ["linfo", "mo"])
def test_a_name_that_the_source_could_not_have_falls_back_with_a_warning(text, kind):
    by_kind = {
        "linfo": {"de/activity.linfo": linfo(name=text[:3_000])},
        "mo": {f"de/{MO}": message_file({"Paint": text})},
    }
    found, [problem] = read(by_kind[kind])

    assert found.name.translations == {}
    assert (problem.code, problem.severity) == ("bad-translation", Severity.WARNING)
    assert problem.file.startswith("locale/de/")


def test_texts_over_their_limit_fall_back_one_by_one():
    long = {"Draw": TOO_LONG["summary"], "A tool": TOO_LONG["description"], "Paint": "Malen"}
    found, problems = read({f"de/{MO}": message_file(long)}, summary="Draw", description="A tool")

    assert found.name.translations == {"de": "Malen"}
    assert (found.summary.translations, found.description.translations) == ({}, {})
    assert [problem.code for problem in problems] == ["bad-translation"] * 2


def test_a_message_file_speaks_where_linfo_says_too_much():
    found, problems = read(
        {
            "de/activity.linfo": linfo(name=TOO_LONG["name"]),
            f"de/{MO}": message_file({"Paint": "Malen"}),
        }
    )

    assert found.name.translations == {"de": "Malen"}
    assert len(problems) == 1


def test_texts_as_long_as_allowed_stay():
    texts = {"Paint": "N" * 100, "Draw": "ሙ" * 500, "A tool": "ሙ" * 8_000}
    found, problems = read({f"am/{MO}": message_file(texts)}, summary="Draw", description="A tool")

    assert problems == ()
    assert found.description.translations == {"am": "ሙ" * 8_000}
