"""What Sugar's updaters are told, read as they read it."""

import gzip
from dataclasses import replace
from urllib.parse import quote
from xml.etree.ElementTree import XML

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aslo.domain.activity import ReleaseState
from aslo.domain.errors import CatalogError
from aslo.domain.sugar import Compatibility, Toolkit
from aslo.ports import UNMETERED
from aslo.web.updater import over_plain_http
from fakes.catalog import MemoryCatalog
from fakes.values import a_release
from fakes.web_site import MOON, WebSite
from fixtures.serving import serving
from fixtures.sugar_updater import EM, ask_by_sugar, read_rdf

PATH = "/services/update-aslo.php"
TESTING = "/services/testing/update-aslo.php"
EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<RDF:RDF xmlns:RDF="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    b' xmlns:em="http://www.mozilla.org/2004/em-rdf#"></RDF:RDF>\n'
)
GTK2 = Compatibility(Toolkit.GTK2, 2, "0.86", "0.117")
GTK3 = Compatibility(Toolkit.GTK3, 2, "0.96", "0.117")
PYTHON3 = Compatibility(Toolkit.GTK3, 3, "0.116")


def release(version, needs=GTK2, bundle_id=MOON, **changes):
    made = a_release(bundle_id, version, **changes)
    return replace(made, details=replace(made.details, compatibility=needs))


@pytest.fixture(scope="module")
def shelved():
    """Python 3 for new machines, GTK 3 for those between, and a back-port for old ones."""
    site = WebSite()
    site.shelve(release("20", PYTHON3), release("10.1", GTK3), release("10"), release("9"))
    return site


def ask(site, query=f"id={MOON}&appVersion=0.98", path=PATH, **how):
    answer = site.client.get(path, query_string=query, **how)
    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert answer.data.startswith(b"<?xml")
    return answer


def offered(site, query=f"id={MOON}&appVersion=0.98", path=PATH):
    told = read_rdf(ask(site, query, path).data)
    return told and told.version


def test_an_offer_has_all_that_the_client_needs(shelved):
    told = read_rdf(ask(shelved, f"id={MOON}&appVersion=0.120").data)

    assert told is not None
    assert told.version == "20"
    assert told.link == "http://aslo.example/download/org.sugarlabs.Moon/20/Moon-20.xo"
    bundle = shelved.client.get(told.link.removeprefix("http://aslo.example"))
    assert bundle.status_code == 200
    assert 0 <= told.size - len(bundle.data) < 1024


def test_an_offer_has_what_other_readers_of_the_format_need(shelved):
    document = XML(ask(shelved).data)
    kept = shelved.catalog.offers([MOON])[MOON].choose("0.98")

    fields = {each.tag.removeprefix(EM): each.text for each in document[0]}
    assert fields["updateHash"] == f"sha256:{kept.sha256}"
    assert (fields["minVersion"], fields["maxVersion"]) == ("0.96", "0.117")
    assert fields["updateInfoURL"] == "http://aslo.example/org.sugarlabs.Moon/10.1"


@pytest.mark.parametrize(
    ("sugar", "version"),
    [
        ("0.84", None),
        ("0.86", "10"),  # dots since 0.92
        ("0.94", "10"),
        ("0.98", "10.1"),
        ("0.100", "10.1"),
        ("0.114", "10.1"),
        ("0.116", "20"),
        ("0.122", "20"),
    ],
)
def test_each_sugar_is_offered_the_highest_version_that_runs_there(shelved, sugar, version):
    assert offered(shelved, f"id={MOON}&appVersion={sugar}") == version


def test_python_2_is_not_offered_where_there_is_none(site):
    site.shelve(release("10", GTK3))
    assert offered(site, f"id={MOON}&appVersion=0.116") == "10"
    assert offered(site, f"id={MOON}&appVersion=0.118") is None


def test_a_sugar_that_reads_no_dots_is_offered_a_whole_number(site):
    site.shelve(release("10.1"), release("10~local"), release("9"))
    assert offered(site, f"id={MOON}&appVersion=0.90") == "9"
    assert offered(site, f"id={MOON}&appVersion=0.92") == "10.1"


@pytest.mark.parametrize("state", [ReleaseState.HELD, ReleaseState.WITHDRAWN])
def test_the_last_version_known_good_is_offered_in_the_place_of_one_that_is_not(site, state):
    site.shelve(release("11", state=state), release("10"))
    assert offered(site) == "10"
    assert offered(site, path=TESTING) == "10"

    site.shelve(release("11", state=state))
    assert offered(site) is None


def test_what_is_not_finished_is_for_those_who_test(site):
    site.shelve(release("11", prerelease=True), release("10"))
    assert [offered(site), offered(site, path=TESTING)] == ["10", "11"]


@pytest.mark.parametrize("path", [PATH, "/services/update.php", TESTING])
def test_the_oldest_client_asks_with_its_whole_version(site, path):
    site.shelve(release("5", Compatibility(Toolkit.GTK2, 2, "0.82", "0.117")))
    assert offered(site, f"id={MOON}&appVersion=0.85.9", path) == "5"


