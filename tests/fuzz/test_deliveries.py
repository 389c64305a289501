"""Whatever is posted to the webhook, with whatever headers, is answered without a fault of ours."""

import json
from collections.abc import Callable

import pytest

from fakes.deliveries import GUID, SECRET, a_payload, signed
from fakes.web_site import WebSite
from fixtures.mutations import damaged, survive

ASSET = {
    "id": 5,
    "name": "Moon-1.xo",
    "url": "https://github.example/a",
    "size": 9,
    "state": "uploaded",
    "digest": f"sha256:{'0' * 64}",
}
BODY = json.dumps(a_payload(assets=[ASSET])).encode()
MOVED = json.dumps({**a_payload("renamed"), "release": None}).encode()
WORDS = (
    b"null", b"true", b"-1", b"0", b"1e999", b"NaN", b"Infinity", b"9" * 30, b"9" * 5_000, b'"',
    b"{", b"}", b"[", b"]", b"[" * 3_000, b",", b":", b"\\ud800", b"\\u0000", b"\\", b"\0", b"\xff",
    b"\xed\xa0\x80", b"published", b"edited", b"deleted", b"transferred", b"privatized",
    b"2026-99-01T12:00:00Z", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00",
    b"https://", b"..", b"/",
)  # fmt: skip
LINES = "\n".join(f"{name}: {value}" for name, value in signed(BODY)[1].items()).encode()
HEADER_WORDS = (
    b"\n", b": ", b"X-Hub-Signature: sha1=", b"sha256=", b"\xff", b"\0", b"X-GitHub-Event: ",
    b"repository", b"ping", b"Content-Type: multipart/form-data; boundary=", b"Content-Length: -1",
    b"Content-Length: 99999999999", b"Host: [", b"Transfer-Encoding: chunked",
    b"Content-Encoding: gzip", b"Range: bytes=-1-", b"Cookie: a=", b"X-Request-Id: ",
    b"Accept-Language: de;q=nan", b"X-Forwarded-For: ", b"Accept: */*;q=x",
)  # fmt: skip


def judged(event: str) -> Callable[[bytes], bool]:
    site = WebSite()

    def verdict(body: bytes) -> bool:
        sent, headers = signed(body, event=event)
        answer = site.client.post("/api/hook", data=sent, headers=headers)
        assert answer.status_code in (200, 202, 422)
        return answer.status_code != 422

    return verdict


@pytest.mark.parametrize(("event", "body"), [("release", BODY), ("repository", MOVED)])
def test_damaged_bodies_always_get_an_answer(event, body):
    inputs = damaged(event, [body], count=1_500, words=WORDS)

    assert survive(f"deliveries-{event}", judged(event), inputs) > 50


def test_damaged_headers_always_get_an_answer():
    site = WebSite()

    def verdict(lines: bytes) -> bool:
        answer = site.client.post("/api/hook", data=BODY, headers=headers(lines))
        assert answer.status_code < 500
        return answer.status_code < 300

    inputs = damaged("headers", [LINES], count=2_000, words=HEADER_WORDS)

    assert survive("delivery-headers", verdict, inputs) > 50


def headers(lines: bytes) -> list[tuple[str, str]]:
    """The lines as a server hands them on: Latin-1, without breaks."""
    pairs = (line.replace("\r", "").partition(":") for line in lines.decode("latin-1").split("\n"))
    return [(name.strip(), value.strip()) for name, _, value in pairs if name.strip()]


def test_the_headers_as_they_were_are_accepted():
    answer = WebSite().client.post("/api/hook", data=BODY, headers=headers(LINES))

    assert answer.status_code == 202
    assert answer.json["delivery"] == GUID
    assert SECRET not in answer.data
