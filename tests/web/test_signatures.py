"""What nobody signed gets nowhere: not to the parser, not into the record, not into memory."""

import hashlib
import hmac
import io
import json
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest

from aslo.domain.signature import sign
from aslo.services import intake
from fakes.deliveries import SECRET, a_payload, signed
from fakes.web_site import WebSite

MEBIBYTE = 1024**2
BODY = json.dumps(a_payload(), indent=1).encode()
RIGHT = sign(BODY, SECRET)
DIGEST = RIGHT.removeprefix("sha256=")
SHA1 = hmac.new(SECRET, BODY, "sha1").hexdigest()
WRONG = {
    "nothing": [],
    "empty": [""],
    "blank": [" "],
    "only the name": ["sha256="],
    "only the digest": [DIGEST],
    "no sign of equality": [f"sha256{DIGEST}"],
    "a colon": [f"sha256:{DIGEST}"],
    "SHA-1": [f"sha1={SHA1}"],
    "another name": [f"sha512={DIGEST}"],
    "a name in capitals": [f"SHA256={DIGEST}"],
    "a digest in capitals": [f"sha256={DIGEST.upper()}"],
    "cut by one": [RIGHT[:-1]],
    "cut to half": [RIGHT[: len(RIGHT) // 2]],
    "one too many": [f"{RIGHT}0"],
    "a blank behind": [f"{RIGHT} "],
    "a blank before": [f" {RIGHT}"],
    "a tab behind": [f"{RIGHT}\t"],
    "quotes": [f'"{RIGHT}"'],
    "not ASCII": [f"sha256=é{DIGEST[1:]}"],
    "10 kB": ["sha256=" + "a" * 10_000],
    "zeros": ["sha256=" + "0" * 64],
    "right twice": [RIGHT, RIGHT],
    "wrong, then right": ["sha256=" + "0" * 64, RIGHT],
    "right, then wrong": [RIGHT, "sha256=" + "0" * 64],
    "of the same JSON otherwise written": [sign(json.dumps(a_payload()).encode(), SECRET)],
    "of a body with one byte more": [sign(BODY + b"\n", SECRET)],
    "of nothing": [sign(b"", SECRET)],
    "with another secret": [sign(BODY, b"another secret")],
    "without a key": [sign(BODY, b"")],
    "a hash without any key": [f"sha256={hashlib.sha256(BODY).hexdigest()}"],
}


def send(site, body, signatures=(RIGHT,), header="X-Hub-Signature-256"):
    _, known = signed(body)
    headers = [(name, value) for name, value in known.items() if name != "X-Hub-Signature-256"]
    return site.client.post(
        "/api/hook", data=body, headers=headers + [(header, value) for value in signatures]
    )


@pytest.mark.case("D05", "T01")
def test_the_one_right_signature_is_taken(site):
    assert send(site, BODY).status_code == 202


@pytest.mark.case("D06", "D07", "T01")
@pytest.mark.parametrize("signatures", WRONG.values(), ids=WRONG)
def test_any_other_signature_is_refused_and_nothing_is_kept(site, signatures):
    answer = send(site, BODY, signatures)

    assert (answer.status_code, answer.json["error"]) == (401, "bad-signature")
    assert (site.store.known_deliveries, site.store.known_builds) == ({}, {})


@pytest.mark.case("D05", "T01")
def test_githubs_own_vector_passes_the_signature(site):
    vector = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

    answer = send(site, b"Hello, World!", [f"sha256={vector}"])

    assert (answer.status_code, answer.json["error"]) == (422, "bad-delivery")


HEAVY = {
    "broken": b"{broken",
    "deep": b"[" * 1_000_000,
    "deep objects": b'{"a":' * 200_000,
    "endless number": b"1" * 1_000_000,
    "24 MB": b'{"a": "' + b"x" * (24 * 10**6) + b'"}',
}


@pytest.mark.case("D03", "T02")
@pytest.mark.parametrize("body", HEAVY.values(), ids=HEAVY)
def test_no_parser_sees_what_nobody_signed(site, monkeypatch, body):
    parsed = []
    monkeypatch.setattr(intake, "_parsed", parsed.append)

    assert send(site, body, ["sha256=" + "0" * 64]).status_code == 401
    assert parsed == []


@pytest.mark.case("D03", "T02")
@pytest.mark.parametrize("body", [HEAVY["broken"], HEAVY["deep"]], ids=["broken", "deep"])
def test_a_hundred_at_once_that_nobody_signed_are_refused(site, body):
    with ThreadPoolExecutor(20) as pool:
        answers = pool.map(lambda _: send(site, body, ["sha256=00"]).status_code, range(100))

    assert set(answers) == {401}
    assert site.store.known_deliveries == {}


@pytest.mark.case("T02")
def test_a_signed_body_of_24_mb_is_taken(site):
    body, _ = signed(a_payload(body="x" * 24 * 10**6))

    assert send(site, body, [sign(body, SECRET)]).status_code == 202


class Blank(io.RawIOBase):
    """A body that takes no room of its own."""

    def __init__(self, size):
        self.size = size
        self.at = 0

    def seek(self, offset, whence=io.SEEK_SET):
        self.at = self.size if whence == io.SEEK_END else offset
        return self.at

    def tell(self):
        return self.at

    def readable(self):
        return True

    def readinto(self, room):
        count = min(len(room), self.size - self.at)
        room[:count] = bytes(count)
        self.at += count
        return count


@pytest.mark.case("D03", "T02")
def test_the_memory_for_what_nobody_signed_is_bounded(site):
    size = 24 * MEBIBYTE

    def post(_):
        return site.client.post(
            "/api/hook",
            input_stream=Blank(size),
            headers={"X-Hub-Signature-256": "sha256=00"},
        ).status_code

    tracemalloc.start()
    try:
        with ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(post, range(40)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert answers == {401}
    assert peak < 300 * MEBIBYTE, f"{peak / MEBIBYTE:.0f} MiB"


@pytest.mark.case("D04", "T03")
@pytest.mark.parametrize("secrets", [(), (b"",), (b" \t",), (b"\n", b"")])
def test_a_site_with_a_blank_secret_takes_nothing_signed_with_it(secrets):
    site = WebSite(webhook_secrets=secrets)

    for secret in (*secrets, b""):
        answer = send(site, BODY, [sign(BODY, secret)])
        assert answer.status_code == 401
    assert site.store.known_deliveries == {}
