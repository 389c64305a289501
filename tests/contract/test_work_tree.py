"""What git is asked about a work tree, and that it is not waited for without end."""

from pathlib import Path

import pytest

from aslo.adapters import work_tree
from aslo.domain.errors import BuilderError


@pytest.mark.case("D26")
def test_a_git_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec /bin/sleep 20\n")
    program.chmod(0o755)
    (tmp_path / ".git").mkdir()
    monkeypatch.setitem(work_tree._ENVIRONMENT, "PATH", str(tmp_path))
    monkeypatch.setattr(work_tree, "_SECONDS", 0.2)

    with pytest.raises(BuilderError, match=r"git ls-files takes longer than 0\.2 seconds"):
        work_tree.survey(tmp_path)
