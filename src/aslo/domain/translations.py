"""What the translations in a bundle make of the activity's own words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from aslo.domain.archive import Archive
from aslo.domain.completeness import Completeness, completeness
from aslo.domain.info import ActivityInfo
from aslo.domain.info_rules import text_fault
from aslo.domain.locale import LocalizedText, canonical_lang
from aslo.domain.message_file import MessageFile
from aslo.domain.problem import Problem, Severity
from aslo.domain.settings_file import read_settings, without_controls

MOST_LANGUAGES = 300
MAX_LINFO_BYTES = 4 * 1024
MAX_MESSAGE_FILE_BYTES = 4 * 1024**2

_LOCALE_FILE = re.compile(r"locale/([^/]+)/(activity\.linfo|LC_MESSAGES/[^/]+\.mo)")
_BREAKS = re.compile(r"[ \t\r\n\f\v]+")
_LINFO_KEYS = ("name", "summary", "tags")

# Sugar's client survives a settings file it cannot parse here, but not these: it then refuses
# the whole bundle, for every learner who reads that language.
_CLIENT_REFUSES = frozenset(
    {
        "not-utf8",
        "duplicate-key",
        "duplicate-section",
        "bare-percent",
        "missing-reference",
        "endless-reference",
    }
)


@dataclass(frozen=True, slots=True)
class Translations:
    """The activity's words in all its languages."""

    name: LocalizedText
    summary: LocalizedText
    description: LocalizedText
    languages: tuple[str, ...]
    completeness: tuple[Completeness, ...] = ()


@dataclass(slots=True)
class _Language:
    """The files of one language, and what they say."""

    linfo: str | None = None
    catalogs: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    translated: bool = False

    def catalog(self, bundle_id: str) -> str | None:
        """The catalog that counts: Sugar looks for the one named after the bundle id, and others
        are left over from an old id."""
        own = f"/{bundle_id}.mo"
        return min(self.catalogs, key=lambda path: (not path.endswith(own), path), default=None)


def read_translations(
    archive: Archive, info: ActivityInfo
) -> tuple[Translations, tuple[Problem, ...]]:
    """Read every language; a text that is empty or not translated falls back to the source."""
    languages, problems = _languages(archive)
    for lang in languages.values():
        problems += _read_linfo(archive, lang)
        problems += _read_catalog(archive, info, lang)
    found = Translations(
        name=_localized(_line(info.name), "name", languages),
        summary=_localized(_line(info.summary), "summary", languages),
        description=_localized(info.description, "description", languages),
        languages=tuple(sorted(name for name, lang in languages.items() if lang.translated)),
        completeness=completeness(archive, _catalogs(languages, info)),
    )
    return found, tuple(problems)


def _catalogs(languages: Mapping[str, _Language], info: ActivityInfo) -> dict[str, str]:
    """The catalog of each language that has one."""
    found = {name: lang.catalog(info.bundle_id) for name, lang in languages.items()}
    return {name: path for name, path in found.items() if path is not None}


def _languages(archive: Archive) -> tuple[dict[str, _Language], list[Problem]]:
    languages: dict[str, _Language] = {}
    problems = []
    for path in sorted(archive.spans):
        found = _LOCALE_FILE.fullmatch(path)
        if found is None or found[1] == "pseudo":
            continue
        name = canonical_lang(found[1])
        if name is None or (name not in languages and len(languages) == MOST_LANGUAGES):
            problems.append(_skipped(path, "its folder names no language that we know"))
            continue
        language = languages.setdefault(name, _Language())
        if path.endswith(".mo"):
            language.catalogs.append(path)
        else:
            language.linfo = language.linfo or path
    return languages, problems


def _read_linfo(archive: Archive, language: _Language) -> Iterator[Problem]:
    path = language.linfo
    if path is None:
        return
    if (archive.size_bytes(path) or 0) > MAX_LINFO_BYTES:
        yield _skipped(path, f"it has more than {MAX_LINFO_BYTES} bytes")
        return
    settings = read_settings(archive.read(path), path, _LINFO_KEYS)
    for key in ("name", "summary"):
        yield from _take(language, key, settings.values.get(key, ""), path)
    for problem in settings.problems:
        refused = problem.code in _CLIENT_REFUSES
        severity = Severity.ERROR if refused else Severity.WARNING
        remedy = f"{problem.remedy} It comes from this language's file in po/."
        yield replace(problem, severity=severity, remedy=remedy)


def _read_catalog(archive: Archive, info: ActivityInfo, language: _Language) -> Iterator[Problem]:
    path = language.catalog(info.bundle_id)
    if path is None:
        return
    if (archive.size_bytes(path) or 0) > MAX_MESSAGE_FILE_BYTES:
        yield _skipped(path, f"it has more than {MAX_MESSAGE_FILE_BYTES} bytes")
        return
    try:
        messages = MessageFile(archive.read(path))
    except ValueError as error:
        yield _skipped(path, str(error))
        return
    language.translated = len(messages) > 1
    sources = {"name": info.name, "summary": info.summary, "description": info.description}
    for key, source in sources.items():
        # What its own file may not say was cut or refused there, and has no translation.
        if not source or key in language.texts or text_fault(key, source):
            continue
        try:
            text = messages.get(source) or ""
        except ValueError as error:
            yield _skipped(path, str(error))
            continue
        yield from _take(language, key, without_controls(text), path)


def _take(language: _Language, key: str, text: str, path: str) -> Iterator[Problem]:
    """Keep a translation if it holds to the rules of its source."""
    text = text.strip() if key == "description" else _line(text)
    if fault := text_fault(key, text):
        yield _skipped(path, fault)
    elif text:
        language.texts[key] = text


def _localized(source: str, key: str, languages: dict[str, _Language]) -> LocalizedText:
    texts = {}
    for name, language in sorted(languages.items()):
        text = language.texts.get(key, "")
        if text and text != source:
            texts[name] = text
            language.translated = True
    return LocalizedText(source, texts)


def _skipped(path: str, why: str) -> Problem:
    message = f"the translation is left out: {why}"
    remedy = "Mend this language's file in po/ and build the bundle again."
    return Problem("bad-translation", message, remedy, path, severity=Severity.WARNING)


def _line(words: str) -> str:
    """A text on one line; blanks that must not break (Amharic and French use them) stay."""
    return _BREAKS.sub(" ", words).strip(" ")
