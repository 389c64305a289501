"""Sentences in the language of who reads them."""

from typing import Protocol

from aslo.domain.voice import ENGLISH, Voice


class Words(Protocol):
    """What developers are told, in the languages that they may choose among."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are, English among them, in the order of the alphabet."""

    def voice(self, lang: str) -> Voice:
        """The voice of a language, or of the nearest to it; English where there is none."""


class PlainWords:
    """English alone, for whoever needs no other."""

    languages: tuple[str, ...] = (ENGLISH.lang,)

    def voice(self, lang: str) -> Voice:  # noqa: ARG002  # the port's
        """The voice of English."""
        return ENGLISH


PLAIN_WORDS: Words = PlainWords()
