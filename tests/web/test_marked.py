"""Every word that a reader meets goes through a translation."""

import re
from pathlib import Path

import pytest
from babel.support import NullTranslations
from lxml import html as lxml_html
from translations import extracted

from aslo.domain.activity import RepositoryState
from aslo.domain.delivery import ReleaseList
from aslo.web import language, numbers
from fakes.values import a_build, a_forge_release, a_repository
from fixtures.dressed_shelf import dress
from fixtures.literal_words import NAMES, literal_words

TEMPLATES = sorted((Path(language.__file__).parent / "templates").glob("**/*.html"))
FILL = {
    "bundle_id": "org.sugarlabs.Moon",
    "version": "3",
    "build_id": "f00d",
    "login": "quozl",
    "group": "science",
    "code": "no-icon",
    "owner": "sugarlabs-demo",
    "repository": "activity-1",
}
MORE = (
    "/?page=2",
    "/?category=science",
    "/search?q=moon",
    "/search?q=zebra",
    "/org.sugarlabs.Moon/2",
    "/org.sugarlabs.Moon/2.1",
    "/org.sugarlabs.Moon/4",
    "/builds/b1",
    "/builds/waits",
    "/builds?activity=org.sugarlabs.Nothing",
    "/nothing",
    "/why?q=nothing",
)
# Where values stand that nobody translates.
DATA = "self::bdi or self::code or self::pre or self::time or self::script or self::style or @lang"
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_words_of_its_own(site, template):
    assert list(literal_words(site.app.jinja_env, template.read_text())) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Download</p>", ["Download"]),
        ("<p>{{ _('Size') }}: large</p>", [": large"]),
        ("{% if x %}none{% endif %}", ["none"]),
        ('<img alt="A picture">', ["A picture"]),
        ('<a aria-label="More {{ name }}">{{ name }}</a>', ["More"]),
        ('<input placeholder="Search">', ["Search"]),
        ('<input type="submit" value="Go on">', ["Go on"]),
        ('<meta name="description" content="A store">', ["A store"]),
        ("<p>ينزل</p>", ["ينزل"]),
        ('<a class="button" rel="next" href="/x">{{ _("Next") }}</a>', []),
        ('<abbr title="{{ _("x") }}">SHA-256</abbr> &ndash; (2)', []),
        ('<meta name="viewport" content="width=device-width">', []),
        ("{# a note #}<script>let word</script>", []),
    ],
)
def test_a_word_without_a_mark_is_found(site, source, found):
    assert list(literal_words(site.app.jinja_env, source)) == found


class Bracketed(NullTranslations):
    """Every sentence of the template in brackets; nothing else."""

    known = frozenset(
        text for entry in extracted() for text in (entry.msgid, entry.msgid_plural) if text
    )

    def ugettext(self, message):
        return f"⟦{message}⟧" if message in self.known else message

    def ungettext(self, singular, plural, number):
        return self.ugettext(singular if number == 1 else plural)

    gettext, ngettext = ugettext, ungettext


@pytest.fixture
def shown(site, monkeypatch):
    """A page whose sentences stand in brackets."""
    for place in (language, numbers):
        monkeypatch.setattr(place, "translations", lambda _: Bracketed())
    numbers.translated.cache_clear()
    dress(site)
    site.shelve_many(30)
    site.store.add_build(a_build("waits"))
    repository = a_repository()
    site.forge.named[repository.full_name] = RepositoryState(repository, private=False)
    site.forge.lists[repository.id] = ReleaseList((a_forge_release(),), is_whole=True)
    site.forge.tags_of[repository.id] = ("v1", "v2")

    def page(path):
        return site.client.get(path, headers={"Accept": "text/html"})

    yield page
    numbers.translated.cache_clear()


def unmarked(page: str) -> list[str]:
    """Words of the page that are neither in brackets nor a value."""
    tree = lxml_html.document_fromstring(page)
    values = {word for text in tree.xpath("//bdi//text()") for word in WORD.findall(text)}
    values |= {word for name in NAMES for word in WORD.findall(name)}
    # These hold values as plain text; each must stand on the page too.
    told = tree.xpath("//title/text() | //meta[@name='description']/@content")
    told += tree.xpath("//@alt | //@title | //@placeholder | //@aria-label")
    for element in tree.xpath(f"//body//*[{DATA}]"):
        element.drop_tree()
    told.append(tree.find("body").text_content())
    return [w for text in told for w in WORD.findall(outside(text)) if w not in values]


def outside(text: str) -> str:
    """What stands in no brackets; a sentence may be filled in with another."""
    while text != (text := MARKED.sub("", text)):
        pass
    return text


def addresses(site) -> list[str]:
    """One address of each page that there is in every language, and some more of them."""
    found = []
    with site.app.test_request_context():
        adapter = site.app.url_map.bind("aslo.example")
        for rule in site.app.url_map.iter_rules():
            if "lang" in rule.arguments:
                lacking = rule.arguments - {*FILL, "lang"}
                assert not lacking, f"tell FILL what to put into {rule}"
                filled = {name: FILL[name] for name in rule.arguments - {"lang"}}
                found.append(adapter.build(rule.endpoint, {**filled, "lang": "en"}))
    return [*found, *MORE]


def test_every_word_on_every_page_is_marked(site, shown):
    answers = {path: shown(path) for path in addresses(site)}
    pages = {path: answer.text for path, answer in answers.items() if "<main" in answer.text}

    assert {path: found for path, text in pages.items() if (found := unmarked(text))} == {}
    assert all("⟦Skip to the content⟧" in text for text in pages.values())
    assert len(pages) > 12


@pytest.mark.parametrize(
    "body",
    [
        "<p>Loose</p>",
        "<p>⟦Marked⟧ Loose</p>",
        '<p><a title="Loose">⟦x⟧</a></p>',
        '<p lang="en">Value</p><p>Loose <bdi>value</bdi></p>',
        "<p>⟦Marked <bdi>value</bdi> and ⟦marked⟧ too⟧ Loose</p>",
    ],
)
def test_a_loose_word_on_a_page_is_found(body):
    page = f'<html lang="en"><head><title>ASLO</title></head><body>{body}</body></html>'

    assert unmarked(page) == ["Loose"]
