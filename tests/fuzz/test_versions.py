"""Any text is a version that Sugar can read, or none; versions have one order."""

from aslo.domain.version import MAX_LENGTH, ActivityVersion
from fixtures.mutations import damaged, survive

SOURCES = [b"1", b"12.1", b"0.98.0", b"3-local", b"7~dfsg", b"1.2.3.4.5", b"9" * 64]
WORDS = (
    b".", b"..", b"-", b"~", b"0", b"1e3", b"_", b"+", b" ", b"\n", b"nan", b"\xd9\xa3",
    b"\xe2\x82\x82", b"9" * 5_000,
)  # fmt: skip


def verdict(data: bytes) -> bool:
    try:
        version = ActivityVersion.parse(data.decode("utf-8", "surrogateescape"))
    except ValueError:
        return False
    assert len(str(version)) <= MAX_LENGTH
    again = ActivityVersion.parse(version.key)
    assert again == version
    assert again.key == version.key
    assert not again < version
    assert not again > version
    return True


def test_damaged_versions_are_versions_or_none():
    inputs = damaged("versions", SOURCES, count=10_000, words=WORDS)

    assert survive("versions", verdict, inputs) > 1_000
