"""Release notes: Markdown that others wrote, as HTML that can do nothing."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markupsafe import Markup

from aslo.web.characters import writable

LONGEST = 20_000
"""More is cut off: some Markdown costs the square of its length."""
_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = ("https://", "http://", "mailto:")


def notes_html(markdown: str) -> Markup:
    """The notes without scripts, pictures, styles or links into our own site."""
    return _html(markdown[:LONGEST], lowered=2)


def prose_html(markdown: str) -> Markup:
    """A text of our own, as the notes of others are, below the h1 of its page."""
    return _html(markdown, lowered=0)


@lru_cache(maxsize=32)
def _html(markdown: str, *, lowered: int) -> Markup:
    html = _parser(lowered).render(writable(markdown))
    clean = nh3.clean(
        html,
        tags=_TAGS if lowered else _TAGS | {"h2"},
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer ugc",
    )
    # Markdown can name a character by its number.
    return Markup(writable(clean))  # noqa: S704  # nh3 has just cleaned it


@lru_cache(maxsize=2)
def _parser(lowered: int) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.core.ruler.push("below_our_headings", partial(_lower_headings, lowered))
    # A picture from elsewhere would tell its host who reads this page.
    parser.add_render_rule("image", _picture_as_link)
    return parser


def _lower_headings(by: int, state: Any) -> None:
    """Of notes, `#` becomes h3: their page has its own h1 and h2."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + by, 6)}"


def _picture_as_link(
    _renderer: RendererProtocol, tokens: Sequence[Token], idx: int, _options: Any, _env: Any
) -> str:
    token = tokens[idx]
    href = escapeHtml(str(token.attrs.get("src", "")))
    return f'<a href="{href}">{escapeHtml(token.content) or href}</a>'


def _attribute(tag: str, name: str, value: str) -> str | None:
    if (tag, name) == ("a", "href"):
        return value if value.lower().startswith(_SCHEMES) else None
    return value
