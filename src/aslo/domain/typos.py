"""Words that differ from a known one by a slip of the finger.

A word is found by its parts: of two parts, one slip leaves one as it was; of three, two slips
leave one. So whoever keeps the parts of the known words need not compare them all.
"""

from collections.abc import Iterator

SHORTEST = 4
LONGEST = 28
_TWO_SLIPS_FROM = 8


def slips(word: str) -> int:
    """How many slips are forgiven in a word that was asked for."""
    if not SHORTEST <= len(word) <= LONGEST:
        return 0
    return 1 if len(word) < _TWO_SLIPS_FROM else 2


def parts(word: str) -> list[str]:
    """What to keep of a known word, so that it is found by what `traces` gives."""
    size = len(word)
    most = [1] if SHORTEST - 1 <= size <= _TWO_SLIPS_FROM else []
    if _TWO_SLIPS_FROM - 2 <= size <= LONGEST:
        most.append(2)
    return [
        _key(forgiven, size, number, word[start:end])
        for forgiven in most
        for number, (start, end) in enumerate(_cut(size, forgiven + 1))
    ]


def traces(word: str) -> list[str]:
    """The parts that known words would have of which this one is a slip."""
    forgiven = slips(word)
    if not forgiven:
        return []
    found = {
        _key(forgiven, size, number, word[moved : moved + end - start])
        for size in range(len(word) - forgiven, len(word) + forgiven + 1)
        for number, (start, end) in enumerate(_cut(size, forgiven + 1))
        for moved in range(max(0, start - forgiven), start + forgiven + 1)
        if moved + end - start <= len(word)
    }
    return sorted(found)


def swapped(word: str) -> list[str]:
    """The word with two neighbours exchanged, at each place."""
    return [
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        for place in range(len(word) - 1)
    ]


def distance(one: str, other: str) -> int:
    """How many letters were added, left out, exchanged with their neighbour or mistaken."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, opposite in enumerate(other, 1):
            best = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != opposite))
            if row > 1 < column and letter == other[column - 2] and one[row - 2] == opposite:
                best = min(best, before[column - 2] + 1)
            now.append(best)
        before, last = last, now
    return last[-1]


def _cut(size: int, count: int) -> Iterator[tuple[int, int]]:
    """Where each of so many parts begins and ends."""
    for number in range(count):
        yield size * number // count, size * (number + 1) // count


def _key(forgiven: int, size: int, number: int, letters: str) -> str:
    return f"{forgiven}{number}{size}{letters}"
