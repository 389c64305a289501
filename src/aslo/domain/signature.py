"""Webhook signatures (docs.github.com: "Validating webhook deliveries")."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from aslo.domain.errors import BadSignatureError

# The newer header decides where both are sent: a forged SHA-1 must not rescue a wrong SHA-256.
_HEADERS = (("x-hub-signature-256", "sha256"), ("x-hub-signature", "sha1"))


def verify(body: bytes | bytearray, headers: Mapping[str, str], secrets: Sequence[bytes]) -> None:
    """Pass if one of the secrets signed the body, else BadSignatureError; header names are
    lower-case."""
    for header, algorithm in _HEADERS:
        if (offered := headers.get(header)) is None:
            continue
        if any(_signed(body, offered, secret, algorithm) for secret in secrets):
            return
        raise BadSignatureError(f"the {header} header does not sign this body with our secret")
    raise BadSignatureError("there is no x-hub-signature-256 header")


def _signed(body: bytes | bytearray, offered: str, secret: bytes, algorithm: str) -> bool:
    # An empty key signs anything, so it must never get this far.
    if not secret.strip():
        return False
    expected = f"{algorithm}={hmac.new(secret, body, algorithm).hexdigest()}"
    # Bytes, because compare_digest refuses text that is not ASCII.
    return hmac.compare_digest(expected.encode(), offered.encode(errors="replace"))


def sign(body: bytes, secret: bytes) -> str:
    """The value of `X-Hub-Signature-256` for a body."""
    return f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}"
