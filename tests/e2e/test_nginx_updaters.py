"""What Sugar's updaters ask, behind the real nginx."""

import gzip
import socket

import pytest

from aslo.domain import update_rdf
from fixtures.fronted import OFFER, SUGAR, UPDATER, fronted
from fixtures.sugar_updater import read_microformat, read_rdf

pytestmark = pytest.mark.needs("nginx")

MOST_OF_AN_OFFER = 700
"""Bytes on the wire, with all headers."""


@pytest.mark.parametrize(
    ("path", "told"), [(OFFER, "org.sugarlabs.Moon"), ("/update.json", '{"activities":')]
)
def test_what_updaters_ask_is_kept_once_whatever_the_language(behind, path, told):
    _, http = behind
    http.get(path, headers=SUGAR)
    answers = [
        http.get(path, headers={**SUGAR, "Accept-Language": lang}) for lang in ("es", "ar", "")
    ]

    assert {answer.headers["X-Cache"] for answer in answers} == {"HIT"}
    assert {answer.status_code for answer in answers} == {200}
    assert all(told in answer.text for answer in answers)


def test_an_offer_behind_nginx_is_what_the_client_reads_and_can_be_fetched(behind, data):
    _, http = behind
    for _ in range(2):
        for headers in (SUGAR, {"Accept-Encoding": "identity"}, {"Accept-Encoding": "br"}):
            told = read_rdf(http.get(OFFER, headers=headers).content)
            assert told is not None
            assert http.get(told.link).content == data


@pytest.mark.parametrize(
    "query", ["", "?", "?id=%00&appVersion=%ff", f"?id={'a' * 7000}&appVersion=0.98", "?id=a.b+&x"]
)
def test_whatever_is_asked_behind_nginx_the_client_can_read_the_answer(behind, query):
    site, http = behind
    for url in (UPDATER + query, site.url + UPDATER + query):
        assert http.get(url).content.decode() == update_rdf.NOTHING


def test_an_offer_is_small_on_the_wire(behind):
    """As Gunicorn sends it, with every header, to one who asks as Sugar does."""
    site, _ = behind
    host, _, port = site.url.removeprefix("http://").rpartition(":")
    asked = "".join(f"{name}: {value}\r\n" for name, value in SUGAR.items())
    request = f"GET {OFFER} HTTP/1.1\r\nHost: {host}\r\n{asked}Connection: Keep-Alive\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(request.encode())
        head, _, body = line.recv(65536).partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        while len(body) < length:
            body += line.recv(65536)

    assert head.startswith(b"HTTP/1.1 200 OK")
    assert len(body) == length
    assert read_rdf(gzip.decompress(body)).version == "1"
    assert len(head) + 4 + length <= MOST_OF_AN_OFFER


def test_a_group_is_kept_for_each_language_and_follows_that_of_its_path(behind):
    _, http = behind
    langs = []
    for _ in range(2):
        for path, wish in (("/fr/microformat", "es"), ("/microformat", "es"), ("/microformat", "")):
            asked = {"Accept-Language": wish, **SUGAR}
            page = http.get(f"{path}?sugar=0.120", headers=asked)
            langs.append(page.text.partition('<html lang="')[2].partition('"')[0])
            assert "org.sugarlabs.Moon" in read_microformat(page.text, str(page.url)).found
    assert langs == ["fr", "es", "en"] * 2
    assert page.headers["X-Cache"] == "HIT"


def test_an_updater_that_asks_too_much_is_offered_nothing(tmp_path):
    with fronted(tmp_path, updaters_per_second=1, updaters_burst=3) as (_, http, _):
        told = [read_rdf(http.get(OFFER).content) for _ in range(6)]

    assert told[0] is not None
    assert told[-1] is None
