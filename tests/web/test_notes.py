"""Release notes: Markdown in, harmless HTML out."""

import pytest
from lxml import html as lxml_html

from aslo.web.notes import LONGEST, notes_html


def tree(markdown):
    return lxml_html.fromstring(f"<div>{notes_html(markdown)}</div>")


def test_the_usual_marks_are_shown():
    html = notes_html("# One\n\n* **two** `three`\n\n| a |\n|---|\n| b |\n\n~~four~~")

    for wanted in ("<h3>One</h3>", "<strong>two</strong>", "<code>three</code>", "<td>b</td>"):
        assert wanted in html
    assert "<s>four</s>" in html


@pytest.mark.case("T29")
@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java\nscript:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](data:text/html,<script>alert(1)</script>)",
        "[a](vbscript:x)",
        "[a](//evil.example/x)",
        "[a](/builds)",
        "[a](x.html)",
        "![a](javascript:alert(1))",
        "![a](https://evil.example/pixel.png)",
        "![a](data:image/svg+xml,<svg/onload=alert(1)>)",
        "<a href='javascript:alert(1)'>a</a>",
        "<style>*{display:none}</style>",
        "<form action=https://evil.example><input name=q></form>",
        "<iframe src=https://evil.example></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mi><table><mglyph><style><img src=x onerror=alert(1)>",
        "<details open ontoggle=alert(1)>",
        "<base href=https://evil.example>",
        "<meta http-equiv=refresh content=0>",
        "`<script>`",
        "<!-- <script> -->",
        '[a](https://x.example ""><script>alert(1)</script>")',
        "[a]: javascript:alert(1)\n\n[a]",
        "<javascript:alert(1)>",
        '<https://x.example/"onmouseover=alert(1)>',
        "```html\n<script>alert(1)</script>\n```",
    ],
)
def test_nothing_in_notes_can_act(markdown):
    found = tree(markdown)

    assert found.xpath(".//script | .//style | .//img | .//form | .//iframe | .//svg") == []
    assert found.xpath(".//@*[starts-with(name(), 'on')] | .//@style") == []
    hrefs = found.xpath(".//@href")
    assert [href for href in hrefs if not href.startswith(("https://", "http://", "mailto:"))] == []


def test_a_picture_becomes_a_link_to_it():
    (link,) = tree("![the moon](https://x.example/moon.png)").findall(".//a")

    assert (link.text, link.get("href")) == ("the moon", "https://x.example/moon.png")
    assert "nofollow" in link.get("rel")


def test_headings_never_rival_those_of_the_page():
    found = tree("# a\n\n## b\n\n###### c\n\nd\n===")

    assert [element.tag for element in found] == ["h3", "h4", "h6", "h3"]


@pytest.mark.case("D15", "T29")
@pytest.mark.parametrize(
    "markdown",
    [
        "",
        "\0",
        "x" * 10**6,
        "[" * 50_000,
        "> " * 20_000,
        "* " * 20_000,
        "`" * 50_000,
        "|a" * 20_000,
    ],
)
def test_odd_and_endless_notes_are_answered(markdown):
    assert len(notes_html(markdown)) < 100 * LONGEST
