"""Bombs, on a disk that is measured: whoever looks at one writes nothing."""

import tempfile
from pathlib import Path

import pytest

from aslo.domain.errors import BadBundleError
from aslo.services.check import check_bundle
from fixtures.bombs import BOMBS
from fixtures.disk import all_below, written


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything lies that a careless reader would write into."""
    for name in ("work", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


@pytest.mark.case("D20", "T25")
@pytest.mark.parametrize("what", BOMBS)
def test_nothing_is_written_of_a_bomb(what, work):
    bomb = work / "work" / "bomb.xo"
    bomb.write_bytes(BOMBS[what][0]())
    before = all_below(work)
    began = written()

    with pytest.raises(BadBundleError):
        check_bundle(bomb, tag="v1")

    assert written() == began
    assert all_below(work) == before


def test_what_is_written_for_a_moment_is_measured(work):
    before = written()

    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x" * 1000)

    assert written() == before + 1000
