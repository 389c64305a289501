"""The file format of activity.info and activity.linfo, read as Sugar's client reads it.

A strict ConfigParser with interpolation decides. Where it refuses, a tolerant look at the lines
finds each cause with its line, and mends the text so that the rest can be judged as well.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from configparser import (
    ConfigParser,
    Error,
    InterpolationError,
    InterpolationMissingOptionError,
)
from dataclasses import dataclass, field, replace

from aslo.domain.problem import Problem, Severity
from aslo.domain.settings_outline import SECTION, Outline
from aslo.domain.shown import shown

MAX_BYTES = 64 * 1024
LONGEST_LINE = 8_000
# ConfigParser takes quadratic time over blanks inside a line.
LONGEST_GAP = 100
MAX_EXPANDED = 64 * 1024
"""How long a value may get that refers to others, which refer to others again."""
DEEPEST = 10

_LONG_GAP = re.compile(rf"\s{{{LONGEST_GAP}}}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of the section `[Activity]`, where they stand, and what is wrong with the file."""

    values: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_settings(
    data: bytes, file: str, client_reads: Collection[str], we_read: Collection[str] = ()
) -> Settings:
    """Read a settings file; a bad value that only we read is a warning."""
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data)} bytes, more than {MAX_BYTES}"
        return Settings(problems=(Problem("info-too-large", message, "Shorten the file.", file),))
    text, problems = _decoded(data, file)
    if problem := _unreasonable(text, file):
        return Settings(problems=(*problems, problem))
    parser, error = _parsed(text)
    outline = Outline(text, file)
    if error is not None or not parser.has_section(SECTION):
        problems += outline.faults
        if not problems:
            problems.append(_unexplained(error, file))
        parser, _ = _parsed(outline.mended, strict=False)
    values = {}
    for key in dict.fromkeys([*client_reads, *we_read]):
        if not parser.has_option(SECTION, key):
            continue
        values[key], fault = _value(parser, key)
        if fault is not None:
            severity = Severity.ERROR if key in client_reads else Severity.WARNING
            line = outline.percent_line(key)
            problems.append(replace(fault, file=file, line=line, severity=severity))
    return Settings(values, outline.lines, tuple(problems))


def without_controls(text: str) -> str:
    """A text without the characters that neither pages nor feeds can hold."""
    return _CONTROL.sub("", text)


def _decoded(data: bytes, file: str) -> tuple[str, list[Problem]]:
    problems = []
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        line = data.count(b"\n", 0, error.start) + 1
        problems.append(Problem("not-utf8", message, "Save the file as UTF-8.", file, line))
        text = data.decode("latin-1")
    if text.startswith("\ufeff"):
        message = "the file starts with a byte order mark"
        remedy = "Save the file as UTF-8 without a byte order mark."
        problems.append(Problem("byte-order-mark", message, remedy, file, 1))
    for number, text_line in enumerate(text.split("\n"), 1):
        if found := _CONTROL.search(text_line):
            message = f"the line holds the control character {found[0]!r}"
            remedy = "Remove the control character."
            problems.append(Problem("control-character", message, remedy, file, number))
    return without_controls(text), problems


def _unreasonable(text: str, file: str) -> Problem | None:
    """The first line that would keep a parser busy."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE or _LONG_GAP.search(line.strip()):
            message = f"the line has over {LONGEST_LINE} characters, or a gap of {LONGEST_GAP}"
            remedy = "Break the line into several, all but the first indented."
            return Problem("long-line", message, remedy, file, number)
    return None


def _parsed(text: str, *, strict: bool = True) -> tuple[ConfigParser, Error | None]:
    parser = ConfigParser(strict=strict)
    try:
        parser.read_string(text)
    except Error as error:
        return ConfigParser(), error
    return parser, None


def _unexplained(error: Error | None, file: str) -> Problem:
    cause = "it has no section" if error is None else error.message.splitlines()[0]
    return Problem("bad-info", f"the file cannot be read: {shown(cause)}", "Mend the file.", file)


def _value(parser: ConfigParser, key: str) -> tuple[str, Problem | None]:
    raw = parser.get(SECTION, key, raw=True)
    if _expanded_length(parser, raw) > MAX_EXPANDED:
        message = f"{key} refers to other settings without end"
        return raw, Problem("endless-reference", message, "Write the text itself.")
    try:
        return parser.get(SECTION, key), None
    except InterpolationMissingOptionError as error:
        message = f"{key} uses %({error.reference})s, but nothing sets {error.reference}"
        remedy = "Set it, or write %% for a percent sign."
        return raw, Problem("missing-reference", message, remedy)
    except InterpolationError:
        message = f"{key} has a percent sign by itself: {shown(raw)}"
        return raw.replace("%%", "%"), Problem("bare-percent", message, "Write %% for it.")


def _expanded_length(parser: ConfigParser, raw: str, depth: int = 0) -> int:
    """At least how long a value gets; stops as soon as that is too long."""
    total = len(raw) if depth <= DEEPEST else MAX_EXPANDED + 1
    for name in _references(raw):
        if total > MAX_EXPANDED:
            break
        if parser.has_option(SECTION, name):
            total += _expanded_length(parser, parser.get(SECTION, name, raw=True), depth + 1)
    return total


def _references(raw: str) -> Iterator[str]:
    # No regular expression: over a text full of `%(` it would take quadratic time.
    at = raw.find("%(")
    while at >= 0 and (end := raw.find(")", at)) >= 0:
        yield raw[at + 2 : end]
        at = raw.find("%(", at + 2)
