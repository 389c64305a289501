"""Text in several languages, and which of them a reader gets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

SOURCE = ""
"""The key of the author's own words, whose language nobody declared."""

# Who reads the one most likely reads the other too: what schools teach in, or the same language
# as most of its translators write it.
_NEAREST = {
    **dict.fromkeys(("ast", "ay", "ca", "eu", "gl", "gn", "nah", "qu", "quc", "quz", "yua"), "es"),
    **dict.fromkeys(("bm", "br", "co", "ff", "ht", "ln", "mg", "oc", "rw", "wo"), "fr"),
    **dict.fromkeys(("fur", "sc"), "it"),
    **dict.fromkeys(("gsw", "lb", "nds"), "de"),
    **dict.fromkeys(("awa", "bho", "mai", "mr"), "hi"),
    "new": "ne",
    "pt": "pt_BR",
    "zh": "zh_CN",
    "zh_Hans": "zh_CN",
    "zh_Hant": "zh_TW",
}

_LANG = re.compile(
    r"([A-Za-z]{2,3})(?:[_-]([A-Za-z]{4}))?(?:[_-]([A-Za-z]{2}|[0-9]{3}))?(@[A-Za-z]{2,12})?"
)


@dataclass(frozen=True, slots=True)
class Localized:
    """A text as picked for a reader; `lang` is empty when it is the author's own words."""

    text: str
    lang: str = SOURCE

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """The author's own words and their translations, keyed by language (`pt_BR`)."""

    source: str
    translations: Mapping[str, str] = field(default_factory=dict)

    def pick(self, chain: Sequence[str]) -> Localized:
        """The first language of the chain that has a text, else the author's own words."""
        for lang in chain:
            if text := self.translations.get(lang):
                return Localized(text, lang)
        return Localized(self.source)

    def __bool__(self) -> bool:
        return bool(self.source)


def canonical_lang(text: str) -> str | None:
    """A language name in the one spelling we use, `pt-br` as `pt_BR`; None if it is none."""
    found = _LANG.fullmatch(text)
    if found is None:
        return None
    language, script, region, modifier = found.groups(default="")
    parts = [language.lower(), script.title(), region.upper()]
    return "_".join(part for part in parts if part) + modifier.lower()


@lru_cache(maxsize=1024)
def fallback_chain(lang: str) -> tuple[str, ...]:
    """Languages to try for a reader of `lang`: `pt-BR` gives pt_BR, pt, en."""
    chain = []
    for each in _shorter(canonical_lang(lang) or lang):
        chain += [each, _NEAREST.get(each, each)]
    return tuple(dict.fromkeys([*chain, "en"]))


def _shorter(lang: str) -> Iterator[str]:
    """`zh_Hant_HK`, `zh_Hant`, `zh`; a modifier (`gom@latin`) is dropped first."""
    yield lang
    lang, _, modifier = lang.partition("@")
    if modifier:
        yield lang
    while "_" in lang:
        lang = lang.rpartition("_")[0]
        yield lang
