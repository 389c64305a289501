"""The look: files that are named by their hash, small, and nobody else's."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from aslo.web import assets, headers
from fakes.web_site import WebSite
from fakes.web_site import WebSite

TEMPLATES = Path(assets.__file__).parent / "templates"
FILES = sorted(assets.manifest().files.values())
SHEETS = ("aslo.css", "aslo-rtl.css")


def packed(name: str) -> int:
    return len((assets.STATIC / f"{assets.manifest().files[name]}.gz").read_bytes())


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_named_by_its_content(name):
    data = (assets.STATIC / name).read_bytes()

    assert hashlib.sha256(data).hexdigest()[:12] == name.split(".")[-2]
    assert gzip.decompress((assets.STATIC / f"{name}.gz").read_bytes()) == data
    assert (assets.STATIC / f"{name}.br").exists()


def test_nothing_is_served_that_no_page_can_name():
    known = {f"{name}{ending}" for name in FILES for ending in ("", ".br", ".gz")}
    known.add("manifest.json")

    assert {path.name for path in assets.STATIC.iterdir() if path.is_file()} == known


def test_what_every_page_needs_is_small():
    assert max(packed(name) for name in SHEETS) <= 15_000
    assert packed("aslo.js") <= 10_000


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_asks_for_nothing_else(name):
    sheet = (assets.STATIC / assets.manifest().files[name]).read_text()

    assert re.findall(r"@import|@font-face|url\(|//", sheet) == []


def test_every_icon_that_a_template_names_is_drawn():
    said = "".join(path.read_text() for path in TEMPLATES.glob("*.html"))
    named = set(re.findall(r'glyph\("([^"]+)"', said))

    assert named
    assert named - set(assets.manifest().glyphs) == set()


def test_an_icon_is_no_word(site, read):
    page = read(site.client.get("/"))

    assert page.xpath("//*[name()='svg'][not(@aria-hidden='true')]") == []


@pytest.mark.parametrize(("lang", "sheet"), [("en", "aslo.css"), ("ar", "aslo-rtl.css")])
def test_a_page_is_dressed_for_its_direction(site, read, lang, sheet):
    page = read(site.client.get(f"/{lang}/"))

    assert page.xpath("//link[@rel='stylesheet']/@href") == [
        f"/static/{assets.manifest().files[sheet]}"
    ]


def test_a_page_changes_with_its_look(site, monkeypatch):
    tag = site.client.get("/").headers["ETag"]
    # A process keeps its look, and the pages in it; another look comes with another process.
    monkeypatch.setattr(headers, "_dressed", headers._dressed.__wrapped__)
    monkeypatch.setattr(headers, "dress", lambda: "another")
    later = WebSite(catalog=site.catalog)

    assert later.client.get("/").headers["ETag"] != tag
