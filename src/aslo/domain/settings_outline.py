"""The lines of a settings file without ConfigParser's strictness: keys, faults, a mended text."""

import re
from collections.abc import Iterator

from aslo.domain.problem import Problem
from aslo.domain.shown import shown

SECTION = "Activity"

MOST_FAULTS = 20

_ADD_SECTION = f"Write [{SECTION}] above the settings."
_SECTION_LINE = re.compile(r"\[(.+)\]")
_KEY_LINE = re.compile(r"([^=:]*[^=:\s])\s*[=:]")
_BARE_PERCENT = re.compile(r"%(?!\([^)]+\)s)")


class Outline:
    """Where each setting stands; every line a strict reader stumbles over is a fault.

    `mended` is the text without its faulty lines, with the section that it lacks.
    """

    def __init__(self, text: str, file: str) -> None:
        self.lines: dict[str, int] = {}
        self.faults: list[Problem] = []
        self._file = file
        self._texts = text.removeprefix("\ufeff").split("\n")
        self._section = ""
        self._sections: set[str] = set()
        self._seen: dict[tuple[str, str], int] = {}
        self._headless = False
        kept = list(self._mend())
        if SECTION not in self._sections:
            self._fault("no-section", f"there is no section [{SECTION}]", None, _ADD_SECTION)
            self._headless = True
        self.mended = "\n".join([f"[{SECTION}]", *kept] if self._headless else kept)

    def percent_line(self, key: str) -> int | None:
        """The line of a value where a percent sign stands by itself, else its first line."""
        start = self.lines.get(key)
        if start is None:
            return None
        after = min((n for n in self._seen.values() if n > start), default=len(self._texts) + 1)
        for number in range(start, after):
            if _BARE_PERCENT.search(self._texts[number - 1].replace("%%", "")):
                return number
        return start

    def _mend(self) -> Iterator[str]:
        """The lines, with nothing in the place of faulty ones."""
        value_indent: int | None = None
        for number, line in enumerate(self._texts, 1):
            text = line.strip()
            indent = len(line) - len(line.lstrip())
            continued = value_indent is not None and indent > value_indent
            if continued or not text or text[0] in "#;":
                yield line
            elif heading := _SECTION_LINE.match(text):
                value_indent = None
                yield self._heading(heading[1], number)
            else:
                kept = self._setting(line, number)
                value_indent = indent if kept else None
                yield kept

    def _heading(self, name: str, number: int) -> str:
        if name != SECTION and name.strip().casefold() == SECTION.casefold():
            remedy = f"Write it [{SECTION}]."
            self._fault("wrong-section", f"the section is written [{name}]", number, remedy)
            name = SECTION
        again = name in self._sections and name != "DEFAULT"
        if again and not (name == SECTION and self._headless):
            remedy = "Put its settings into the first one."
            self._fault("duplicate-section", f"the section [{name}] is repeated", number, remedy)
        self._enter(name)
        return f"[{name}]"

    def _enter(self, section: str) -> None:
        self._section = section
        self._sections.add(section)

    def _setting(self, line: str, number: int) -> str:
        found = _KEY_LINE.match(line.strip())
        if found is None:
            message = f"{shown(line.strip())} is no setting"
            remedy = "Write it as `key = value`, or indent it to continue the line above."
            return self._fault("not-a-setting", message, number, remedy)
        key = found[1].lower()
        if not self._section:
            message = f"{shown(key)} stands above any section"
            self._fault("no-section", message, number, _ADD_SECTION)
            self._headless = True
            self._enter(SECTION)
        first = self._seen.setdefault((self._section, key), number)
        if first != number:
            message = f"{shown(key)} is set again; line {first} sets it first"
            return self._fault("duplicate-key", message, number, "Remove one of the two lines.")
        if self._section == SECTION or (self._section == "DEFAULT" and key not in self.lines):
            self.lines[key] = number
        return line

    def _fault(self, code: str, message: str, line: int | None, remedy: str) -> str:
        """Note a fault; nothing is kept of its line."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Problem(code, message, remedy, self._file, line))
        return ""
