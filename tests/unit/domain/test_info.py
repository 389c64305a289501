import pytest

from aslo.domain.info import read_info
from aslo.domain.problem import Severity
from fixtures.bundles import info


def errors(data: bytes) -> dict[str, int | None]:
    """The codes of all errors, each with its line."""
    _, problems = read_info(data)
    return {p.code: p.line for p in problems if p.severity is Severity.ERROR}


def warned(data: bytes) -> dict[str, int | None]:
    """The codes of all warnings, each with its line; the file has no errors."""
    assert errors(data) == {}
    return {p.code: p.line for p in read_info(data)[1]}


def test_a_plain_file_is_read_without_a_word():
    found, problems = read_info(info())

    assert problems == ()
    assert (found.name, found.bundle_id, found.version) == ("Paint", "org.example.Paint", "3")
    assert (found.command, found.icon) == ("sugar-activity3 paint.Paint", "paint")
    assert (found.license, found.summary) == ("GPLv3+", "Draw with friends")


def test_old_keys_are_read_with_advice():
    data = info(
        bundle_id=None,
        exec=None,
        license=None,
        service_name="org.example.Old",
        **{"class": "old.Old", "licence": "MIT"},
    )

    assert warned(data) == {"old-key": 8}
    found, problems = read_info(data)
    assert (found.bundle_id, found.command) == ("org.example.Old", "sugar-activity old.Old")
    assert found.license == "MIT"
    assert [p.line for p in problems] == [6, 7, 8]


def test_a_new_key_wins_over_an_old_one():
    found, problems = read_info(info(service_name="org.example.Other"))

    assert found.bundle_id == "org.example.Paint"
    assert problems == ()


@pytest.mark.case("D32", "D33", "T21", "T26")
@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"\xef\xbb\xbf" + info(), "byte-order-mark", 1),
        (info(summary="caf\u00e9").decode().encode("latin-1"), "not-utf8", 8),
        (info() + b"name = Again\n", "duplicate-key", 9),
        (info() + b"NAME = Again\n", "duplicate-key", 9),
        (info() + b"[Activity]\nx = 1\n", "duplicate-section", 9),
        (info(summary="100% fun"), "bare-percent", 8),
        (info(summary="a\n  b\n  50 % of c"), "bare-percent", 10),
        (info(summary="100%% a\n  50 % of b"), "bare-percent", 9),
        (info(summary="50%(x of c"), "bare-percent", 8),
        (info(activity_version="01").replace(b"\n", b"\n  "), "bad-version", 5),
        (info(mime_types="%"), "bare-percent", 9),
        (info(summary="%(nothing)s"), "missing-reference", 8),
        (info(a="%(b)s", b="%(a)s", summary="%(a)s"), "endless-reference", 8),
        (info().replace(b"[Activity]", b"[activity]"), "wrong-section", 1),
        (info().replace(b"[Activity]", b"[ACTIVITY]"), "wrong-section", 1),
        (info().replace(b"[Activity]\n", b""), "no-section", 1),
        (info().replace(b"[Activity]", b"[Paint]"), "no-section", None),
        (b"", "no-section", None),
        (info() + b"unfinished\n", "not-a-setting", 9),
        (info() + b"= x\n", "not-a-setting", 9),
        (info(name="Pa\0int"), "control-character", 2),
        (info(name="Pa\x1bint"), "control-character", 2),
        (info(activity_version="01"), "bad-version", 5),
        (info(activity_version="1.02"), "bad-version", 5),
        (info(activity_version="v1"), "bad-version", 5),
        (info(activity_version="1a5"), "bad-version", 5),
        (info(activity_version="nan"), "bad-version", 5),
        (info(activity_version="1e3"), "bad-version", 5),
        (info(activity_version="-1"), "bad-version", 5),
        (info(activity_version="1_0"), "bad-version", 5),
        (info(activity_version="\u0661"), "bad-version", 5),
        (info(activity_version="9" * 200), "bad-version", 5),
        (info(activity_version='"3"'), "bad-version", 5),
        (info(activity_version=None), "no-activity-version", None),
        (info(activity_version=""), "no-activity-version", 5),
        (info(name=None), "no-name", None),
        (info(name=""), "no-name", 2),
        (info(name="''"), "no-name", 2),
        (info(name="x" * 101), "bad-name", 2),
        (info(name="a\n  b"), "bad-name", 2),
        (info(name="Pa\u202eint"), "bad-name", 2),
        (info(exec=None), "no-exec", None),
        (info(bundle_id=None), "no-bundle-id", None),
        (info(bundle_id='"org.example.Paint"'), "bad-bundle-id", 3),
        (info(max_participants="four"), "bad-max-participants", 9),
        (info(max_participants="4.5"), "bad-max-participants", 9),
        (info(max_participants="1_0"), "bad-max-participants", 9),
        (info(max_participants="9" * 5000), "bad-max-participants", 9),
        (info(summary="x" * 8_001), "long-line", 8),
        (info(summary="x" + " " * 200 + "y"), "long-line", 8),
        (b"#" * 70_000, "info-too-large", None),
    ],
)
def test_a_fault_is_refused_with_its_line(data, code, line):
    assert errors(data).get(code, "not refused") == line


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (info(license=None), "no-license", None),
        (info(license=""), "no-license", 7),
        (info(summary=None), "no-summary", None),
        (info(icon=None), "no-icon", None),
        (info(name='"Paint"'), "quoted-value", 2),
        (info(license="100% free"), "bare-percent", 7),
        (info(url="example.org"), "bad-url", 9),
        (info(url="javascript:alert(1)"), "bad-url", 9),
        (info(url="ftp://example.org/"), "bad-url", 9),
        (info(url="https://user@example.org/"), "bad-url", 9),
        (info(url="http://[bad/"), "bad-url", 9),
        (info(max_participants="-1"), "bad-max-participants", 9),
        (info(max_participants="5000"), "bad-max-participants", 9),
        (info(tags=";".join(map(str, range(5_000)))[:7_000]), "too-many-tags", 9),
        (info(tags="x" * 41), "too-many-tags", 9),
        (info(summary="x" * 501), "long-summary", 8),
        (info(description="x" * 5_000 + "\n  " + "y" * 5_000), "long-description", 9),
    ],
)
def test_a_flaw_is_a_warning_with_its_line(data, code, line):
    assert warned(data).get(code, "not warned") == line


