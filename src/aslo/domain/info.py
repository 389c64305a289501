"""activity.info: what an activity says of itself, and every rule about it.

The keys are those of https://wiki.sugarlabs.org/go/Development_Team/Almanac/Activity_Bundles
and of Sugar's client, which decides what can be installed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from aslo.domain.bundle_id import bundle_id_fault
from aslo.domain.problem import Problem, Severity
from aslo.domain.settings_file import Settings, read_settings
from aslo.domain.shown import shown
from aslo.domain.version import ActivityVersion

INFO_FILE = "activity/activity.info"

CLIENT_READS = (
    "bundle_id",
    "service_name",
    "name",
    "exec",
    "class",
    "mime_types",
    "show_launcher",
    "tags",
    "icon",
    "activity_version",
    "summary",
    "description",
    "single_instance",
    "max_participants",
)
"""A value of these that cannot be interpolated makes Sugar's client refuse the bundle."""

WE_READ = ("license", "licence", "category", "categories", "url")

LONGEST_NAME = 100
LONGEST_LICENSE = 200
LONGEST_CATEGORY = 40
MOST_CATEGORIES = 32
MOST_PARTICIPANTS = 1_000

_QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)
# Line breaks, and characters that turn the direction of what follows.
_NOT_ONE_LINE = re.compile(r"[\n\r\u2028-\u202e\u2066-\u2069]")
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class ActivityInfo:
    """The values of an activity.info; empty or None where it does not say."""

    bundle_id: str = ""
    name: str = ""
    version: str = ""
    command: str = ""
    """What starts the activity; for the old key `class`, what Sugar makes of it."""
    icon: str | None = None
    summary: str = ""
    description: str = ""
    license: str = ""
    categories: tuple[str, ...] = ()
    homepage: str | None = None
    max_participants: int = 0
    lines: Mapping[str, int] | None = None
    """Where each key stands."""


def read_info(data: bytes) -> tuple[ActivityInfo, tuple[Problem, ...]]:
    """What the file says, and all that is wrong with it; read the values only without errors."""
    reader = _InfoReader(read_settings(data, INFO_FILE, CLIENT_READS, WE_READ))
    info = ActivityInfo(
        bundle_id=reader.bundle_id(),
        name=reader.name(),
        version=reader.version(),
        command=reader.command(),
        icon=reader.advised("icon", "the name of an SVG in activity/ without its extension")
        or None,
        summary=reader.advised("summary", "what the activity is for, in a sentence"),
        description=reader.plain("description"),
        license=reader.license(),
        categories=reader.categories(),
        homepage=reader.homepage(),
        max_participants=reader.max_participants(),
        lines=reader.lines,
    )
    return info, tuple(reader.problems)


class _InfoReader:
    """Takes each value by its rule and notes what breaks it."""

    def __init__(self, settings: Settings) -> None:
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

    def advised(self, key: str, meaning: str) -> str:
        """A value that should be there."""
        text = self.plain(key)
        if not text and self._readable:
            message = f"there is no {key}"
            self._warn(f"no-{key}", message, f"Add `{key} = `, {meaning}.", key)
        return text

    def bundle_id(self) -> str:
        key = self._old_key("bundle_id", "service_name")
        # Not without quotes: Sugar takes them as a part of the id.
        text = self._required(key, "bundle_id", "such as `bundle_id = org.example.Name`")
        if text and (fault := bundle_id_fault(text)):
            remedy = "Choose an id such as org.example.Name."
            self._refuse("bad-bundle-id", f"{key} {shown(text)} {fault}", remedy, key)
        return text

    def name(self) -> str:
        text = self.plain("name")
        if not text:
            self._required("name", "name", "such as `name = Paint`")
        if len(text) > LONGEST_NAME or _NOT_ONE_LINE.search(text):
            message = f"the name {shown(text)} is not one line of at most {LONGEST_NAME} characters"
            self._refuse("bad-name", message, "Shorten the name to plain text.", "name")
        return text

    def version(self) -> str:
        key = "activity_version"
        text = self._required(key, key, "such as `activity_version = 1`")
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
        text = self._required(key, "exec", example)
        return f"sugar-activity {text}" if text and key == "class" else text

    def license(self) -> str:
        key = self._old_key("license", "licence")
        text = self.advised(key, "such as GPL-3.0-or-later")
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

    def _old_key(self, key: str, old: str) -> str:
        """The key in use: `old` only where `key` is not there."""
        if key in self._values or old not in self._values:
            return key
        self._warn("old-key", f"the key {old} is an old one", f"Name it {key}.", old)
        return old

    def _required(self, key: str, wanted: str, example: str) -> str:
        text = self._values.get(key, "").strip()
        if not text and self._readable:
            code = f"no-{wanted.replace('_', '-')}"
            self._refuse(code, f"there is no {wanted}", f"Add one, {example}.", key)
        return text

    def _refuse(self, code: str, message: str, remedy: str, key: str) -> None:
        self.problems.append(Problem(code, message, remedy, INFO_FILE, self.lines.get(key)))

    def _warn(self, code: str, message: str, remedy: str, key: str) -> None:
        line, severity = self.lines.get(key), Severity.WARNING
        self.problems.append(Problem(code, message, remedy, INFO_FILE, line, severity))


def _version_remedy(text: str) -> str:
    if _QUOTED.fullmatch(text):
        return "Remove the quotes."
    if re.fullmatch(r"[vV][0-9].*", text):
        return f"Write it without the {text[0]}."
    if re.search(r"(?<![0-9])0[0-9]", text):
        return "Write its numbers without leading zeros."
    return "Write whole numbers with dots between, such as 12 or 12.1."


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
