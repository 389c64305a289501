import pytest

from aslo.adapters.words_gettext import GettextWords
from aslo.domain import message
from aslo.domain.build import BuildState
from aslo.domain.errors import VersionTakenError
from aslo.domain.problem import Problem
from fakes.values import a_build

URL = "https://aslo.example/builds/b1"
PROBLEMS = "https://aslo.example/problems"
PAGE = "https://aslo.example/org.sugarlabs.Moon/1"
NASTY = [
    "@org/team please look",
    "![x](https://evil.example/pixel.png)",
    "[click](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    "` @org/team `",
    "``` \n@org/team\n```",
    "line one\n\n# Heading\n\n* @org/team",
]


WORDS = GettextWords()
SPANISH = WORDS.voice("es")


@pytest.fixture(params=WORDS.languages)
def voice(request):
    """Each voice that developers may choose."""
    return WORDS.voice(request.param)


def failed(*problems, outcome="It failed."):
    return a_build(state=BuildState.FAILED, problems=problems, outcome=outcome)


def outside_code(text):
    """The parts of Markdown that act."""
    return "".join(text.split("`")[::2])


@pytest.mark.case("D11", "T16")
@pytest.mark.parametrize("text", NASTY)
def test_nothing_an_author_wrote_acts_in_a_comment(text, voice):
    comment = message.final_comment(
        failed(
            Problem(text, text, text, file=text),
            Problem("no-icon", text, text, file=text),
            outcome=text,
        ),
        URL,
        None,
        PROBLEMS,
        voice,
    )

    for active in ("@", "![", "](javascript", "<img", "# Heading"):
        assert active not in outside_code(comment)


def test_a_failed_build_names_every_problem_its_place_and_its_cure():
    comment = message.final_comment(
        failed(
            Problem("bad-version", "'01' starts with a zero", "Write 1.", "activity.info", 3),
            Problem("no-icon", "there is no moon.svg", "Add it."),
        ),
        URL,
        None,
        PROBLEMS,
    )

    bad, gone = f"[bad-version]({PROBLEMS}/bad-version)", f"[no-icon]({PROBLEMS}/no-icon)"
    assert f"* error: `activity.info:3` {bad}: `'01' starts with a zero`" in comment
    assert "Cure: `Write 1.`" in comment
    assert f"* error: {gone}: `there is no moon.svg`" in comment
    assert URL in comment


def test_a_code_that_has_no_page_is_not_linked():
    comment = message.final_comment(failed(Problem("odd", "m", "r")), URL, None, PROBLEMS)

    assert "* error: `m`" in comment
    assert PROBLEMS not in comment


def test_a_published_build_links_its_page():
    build = a_build(state=BuildState.PUBLISHED, bundle_id="org.sugarlabs.Moon", version="1")

    assert PAGE in message.final_comment(build, URL, PAGE, PROBLEMS)


def test_a_failed_build_says_what_can_be_done_now():
    assert "can be released again" in message.final_comment(failed(), URL, None, PROBLEMS)


def test_a_version_that_is_taken_is_not_said_to_be_free():
    taken = VersionTakenError("org.sugarlabs.Moon", "1", "v1")

    comment = message.final_comment(failed(*taken.problems), URL, None, PROBLEMS)

    assert "can be released again" not in comment
    assert "Raise activity_version" in comment


def test_a_status_says_published_once():
    build = a_build(state=BuildState.PUBLISHED, outcome="org.sugarlabs.Moon 1 is published.")

    assert message.final_status(build) == "org.sugarlabs.Moon 1 is published."


def test_no_comment_has_two_empty_lines_in_a_row():
    problem = Problem("x", "m", "r", file="f")
    for build in (failed(problem), failed(), a_build(state=BuildState.ERRORED)):
        assert "\n\n\n" not in message.final_comment(build, URL, None, PROBLEMS)


def test_trouble_on_our_side_is_not_blamed_on_the_author():
    assert "no fault of the release" in message.final_comment(
        a_build(state=BuildState.ERRORED), URL, None, PROBLEMS
    )


