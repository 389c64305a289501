"""How the text of a setting becomes a value; a ValueError's message is the cure."""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_BUCKET = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_][A-Za-z0-9._-]*)*/?"
_PEM = re.compile(
    r"-----BEGIN (RSA )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+\n-----END (RSA )?PRIVATE KEY-----"
)
PLACE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_.-]+)?")
LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,98}[a-z0-9])?")
LEAST_SECRET = 32
UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}


def word(text: str) -> str:
    """A name as Docker writes images and networks."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/:@-]*", text):
        raise ValueError("must be a name of letters, digits and . _ / : @ -")
    return text


def token(text: str) -> str:
    """A credential that can travel in one HTTP header."""
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("must be printable ASCII without blanks: paste the token again")
    return text


def inner_path(text: str) -> str:
    """The path of a location of the web server in front."""
    if not re.fullmatch(r"(/[A-Za-z0-9_-]+)+", text):
        raise ValueError("must be a path like /_files, without a slash at its end")
    return text


def yes_or_no(text: str) -> bool:
    """True for `yes`."""
    return one_of("yes", "no")(text) == "yes"


def one_of(*words: str) -> Callable[[str], str]:
    """One of a few words."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of: {', '.join(words)}")
        return text

    return read


def one_of_schemes(*schemes: str) -> Callable[[str], str]:
    """A URL whose scheme is one of a few."""

    def read(text: str) -> str:
        scheme, _, rest = text.partition(":")
        if scheme not in schemes or not rest.strip("/"):
            raise ValueError(f"must begin with {' or '.join(f'{each}:' for each in schemes)}")
        return text

    return read


def folder_or_bucket(*schemes: str) -> Callable[[str], str]:
    """A URL of files: after `s3:` a bucket, and perhaps a prefix in it."""

    def read(text: str) -> str:
        if text.startswith("s3:") and not re.fullmatch(_BUCKET, text):
            raise ValueError(
                "must be like s3://BUCKET/PREFIX, without a key: that is for ASLO_FILES_KEY_ID"
            )
        return one_of_schemes(*schemes)(text)

    return read


def or_empty(read: Callable[[str], str]) -> Callable[[str], str]:
    """The same, or nothing."""
    return lambda text: read(text) if text else ""


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return read


def seconds(least: float) -> Callable[[str], float]:
    """A duration in seconds, a fraction allowed, of a day at most."""

    def read(text: str) -> float:
        if (
            not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text)
            or not least <= float(text) <= 86_400
        ):
            raise ValueError(f"must be a number of seconds from {least:g} to 86400")
        return float(text)

    return read


def size(least: str) -> Callable[[str], int]:
    """A size in bytes, written like 512M or 2G."""

    def read(text: str) -> int:
        if (found := _bytes(text)) is None or found < (_bytes(least) or 0):
            raise ValueError(f"must be a size like 512M or 2G, and at least {least}")
        return found

    return read


def _bytes(text: str) -> int | None:
    match = re.fullmatch(r"([0-9]{1,9})([KMGT]?)", text.upper())
    return int(match[1]) * UNITS[match[2]] if match else None


def web_address(text: str) -> str:
    """An http or https address without a query; a closing slash is dropped."""
    parts = urlsplit(text)
    _ = parts.port  # refuses a port that is no number
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address like https://example.org, without ? and #")
    if parts.username is not None:
        raise ValueError("must not carry a user name or password")
    return text.rstrip("/")


def place(text: str) -> str:
    """An organisation of the forge, or a repository as `OWNER/NAME`."""
    if not PLACE.fullmatch(text):
        raise ValueError("is none; name an organisation, or a repository as OWNER/NAME")
    return text


def long_secret(text: str) -> str:
    """A secret that nobody guesses."""
    if len(token(text)) < LEAST_SECRET:
        raise ValueError(f"must have {LEAST_SECRET} characters or more: `openssl rand -hex 32`")
    return text


def logins(text: str) -> tuple[str, ...]:
    """Names of accounts with commas between, in lower case, for the forge tells no case apart."""
    found = tuple(each.strip().lower() for each in text.split(",")) if text else ()
    for each in found:
        if not LOGIN.fullmatch(each):
            raise ValueError(f"must be logins like octocat with commas between, got {each!r}")
    return found


def rsa_key(text: str) -> str:
    """A private key in PEM; `\\n` may stand for its line breaks, as in files of variables."""
    key = text.replace("\\n", "\n")
    if not _PEM.fullmatch(key):
        raise ValueError("must be a private key in PEM, whole, from BEGIN to END")
    return key


def is_private_way(address: str) -> bool:
    """Whether nobody between can read what is sent there: https, or this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def socket_address(text: str) -> str:
    """Where a server listens."""
    if text.startswith("unix:") and text != "unix:":
        return text
    host, _, port = text.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise ValueError("must be HOST:PORT or unix:PATH")
    return text


def host_and_port(text: str) -> str:
    """Where a server listens, on a port and not on a path."""
    if text.startswith("unix:"):
        raise ValueError("must be HOST:PORT")
    return socket_address(text)


def networks(text: str) -> tuple[Network, ...]:
    """Addresses and networks with commas between."""
    try:
        return tuple(ipaddress.ip_network(each.strip()) for each in text.split(","))
    except ValueError as error:
        raise ValueError(
            f"must be networks like 10.0.0.0/8 with commas between: {error}"
        ) from error


def text_of_file(path: str) -> str:
    """What stands in a file, without the line's end behind it."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ValueError(f"cannot be read from {path!r}: {reason}; name a readable file") from error


def reached_at(listen: str) -> str:
    """How this machine reaches a server that listens there; a guess for a socket that is a file."""
    host, _, port = listen.rpartition(":")
    if not host or host == "unix":
        return "127.0.0.1:8000"
    return f"127.0.0.1:{port}" if host in {"0.0.0.0", "[::]"} else listen  # noqa: S104 - compared


def hidden(value: object) -> str:
    """Shows only whether a secret is there."""
    return "'***'" if value else "''"


def without_password(value: object) -> str:
    """Shows a URL without the user and password in it."""
    return repr(re.sub(r"//[^/]*@", "//***@", str(value)))
