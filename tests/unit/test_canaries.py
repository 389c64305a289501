"""The hunt for canaries finds each in any form: a hunt that is blind proves nothing."""

import base64
import gzip
import io
import textwrap
import zipfile

import pytest

from fixtures.canaries import a_canary, hits

CANARY = a_canary()
AS_BYTES = CANARY.encode()


def zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", data)
    return buffer.getvalue()


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
@pytest.mark.parametrize(
    "form",
    [
        bytes,
        base64.b64encode,
        base64.encodebytes,
        base64.urlsafe_b64encode,
        lambda data: repr(base64.encodebytes(data)).encode(),
        lambda data: data.hex().encode(),
        lambda data: data.hex().upper().encode(),
        lambda data: "\n".join(textwrap.wrap(data.hex(), 20)).encode(),
        lambda data: data[::-1],
        gzip.compress,
        zipped,
        lambda data: zipped(gzip.compress(base64.b64encode(data))),
    ],
)
def test_a_canary_is_found_in_any_form(form, before) -> None:
    [hit] = set(hits({"token": CANARY}, {"page": form(before + AS_BYTES + b"?>~")}))

    assert hit.startswith("token in page")


def test_nothing_is_found_where_nothing_is() -> None:
    places = {"page": b"all is well", "bundle": zipped(b"well"), "broken": b"PK\x03\x04"}

    assert hits({"token": CANARY, "key": a_canary()}, places) == []
