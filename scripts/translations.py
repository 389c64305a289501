"""Brings the sentences of the site to its translators and back: `make translations`.

    scripts/translations.py          template anew, every language brought up to it, compiled
    scripts/translations.py LANG     the same, and begin a language

What is written holds no date, no line number and no wrapping, so that it changes only when a
sentence does.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from babel import Locale
from babel.messages.extract import extract_from_dir
from babel.plural import PluralRule, to_gettext

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "aslo" / "web"
FOLDER = SOURCE / "translations"
TEMPLATE = FOLDER / "messages.pot"
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
NOTES = ("Translators:",)
# CLDR's "many" of the Romance languages is for whole millions only, which no page counts.
COUNTED = range(1_000_000)


def extracted(source: Path = SOURCE) -> polib.POFile:
    """Every sentence of the code and the templates, in the order of the alphabet."""
    found: dict[tuple[str, str], polib.POEntry] = {}
    for name, _, message, notes, context in extract_from_dir(
        str(source), METHODS, OPTIONS, KEYWORDS, NOTES, strip_comment_tags=True
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
    template = _file()
    template.extend(found[key] for key in sorted(found, key=lambda key: (key[1].lower(), key)))
    return template


def renewed(lang: str, template: polib.POFile, known: polib.POFile) -> polib.POFile:
    """A language with exactly the sentences of the template; what is not known is empty."""
    forms = plural_forms(lang)
    file = _file({"Language": lang, "Plural-Forms": forms})
    file.header = known.header
    count = int(forms.partition(";")[0].partition("=")[2])
    told = {(entry.msgctxt, entry.msgid): entry for entry in known}
    for asked in template:
        old = told.get((asked.msgctxt, asked.msgid), polib.POEntry())
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


def languages() -> Iterator[Path]:
    """The file of each language there is."""
    return iter(sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")))


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


def main(begun: list[str]) -> int:
    """Bring everything up to the code; 1 while a language lacks something."""
    template = extracted()
    FOLDER.mkdir(exist_ok=True)
    template.save(str(TEMPLATE))
    for lang in begun:
        path = FOLDER / lang / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True)
        _file().save(str(path))
    unready = 0
    for path in languages():
        lang = path.parts[-3]
        file = renewed(lang, template, polib.pofile(str(path), wrapwidth=0))
        file.save(str(path))
        file.save_as_mofile(str(path.with_suffix(".mo")))
        lacking = file.untranslated_entries()
        unready += bool(lacking)
        for entry in lacking:
            print(f"{lang} lacks: {entry.msgid!r}")
    print(f"{len(template)} sentences, {unready} languages that lack some")
    return min(unready, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
