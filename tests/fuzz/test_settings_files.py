"""A damaged activity.info is read or refused by rule, and what is read can be used as it is."""

import pytest

from aslo.adapters.packed_info import read_packed_info
from aslo.domain.bundle import file_name
from aslo.domain.bundle_id import bundle_id_fault
from aslo.domain.errors import BuildFailedError
from aslo.domain.info import read_info
from aslo.domain.problem import Severity
from aslo.domain.version import ActivityVersion
from fixtures.bundles import info
from fixtures.mutations import damaged, survive

KIND = "settings-files"
FULL = info(
    description="%(name)s is for\n  two lines",
    tags="art;drawing, colours",
    category="math science",
    max_participants="4",
    mime_types="image/png;image/svg+xml",
    single_instance="yes",
    url="https://example.org/paint",
    repository="https://github.com/example/paint",
)
OLD = b"\xef\xbb\xbf[Activity]\r\nname: Paint\r\nservice_name: org.example.Paint\r\nclass: a.B\r\n"
WORDS = (
    b"%(name)s", b"%(", b")s", b"%", b"%%", b"[Activity]", b"[DEFAULT]", b"[", b"]", b"=", b":",
    b"\n", b"\r\n", b"\n ", b"\n\n", b"#", b";", b'"', b"\0", b"\x1c", b"\xc2\x85", b"\xe2\x80\xa8",
    b"\xef\xbb\xbf", b"\xff", b"name", b"activity_version", b"99999999999", b"\xd9\xa3", b"../",
    b" " * 200,
)  # fmt: skip


def verdict(data: bytes) -> bool:
    found, problems = read_info(data)
    packed = is_packed(data)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return False
    assert bundle_id_fault(found.bundle_id) is None
    assert str(ActivityVersion.parse(found.version)) == found.version
    assert file_name(found).isascii()
    assert "/" not in file_name(found)
    return packed


def is_packed(data: bytes) -> bool:
    try:
        made = read_packed_info(data)
    except BuildFailedError:
        return False
    assert not {"/", "\0"} & {*made.folder, *made.file_name}
    return True


@pytest.mark.case("D32", "T26")
def test_damaged_infos_always_get_a_verdict():
    accepted = survive(KIND, verdict, damaged("infos", [FULL, info()], count=5_000, words=WORDS))

    assert accepted > 500


def test_damaged_old_infos_always_get_a_verdict():
    survive(KIND, verdict, damaged("old infos", [OLD], count=1_000, words=WORDS))
