"""The look: what is committed is what its sources and its locked packages make."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from aslo.web.assets import STATIC
from fixtures.npm import CI, install

pytestmark = pytest.mark.needs("npm")

ASSETS = Path(__file__).parents[2] / "assets"
LOCK = json.loads((ASSETS / "package-lock.json").read_text())
UNPACK = "process.stdout.write(zlib.brotliDecompressSync(fs.readFileSync(0)))"


def build(folder: Path) -> Path:
    command = ["node", str(ASSETS / "build.mjs"), str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the sources make now."""
    install(ASSETS, "--omit=optional")
    return build(tmp_path_factory.mktemp("static"))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file, unpacked: each release of Node packs a little differently."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): unpacked(path) for path in paths}


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".br":
        done = subprocess.run(["node", "-e", UNPACK], input=data, capture_output=True, check=True)
        return done.stdout
    return data


def test_what_is_committed_is_what_the_sources_make(built):
    made, committed = contents(built), contents(STATIC)

    assert sorted(made) == sorted(committed), "run `make assets`"
    assert [name for name in made if made[name] != committed[name]] == [], "run `make assets`"


def test_the_same_sources_make_the_same_bytes(built, tmp_path):
    again = build(tmp_path / "static")

    names = sorted(path.relative_to(built) for path in built.rglob("*") if path.is_file())
    assert names
    assert [n for n in names if (built / n).read_bytes() != (again / n).read_bytes()] == []


def test_what_was_made_before_does_not_stay(built, tmp_path):
    old = tmp_path / "aslo.0123456789ab.css.gz"
    old.write_bytes(b"")

    build(tmp_path)

    assert not old.exists()
    assert contents(tmp_path).keys() == contents(built).keys()


def test_every_package_is_locked_by_its_hash():
    packages = {name: each for name, each in LOCK["packages"].items() if name}

    assert packages
    assert [name for name, each in packages.items() if "sha512-" not in each["integrity"]] == []


def test_a_package_that_is_not_the_locked_one_is_refused(tmp_path):
    package = LOCK["packages"]["node_modules/bootswatch"]
    asked = {"devDependencies": {"bootswatch": package["version"]}}
    other = {**package, "integrity": re.sub("^sha512-..", "sha512-xx", package["integrity"])}
    lock = {"lockfileVersion": 3, "packages": {"": asked, "node_modules/bootswatch": other}}
    (tmp_path / "package.json").write_text(json.dumps(asked))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))

    done = subprocess.run(
        CI, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=120
    )

    assert done.returncode != 0
    assert "EINTEGRITY" in done.stderr
    assert not (tmp_path / "node_modules" / "bootswatch").exists()
