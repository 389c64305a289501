"""One spelling for all that a searcher means the same, and the words of a text in it."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

LONGEST_WORD = 40

_APOSTROPHES = "\u2018\u2019\u02bc`\u00b4"
# Letters that no decomposition brings to the ones that are typed for them.
_TYPED_AS = {
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    **dict(zip("øđłðħ", "odldh", strict=True)),
    **dict(zip("þæœ", ("th", "ae", "oe"), strict=True)),
    # Arabic, and its letters as Persian and Urdu write them.
    **dict.fromkeys("ىیېے", "ي"),
    **dict.fromkeys("ةہھەۃ", "\N{ARABIC LETTER HEH}"),
    **dict.fromkeys("کڪ", "ك"),
    "ں": "ن",
    "\N{ARABIC LETTER ALEF WASLA}": "\N{ARABIC LETTER ALEF}",
    "\N{ARABIC TATWEEL}": None,
    # Hebrew letters at the end of a word.
    **dict(zip("\N{HEBREW LETTER FINAL NUN}ךםףץ", "נכמפצ", strict=True)),
    "\N{DEVANAGARI SIGN CANDRABINDU}": "\N{DEVANAGARI SIGN ANUSVARA}",
    "\N{ZERO WIDTH SPACE}": " ",
    **dict.fromkeys(_APOSTROPHES, "'"),
}
_LAST_MARK = 0xAC00  # Above are Hangul, ideographs, and scripts that no longer are in use.
# Han, kana, Thai, Lao, Burmese and Khmer are written without blanks between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
_HUMPS = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])"
)
_ARTICLE = "ال"


def plain(text: str) -> str:
    """A text without case, accents, width and what else a searcher leaves out."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).casefold().translate(_typed_as())


def words(text: str) -> list[str]:
    """The words to find a text by; where no blanks part them, its pairs of letters instead."""
    return [piece for word in _split(plain(text)) for piece in _pieces(word, last=True)]


def asked(text: str) -> list[str]:
    """The words that a searcher asks for: the beginnings of those that `words` gives."""
    joined = (word.replace("'", "") for word in _word().findall(plain(text)))
    return [piece for word in joined for piece in _pieces(word, last=False)]


def squeezed(text: str) -> str:
    """A name without its blanks and signs, so that `TurtleArt` is `Turtle Art`."""
    return "".join(_word().findall(plain(text))).replace("'", "")


def name_words(name: str) -> dict[str, str]:
    """The words of a name, whole and by their humps, and each with its next one as one word;
    each with its spelling in the name."""
    text = unicodedata.normalize("NFKC", name).translate(_written_as())
    joined = [word.replace("'", "") for word in _word().findall(text)]
    parts = [part for word in joined for part in _HUMPS.sub(" ", word).split()]
    spelled = [*_split(text), *parts]
    for first, second in pairwise(parts):
        # What has numbers in it is nobody's second word, and there are too many of them.
        if (both := first + second).isalpha() and is_spaced(both):
            spelled.append(both)
    found: dict[str, str] = {}
    for word in dict.fromkeys(spelled):
        for piece in _pieces(plain(word), last=True):
            found.setdefault(piece, word.lower())
    for piece in [*found]:
        if piece.startswith(_ARTICLE) and len(piece) > len(_ARTICLE) + 2:
            found.setdefault(piece.removeprefix(_ARTICLE), found[piece].removeprefix(_ARTICLE))
    return found


def is_spaced(word: str) -> bool:
    """Whether a word is of a script that parts words by blanks."""
    return _UNSPACED.search(word) is None


def _split(text: str) -> Iterator[str]:
    """`l'eau` is a word, and two."""
    for word in _word().findall(text):
        if "'" in word:
            yield from word.split("'")
        yield word.replace("'", "")


def _pieces(word: str, *, last: bool) -> Iterator[str]:
    """A word as it is; a run without blanks as each letter with its next, `last` one too."""
    if word.isascii():
        yield word[:LONGEST_WORD]
        return
    start = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > start:
            yield word[start : run.start()][:LONGEST_WORD]
        letters, start = run.group(), run.end()
        ends = len(letters) if last else max(len(letters) - 1, 1)
        yield from (letters[place : place + 2] for place in range(ends))
    if start < len(word):
        yield word[start:][:LONGEST_WORD]


@lru_cache(maxsize=1)
def _word() -> re.Pattern[str]:
    # `\w` lacks the marks, without which the words of India fall apart into letters.
    marks = "".join(
        c for c in map(chr, range(0x300, _LAST_MARK)) if unicodedata.category(c)[0] == "M"
    )
    letter = rf"[^\W_]|[{marks}]"
    return re.compile(rf"(?:{letter})+(?:'(?:{letter})+)*")


@lru_cache(maxsize=1)
def _typed_as() -> dict[int, str | int | None]:
    table: dict[int, str | int | None] = {}
    for number in range(0xA0, _LAST_MARK):
        letter = chr(number)
        if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
            table[number] = None
        elif (digit := unicodedata.decimal(letter, None)) is not None:
            table[number] = str(digit)
    # Katakana as hiragana.
    table.update({number: number - 0x60 for number in range(0x30A1, 0x30F7)})
    unreadable = [*range(0xD800, 0xE000), *range(0xFE00, 0xFE10), 0xFEFF]
    table.update(dict.fromkeys(unreadable))
    table.update({ord(letter): typed for letter, typed in _TYPED_AS.items()})
    return table


@lru_cache(maxsize=1)
def _written_as() -> dict[int, str | None]:
    """Signs that cannot be seen, and those that are set for an apostrophe."""
    unseen = {ord(sign): None for sign in "\N{SOFT HYPHEN}\u200c\u200d\u2060\ufeff\u0640"}
    return {**unseen, **{ord(sign): "'" for sign in _APOSTROPHES}}
