"""Every secret of a running site is a canary; builds tell all they know, and none is found."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from fixtures.canaries import a_canary, hits
from fixtures.containers import docker
from fixtures.live import eventually
from fixtures.secret_site import ORG, secret_site
from fixtures.tellers import teller
from fixtures.whole_web import everything

ELSEWHERE = "somebody-else"


@contextmanager
def watched() -> Iterator[dict[str, bytes]]:
    """What anybody on this machine sees meanwhile: command lines, and what an engine tells."""
    seen: dict[str, bytes] = {}
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                with suppress(OSError):
                    data = path.read_bytes()
                    seen[f"{path}:{hash(data)}"] = data
            for name in docker("ps", "--all", "--quiet", check=False).split():
                seen[f"docker inspect {name}"] = docker("inspect", name, check=False).encode()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


@pytest.mark.case("T34")
@pytest.mark.needs("mongodb", "secantus", "redis")
@pytest.mark.parametrize(
    ("builder", "in_files"),
    [
        pytest.param("docker", 0, marks=pytest.mark.needs("docker"), id="docker"),
        pytest.param(
            "bubblewrap",
            1,
            marks=pytest.mark.needs("docker", "bubblewrap", "sugar"),
            id="bubblewrap",
        ),
    ],
)
def test_no_secret_of_the_site_is_found_in_anything_public(tmp_path, builder, in_files) -> None:
    known = a_canary()
    with secret_site(tmp_path / "site", builder, in_files) as site, watched() as seen:
        live, names = site.live, {True: f"{ELSEWHERE}/moon", False: f"{ORG}/moon"}
        releases = {
            fails: live.release(name, teller(int(fails), known, fails=fails), "v1", notes="Moon")
            for fails, name in names.items()
        }
        builds = {fails: live.build_of(release) for fails, release in releases.items()}
        assert (builds[False]["state"], builds[True]["state"]) == ("published", "failed"), builds
        live.download(builds[False], tmp_path)
        remarks = eventually(lambda: _remarks(live.forge, names.values()))
        public = everything(live.http, (f"/builds/{build['id']}.json" for build in builds.values()))
        places = {**public, **remarks, **seen, **site.dump(), **site.kept()}
        tokens = {f"token {each['id']}": each["token"] for each in live.forge.apps.tokens()}

    assert hits(site.canaries | tokens, places) == []
    # The builds told what they knew, and the hunt finds that wherever it can be read.
    found = " ".join(hits({"known": known}, places))
    for place in ("/log.txt", ".xo:Moon.activity/found.b64", "comments", "record:"):
        assert place in found, (place, found)
    told = public[f"/builds/{builds[False]['id']}/log.txt"]
    assert b"'HOME': '/tmp'" in told
    assert tokens
    if builder == "docker":
        assert [each for name, each in seen.items() if b'"aslo.build"' in each]


def _remarks(forge, names):
    """What was said at the forge, once both comments were said of each."""
    comments = {name: forge.comments(name) for name in names}
    if any(len(each) < 2 for each in comments.values()):
        return None
    said = [comments, {name: [forge.statuses(name), forge.check_runs(name)] for name in names}]
    return {"comments": repr(said[0]).encode(), "statuses and checks": repr(said[1]).encode()}
