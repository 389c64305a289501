"""Bundle ids that a person may take for another's."""

from collections.abc import Iterable
from itertools import takewhile

from aslo.domain.activity import fold
from aslo.domain.problem import Problem, Severity

LOOK_ALIKE = "look-alike"
_DRAWN_ALIKE = (("rn", "m"), ("vv", "w"), ("i", "l"))
"""What many fonts draw alike; a small L is a capital i."""
_OVERLOOKED = str.maketrans("", "", "._")
_DIGITS = str.maketrans("01", "ol")


def looks_like(one: str, other: str) -> bool:
    """Whether two bundle ids differ in nothing but what is drawn alike, in dots and hyphens, or
    by one slip of the finger."""
    first, second = _drawn(one), _drawn(other)
    return _lettered(first) == _lettered(second) or _is_one_slip(first, second)


def similar(bundle_id: str, others: Iterable[str]) -> list[str]:
    """Those of other bundle ids that this one may be taken for."""
    return [other for other in others if other != bundle_id and looks_like(bundle_id, other)]


def held(bundle_id: str, other: str, owner: str) -> Problem:
    """What to tell of a release that waits for a person to look at its bundle id."""
    message = f"bundle_id {bundle_id} is easily taken for {other}, which belongs to {owner}"
    remedy = (
        "Nothing to do but wait: a person of the store looks at it, then it is listed or refused."
        " Or choose a bundle_id that looks less alike."
    )
    return Problem(LOOK_ALIKE, message, remedy, severity=Severity.WARNING)


def refused(bundle_id: str, other: str) -> Problem:
    """What to tell of a release whose bundle id a person has refused."""
    message = f"bundle_id {bundle_id} is too easily taken for {other}"
    return Problem(LOOK_ALIKE, message, "Choose a bundle_id that looks less alike.")


def is_told(problems: Iterable[Problem]) -> bool:
    """Whether problems say that a bundle id looks like another's."""
    return any(problem.code == LOOK_ALIKE for problem in problems)


def _drawn(bundle_id: str) -> str:
    text = fold(bundle_id).translate(_OVERLOOKED)
    for drawn, like in _DRAWN_ALIKE:
        text = text.replace(drawn, like)
    return text


def _lettered(drawn: str) -> str:
    """The letters that its digits are drawn like."""
    return drawn.translate(_DIGITS)


def _is_one_slip(one: str, other: str) -> bool:
    """Whether one letter was added, left out, mistaken, or exchanged with its neighbour.

    A digit is no slip: what is numbered is meant to be told apart.
    """
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    left, right = one[: len(one) - end], other[: len(other) - end]
    if any(letter.isdigit() for letter in left + right):
        return False
    swapped = len(left) == 2 and left == right[::-1]
    return swapped or max(len(left), len(right)) <= 1


def _shared(one: str, other: str) -> int:
    """With how many letters both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
