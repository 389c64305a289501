"""How developers are spoken to: sentence by sentence, in one language."""

from collections.abc import Callable
from dataclasses import dataclass

from aslo.domain.locale import canonical_lang, fallback_chain

DEFAULT = "en"


def sentence(text: str) -> str:
    """Mark a text for its translators, where it is said only later."""
    return text


@dataclass(frozen=True, slots=True)
class Voice:
    """Says sentences in a language; what it has no words for is said in English."""

    lang: str = DEFAULT
    find: Callable[[str], str] = sentence
    """The translation of an English sentence, or the sentence itself."""

    def say(self, text: str, **values: object) -> str:
        """A sentence with what is filled in by name."""
        return self.find(text) % values

    def knows(self, text: str) -> bool:
        """Whether it has words of its own for a sentence."""
        return self.find(text) != text


ENGLISH = Voice()


def spoken(lang: str, languages: tuple[str, ...]) -> str | None:
    """Which of our languages whoever wishes for `lang` is told in, `es` for `es-UY`; None if
    they would only get English without having asked for it."""
    name = canonical_lang(lang)
    if name is None:
        return None
    *near, last = fallback_chain(name)
    wished = [*near, last] if name.partition("_")[0] == last else near
    return next((each for each in wished if each in languages), None)
