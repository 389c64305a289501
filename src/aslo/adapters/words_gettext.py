"""What developers are told, from catalogs of gettext."""

from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import aslo
from aslo.domain.voice import ENGLISH, Voice, spoken

CATALOGS = Path(aslo.__file__).parent / "messages"
_FILE = "LC_MESSAGES/developers.mo"


class GettextWords:
    """Reads a catalog when its language is first spoken."""

    def __init__(self, catalogs: Path = CATALOGS) -> None:
        self._catalogs = catalogs
        translated = (path.parts[-3] for path in catalogs.glob(f"*/{_FILE}"))
        self.languages = tuple(sorted({ENGLISH.lang, *translated}))
        self._voice = cache(self._read)

    def voice(self, lang: str) -> Voice:
        """The voice of a language, or of the nearest to it; English where there is none."""
        return self._voice(spoken(lang, self.languages) or ENGLISH.lang)

    def _read(self, lang: str) -> Voice:
        if lang == ENGLISH.lang:
            return ENGLISH
        with (self._catalogs / lang / _FILE).open("rb") as file:
            return Voice(lang, GNUTranslations(file).gettext)
