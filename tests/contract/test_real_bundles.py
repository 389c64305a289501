"""Nothing that Sugar's own bundle builder makes of a real activity is refused."""

import os
import shutil
import subprocess

import pytest

from aslo.domain.sugar import Toolkit
from aslo.services.check import check_bundle
from fixtures.debian import ACTIVITIES, real_activity
from fixtures.sugar import bundle_by_sugar

pytestmark = pytest.mark.needs("debian", "sugar")

_DRIVER = """
import sys
sys.argv = ["setup.py", "dist_xo", "--no-fail"]
from sugar3.activity import bundlebuilder
bundlebuilder.start()
"""


@pytest.mark.case("T24")
@pytest.mark.parametrize("name", ACTIVITIES)
def test_a_real_activity_passes_and_shows_all_its_languages(name, tmp_path):
    found = check_bundle(bundle_by_sugar(real_activity(name), tmp_path))

    assert found.icon is not None
    assert len(found.details.languages) >= 60
    assert len(found.details.name.translations) >= 30
    assert found.details.compatibility.toolkit is Toolkit.GTK3


def test_a_bundle_built_without_git_passes_with_a_warning(tmp_path):
    tree = tmp_path / "tree"
    shutil.copytree(real_activity("pippy"), tree, ignore=shutil.ignore_patterns(".git"))
    environment = {"PATH": os.defpath, "HOME": str(tmp_path), "GIT_DIR": "/nonexistent"}
    subprocess.run(
        ["/usr/bin/python3", "-c", _DRIVER],
        cwd=tree,
        env=environment | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        timeout=120,
        check=True,
    )
    [bundle] = (tree / "dist").glob("*.xo")

    assert {w.code for w in check_bundle(bundle).warnings} == {"repeated-name"}