@pytest.mark.parametrize(
    ("query", "version"),
    [
        # The id comes as it is, so that a version of Sugar may be in it.
        (f"id={MOON}&appVersion=0.120&appVersion=0.98", "10.1"),
        (f"id={MOON}&appVersion=0.98&appVersion=0.120", "20"),
        (f"appVersion=0.98&id={MOON}", "10.1"),
        (f"other=1&id={MOON}&appVersion=0.98&more", "10.1"),
        (f"id={quote(MOON).replace('o', '%6f')}&appVersion=0.98", "10.1"),
        (f"id={MOON}+&appVersion=0.98", None),
        (f"id={MOON}&appVersion=0.98+", None),
        (f"id={MOON}&id={MOON}&appVersion=0.98", None),
        (f"id={MOON}&appVersion=0.98&x=" + "x" * 8192, None),
    ],
)
def test_a_question_is_read_as_the_client_means_it(shelved, query, version):
    assert offered(shelved, query) == version


BROKEN_IDS = [
    *("", "Moon", "org.sugarlabs.Nothing", ".", "..", "../../etc/passwd", "a.b c", "a.b\0"),
    *(
        "a" * 8192,
        "a." * 64 + "b",
        "<a>.<b>",
        "a.b]]>",
        "&amp;.b",
        "a.'b",
        'a."b',
        "é.è",
        "\ud7ff.b",
        "%",
        "%zz.%",
        "a.b\n",
    ),
]
BROKEN_SUGARS = [
    *("", "0", "x", "0.x", "-1", "0.-2", "1e9", "0.98\n", "0.98\0", " 0.98", "\u0660.98", "0..98"),
    *(".", "99999.1", "0.98.", "0" * 8192, "<0.98>", "0,98", "nan", "1.2.3.4.5.6.7"),
]


@pytest.mark.parametrize("bundle_id", BROKEN_IDS)
def test_an_id_that_is_none_is_offered_nothing(shelved, bundle_id):
    for written in (bundle_id, quote(bundle_id)):
        query = f"id={written}&appVersion=0.98".encode()
        assert ask(shelved, query.decode("latin-1")).data == EMPTY


@pytest.mark.parametrize("sugar", BROKEN_SUGARS)
def test_a_sugar_that_is_none_is_offered_nothing(shelved, sugar):
    for written in (sugar, quote(sugar)):
        query = f"id={MOON}&appVersion={written}".encode()
        found = ask(shelved, query.decode("latin-1"))
        if sugar == "0":
            assert read_rdf(found.data) is None
        else:
            assert found.data == EMPTY


@pytest.mark.parametrize("query", ["", "&", "=", "id", "id=&appVersion=", f"id={MOON}", "%ff%fe"])
def test_a_question_without_its_words_is_offered_nothing(shelved, query):
    assert ask(shelved, query).data == EMPTY


WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from([MOON, "0.98", "0.116", "id", "appVersion", "%00", "%ff", "+", "&", "="]),
)
QUERIES = st.one_of(
    st.lists(st.tuples(WORDS, WORDS), max_size=5).map(
        lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
    ),
    st.tuples(WORDS, WORDS).map(lambda both: f"id={both[0]}&appVersion={both[1]}"),
    st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")),
)


@given(query=QUERIES)
@settings(max_examples=150, deadline=None)
def test_whatever_is_asked_the_client_can_read_the_answer(shelved, query):
    told = read_rdf(asked_bare(shelved.app, query))
    assert told is None or told.version in ("20", "10.1", "10")


def asked_bare(app, query):
    """What a server is answered that hands the bytes of the query over, whatever they are."""
    raw = query.encode("utf-8", "surrogatepass").decode("latin-1")
    environ = {"PATH_INFO": PATH, "QUERY_STRING": raw, "REQUEST_METHOD": "GET"}
    started = []
    body = b"".join(app(environ, lambda *told: started.append(told)))
    status, headers = started[0]
    assert (status, dict(headers)["Content-Length"]) == ("200 OK", str(len(body)))
    return body


class AskedCatalog(MemoryCatalog):
    """Remembers what it was asked for."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def offers(self, bundle_ids):
        self.asked += bundle_ids
        return super().offers(self.asked[-1:])


def test_the_catalog_is_asked_for_nothing_that_cannot_be_an_id():
    site = WebSite(catalog=AskedCatalog())
    for bundle_id in BROKEN_IDS:
        ask(site, f"id={quote(bundle_id)}&appVersion=0.98")
    ask(site)

    assert site.catalog.asked == ["org.sugarlabs.Nothing", MOON]


class AwayCatalog(MemoryCatalog):
    """Away, or broken in a way that nobody foresaw."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def offers(self, bundle_ids):
        raise self.error

    every_offer = offers

    def tag(self):
        raise self.error


@pytest.mark.parametrize("error", [CatalogError("away"), RuntimeError("broken")])
def test_whatever_breaks_the_client_can_read_the_answer_and_asks_again(error, caplog):
    site = WebSite(catalog=AwayCatalog(error))

    for path in (PATH, TESTING):
        answer = ask(site, path=path)
        assert answer.data == EMPTY
        assert answer.headers["Cache-Control"] == "no-store"
    assert str(error) in caplog.text


