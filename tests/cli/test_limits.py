"""The limits that the page about security promises are those of the code."""

import re
from datetime import timedelta
from importlib import import_module

import cases
import pytest

from aslo.config import Config

PAGE = cases.PAGE.read_text()
ROW = re.compile(
    r"^\| (?P<promise>[^|]+) \| (?P<value>\d[^|]*) \| `(?P<where>[^`]+)` \|", re.MULTILINE
)
LINK = re.compile(r"\[([^\]]+)\]\(\.\./(tests/[^)]+)\)")
UNITS = {
    "": 1,
    "s": 1,
    "h": 3600,
    "MB": 1000**2,
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
    "k": 1024,
    "m": 1024**2,
}
LIMITS = {row["promise"]: (row["value"], row["where"]) for row in ROW.finditer(PAGE)}


def amount(text):
    """The number that a promise tells: 25 MiB, 20,000, 8 s."""
    number, unit = re.fullmatch(r"([\d,]+) ?([A-Za-z]*)", text).groups()
    return int(number.replace(",", "")) * UNITS[unit]


def told_by_the_code(where):
    if where.startswith("ASLO_"):
        return getattr(Config.from_environ({}), where.removeprefix("ASLO_").lower())
    if ":" not in where:
        return told_by_nginx(where)
    module, _, names = where.partition(":")
    found = import_module(module)
    for name in names.split("."):
        found = default(found, name)
    return found.total_seconds() if isinstance(found, timedelta) else found


def default(holder, name):
    """A constant of a module, or the default of a dataclass's field."""
    fields = getattr(holder, "__dataclass_fields__", {})
    return fields[name].default if name in fields else getattr(holder, name)


def told_by_nginx(line):
    template = (cases.ROOT / "src/aslo/front/nginx.conf.jinja").read_text()
    assert f"{line};" in template
    return amount(line.rpartition(" ")[2])


@pytest.mark.parametrize("promise", LIMITS)
def test_a_limit_is_what_is_promised(promise):
    value, where = LIMITS[promise]

    assert told_by_the_code(where) == amount(value)


def test_a_test_that_the_page_leads_to_is_there():
    missing = [
        (sentence, file)
        for sentence, file in LINK.findall(PAGE)
        if f"def test_{sentence.replace(' ', '_')}(" not in (cases.ROOT / file).read_text()
    ]

    assert missing == []


def test_no_limit_is_passed_over():
    rows = [line for line in PAGE.partition("\n## Limits\n")[2].splitlines() if line[:2] == "| "]

    assert len(LIMITS) == len(rows) - 1 > 40
