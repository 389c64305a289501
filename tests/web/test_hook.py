"""`POST /api/hook`, from outside."""

import io
import json
import logging

import pytest

from aslo.domain.build import build_id
from aslo.domain.errors import StoreError
from aslo.web.wiring import WebSettings
from fakes.deliveries import GUID, SECRET, a_payload, signed
from fakes.values import a_forge_release, a_repository
from fakes.web_site import WebSite

BUILD = build_id(a_repository(1), a_forge_release(id=11, tag="v1"))


def post(site: WebSite, body: bytes, headers: dict[str, str]):
    return site.client.post("/api/hook", data=body, headers=headers)


def test_a_signed_release_is_accepted_and_the_answer_names_its_build(site):
    answer = post(site, *signed(a_payload()))

    assert answer.status_code == 202
    assert answer.json == {
        "delivery": GUID,
        "verdict": "build",
        "reason": "release action 'published'",
        "build": BUILD,
        "build_url": f"https://aslo.example/builds/{BUILD}",
    }
    assert site.store.delivery(GUID) is not None
    assert site.bell.rung == [BUILD]


@pytest.mark.case("D02", "T06", "T07")
def test_a_delivery_that_is_known_is_ok_and_builds_nothing_new(site):
    post(site, *signed(a_payload()))

    answer = post(site, *signed(a_payload()))

    assert answer.status_code == 200
    assert answer.json["build"] == BUILD
    assert len(site.store.known_builds) == 1


@pytest.mark.case("T05")
@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("ping", {"zen": "Speak like a human."}),
        ("push", {"ref": "refs/heads/main"}),
        ("release", a_payload("created")),
        ("release", a_payload(private=True)),
    ],
)
def test_what_is_not_for_us_is_recorded_and_ok(site, event, payload):
    answer = post(site, *signed(payload, event=event))

    assert answer.status_code == 200
    assert answer.json["verdict"] == "ignore"
    assert answer.json["build"] is answer.json["build_url"] is None
    assert site.store.delivery(GUID) is not None


@pytest.mark.case("D06", "D07", "T01")
@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=00", "sha1=00", "é", "sha256=" + "0" * 64, "x" * 5_000],
)
def test_a_wrong_signature_is_refused_and_nothing_is_kept(site, signature):
    body, headers = signed(a_payload())

    answer = post(site, body, {**headers, "X-Hub-Signature-256": signature})

    assert answer.status_code == 401
    assert answer.json["error"] == "bad-signature"
    assert site.store.known_deliveries == {}


@pytest.mark.case("D03", "T02")
def test_a_body_is_not_parsed_before_its_signature_is_known(site):
    body, headers = signed(b"{broken")

    answer = post(site, body + b" ", headers)

    assert answer.status_code == 401


def test_an_unsigned_body_is_refused(site):
    answer = site.client.post("/api/hook", json=a_payload())

    assert answer.status_code == 401


@pytest.mark.parametrize("body", [b"{broken", b"[]", b"", b"\xff", b"[" * 100_000])
def test_a_signed_body_that_cannot_be_read_is_told_so(site, body):
    answer = post(site, *signed(body))

    assert answer.status_code == 422
    assert answer.json["error"] == "bad-delivery"


@pytest.mark.case("D07", "T04")
def test_a_record_that_is_out_of_order_asks_to_come_again(site, monkeypatch):
    def fails(_):
        raise StoreError("disk full at /var/lib/secret-place")

    monkeypatch.setattr(site.store, "add_delivery", fails)

    answer = post(site, *signed(a_payload()))

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json["error"] == "store-outage"
    assert "secret-place" not in answer.text


@pytest.mark.case("D03", "T02")
def test_a_body_over_the_limit_is_not_read():
    site = WebSite(max_delivery_bytes=1000)

    answer = post(site, *signed(b" " * 1001))

    assert answer.status_code == 413
    assert answer.json["error"] == "request-entity-too-large"


@pytest.mark.case("D03", "T02")
def test_a_body_that_does_not_tell_its_length_is_cut_off_at_the_limit():
    site = WebSite(max_delivery_bytes=1000)
    _, headers = signed(b"")
    body = io.BytesIO(b" " * 5_000_000)

    answer = site.client.post(
        "/api/hook",
        input_stream=body,
        headers=headers,
        environ_overrides={
            "wsgi.input_terminated": True,
            "HTTP_TRANSFER_ENCODING": "chunked",
            "CONTENT_LENGTH": "",
        },
    )

    assert answer.status_code == 413
    assert body.tell() < 100_000


@pytest.mark.case("D07")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_refused_in_json(site, method):
    answer = site.client.open("/api/hook", method=method)

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert answer.json["error"] == "method-not-allowed"


@pytest.mark.case("D53", "T42")
def test_the_host_header_is_not_echoed(site):
    body, headers = signed(a_payload())

    answer = post(site, body, {**headers, "Host": "evil.example"})

    assert "evil.example" not in json.dumps(answer.json) + str(answer.headers)


def test_secrets_do_not_show_in_the_settings_text():
    settings = WebSettings("https://aslo.example", (SECRET,))

    assert "Secret" not in repr(settings)


@pytest.mark.case("D04", "T03")
def test_a_site_without_a_secret_accepts_nothing():
    site = WebSite(webhook_secrets=())

    assert post(site, *signed(a_payload())).status_code == 401


def test_each_delivery_is_one_line_of_the_log(site, caplog):
    caplog.set_level(logging.INFO, "aslo.web.hook")

    post(site, *signed(a_payload()))

    [line] = [record.getMessage() for record in caplog.records if record.name == "aslo.web.hook"]
    for told in (GUID, "release", "'published'", "build", BUILD):
        assert told in line


@pytest.mark.parametrize(
    ("body", "odd", "code"),
    [
        (b"{}", {"X-Hub-Signature-256": "sha256=canary"}, "bad-signature"),
        (b"[canary]", {}, "bad-delivery"),
        (b"{}", {"X-GitHub-Delivery": "x\u202e\x1b" + "y" * 5_000}, "bad-delivery"),
    ],
)
def test_a_refusal_is_one_clean_and_short_warning(site, caplog, body, odd, code):
    given, headers = signed(body)

    post(site, given, headers | odd)

    [record] = [each for each in caplog.records if each.name == "aslo.web.hook"]
    assert record.levelno == logging.WARNING
    assert code in record.getMessage()
    assert record.getMessage().isprintable()
    assert len(record.getMessage()) < 500
    assert "canary" not in record.getMessage()


def test_a_body_over_the_limit_is_logged(caplog):
    post(WebSite(max_delivery_bytes=1000), *signed(b" " * 1001))

    assert "request-entity-too-large" in caplog.text
