"""What a repository may ask of the store: the file `.aslo.toml` at its top."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aslo.domain.errors import BuildFailedError
from aslo.domain.problem import Problem

SETTINGS_FILE = ".aslo.toml"
_BAD = "bad-settings"


@dataclass(frozen=True, slots=True)
class RepositorySettings:
    """The wishes of one repository."""

    run_setup: bool = False
    """Run the repository's own setup.py, in the sandbox, in place of the store's packing."""

    @classmethod
    def parse(cls, data: bytes) -> "RepositorySettings":
        """Read `.aslo.toml`; BuildFailedError carries every problem found in it."""
        text = data.decode(errors="replace")
        tables = _tables(data)
        problems = list(_problems(tables, text))
        if problems:
            raise BuildFailedError(f"{SETTINGS_FILE} cannot be used", problems)
        return cls(run_setup=tables.get("build", {}).get("run-setup", False))


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
            "Write it as TOML, for example: [build] and on the next line run-setup = true.",
            int(number[1]) if number else data.count(b"\n") + 1,
        )
        raise BuildFailedError(f"{SETTINGS_FILE} cannot be read", [found]) from error


def _problems(tables: Mapping[str, Any], text: str) -> Iterator[Problem]:
    for name, table in tables.items():
        if name != "build" or not isinstance(table, dict):
            cure = "Remove it; the only table is [build]."
            yield _problem(f"the store knows no {name!r} here", cure, _line(text, name))
            continue
        for key, value in table.items():
            yield from _key_problems(key, value, _line(text, key))


def _key_problems(key: str, value: object, line: int | None) -> Iterator[Problem]:
    if key != "run-setup":
        cure = "Remove it; the only key of [build] is run-setup."
        yield _problem(f"the store knows no {key!r} in [build]", cure, line)
    elif not isinstance(value, bool):
        cure = "Write run-setup = true, or remove the line."
        yield _problem(f"run-setup must be true or false, got {value!r}", cure, line)


def _line(text: str, name: str) -> int | None:
    pattern = re.compile(rf"""^[ \t]*(?:build\.)?\[*[ \t]*["']?{re.escape(name)}\b""", re.MULTILINE)
    found = pattern.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _problem(message: str, remedy: str, line: int | None) -> Problem:
    return Problem(_BAD, message, remedy, SETTINGS_FILE, line)