def test_a_text_over_its_limit_is_cut():
    found, _ = read_info(info(summary="x" * 501, description="x" * 5_000 + "\n  " + "y" * 5_000))

    assert (len(found.summary), len(found.description)) == (500, 8_000)


@pytest.mark.case("D33", "T21", "T26")
@pytest.mark.parametrize(
    "data",
    [
        info().replace(b"\n", b"\r\n"),
        info().replace(b" = ", b"="),
        info().replace(b" = ", b"\t=\t"),
        info().replace(b" = ", b": "),
        info().replace(b"\n", b"   \n"),
        info().rstrip(b"\n"),
        b"# a comment\n; another\n\n" + info(),
        info() + b"# 100% comment\n[Build]\nname = other\nname2 = 5%\n",
        b"[DEFAULT]\nversion = 3\n" + info(activity_version="%(version)s"),
        info(description="<p>\n  many</p>\n  <p>lines</p>"),
        info(description="<p>many\n\n  lines</p>"),
        info().replace(b"\n", b"\n  "),
        info(host_version="100% mine"),
        info(summary="100%% fun"),
        info(name="Euclid's Game"),
        info(name="2 Cars"),
        info(name="Ecol\u00f3gica"),
        info(activity_version="28.1"),
        info(activity_version="1.1.1"),
        info(activity_version="33~dfsg"),
        info(activity_version="0"),
        info(bundle_id="org.laptop-x.my_Activity2"),
        info(max_participants="4"),
        info(url="https://wiki.example.org/Paint?x=1#y"),
    ],
)
def test_an_odd_but_honest_file_is_read_without_a_word(data):
    assert warned(data) == {}


def test_interpolation_works_as_in_sugar():
    data = b"[DEFAULT]\nversion = 12\nword = Paint\n" + info(
        activity_version="%(version)s", summary="%(word)s %(version)s: 100%%"
    )

    found, problems = read_info(data)

    assert (found.version, found.summary) == ("12", "Paint 12: 100%")
    assert problems == ()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + info(),
        info().replace(b"[Activity]", b"[activity]"),
        info().replace(b"[Activity]\n", b""),
        info().replace(b"[Activity]\n", b"").replace(b"exec", b"[Activity]\nexec"),
        info() + b"[Build]\nname = other\n[Activity]\n",
        info() + b"name = Again\n",
        info() + b"stray\n",
    ],
)
def test_what_a_broken_file_means_is_still_found_out(data):
    found, problems = read_info(data)

    assert (found.name, found.bundle_id, found.version) == ("Paint", "org.example.Paint", "3")
    assert [p.severity for p in problems] == [Severity.ERROR]


def test_references_that_multiply_are_cut_off():
    values = {f"k{n}": f"%(k{n + 1})s" * 300 for n in range(8)} | {"k8": "x"}

    assert "endless-reference" in errors(info(**values, summary="%(k0)s"))


@pytest.mark.case("T26")
def test_tags_and_categories_count_together_without_case():
    found, _ = read_info(
        info(tags="Art;Draw  it; ;GAME", category="game Maths", categories="art,web")
    )

    assert found.categories == ("art", "draw it", "game", "maths", "web")


@pytest.mark.case("D31", "T27")
@pytest.mark.parametrize(
    "bundle_id",
    [
        "../x",
        "/abs",
        "a/b",
        ".",
        "..",
        "a..b",
        ".a.b",
        "a.b.",
        "single",
        "CON",
        "$where",
        "a.b$",
        "a.b c",
        "a.\u0430b",
        "-a.b",
        "a.-b",
        "a.b\n c",
        "a." + "b" * 300,
        "a.b#c",
        "a.b&c",
        "robots.txt",
        "Sitemap.XML",
        "favicon.ico",
        "update.json",
    ],
)
def test_a_bundle_id_outside_the_grammar_is_refused(bundle_id):
    assert "bad-bundle-id" in errors(info(bundle_id=bundle_id))


def test_the_message_names_the_value_and_the_remedy_the_cure():
    _, [problem] = read_info(info(activity_version="v1"))

    assert problem.message == "activity_version 'v1' is no version that Sugar can read"
    assert problem.remedy == "Write it without the v."
    assert problem.place == "activity/activity.info:5"


def test_independent_faults_are_listed_together():
    data = info(summary="100% fun", activity_version="01", bundle_id="x", max_participants="y")
    data = b"\xef\xbb\xbf" + data + b"name = Again\nstray\n"

    assert errors(data) == {
        "byte-order-mark": 1,
        "duplicate-key": 10,
        "not-a-setting": 11,
        "bare-percent": 8,
        "bad-version": 5,
        "bad-bundle-id": 3,
        "bad-max-participants": 9,
    }


def test_a_file_that_cannot_be_read_is_not_blamed_for_what_it_lacks():
    assert errors(b"x" * 70_000) == {"info-too-large": None}
