"""Pages are what HTML allows: by a strict parser, and by a validator."""

import json
import subprocess
from pathlib import Path

import html5lib
import httpx
import pytest

from fixtures.npm import install
from fixtures.public_pages import PAGES, path

TOOLS = Path(__file__).parents[1] / "pages"
CONFIG = TOOLS / "htmlvalidate.json"


@pytest.fixture(scope="module")
def pages(full_site: str) -> dict[str, str]:
    """Every kind of page, from left and from right."""
    names = [(name, lang) for name in PAGES for lang in ("en", "ar")]
    with httpx.Client(base_url=full_site) as http:
        return {f"{name}-{lang}": http.get(path(name, lang)).text for name, lang in names}


def test_a_strict_parser_takes_every_page(pages):
    found = {}
    for name, page in pages.items():
        parser = html5lib.HTMLParser()
        parser.parse(page)
        if parser.errors:
            found[name] = parser.errors
    assert found == {}


def test_the_parser_sees_what_is_wrong():
    parser = html5lib.HTMLParser()
    parser.parse("<!doctype html><p><table><a></p>")
    assert parser.errors


@pytest.mark.needs("npm")
def test_a_validator_finds_no_error(pages, tmp_path):
    assert _errors(tmp_path, pages) == []


@pytest.mark.needs("npm")
def test_the_validator_sees_what_is_wrong(tmp_path):
    wrong = "<!doctype html><html lang=en><title>x</title><p id=a><b id=a><div></div></b></html>"
    assert {"no-dup-id", "element-permitted-content"} <= {
        error.split()[1] for error in _errors(tmp_path, {"wrong": wrong})
    }


def _errors(folder: Path, pages: dict[str, str]) -> list[str]:
    install(TOOLS)
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page)
    command = ["node_modules/.bin/html-validate", "--config", str(CONFIG), "--formatter", "json"]
    done = subprocess.run(
        [*command, *map(str, sorted(folder.glob("*.html")))],
        cwd=TOOLS,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout, done.stderr
    return [
        f"{Path(file['filePath']).stem} {each['ruleId']} {each['line']}: {each['message']}"
        for file in json.loads(done.stdout)
        for each in file["messages"]
    ]
