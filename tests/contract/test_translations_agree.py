"""A translation compiles as GNU msgfmt compiles it: to the same bytes, or not at all."""

import shutil
import subprocess
from pathlib import Path

import pytest

from aslo.adapters.gettext_po import BadTranslationError, compile_translation
from fixtures.debian import ACTIVITIES, real_activity

pytestmark = pytest.mark.needs("sugar")

HEADER = (
    'msgid ""\nmsgstr ""\n"POT-Creation-Date: 2020-01-01 00:00+0000\\n"\n'
    '"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
GOOD = 'msgid "a"\nmsgstr "b"\n'
PLURAL = 'msgid "{}"\nmsgid_plural "{}"\nmsgstr[0] "{}"\nmsgstr[1] "{}"\n'

CASES = {
    "one message": HEADER + GOOD,
    "many messages": HEADER + "".join(f'msgid "{n}"\nmsgstr "{n * n}"\n\n' for n in range(300)),
    "only a header": HEADER,
    "no header": GOOD,
    "header last": GOOD + "\n" + HEADER,
    "fuzzy header": "#, fuzzy\n" + HEADER + GOOD,
    "header without newline": HEADER.replace("\\n", "") + GOOD,
    "line of the header without colon": HEADER.replace("POT-Creation-Date:", "nonsense") + GOOD,
    "two headers": HEADER + HEADER + GOOD,
    "message twice": HEADER + GOOD + "\n" + GOOD,
    "message twice, once fuzzy": HEADER + "#, fuzzy\n" + GOOD + "\n" + GOOD,
    "message twice, once obsolete": HEADER + '#~ msgid "a"\n#~ msgstr "x"\n\n' + GOOD,
    "message twice, both untranslated": HEADER + 'msgid "a"\nmsgstr ""\n\n' * 2,
    "message twice, once in a context": HEADER + GOOD + '\nmsgctxt "q"\n' + GOOD,
    "empty context": HEADER + 'msgctxt ""\n' + GOOD,
    "fuzzy": HEADER + "#, fuzzy\n" + GOOD,
    "obsolete": HEADER + '#~ msgid "a"\n#~ msgstr "b"\n',
    "previous": HEADER + '#| msgid "old"\n' + GOOD,
    "comments": HEADER + "# é\n#x\n#. y\n#: z:1\n#, python-format\n" + GOOD,
    "comment in another charset": (HEADER + "# é\n" + GOOD).encode("latin-1"),
    "plural": HEADER + PLURAL.format("a", "as", "b", "bs"),
    "plural, second empty": HEADER + PLURAL.format("a", "as", "b", ""),
    "plural, first empty": HEADER + PLURAL.format("a", "as", "", "bs"),
    "plural, one missing": HEADER + PLURAL.format("a", "as", "b", "bs").replace("[1]", "[2]"),
    "plural, newline differs": HEADER + PLURAL.format("a\\n", "as\\n", "b\\n", "bs"),
    "plural without plural msgid": HEADER + 'msgid "a"\nmsgstr[0] "b"\n',
    "plural msgid without plural": HEADER + 'msgid "a"\nmsgid_plural "as"\nmsgstr "b"\n',
    "newline differs at the end": HEADER + 'msgid "a\\n"\nmsgstr "b"\n',
    "newline differs at the start": HEADER + 'msgid "a"\nmsgstr "\\nb"\n',
    "newline differs, untranslated": HEADER + 'msgid "a\\n"\nmsgstr ""\n',
    "newline differs, fuzzy": HEADER + '#, fuzzy\nmsgid "a\\n"\nmsgstr "b"\n',
    "format differs": HEADER + '#, python-format\nmsgid "%s"\nmsgstr "%d"\n',
    "escapes": HEADER + 'msgid "a\\t\\"\\\\"\nmsgstr "b\\r\\v\\f\\b"\n',
    "unknown escape": HEADER + 'msgid "a"\nmsgstr "b\\q"\n',
    "string without end": HEADER + 'msgid "a"\nmsgstr "b\n',
    "quote inside": HEADER + 'msgid "a"\nmsgstr "b "c" d"\n',
    "unknown keyword": HEADER + 'msgfoo "a"\nmsgstr "b"\n',
    "msgid alone": HEADER + 'msgid "z"\n\n' + GOOD,
    "text after a string": HEADER + 'msgid "a" # b\nmsgstr "c"\n',
    "conflict": HEADER + "<<<<<<< HEAD\n" + GOOD + "=======\n" + GOOD + ">>>>>>> x\n",
    "byte order mark": "\ufeff" + HEADER + GOOD,
    "CRLF": (HEADER + GOOD).replace("\n", "\r\n"),
    "no newline at the end": (HEADER + GOOD).rstrip(),
    "indented": HEADER + '  msgid\t"a"\n  msgstr   "b"\n',
    "several lines": HEADER + 'msgid ""\n"a"\n"b"\nmsgstr "c"\n""\n"d"\n',
    "odd line ends inside": HEADER + 'msgid "a\u2028\x85"\nmsgstr "\x0cb"\n',
    "charset in lower case": HEADER.replace("UTF-8", "utf8") + 'msgid "a"\nmsgstr "é"\n',
    "charset unknown": HEADER.replace("UTF-8", "CHARSET") + 'msgid "a"\nmsgstr "é"\n',
    "charset missing": HEADER.replace("charset", "c") + 'msgid "a"\nmsgstr "é"\n',
    "charset honest": (HEADER.replace("UTF-8", "ISO-8859-1") + 'msgid "a"\nmsgstr "é"\n').encode(
        "latin-1"
    ),
    "charset lies": (HEADER + 'msgid "a"\nmsgstr "é"\n').encode("latin-1"),
    "empty": "",
}


def by_msgfmt(source: Path, folder: Path) -> bytes | None:
    target = folder / "expected.mo"
    command = ["msgfmt", f"--output-file={target}", str(source)]
    done = subprocess.run(command, capture_output=True, check=False)
    return target.read_bytes() if done.returncode == 0 and target.exists() else None


def by_us(source: Path, folder: Path) -> bytes | None:
    try:
        return compile_translation(source.read_bytes(), folder / "scratch.po")
    except BadTranslationError:
        return None


@pytest.mark.parametrize("case", CASES)
def test_an_odd_translation_compiles_as_msgfmt_does_it(tmp_path: Path, case: str):
    content = CASES[case]
    source = tmp_path / "x.po"
    source.write_bytes(content.encode() if isinstance(content, str) else content)

    assert by_us(source, tmp_path) == by_msgfmt(source, tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        HEADER + 'msgid "a"\nmsgstr "\\101\\x41"\n',
        HEADER + 'msgid "a"\nmsgstr "\\a"\n',
        HEADER + 'msgid "a" "b"\nmsgstr "c"\n',
        HEADER + 'msgid"a"\nmsgstr"b"\n',
        HEADER + 'domain "x"\n' + GOOD,
    ],
    ids=["number escapes", "bell", "two strings on a line", "no blank", "domain"],
)
def test_what_no_translation_tool_writes_is_refused_although_msgfmt_takes_it(
    tmp_path: Path, content: str
):
    source = tmp_path / "x.po"
    source.write_text(content)

    assert by_us(source, tmp_path) is None
    assert by_msgfmt(source, tmp_path) is not None


@pytest.mark.needs("debian")
@pytest.mark.parametrize("name", ACTIVITIES)
def test_every_translation_of_a_real_activity_compiles_to_msgfmts_bytes(tmp_path: Path, name: str):
    sources = sorted((real_activity(name) / "po").glob("*.po"))
    assert len(sources) > 60

    for source in sources:
        shutil.rmtree(tmp_path)
        tmp_path.mkdir()
        assert by_us(source, tmp_path) == by_msgfmt(source, tmp_path), source.name
