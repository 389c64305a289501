"""How complete the translations of an activity are, told from the bundle that is served."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aslo.domain.archive import Archive
from aslo.domain.message_file import MOST_MESSAGES, MessageFile
from aslo.domain.message_template import asked_messages

MAX_FILE_BYTES = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of an activity's messages are translated into a language."""

    lang: str
    translated: int
    messages: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to translate."""
        return self.translated == self.messages

    @property
    def percent(self) -> int:
        """Whole percents; a hundred only where nothing is left."""
        return self.translated * 100 // self.messages if self.messages else 0


def completeness(archive: Archive, catalogs: Mapping[str, str]) -> tuple[Completeness, ...]:
    """Each language with something translated, by the path of its catalog.

    What there is to translate is what the template in `po/` asks for; without one, it is whatever
    any language has translated.
    """
    asked = _asked(archive)
    known = set(asked)
    counts: dict[str, int] = {}
    for lang, path in sorted(catalogs.items()):
        translated = _translated(archive, path)
        counts[lang] = len(translated & asked if asked else translated)
        if not asked and len(known) < MOST_MESSAGES:
            known |= translated
    return tuple(_counted(counts, len(known)))


def _counted(counts: Mapping[str, int], messages: int) -> Iterator[Completeness]:
    for lang, count in counts.items():
        if count:
            yield Completeness(lang, count, max(messages, count))


def _asked(archive: Archive) -> frozenset[bytes]:
    for path in sorted(archive.spans):
        parts = path.split("/")
        if len(parts) == 2 and parts[0] == "po" and path.endswith(".pot"):
            return asked_messages(_read(archive, path))
    return frozenset()


def _translated(archive: Archive, path: str) -> frozenset[bytes]:
    try:
        return MessageFile(_read(archive, path)).translated()
    except ValueError:
        # Told as a translation that is left out, where its words are read.
        return frozenset()


def _read(archive: Archive, path: str) -> bytes:
    if (archive.size_bytes(path) or 0) > MAX_FILE_BYTES:
        return b""
    return archive.read(path)
