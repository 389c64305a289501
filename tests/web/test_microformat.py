"""Pages that Sugar's updater reads as a group, read as it reads them."""

import gzip
from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState
from aslo.domain.errors import CatalogError
from aslo.domain.locale import LocalizedText
from aslo.domain.sugar import Compatibility, Toolkit
from aslo.web import microformat
from aslo.web.language import interface_languages
from fakes.catalog import MemoryCatalog
from fakes.values import a_release
from fakes.web_site import MOON, WebSite, bundle_bytes
from fixtures.bundles import bundle
from fixtures.serving import serving
from fixtures.sugar_updater import read_group_by_sugar, read_microformat

ADDRESS = "http://school.example/microformat"
GTK2 = Compatibility(Toolkit.GTK2, 2, "0.86", "0.117")
GTK3 = Compatibility(Toolkit.GTK3, 2, "0.102", "0.117")
PYTHON3 = Compatibility(Toolkit.GTK3, 3, "0.116")
SUN, MAZE = "org.sugarlabs.Sun", "org.sugarlabs.Maze"
ODD_NAME = 'L\'Été <b> & "Sonne" &eacute; 月'


def release(bundle_id, version, needs=GTK2, categories=(), name="", **changes):
    made = a_release(bundle_id, version, **changes)
    words = LocalizedText(name) if name else made.details.name
    details = replace(made.details, compatibility=needs, categories=categories, name=words)
    return replace(made, details=details)


@pytest.fixture(scope="module")
def shelved():
    site = WebSite()
    site.shelve(
        release(MOON, "20", PYTHON3, ("games",)),
        release(MOON, "10.1", GTK3, ("games",)),
        release(MOON, "9", categories=("games",)),
    )
    site.shelve(release(SUN, "2", categories=("Été & Co", "Science"), name=ODD_NAME))
    site.shelve(
        release(MAZE, "4", categories=("Game",)),
        release(MAZE, "5", categories=("Game",), state=ReleaseState.WITHDRAWN),
        release(MAZE, "6", categories=("Game",), state=ReleaseState.HELD),
    )
    site.shelve(release("org.sugarlabs.New", "1", PYTHON3))
    return site


def found_on(site, path="/microformat"):
    answer = site.client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    return read_microformat(answer.text, ADDRESS)


def versions(page):
    return {bundle_id: version for bundle_id, (version, _, _) in page.found.items()}


def test_the_whole_catalog_is_what_runs_on_the_oldest_sugar_that_reads_it(shelved):
    page = found_on(shelved)

    assert page.found == {
        MOON: ("9", f"http://school.example/download/{MOON}/9/Moon-9.xo", True),
        SUN: ("2", f"http://school.example/download/{SUN}/2/Sun-2.xo", True),
        MAZE: ("4", f"http://school.example/download/{MAZE}/4/Maze-4.xo", True),
    }


@pytest.mark.parametrize(
    ("asked", "version"),
    [
        ("", "9"),
        ("sugar=0.100", "9"),
        ("sugar=0.102", "10.1"),
        ("sugar=0.101", "9"),
        ("sugar=0.102.1", "10.1"),
        ("sugar=0.116", "20"),
        ("sugar=0.999", "20"),
        ("sugar=0.1", None),
        ("sugar=nonsense", "9"),
        ("sugar=%00&channel=%ff", "9"),
        ("sugar=0.102&sugar=0.116", "10.1"),
    ],
)
def test_another_sugar_may_be_named(shelved, asked, version):
    assert versions(found_on(shelved, f"/microformat?{asked}")).get(MOON) == version


def test_what_is_not_finished_is_on_its_own_channel(site):
    site.shelve(release(MOON, "2", prerelease=True), release(MOON, "1"))
    for asked, version in (("", "1"), ("stable", "1"), ("nonsense", "1"), ("testing", "2")):
        assert versions(found_on(site, f"/microformat?channel={asked}")) == {MOON: version}


def test_sugar_installs_a_group_by_itself_only_where_that_is_asked_for(shelved):
    for asked, optional in (("", True), ("?automatic=no", True), ("?automatic=yes", False)):
        page = found_on(shelved, f"/microformat/games{asked}")
        assert {each[2] for each in page.found.values()} == {optional}


@pytest.mark.parametrize(
    ("group", "ids"),
    [
        ("games", {MOON, MAZE}),
        ("Game", {MOON, MAZE}),
        ("GAMES ", {MOON, MAZE}),
        ("ete%20%26%20co", {SUN}),
        ("%C3%89t%C3%A9 & Co", {SUN}),
        ("science", {SUN}),
    ],
)
def test_a_category_is_a_group_whatever_its_spelling(shelved, group, ids):
    assert set(found_on(shelved, f"/microformat/{group}").found) == ids


class CountingCatalog(MemoryCatalog):
    """Counts how often it is asked for a page."""

    found = 0

    def find(self, query, chain):
        self.found += 1
        return super().find(query, chain)


def test_a_group_is_made_once_whatever_its_spelling_and_whatever_else_is_asked():
    site = WebSite(catalog=CountingCatalog())
    site.shelve(release(MOON, "1", categories=("games",)))
    for path in ("games", "Game", "GAMES?x=1", "games?sugar=0.100.9", "games?sugar=0.100&lang=es"):
        answer = site.client.get(f"/en/microformat/{path}")
        assert "Updates for Sugar: Games" in answer.text.replace("<bdi>", "")

    assert site.catalog.found == 1


