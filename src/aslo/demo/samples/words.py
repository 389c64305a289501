"""The name, summary and description of a sample in every language it speaks."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

import polib

FIELDS = ("name", "summary", "description")


def folder(sample: str) -> Traversable:
    """Where the texts, the icon and the program of a sample are kept."""
    return files("aslo.demo.samples") / "data" / sample


@dataclass(frozen=True, slots=True)
class Words:
    """The author's own words, and their translations by language."""

    source: dict[str, str]
    translations: dict[str, dict[str, str]]

    def catalogs(self) -> Iterator[tuple[str, polib.POFile]]:
        """A message file for each language, with what is translated into it."""
        for lang, texts in self.translations.items():
            catalog = polib.POFile()
            catalog.metadata = {
                "Content-Type": "text/plain; charset=UTF-8",
                "Content-Transfer-Encoding": "8bit",
                "Language": lang,
                "MIME-Version": "1.0",
            }
            for field in FIELDS:
                catalog.append(
                    polib.POEntry(
                        msgid=self.source[field],
                        msgstr=texts.get(field, ""),
                        occurrences=[("activity/activity.info", "")],
                    )
                )
            yield lang, catalog


def words_of(sample: str) -> Words:
    """Read the texts of a sample."""
    read = tomllib.loads((folder(sample) / "words.toml").read_text(encoding="utf-8"))
    return Words(
        source={field: read.pop(field) for field in FIELDS},
        translations=read,
    )
