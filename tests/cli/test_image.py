"""The system that builds run in: what is fixed of it, and that it is what was made."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "image"
SUITE, SUGAR = "bookworm", "0.120"


@pytest.mark.case("D28")
def test_the_release_of_debian_and_of_sugar_is_named_wherever_a_system_is_made():
    making = (IMAGE / "making.sh").read_text()
    based = re.findall(r"^FROM (\S+)$", (IMAGE / "Dockerfile").read_text(), re.MULTILINE)
    packages = (IMAGE / "packages.txt").read_text().split()

    assert based == [f"debian:{SUITE}-slim"]
    assert re.findall(r"^suite=(\S+)$", making, re.MULTILINE) == [SUITE]
    assert re.findall(r"^base=(\S+)$", making, re.MULTILINE) == ["debian:$suite-slim"]
    assert [each for each in packages if "sugar" in each] == [f"python3-sugar3={SUGAR}*"]


@pytest.mark.case("D28")
@pytest.mark.needs("docker")
def test_the_image_that_builds_run_in_is_of_these_releases():
    asked = ". /etc/os-release; echo $VERSION_CODENAME; dpkg-query -Wf '${Version}' python3-sugar3"
    words = ["docker", "run", "--rm", "--network", "none", "aslo-build", "sh", "-c", asked]
    said = subprocess.run(words, check=True, capture_output=True, text=True, timeout=60).stdout

    suite, sugar = said.split()
    assert suite == SUITE
    assert sugar.startswith(f"{SUGAR}-"), sugar
