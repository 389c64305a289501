"""What is wrong with a question, in our words: a program's author need not know our libraries."""

import re
from collections.abc import Callable

_PLACE = re.compile(r"(?P<what>.*?)(?: - at `(?P<at>[^`]*)`)?", re.DOTALL)
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_COUNTED = {"str": "characters", "array": "members", "object": "members"}
_RULES: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], str]], ...] = (
    (
        re.compile(r"Expected `(\w+)` of length (<=|>=) (\d+)"),
        lambda at, m: f"{at} must have at {_bound(m[2])} {m[3]} {_COUNTED.get(m[1], 'members')}",
    ),
    (
        re.compile(r"Expected `[^`]+` (<=|>=) (-?[\d.]+)"),
        lambda at, m: f"{at} must be at {_bound(m[1])} {m[2]}",
    ),
    (
        re.compile(r"Expected `([^`]+)`, got `[^`]+`"),
        lambda at, m: f"{at} must be {' or '.join(map(_kind, m[1].split(' | ')))}",
    ),
    (
        re.compile(r"Invalid enum value (.+)", re.DOTALL),
        lambda at, m: f"{at} cannot be {m[1][:40]}",
    ),
    (
        re.compile(r"Expected `str` matching regex .*", re.DOTALL),
        lambda at, _: f"{at} does not have the form that it should",
    ),
    (
        re.compile(r"Object contains unknown field `(.*)`", re.DOTALL),
        lambda at, m: f"{_inside(at)}there is no {m[1][:40]!r}",
    ),
    (
        re.compile(r"Object missing required field `(.*)`"),
        lambda at, m: f"{_inside(at)}{m[1]} is missing",
    ),
    (re.compile(r"Input data was truncated"), lambda _, __: "it ends too early"),
    (
        re.compile(r"JSON is malformed: .*\(byte (\d+)\)", re.DOTALL),
        lambda _, m: f"it is no JSON, at byte {m[1]}",
    ),
)
_WHOLE = "it"


def worded(told: str) -> str:
    """What msgspec told of a query or a body; of what nobody foresaw, only where it is."""
    found = _PLACE.fullmatch(told)
    what, at = (found["what"], _at(found["at"])) if found else (told, _WHOLE)
    for pattern, said in _RULES:
        if matched := pattern.fullmatch(what):
            return said(at, matched)
    return f"{at} does not fit the description"


def _at(path: str | None) -> str:
    """`$.installed[0].id` as `installed[0].id`."""
    return (path or "").removeprefix("$").removeprefix(".") or _WHOLE


def _inside(at: str) -> str:
    return "" if at == _WHOLE else f"in {at} "


def _bound(sign: str) -> str:
    return "most" if sign == "<=" else "least"


def _kind(name: str) -> str:
    return _KINDS.get(name, name)
