"""A damaged icon becomes a clean picture, or is refused with a ValueError that says why."""

import pytest

from aslo.adapters.svg import clean_icon
from aslo.adapters.svg_colours import PALETTE
from aslo.adapters.svg_reader import read_svg
from aslo.adapters.svg_rules import ATTRIBUTES, ELEMENTS, SVG, XLINK
from fixtures.hostile_icons import DISARMED, REFUSED, doctype, icon
from fixtures.mutations import damaged, survive

SUGAR = icon(
    '<path d="M5,5h40v40z" style="fill:&fill_color;;stroke:&stroke_color;"/>',
    before=doctype('<!ENTITY fill_color "#FFF"><!ENTITY stroke_color "#000">'),
)
ENCODINGS = ("utf-16", "utf-7", "big5", "idna", "punycode", "rot13", "undefined", "x")
ENCODED = [icon("", before=f"<?xml version='1.0' encoding='{name}'?>") for name in ENCODINGS]
SHORT = [data for data in (*DISARMED.values(), *REFUSED.values()) if 0 < len(data) < 3_000]
WORDS = (
    b"<g>", b"</g>", b"<use xlink:href='#a'/>", b" id='a'", b"&#0;", b"&#xD800;", b"&fill_color;",
    b"&a;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?a?>",
    b"<?xml version='1.0' encoding='utf-16'?>", b"<?xml version='1.0' encoding='utf-7'?>",
    b"<?xml version='1.0' encoding='idna'?>", b"<?xml version='1.0' encoding='rot13'?>",
    b"xmlns:x='a'", b"xmlns=''", b"<!ENTITY a '&a;'>", b"<!ENTITY a SYSTEM 'b' NDATA c>",
    b"<!DOCTYPE svg [", b"%a;", b"viewBox='nan 0 inf 1e9'", b"url(#a)", b"\0", b"\xff\xfe",
    b"\xfe\xff", b"\xed\xa0\x80", b"<!ATTLIST svg id ID #IMPLIED>",
)  # fmt: skip
KEYS = ATTRIBUTES | {"id", "style", f"{{{XLINK}}}href"}


def verdict(data: bytes) -> bool:
    try:
        clean = clean_icon(data, PALETTE[0])
    except ValueError:
        return False
    for element in read_svg(clean).iter():
        assert element.tag.removeprefix(f"{{{SVG}}}") in ELEMENTS
        assert set(element.keys()) <= KEYS
    return True


@pytest.mark.case("T28")
def test_damaged_icons_always_get_a_verdict():
    inputs = damaged("icons", [SUGAR], count=3_000, words=WORDS)

    assert survive("icons", verdict, inputs) > 100


def test_damaged_hostile_icons_stay_harmless_or_are_refused():
    inputs = damaged("hostile icons", SHORT, count=7_000, words=WORDS)

    assert survive("icons", verdict, inputs) > 100


def test_damaged_icons_in_odd_encodings_always_get_a_verdict():
    survive("icons", verdict, damaged("encoded icons", ENCODED, count=2_000, words=WORDS))
