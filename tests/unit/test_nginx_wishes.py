"""nginx and the application mean the same language by what a browser wishes."""

import re
from typing import Any

import pytest
from flask import Flask

from aslo.config import Config
from aslo.front.nginx import Front, Server, render
from aslo.web import language

MAPS = re.compile(r"map \$(\w+) \$(\w+) \{\n(.*?)\n\}", re.DOTALL)
LINE = re.compile(r'^ +(?:"~\*(?P<pattern>.*)"|default) (?:\$(?P<group>\w+)|"(?P<value>\w*)");$')


@pytest.fixture(scope="module")
def front():
    """What the printed configuration makes of an Accept-Language, by its own two maps."""
    printed = render(Front(nodes=("n:1",), servers=(Server("80"),)), Config.from_environ({}))
    maps = {result: (source, lines) for source, result, lines in MAPS.findall(printed)}

    def value(name: str, header: str) -> str:
        if name == "http_accept_language":
            return header
        source, lines = maps[name]
        return first_that_fits(lines, value(source, header))

    return lambda header: value("aslo_wish", header)


def first_that_fits(lines: str, text: str) -> str:
    for line in lines.splitlines():
        told = LINE.match(line)
        assert told, line
        pattern = told["pattern"] and told["pattern"].replace("(?<aslo", "(?P<aslo")
        found = re.search(pattern, text, re.IGNORECASE) if pattern else re.match("", "")
        if found:
            return found[told["group"]] if told["group"] else told["value"]
    return ""


@pytest.fixture(scope="module")
def application():
    """What the application makes of it, asked directly."""
    app = Flask(__name__)

    def lang(header: str) -> Any:
        with app.test_request_context("/", headers={"Accept-Language": header}):
            return language.reader().lang

    return lang


@pytest.mark.parametrize(
    "header",
    [
        "",
        "*",
        "en-US,en;q=0.9",
        "es",
        "es-MX,es;q=0.9,en;q=0.8",
        "es-419",
        "pt-BR,pt;q=0.9",
        "pt-PT",
        "PT-br",
        "zh-CN,zh;q=0.9",
        "zh-Hans-HK",
        "zh-Hant",
        "zh-TW;q=0.9, en;q=0.1",
        "zh-HK",
        "iw-IL",
        "in",
        "no",
        "nl,en;q=0.8",
        "qu-PE, es-PE;q=0.8",
        "xx,es;q=0.1",
        "xx-es, de",
        "essay,de",
        "ckb",
        "gn ,es",
        "$where,{};",
        "x" * 5000,
        ",".join(["x"] * 50),
    ],
)
def test_a_wish_is_one_language_to_both(front, application, header):
    wished = front(header)

    assert wished == application(header)
    # nginx passes on what it made of the wish, and that means itself.
    assert application(wished) == wished


def test_all_who_wish_the_same_share_a_page(front):
    headers = ("es", "es-MX", "es-UY,es;q=0.9,en;q=0.1", "es-419, en", "xx, es")

    assert {front(header) for header in headers} == {"es"}


def test_every_language_of_the_site_can_be_wished(front):
    offered = {front(language.html_tag(lang)) for lang in language.interface_languages()}

    assert offered == set(language.interface_languages())