@pytest.mark.case("D11", "T16")
@pytest.mark.parametrize("letter", ["m", "\u0939", "\U0001f319"])
def test_a_comment_has_at_most_4000_characters_and_still_links_the_build(voice, letter):
    problems = [Problem("x", letter * 2000, letter * 2000, file=f"f{n}") for n in range(50)]

    comment = message.final_comment(failed(*problems), URL, None, PROBLEMS, voice)

    assert len(comment) <= len(comment.encode()) <= 4000
    assert comment.endswith(f"({URL})")


def test_a_status_has_at_most_140_characters_on_one_line():
    status = message.final_status(failed(outcome="a\nb" * 200))

    assert len(status) <= 140
    assert "\n" not in status


@pytest.mark.case("D11", "T16")
@pytest.mark.parametrize("path", ["/tmp/aslo/scratch/b1", "/home/aslo/var/x", "/usr/lib/python3"])
def test_no_path_of_our_machine_is_told(path):
    assert path not in message.plain(f"cannot open {path}: no", 200)


def test_a_path_in_the_activity_and_an_address_are_told():
    text = "activity/usr/x and https://example.org/usr/x"

    assert message.plain(text, 200) == text


def test_a_comment_is_in_the_language_of_its_voice():
    problem = Problem("x", "it is odd", "Mend it.", "setup.py", 3)

    comment = message.final_comment(failed(problem), URL, None, PROBLEMS, SPANISH)

    assert "Tienda de actividades de Sugar: no publicado." in comment
    assert "error: `setup.py:3`: `it is odd`" in comment
    assert "Solución: `Mend it.`" in comment
    assert "se puede publicar de nuevo" in comment
    assert "Ha empezado el trabajo" in message.started_comment(a_build(), URL, SPANISH)


def test_a_status_in_another_language_says_nothing_in_english():
    build = a_build(
        state=BuildState.PUBLISHED,
        bundle_id="org.sugarlabs.Moon",
        version="1",
        outcome="org.sugarlabs.Moon 1 is published.",
    )

    assert message.final_status(build, SPANISH) == "Publicado: org.sugarlabs.Moon 1"
    assert message.final_status(failed(), SPANISH) == "No publicado"
    assert message.started_status(a_build(), SPANISH) == "Se prepara el paquete de v1"


def test_in_another_language_the_kind_of_a_problem_is_told_with_the_exact_words_as_code():
    problem = Problem("no-exec", "there is no exec", "Add exec.", "activity/activity.info", 7)

    comment = message.final_comment(failed(problem), URL, None, PROBLEMS, SPANISH)
    (remark,) = message.annotations([problem], SPANISH)

    assert (
        f"* error: `activity/activity.info:7` [no-exec]({PROBLEMS}/no-exec): "
        "Nada dice cómo se inicia la actividad: `there is no exec`  \n"
        "  Solución: Agregue una línea como exec = sugar-activity3 module.Class."
    ) in comment
    assert remark.message.splitlines() == [
        "Nada dice cómo se inicia la actividad",
        "there is no exec",
        "Solución: Agregue una línea como exec = sugar-activity3 module.Class.",
    ]
    status = message.final_status(failed(problem), SPANISH)
    assert status == "No publicado: Nada dice cómo se inicia la actividad"


def test_a_percent_sign_in_a_cure_stays_as_it_is_written():
    problem = Problem("bare-percent", "a % stands alone", "Write %%.", "activity/activity.info", 7)

    comment = message.final_comment(failed(problem), URL, None, PROBLEMS, SPANISH)

    assert "Escriba %% para un signo de porcentaje." in comment


@pytest.mark.parametrize("letter", ["m", "\U0001f319"])
def test_a_remark_at_a_line_has_at_most_4096_bytes(voice, letter):
    long = Problem("no-exec", letter * 2000, letter * 2000, "activity/activity.info", 7)

    (remark,) = message.annotations([long], voice)

    assert len(remark.message.encode()) <= 4096
