"""A damaged file of a tree gets a verdict, and a damaged activity.info is cured or left."""

from aslo.bootstrap import checking
from aslo.domain.info import INFO_FILE, read_info
from aslo.domain.info_cures import mend_info
from aslo.domain.picture_header import read_picture_header
from fixtures.broken_activities import INFO, PO, SHOT, SVG, sound_activity
from fixtures.mutations import damaged, survive
from fixtures.trees import png, write_files

PICTURES = (
    png(320, 240),
    b"GIF89a\x40\x01\xf0\x00\x80\0\0",
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08\0\xf0\1\x40\xff\xda\xff\xd9",
    b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x3f\1\0\xef\0\0",
)


def content(name):
    text = sound_activity()[name]
    return text if isinstance(text, bytes) else text.encode()


def test_a_damaged_file_of_a_tree_always_gets_a_verdict(tmp_path):
    write_files(tmp_path / "tree", sound_activity())
    number = iter(range(10**6))
    for name in (INFO, PO, SVG, SHOT):

        def judge(data: bytes, name: str = name) -> bool:
            (tmp_path / "tree" / name).write_bytes(data)
            scratch = tmp_path / f"scratch-{next(number)}"
            scratch.mkdir()
            verdict = checking.examine_tree(tmp_path / "tree", scratch)
            (scratch / "looked-at.xo").unlink()
            return verdict.errors == 0

        survive("checked-trees", judge, damaged(f"checked {name}", [content(name)], count=150))
        write_files(tmp_path / "tree", {name: content(name)})


def test_a_damaged_info_is_cured_to_one_that_is_no_worse():
    def judge(data: bytes) -> bool:
        before = read_info(data)[1]
        after = mend_info(data, before, lambda _before, _cure: True).after
        codes = [problem.code for problem in read_info(after)[1] if problem.file == INFO_FILE]
        assert len(codes) <= len(before) or "not-utf8" in {problem.code for problem in before}
        return after != data

    survive("cured-infos", judge, damaged("cured", [content(INFO)], count=2_000))


def test_a_damaged_picture_has_a_size_or_a_fault():
    def judge(data: bytes) -> bool:
        try:
            header = read_picture_header(data)
        except ValueError:
            return False
        assert min(header.width, header.height) >= 0
        return True

    survive("picture-headers", judge, damaged("pictures", PICTURES, count=5_000))
