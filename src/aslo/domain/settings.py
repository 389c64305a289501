"""What a repository may ask of the store: the file `.aslo.toml` at its top."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aslo.domain.errors import BuildFailedError
from aslo.domain.problem import Problem, Severity
from aslo.domain.voice import spoken

SETTINGS_FILE = ".aslo.toml"
LONGEST_LANGUAGE = 20
_BAD = "bad-settings"
_AS_TOML = "Write it as TOML, for example: [build] and on the next line run-setup = true."
_KEYS: Mapping[str, Mapping[str, tuple[type, str]]] = {
    "build": {"run-setup": (bool, "true or false")},
    "check": {"trial-build": (bool, "true or false")},
    "messages": {"language": (str, "a text")},
}
"""Each key with its type, and how that is said."""
_SAMPLES = {
    "run-setup": "run-setup = true",
    "trial-build": "trial-build = true",
    "language": 'language = "es"',
}


@dataclass(frozen=True, slots=True)
class RepositorySettings:
    """The wishes of one repository."""

    run_setup: bool = False
    """Run the repository's own setup.py, in the sandbox, in place of the store's packing."""
    language: str = ""
    """The language in which its developers want to be told, as they wrote it; empty for none."""
    trial_build: bool = False
    """Make a bundle of each commit that is checked, in the sandbox, as of a release."""

    @classmethod
    def parse(cls, data: bytes) -> "RepositorySettings":
        """Read `.aslo.toml`; BuildFailedError carries every problem found in it."""
        text = data.decode(errors="replace")
        tables = _tables(data)
        problems = list(_problems(tables, text))
        if problems:
            raise BuildFailedError(f"{SETTINGS_FILE} cannot be used", problems)
        return cls(
            run_setup=tables.get("build", {}).get("run-setup", False),
            trial_build=tables.get("check", {}).get("trial-build", False),
            language=tables.get("messages", {}).get("language", ""),
        )


@dataclass(frozen=True, slots=True)
class WishedLanguage:
    """The language that a repository gets of those we speak, and what is wrong with its wish."""

    lang: str = ""
    """Empty where it has no wish, or one that cannot be met."""
    problems: tuple[Problem, ...] = ()


def wished_language(data: bytes, languages: tuple[str, ...]) -> WishedLanguage:
    """What `.aslo.toml` says of the language of messages, whatever else is wrong with it: its
    developers read of that, too."""
    try:
        found = tomllib.loads(data.decode())["messages"]["language"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return WishedLanguage()
    if not isinstance(found, str):
        return WishedLanguage()
    if lang := spoken(found[:LONGEST_LANGUAGE], languages):
        return WishedLanguage(lang)
    line = _line(data.decode(), "language")
    return WishedLanguage(problems=(_unknown_language(found, languages, line),))


def _unknown_language(found: str, languages: tuple[str, ...], line: int | None) -> Problem:
    message = f"the store has no messages in {found[:LONGEST_LANGUAGE]!r}, so they are in English"
    remedy = f"Write one of {', '.join(languages)}, or remove the line."
    return Problem("unknown-language", message, remedy, SETTINGS_FILE, line, Severity.WARNING)


def _tables(data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = _problem("it is not UTF-8", "Save the file as UTF-8.", line)
        raise BuildFailedError(f"{SETTINGS_FILE} cannot be read", [found]) from error
    except tomllib.TOMLDecodeError as error:
        cause, _, place = str(error).partition(" (at ")
        number = re.search(r"line (\d+)", place)
        found = _problem(
            f"it is not TOML: {cause[:1].lower()}{cause[1:]}",
            _AS_TOML,
            int(number[1]) if number else data.count(b"\n") + 1,
        )
        raise BuildFailedError(f"{SETTINGS_FILE} cannot be read", [found]) from error
    except (ValueError, RecursionError) as error:
        # Python's reader gives no place of a number or a nesting that is beyond it.
        found = _problem("it is nothing that can be read as TOML", _AS_TOML, None)
        raise BuildFailedError(f"{SETTINGS_FILE} cannot be read", [found]) from error


def _problems(tables: Mapping[str, Any], text: str) -> Iterator[Problem]:
    for name, table in tables.items():
        if name not in _KEYS or not isinstance(table, dict):
            cure = f"Remove it; the tables are {', '.join(f'[{each}]' for each in _KEYS)}."
            yield _problem(f"the store knows no {name!r} here", cure, _line(text, name))
            continue
        for key, value in table.items():
            yield from _key_problems(name, key, value, _line(text, key))


def _key_problems(table: str, key: str, value: object, line: int | None) -> Iterator[Problem]:
    known = _KEYS[table]
    if key not in known:
        cure = f"Remove it; the only key of [{table}] is {', '.join(known)}."
        yield _problem(f"the store knows no {key!r} in [{table}]", cure, line)
        return
    kind, said = known[key]
    if not isinstance(value, kind):
        cure = f"Write {_SAMPLES[key]}, or remove the line."
        yield _problem(f"{key} must be {said}, got {_written(value)}", cure, line)


def _written(value: object) -> str:
    try:
        return repr(value)
    except ValueError:
        # A number in hexadecimal digits may be longer than any that Python writes in decimal ones.
        return "a number that nobody can read"


def _line(text: str, name: str) -> int | None:
    pattern = re.compile(rf"""^[ \t]*(?:\w+\.)?\[*[ \t]*["']?{re.escape(name)}\b""", re.MULTILINE)
    found = pattern.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _problem(message: str, remedy: str, line: int | None) -> Problem:
    return Problem(_BAD, message, remedy, SETTINGS_FILE, line)
