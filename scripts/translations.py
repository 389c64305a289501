"""Brings the sentences of the site, and those that developers are told, to their translators and
back: `make translations`.

    scripts/translations.py                    templates anew, every language brought up, compiled
    scripts/translations.py LANG               the same, and begin a language of the site
    scripts/translations.py developers/LANG    the same, and begin one that developers are told in

What is written holds no date, no line number and no wrapping, so that it changes only when a
sentence does.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polib
from babel import Locale
from babel.messages.extract import extract_from_dir
from babel.plural import PluralRule, to_gettext

from aslo.domain.problem_kinds import KINDS

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "aslo" / "web"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SAID_IN = ROOT / "src" / "aslo" / "domain"
SAID_WORDS = {"say": None, "sentence": None}
NOTES = ("Translators:",)
# CLDR's "many" of the Romance languages is for whole millions only, which no page counts.
COUNTED = range(1_000_000)


@dataclass(frozen=True)
class Audience:
    """Readers of a kind: where the catalogs of their sentences are, and what finds those."""

    folder: Path
    name: str
    sentences: Callable[[], polib.POFile]

    @property
    def template(self) -> Path:
        return self.folder / f"{self.name}.pot"

    def file(self, lang: str) -> Path:
        return self.folder / lang / "LC_MESSAGES" / f"{self.name}.po"

    def files(self) -> Iterator[Path]:
        """The file of each language there is."""
        return iter(sorted(self.folder.glob(f"*/LC_MESSAGES/{self.name}.po")))


def extracted(source: Path = SOURCE) -> polib.POFile:
    """Every sentence of the site's code and templates, in the order of the alphabet."""
    return _template(_said(source, METHODS, OPTIONS, KEYWORDS))


def told(source: Path = SAID_IN) -> polib.POFile:
    """Every sentence that developers are told, in the order of the alphabet, and every kind of
    problem with its cure."""
    found = _said(source, [("**.py", "python")], {}, SAID_WORDS)
    for kind in KINDS.values():
        for text in (kind.title, kind.cure):
            found.setdefault(("", text), polib.POEntry(msgid=text))
    return _template(found)


def _said(
    source: Path,
    methods: list[tuple[str, str]],
    options: Mapping[str, dict[str, Any]],
    keywords: Mapping[str, Any],
) -> dict[tuple[str, str], polib.POEntry]:
    found: dict[tuple[str, str], polib.POEntry] = {}
    for name, _, message, notes, context in extract_from_dir(
        str(source), methods, options, keywords, NOTES, strip_comment_tags=True
    ):
        singular, plural = message if isinstance(message, tuple) else (message, "")
        entry = found.setdefault(
            (context or "", singular), polib.POEntry(msgid=singular, msgctxt=context or None)
        )
        entry.msgid_plural = entry.msgid_plural or plural
        entry.occurrences = sorted({*entry.occurrences, (Path(name).as_posix(), "")})
        entry.comment = "\n".join(dict.fromkeys([*filter(None, [entry.comment]), *notes]))
        if "%(" in singular:
            entry.flags = ["python-format"]
    return found


def _template(found: Mapping[tuple[str, str], polib.POEntry]) -> polib.POFile:
    template = _file()
    template.extend(found[key] for key in sorted(found, key=lambda key: (key[1].lower(), key)))
    return template


SITE = Audience(SOURCE / "translations", "messages", extracted)
DEVELOPERS = Audience(ROOT / "src" / "aslo" / "messages", "developers", told)


def renewed(lang: str, template: polib.POFile, known: polib.POFile) -> polib.POFile:
    """A language with exactly the sentences of the template; what is not known is empty."""
    forms = plural_forms(lang)
    file = _file({"Language": lang, "Plural-Forms": forms})
    file.header = known.header
    count = int(forms.partition(";")[0].partition("=")[2])
    before = {(entry.msgctxt, entry.msgid): entry for entry in known}
    for asked in template:
        old = before.get((asked.msgctxt, asked.msgid), polib.POEntry())
        entry = polib.POEntry(
            msgid=asked.msgid,
            msgctxt=asked.msgctxt,
            msgid_plural=asked.msgid_plural,
            flags=list(asked.flags),
            comment=asked.comment,
            tcomment=old.tcomment,
        )
        if asked.msgid_plural:
            entry.msgstr_plural = {n: old.msgstr_plural.get(n, "") for n in range(count)}
        else:
            entry.msgstr = old.msgstr
        file.append(entry)
    return file


def plural_forms(lang: str) -> str:
    """The header that chooses among forms, made from CLDR's rules."""
    rule = Locale.parse(lang).plural_form
    used = {rule(n) for n in (*range(200), 1000, 999_999)}
    counted = PluralRule({tag: told for tag, told in rule.rules.items() if tag in used})
    return str(to_gettext(counted))


def _file(more: dict[str, str] | None = None) -> polib.POFile:
    file = polib.POFile(wrapwidth=0)
    file.metadata = {
        "Project-Id-Version": "ASLO",
        "Report-Msgid-Bugs-To": "https://github.com/sugarlabs/aslo/issues",
        **(more or {}),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return file


def begin(lang: str) -> None:
    """Begin a language of the site, or `developers/LANG`."""
    audience = DEVELOPERS if lang.startswith(f"{DEVELOPERS.name}/") else SITE
    path = audience.file(lang.rpartition("/")[2])
    path.parent.mkdir(parents=True)
    _file().save(str(path))


def renew(audience: Audience) -> int:
    """Bring all catalogs of an audience up to the code; how many languages lack something."""
    template = audience.sentences()
    audience.folder.mkdir(exist_ok=True)
    template.save(str(audience.template))
    unready = 0
    for path in audience.files():
        lang = path.parts[-3]
        file = renewed(lang, template, polib.pofile(str(path), wrapwidth=0))
        file.save(str(path))
        file.save_as_mofile(str(path.with_suffix(".mo")))
        lacking = file.untranslated_entries()
        unready += bool(lacking)
        for entry in lacking:
            print(f"{lang} lacks: {entry.msgid!r}")
    print(f"{audience.name}: {len(template)} sentences, {unready} languages that lack some")
    return unready


def main(begun: list[str]) -> int:
    """Bring everything up to the code; 1 while a language lacks something."""
    for lang in begun:
        begin(lang)
    return min(sum(renew(audience) for audience in (SITE, DEVELOPERS)), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
