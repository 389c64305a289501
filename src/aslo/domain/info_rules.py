"""The rules for the values of an activity.info, one by one."""

import re
from urllib.parse import urlsplit

from aslo.domain.bundle_id import bundle_id_fault
from aslo.domain.problem import Problem, Severity
from aslo.domain.settings_file import Settings
from aslo.domain.shown import shown
from aslo.domain.version import ActivityVersion

LONGEST_NAME = 100
LONGEST_SUMMARY = 500
LONGEST_DESCRIPTION = 8_000
LONGEST_LICENSE = 200
LONGEST_CATEGORY = 40
MOST_CATEGORIES = 32
MOST_PARTICIPANTS = 1_000

_LONGEST = {
    "name": LONGEST_NAME,
    "summary": LONGEST_SUMMARY,
    "description": LONGEST_DESCRIPTION,
}
_QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)
# Line breaks, and characters that turn the direction of what follows.
_NOT_ONE_LINE = re.compile(r"[\n\r\u2028-\u202e\u2066-\u2069]")
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


class InfoReader:
    """Takes each value by its rule and notes what breaks it."""

    def __init__(self, settings: Settings, file: str) -> None:
        self._file = file
        self.problems = list(settings.problems)
        self.lines = settings.lines
        self._values = settings.values
        # A file that could not be read at all is not also blamed for what it lacks.
        self._readable = bool(settings.values) or not settings.problems

    def plain(self, key: str) -> str:
        """A value as it is, without quotes that Sugar would show."""
        text = self._values.get(key, "").strip()
        if len(text) > 1 and (quoted := _QUOTED.fullmatch(text)):
            message = f"{key} is in quotes, which Sugar shows: {shown(text)}"
            self._warn("quoted-value", message, "Remove the quotes.", key)
            return quoted[2].strip()
        return text

    def icon(self) -> str | None:
        meaning = "the name of an SVG in activity/ without its extension"
        return self._advised("icon", "no-icon", meaning) or None

    def bundle_id(self) -> str:
        key = self._old_key("bundle_id", "service_name")
        # Not without quotes: Sugar takes them as a part of the id.
        example = "such as `bundle_id = org.example.Name`"
        text = self._required(key, "no-bundle-id", "bundle_id", example)
        if text and (fault := bundle_id_fault(text)):
            remedy = "Choose an id such as org.example.Name."
            self._refuse("bad-bundle-id", f"{key} {shown(text)} {fault}", remedy, key)
        return text

    def name(self) -> str:
        text = self.plain("name")
        if not text:
            self._missing("name", "no-name", "name", "such as `name = Paint`")
        if len(text) > LONGEST_NAME or _NOT_ONE_LINE.search(text):
            message = f"the name {shown(text)} is not one line of at most {LONGEST_NAME} characters"
            self._refuse("bad-name", message, "Shorten the name to plain text.", "name")
        return text

    def summary(self) -> str:
        meaning = "what the activity is for, in a sentence"
        text = self._advised("summary", "no-summary", meaning)
        return self._cut("summary", "long-summary", text, LONGEST_SUMMARY)

    def description(self) -> str:
        text = self.plain("description")
        return self._cut("description", "long-description", text, LONGEST_DESCRIPTION)

    def version(self) -> str:
        key = "activity_version"
        text = self._required(key, "no-activity-version", key, "such as `activity_version = 1`")
        if not text:
            return text
        try:
            ActivityVersion.parse(text)
        except ValueError:
            message = f"activity_version {shown(text)} is no version that Sugar can read"
            self._refuse("bad-version", message, _version_remedy(text), key)
        return text

    def command(self) -> str:
        key = self._old_key("exec", "class")
        example = "such as `exec = sugar-activity3 module.Class`"
        text = self._required(key, "no-exec", "exec", example)
        return f"sugar-activity {text}" if text and key == "class" else text

    def license(self) -> str:
        key = self._old_key("license", "licence")
        text = self._advised(key, "no-license", "such as GPL-3.0-or-later")
        return " ".join(text.split())[:LONGEST_LICENSE]

    def categories(self) -> tuple[str, ...]:
        """Tags and both spellings of categories, told apart without regard to case."""
        tags = re.split(r"[;,\n]", self.plain("tags"))
        words = re.split(r"[;,\s]", self.plain("category") + " " + self.plain("categories"))
        found = dict.fromkeys(
            text for tag in [*tags, *words] if (text := " ".join(tag.split()).casefold())
        )
        fitting = [tag for tag in found if len(tag) <= LONGEST_CATEGORY][:MOST_CATEGORIES]
        if len(fitting) < len(found):
            message = (
                f"only {len(fitting)} of {len(found)} tags are kept: at most {MOST_CATEGORIES}, "
                f"of at most {LONGEST_CATEGORY} characters"
            )
            self._warn("too-many-tags", message, "Keep the tags that help to find it.", "tags")
        return tuple(fitting)

    def homepage(self) -> str | None:
        text = self.plain("url")
        if not text or is_web_address(text):
            return text or None
        message = f"url {shown(text)} is no http or https address"
        self._warn("bad-url", message, "Write the whole address, such as https://...", "url")
        return None

    def repository(self) -> str:
        """Where the source is said to be, as it is written; Sugar does not read it."""
        return self._values.get("repository", "").strip()

    def max_participants(self) -> int:
        key = "max_participants"
        if key not in self._values:
            return 0
        text = self._values[key].strip()
        if not _INTEGER.fullmatch(text):
            message = f"max_participants {shown(text)} is no whole number"
            self._refuse("bad-max-participants", message, "Write a number such as 4.", key)
            return 0
        number = int(text)
        if not 0 <= number <= MOST_PARTICIPANTS:
            message = f"max_participants {number} is not between 0 and {MOST_PARTICIPANTS}"
            self._warn("bad-max-participants", message, "Write a number such as 4.", key)
        return min(max(number, 0), MOST_PARTICIPANTS)

    def _advised(self, key: str, code: str, meaning: str) -> str:
        """A value that should be there."""
        text = self.plain(key)
        if not text and self._readable:
            self._warn(code, f"there is no {key}", f"Add `{key} = `, {meaning}.", key)
        return text

    def _cut(self, key: str, code: str, text: str, longest: int) -> str:
        if len(text) > longest:
            message = f"{key} has {len(text)} characters, only the first {longest} are shown"
            self._warn(code, message, "Shorten the text.", key)
        return text[:longest]

    def _old_key(self, key: str, old: str) -> str:
        """The key in use: `old` only where `key` is not there."""
        if key in self._values or old not in self._values:
            return key
        self._warn("old-key", f"the key {old} is an old one", f"Name it {key}.", old)
        return old

    def _required(self, key: str, code: str, wanted: str, example: str) -> str:
        text = self._values.get(key, "").strip()
        if not text:
            self._missing(key, code, wanted, example)
        return text

    def _missing(self, key: str, code: str, wanted: str, example: str) -> None:
        if self._readable:
            self._refuse(code, f"there is no {wanted}", f"Add one, {example}.", key)

    def _refuse(self, code: str, message: str, remedy: str, key: str) -> None:
        self.problems.append(Problem(code, message, remedy, self._file, self.lines.get(key)))

    def _warn(self, code: str, message: str, remedy: str, key: str) -> None:
        line, severity = self.lines.get(key), Severity.WARNING
        self.problems.append(Problem(code, message, remedy, self._file, line, severity))


def _version_remedy(text: str) -> str:
    if _QUOTED.fullmatch(text):
        return "Remove the quotes."
    if re.fullmatch(r"[vV][0-9].*", text):
        return f"Write it without the {text[0]}."
    if re.search(r"(?<![0-9])0[0-9]", text):
        return "Write its numbers without leading zeros."
    return "Write whole numbers with dots between, such as 12 or 12.1."


def text_fault(key: str, text: str) -> str | None:
    """Why a text cannot stand for this key in any language."""
    longest = _LONGEST[key]
    if len(text) > longest:
        return f"its {key} has {len(text)} characters, more than {longest}"
    if key == "name" and _NOT_ONE_LINE.search(text):
        return f"its name {shown(text)} holds a character that breaks or turns the line"
    return None


def is_web_address(text: str) -> bool:
    """Whether a text is an http or https address that is safe to link."""
    if len(text) > 500 or not text.isascii() or re.search(r"[\s\x00-\x1f\x7f\"'<>\\]", text):
        return False
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        )
    except ValueError:
        return False
