import pytest

from aslo.domain.errors import BadSignatureError
from aslo.domain.signature import sign, verify

# GitHub's own test vector (docs.github.com, "Validating webhook deliveries").
SECRET = b"It's a Secret to Everybody"
BODY = b"Hello, World!"
SHA256 = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
SHA1 = "01dc10d0c83e72ed246219cdd91669667fe2ca59"


@pytest.mark.case("D05", "T01")
def test_github_s_own_vector_passes():
    verify(BODY, {"x-hub-signature-256": f"sha256={SHA256}"}, [SECRET])


def test_we_sign_as_github_does():
    assert sign(BODY, SECRET) == f"sha256={SHA256}"


def test_the_older_header_alone_passes():
    verify(BODY, {"x-hub-signature": f"sha1={SHA1}"}, [SECRET])


@pytest.mark.case("D05")
def test_a_right_sha1_does_not_rescue_a_wrong_sha256():
    headers = {"x-hub-signature-256": "sha256=" + "0" * 64, "x-hub-signature": f"sha1={SHA1}"}
    with pytest.raises(BadSignatureError):
        verify(BODY, headers, [SECRET])


def test_either_of_two_secrets_passes():
    verify(BODY, {"x-hub-signature-256": f"sha256={SHA256}"}, [b"new", SECRET])


@pytest.mark.case("D06", "T01")
@pytest.mark.parametrize(
    "value",
    [
        "",
        "=",
        "sha256=",
        SHA256,
        f"sha1={SHA256}",
        f"sha1={SHA1}",
        f"SHA256={SHA256}",
        f"sha256={SHA256.upper()}",
        f"sha256={SHA256[:-1]}",
        f"sha256={SHA256}0",
        f"sha256={SHA256} ",
        f" sha256={SHA256}",
        f"sha256= {SHA256}",
        f"sha256={SHA256},sha256={SHA256}",
        f"sha256={SHA256}\n",
        f"sha256:{SHA256}",
        f"sha512={SHA256}",
        "sha256=ü" + SHA256[1:],
        "sha256=\udcff",
        "\x00",
        "sha256=" + "a" * 10_000,
        "sha256=" + "0" * 64,
        "None",
    ],
)
def test_any_other_header_is_refused(value):
    with pytest.raises(BadSignatureError):
        verify(BODY, {"x-hub-signature-256": value}, [SECRET])


def test_no_header_is_refused():
    with pytest.raises(BadSignatureError):
        verify(BODY, {}, [SECRET])


@pytest.mark.case("D04", "T03")
@pytest.mark.parametrize("secret", [b"", b" ", b"\n"])
def test_an_empty_secret_signs_nothing(secret):
    with pytest.raises(BadSignatureError):
        verify(BODY, {"x-hub-signature-256": sign(BODY, secret)}, [secret])


@pytest.mark.case("T01")
def test_another_body_is_refused():
    with pytest.raises(BadSignatureError):
        verify(BODY + b" ", {"x-hub-signature-256": f"sha256={SHA256}"}, [SECRET])