@pytest.mark.parametrize(
    "group", ["nobody", "%00", "%ff", "a/b", "<b>", "x" * 3000, "..", "%0a", "%20"]
)
def test_a_group_that_is_none_is_an_empty_page_for_sugar_takes_errors_as_its_own(shelved, group):
    page = found_on(shelved, f"/microformat/{group}")
    assert page.found == {}


@pytest.mark.parametrize("lang", interface_languages())
def test_in_each_language_the_page_is_whole_and_no_attribute_can_break_an_old_parser(
    shelved, read, lang
):
    answer = shelved.client.get(f"/{lang}/microformat/science?sugar=0.98&automatic=yes")
    tree = read(answer)
    page = read_microformat(answer.text, ADDRESS)

    assert versions(page) == {SUN: "2"}
    assert tree.get("lang").replace("-", "_").startswith(lang[:2])
    assert ODD_NAME in tree.text_content()
    # Python 2 joined bytes with what it made of `&amp;`, and failed on any other character.
    assert all(value is None or value.isascii() for _, value in page.attributes)


def test_the_page_follows_the_language_of_its_path_and_then_of_the_reader(shelved):
    spanish = {"Accept-Language": "es"}
    by_path = shelved.client.get("/fr/microformat", headers=spanish)
    by_wish = shelved.client.get("/microformat", headers=spanish)

    assert '<html lang="fr"' in by_path.text
    assert '<html lang="es"' in by_wish.text
    assert "Accept-Language" in by_wish.headers["Vary"]
    assert "Accept-Language" not in by_path.headers.get("Vary", "")


@pytest.mark.parametrize(
    "order",
    [("/es/microformat", "/microformat"), ("/microformat", "/es/microformat")],
)
def test_links_keep_the_language_of_the_path_whoever_asked_before(order):
    site, found = WebSite(), {}
    for path in order:
        answer = site.client.get(path, headers={"Accept-Language": "es"})
        found[path] = answer.text

    assert '<a href="/es/">' in found["/es/microformat"]
    assert '<a href="/">' in found["/microformat"]


def test_a_spelling_of_a_language_makes_no_page_of_its_own(shelved, monkeypatch):
    made = []
    monkeypatch.setattr(microformat, "_told", lambda asked: made.append(asked) or iter("x"))
    for lang in ("es", "es_AR", "es_MX", "es_PE"):
        shelved.client.get(f"/{lang}/microformat?sugar=0.97")

    assert len(made) == 1


@pytest.mark.case("D53")
def test_the_host_that_was_asked_for_has_no_say_in_the_page(shelved):
    answer = shelved.client.get("/en/microformat", headers={"Host": "evil.example"})
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.case("T42")
def test_the_bundles_of_a_page_tell_their_length_and_give_exact_parts(shelved):
    for bundle_id, (version, link, _) in found_on(shelved).found.items():
        path = link.removeprefix("http://school.example")
        data = bundle_bytes(a_release(bundle_id, version))
        head = shelved.client.head(path)
        part = shelved.client.get(path, headers={"Range": "bytes=100-163"})

        assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(data)))
        assert (part.status_code, part.data) == (206, data[100:164])
        assert "Content-Encoding" not in part.headers


def test_a_page_that_is_known_is_not_sent_again(shelved):
    for accepted in ("gzip", "identity", "br"):
        asked = {"Accept-Encoding": accepted}
        first = shelved.client.get("/en/microformat", headers=asked)
        known = {**asked, "If-None-Match": first.headers["ETag"]}
        assert shelved.client.get("/en/microformat", headers=known).status_code == 304


def test_each_form_of_a_page_has_a_tag_of_its_own(shelved):
    asked = ({"Accept-Encoding": each} for each in ("gzip", "identity"))
    packed, plain = (shelved.client.get("/de/microformat", headers=each) for each in asked)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]


class AwayCatalog(MemoryCatalog):
    """Away."""

    def find(self, query, chain):
        raise CatalogError("away")


def test_while_the_catalog_is_away_the_page_is_an_error_that_sugar_survives():
    answer = WebSite(catalog=AwayCatalog()).client.get("/microformat")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "olpc-activity" not in answer.text


def test_many_pages_of_the_catalog_are_one_page(site):
    ids = site.shelve_many(250, lambda bundle_id: release(bundle_id, "1"))
    assert set(found_on(site).found) == set(ids)


@pytest.mark.needs("sugar", "debian")
def test_sugars_own_code_reads_a_group_and_its_bundles_from_afar(site, tmp_path):
    data = bundle()
    site.shelve(release(MOON, "9"))
    entry = site.catalog.entry(MOON)
    stored = site.keep(data, "application/vnd.olpc-sugar")
    kept = replace(entry.releases[0], bundle=stored)
    site.catalog.apply(site.catalog.revision() + 1, MOON, replace(entry, releases=(kept,)))

    with serving(site.app) as url:
        ((bundle_id, version, link, optional, size, names),) = read_group_by_sugar(
            tmp_path, f"{url}/es/microformat"
        )

    assert (bundle_id, version, optional) == (MOON, "9", True)
    assert link == f"{url}/download/{MOON}/9/Moon-9.xo"
    assert size == len(data)
    assert any(name.endswith("/activity/activity.info") for name in names)
