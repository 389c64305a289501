import zipfile
from io import BytesIO

import pytest

from aslo.adapters.canonical_zip import Member, ZipEntry, write_canonical_zip

NOVEMBER_2023 = 1_700_000_000


def written(*entries: ZipEntry, moment: int = NOVEMBER_2023) -> bytes:
    target = BytesIO()
    write_canonical_zip(target, entries, moment)
    return target.getvalue()


def infos(data: bytes) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.infolist()


def test_the_order_of_the_entries_changes_nothing():
    one, two = ZipEntry("a/é", b"1"), ZipEntry("a/Z", b"2")

    assert written(one, two) == written(two, one)


def test_names_are_sorted_by_their_bytes():
    data = written(*(ZipEntry(name, b"") for name in ("é", "a", "Z", "a/b", "a-b")))

    assert [info.filename for info in infos(data)] == ["Z", "a", "a-b", "a/b", "é"]


def test_a_name_beyond_ascii_is_marked_as_utf8():
    (info,) = infos(written(ZipEntry("Ecológica.activity/x", b"")))

    assert info.flag_bits == 0x800


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (NOVEMBER_2023, (2023, 11, 14, 22, 13, 20)),
        (0, (1980, 1, 1, 0, 0, 0)),
        (-5, (1980, 1, 1, 0, 0, 0)),
        (2**40, (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_a_moment_no_zip_can_tell_becomes_the_nearest_one(moment: int, told: tuple[int, ...]):
    (info,) = infos(written(ZipEntry("a", b"x"), moment=moment))

    assert info.date_time == told


def test_only_the_executable_bit_of_a_mode_is_kept():
    modes = [
        info.external_attr >> 16
        for info in infos(written(ZipEntry("a", b""), ZipEntry("b", b"", executable=True)))
    ]

    assert modes == [0o100644, 0o100755]


def test_one_name_twice_is_refused():
    with pytest.raises(ValueError, match="got 'a'"):
        written(ZipEntry("a", b"1"), ZipEntry("b", b""), ZipEntry("a", b"2"))


def test_a_file_of_another_zip_is_as_good_as_its_content():
    names = {"b": b"1" * 9000, "a": b""}
    with zipfile.ZipFile(BytesIO(), "w", zipfile.ZIP_STORED) as other:
        for name, content in names.items():
            other.writestr(name, content)
        members = [ZipEntry(info.filename, Member(other, info)) for info in other.infolist()]
        taken = written(*members)

    assert taken == written(*(ZipEntry(name, content) for name, content in names.items()))