def test_what_is_offered_may_be_kept_for_minutes(shelved):
    for query in (f"id={MOON}&appVersion=0.98", "id=org.none.Such&appVersion=0.98"):
        assert ask(shelved, query).headers["Cache-Control"] == "max-age=300"


@pytest.mark.case("D53")
def test_the_host_that_was_asked_for_has_no_say_in_an_offer(shelved):
    hostile = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}
    answer = ask(shelved, headers=hostile)

    assert answer.data == ask(shelved).data
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    ("public", "plain"),
    [
        ("https://aslo.example", "http://aslo.example"),
        ("https://aslo.example/", "http://aslo.example"),
        ("https://aslo.example:8443", "http://aslo.example"),
        ("https://[::1]:8443/store", "http://[::1]/store"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_what_is_offered_comes_over_plain_http(public, plain):
    site = WebSite(public_url=public)
    site.shelve(release("10"))

    assert over_plain_http(public) == plain
    assert read_rdf(ask(site).data).link.startswith(f"{plain}/download/")


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS", "PUT", "MADE-UP"])
def test_whatever_the_method_the_answer_is_the_same(shelved, method):
    whole = ask(shelved)
    answer = shelved.client.open(PATH, method=method, query_string=f"id={MOON}&appVersion=0.98")

    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(whole.data))
    assert answer.data == (b"" if method == "HEAD" else whole.data)


@pytest.mark.parametrize("accepted", ["gzip, deflate", "gzip", "br, gzip;q=0.5", "*"])
def test_an_answer_is_packed_for_those_who_take_that(shelved, accepted):
    answer = ask_packed(shelved, accepted)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data) == ask(shelved).data


@pytest.mark.parametrize("refused", ["", "identity", "gzip;q=0", "br"])
def test_an_answer_is_not_packed_for_others(shelved, refused):
    answer = ask_packed(shelved, refused)
    assert "Content-Encoding" not in answer.headers
    assert answer.data == ask(shelved).data


def ask_packed(site, accepted):
    query = f"id={MOON}&appVersion=0.98"
    return site.client.get(PATH, query_string=query, headers={"Accept-Encoding": accepted})


@pytest.mark.parametrize(
    ("bundle_id", "version"),
    [
        ("org.laptop.Pippy", "76"),
        ("org.sugarlabs.TurtleBlocksActivity", "2.1.15"),
        ("com.github.a-long-name-of-a-developer.AnActivityWithALongName", "10.20.30"),
    ],
)
def test_an_offer_of_a_usual_name_is_small(bundle_id, version):
    site = WebSite(public_url="https://activities.sugarlabs.org")
    site.shelve(release(version, GTK3, bundle_id))
    asked = {"Accept-Encoding": "gzip, deflate"}
    answer = site.client.get(f"{PATH}?id={bundle_id}&appVersion=0.98", headers=asked)

    headers = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers.items())
    assert read_rdf(gzip.decompress(answer.data)) is not None
    assert len(GUNICORN) + headers + len(answer.data) <= 700


GUNICORN = (
    "HTTP/1.1 200 OK\r\nServer: gunicorn\r\nDate: Thu, 26 Nov 2026 15:42:55 GMT\r\n"
    "Connection: keep-alive\r\n\r\n"
)
"""What the server adds; tests/e2e/test_nginx_updaters.py counts an answer as it really comes."""


def test_updaters_are_counted_by_their_way():
    counted = []

    class Meter(type(UNMETERED)):
        def answered(self, method, route, status, seconds):
            counted.append((method, route, status))

    site = WebSite(meter=Meter())
    ask(site)

    assert counted == [("GET", PATH, 200)]


@pytest.mark.needs("sugar", "debian")
def test_sugars_own_updater_finds_what_is_newer_and_survives_the_rest(site, tmp_path):
    ids = [f"org.sugarlabs.Real{number}" for number in range(3)]
    site.shelve(release("20", PYTHON3, ids[0]), release("10", GTK3, ids[0]))
    site.shelve(release("7", GTK3, ids[1]))
    site.shelve(release("8", GTK3, ids[2], state=ReleaseState.HELD))
    odd = {"no id": "1", "a&appVersion=0.84": "1", "a.b+c": "1", "é.&#x": "1", "<x>": "2"}
    installed = {ids[0]: "9", ids[1]: "7", ids[2]: "1", "org.none.Such": "1", **odd}

    with serving(site.app) as url:
        old = ask_by_sugar(tmp_path, url + PATH, "0.97.2", installed)
        new = ask_by_sugar(tmp_path, url + PATH, "0.121", installed)

    link = f"http://aslo.example/download/{ids[0]}"
    assert old == [[ids[0], "10", f"{link}/10/Real0-10.xo", 2048]]
    assert new == [[ids[0], "20", f"{link}/20/Real0-20.xo", 2048]]


def test_nothing_is_not_kept_while_the_catalog_is_still_being_filled():
    site = WebSite()
    before = ask(site).headers["Cache-Control"]
    site.catalog.note_caught_up()

    assert (before, ask(site).headers["Cache-Control"]) == ("no-store", "max-age=300")
