"""What a machine can cure in an activity.info without changing what it says.

No cure adds or removes a line, so that the places of problems stay true from one to the next.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from aslo.domain.categories import known_name
from aslo.domain.license import spdx
from aslo.domain.problem import Problem
from aslo.domain.settings_outline import SECTION, Outline

_SETTING = re.compile(r"(?P<key>\s*[^=:]*[^=:\s])(?P<sign>\s*[=:]\s*)(?P<value>.*?)\s*")
_QUOTED = re.compile(r"""(["'])([^"']*)\1""")
_PERCENT = re.compile(r"%%|%\([^)]+\)s|%")
_OLD_KEYS = {"service_name": "bundle_id", "class": "exec", "licence": "license"}
# Not name, summary and description: translations are looked up by them, quotes and all.
_UNQUOTED = ("bundle_id", "activity_version", "icon", "license", "tags", "categories", "url")
_WESTERN = ("latin-1", "iso8859-15", "cp1252")
_CENTRAL = "iso8859-2"


@dataclass(frozen=True, slots=True)
class Cure:
    """One change of the whole file; a `question` must be agreed to before it is made."""

    title: str
    after: bytes
    question: str = ""


@dataclass(frozen=True, slots=True)
class Mended:
    """The file after its cures, those that were made, and those that nobody agreed to."""

    after: bytes
    made: tuple[Cure, ...]
    left: tuple[Cure, ...]


def mend_info(
    data: bytes, problems: Collection[Problem], agree: Callable[[bytes, Cure], bool]
) -> Mended:
    """Cure what can be cured; `agree` is asked, with the bytes before, for what has a question."""
    made: list[Cure] = []
    left: list[Cure] = []
    for propose in (_as_utf8, *map(_of_text, _TEXT_CURES), _as_spdx):
        cure = propose(data, problems)
        if cure is None or cure.after == data:
            continue
        if cure.question and not agree(data, cure):
            left.append(cure)
            continue
        made.append(cure)
        data = cure.after
    return Mended(data, tuple(made), tuple(left))


Propose = Callable[[bytes, Collection[Problem]], Cure | None]
Change = Callable[[str, Collection[Problem]], str]


def _of_text(titled: tuple[str, Change]) -> Propose:
    """A cure of the text, for files that are one."""
    title, change = titled

    def propose(data: bytes, problems: Collection[Problem]) -> Cure | None:
        try:
            return Cure(title, change(data.decode(), problems).encode())
        except UnicodeDecodeError:
            return None

    return propose


def _as_utf8(data: bytes, _: Collection[Problem]) -> Cure | None:
    """Read as Western European where each byte is a letter there; without a question only where
    Central European would be the same text."""
    try:
        data.decode()
    except UnicodeDecodeError:
        readings = set(_readings(data, _WESTERN))
        if len(readings) != 1 or not all(map(_is_word, _beyond_ascii(text := readings.pop()))):
            return None
        sure = set(_readings(data, (_CENTRAL,))) == {text}
        question = "" if sure else "Is this the text that was meant, in Western European letters?"
        return Cure("saved as UTF-8", text.encode(), question)
    return None


def _readings(data: bytes, charsets: Iterable[str]) -> Iterator[str]:
    return (data.decode(charset, errors="replace") for charset in charsets)


def _beyond_ascii(text: str) -> list[str]:
    return re.findall(r"[^\x00-\x7f]+", text)


def _is_word(letters: str) -> bool:
    # Longer runs are another script, or text that was turned into UTF-8 twice.
    return len(letters) <= 2 and letters.isalpha()


def _formatted(text: str, _: Collection[Problem]) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = [line.rstrip(" \t") for line in text.split("\n")]
    return "\n".join(lines).rstrip("\n") + "\n"


def _section(text: str, problems: Collection[Problem]) -> str:
    wrong = _lines_of("wrong-section", problems)
    return _edited(text, wrong[:1], lambda _: f"[{SECTION}]")


def _keys(text: str, problems: Collection[Problem]) -> str:
    def renamed(line: str) -> str:
        found = _SETTING.fullmatch(line)
        old = found["key"].strip().lower() if found else ""
        if found is None or old not in _OLD_KEYS:
            return line
        # Sugar starts what `class` names so.
        value = f"sugar-activity {found['value']}" if old == "class" else found["value"]
        return f"{_OLD_KEYS[old]}{found['sign']}{value}"

    return _edited(text, _lines_of("old-key", problems), renamed)


def _quotes(text: str, _: Collection[Problem]) -> str:
    return _with_values(text, _UNQUOTED, lambda value: _QUOTED.sub(r"\2", value))


def _icon(text: str, problems: Collection[Problem]) -> str:
    if not any(_lines_of("icon-extension", problems)):
        return text
    return _with_values(text, ("icon",), lambda value: value.removesuffix(".svg"))


def _percents(text: str, problems: Collection[Problem]) -> str:
    def doubled(line: str) -> str:
        return _PERCENT.sub(lambda found: "%%" if found[0] == "%" else found[0], line)

    return _edited(text, _lines_of("bare-percent", problems), doubled)


def _tags(text: str, _: Collection[Problem]) -> str:
    return _with_values(text, ("tags",), _tidy_tags)


def _tidy_tags(value: str) -> str:
    found = (" ".join(tag.split()).casefold() for tag in re.split(r"[;,]", value))
    return ";".join(dict.fromkeys(known_name(tag) for tag in found if tag))


def _as_spdx(data: bytes, _: Collection[Problem]) -> Cure | None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    asked: list[str] = []

    def meant(value: str) -> str:
        known = spdx(value)
        if known is None or known == value:
            return value
        asked.append(f"Does {value} mean the licence {known}?")
        return known

    after = _with_values(text, ("license",), meant)
    return Cure("the licence's SPDX id", after.encode(), *asked)


def _lines_of(code: str, problems: Collection[Problem]) -> list[int]:
    return [each.line for each in problems if each.code == code and each.line is not None]


def _with_values(text: str, keys: Iterable[str], change: Callable[[str], str]) -> str:
    """The text with the values of keys changed, where they stand on one line."""
    lines, places = text.split("\n"), Outline(text, "").lines
    single = [places[key] for key in keys if key in places and _is_alone(lines, places[key])]

    def changed(line: str) -> str:
        found = _SETTING.fullmatch(line)
        return f"{found['key']}{found['sign']}{change(found['value'])}" if found else line

    return _edited(text, single, changed)


def _is_alone(lines: list[str], number: int) -> bool:
    """Whether no indented line continues a value."""
    after = next((line for line in lines[number:] if line.strip()), "")
    return not after[:1].isspace()


def _edited(text: str, numbers: Iterable[int], change: Callable[[str], str]) -> str:
    lines = text.split("\n")
    for number in numbers:
        if number <= len(lines):
            lines[number - 1] = change(lines[number - 1])
    return "\n".join(lines)


_TEXT_CURES: tuple[tuple[str, Change], ...] = (
    ("formatting", _formatted),
    ("the name of the section", _section),
    ("old keys", _keys),
    ("quotes that Sugar would show", _quotes),
    ("the icon's extension", _icon),
    ("percent signs", _percents),
    ("tags", _tags),
)
