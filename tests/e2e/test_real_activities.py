"""Real activities, and four odd ones, from a signed webhook to the real Sugar client."""

import html
import re
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import polib
import pytest

from aslo import bootstrap
from fixtures.debian import ACTIVITIES, real_activity
from fixtures.live import free_port, live
from fixtures.nginx import nginx
from fixtures.servers import mongodb, redis, running
from fixtures.sugar import install_by_sugar
from fixtures.trees import ODD_ACTIVITIES, git, make_repository

pytestmark = pytest.mark.needs("debian", "sugar")


@pytest.fixture(
    scope="module",
    params=[
        "plain",
        pytest.param("bubblewrap", marks=pytest.mark.needs("bubblewrap")),
        pytest.param("docker", marks=pytest.mark.needs("docker")),
        pytest.param("production", marks=pytest.mark.needs("docker", "mongodb", "nginx", "redis")),
    ],
)
def store(request, tmp_path_factory):
    """A running store with one of the builders, or with all that a large site has, and
    everything released at once."""
    folder = tmp_path_factory.mktemp(request.param)
    started = production(folder) if request.param == "production" else None
    with started or live(folder, builder=request.param) as running:
        releases = {name: _release(running, name, folder) for name in NAMES}
        yield running, releases


@contextmanager
def production(folder):
    """MongoDB, Redis, Gunicorn, nginx and Docker, all in use at once."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        running(mongodb(folder / "mongodb")) as record,
        running(redis(folder / "redis")) as broker,
        live(
            folder,
            builder="docker",
            store=f"mongodb://127.0.0.1:{record.port}/aslo",
            broker=f"redis://127.0.0.1:{broker.port}/0",
            accel="/_files",
            public_url=url,
        ) as site,
        running(
            nginx(folder / "nginx", [site.url.removeprefix("http://")], site.config, port=port)
        ),
        httpx.Client(base_url=url, timeout=30, follow_redirects=True) as http,
    ):
        yield replace(site, url=url, http=http)


NAMES = (*ACTIVITIES, *ODD_ACTIVITIES)


def _tree(name, folder):
    if name in ACTIVITIES:
        return real_activity(name)
    return make_repository(folder / name, ODD_ACTIVITIES[name]())


def _release(running, name, folder):
    tree = _tree(name, folder)
    tag = git(tree, "tag").split()[0]
    return tree, running.release(f"sugarlabs-demo/{name}", tree, tag)


@pytest.mark.parametrize("name", NAMES)
def test_a_release_is_built_listed_and_installed_by_sugar(store, name, tmp_path):
    running, releases = store
    tree, release = releases[name]

    build = running.build_of(release)

    assert build["state"] == "published", build
    bundle = running.download(build, tmp_path)
    bundle_id, _, version, _ = install_by_sugar(bundle, tmp_path)
    assert (bundle_id, version) == (build["bundle_id"], build["version"])
    stored = _stored(running, build)
    _named_in_every_language(running, stored, tree)
    if name == "accented":
        # Its one screenshot is a PNG that calls itself a JPEG.
        (picture,) = stored.screenshots
        address = f"/picture/{picture.file.sha256}.webp"
        assert address in running.http.get(f"/{bundle_id}/{version}").text
        assert running.http.get(address).headers["Content-Type"] == "image/webp"
    commit = git(tree, "rev-parse", "HEAD").strip()
    started, finished = running.comments(f"sugarlabs-demo/{name}", commit)
    assert "has started" in started
    assert f"{running.url}/{bundle_id}/{version}" in finished


def _stored(running, build):
    """The release as the record keeps it."""
    record = bootstrap.store(running.config)
    try:
        (release,) = record.releases(build["bundle_id"])
    finally:
        record.close()
    return release


def _named_in_every_language(running, release, tree: Path):
    name = release.details.name
    wanted = _translations(tree, name.source)
    assert {lang: name.translations.get(lang) for lang in wanted} == wanted
    for lang in sorted(wanted.keys() & {"es", "ar", "hi", "pt_BR"}):
        page = running.http.get(f"/{lang}/{release.bundle_id}/{release.version}").text
        assert wanted[lang] in html.unescape(page)


def _translations(tree: Path, name: str) -> dict[str, str]:
    """What the tree's translators wrote for the name, without blanks around it and without the
    control characters that one of the real translations has."""
    found = {}
    for path in (tree / "po").glob("*.po"):
        entry = polib.pofile(str(path)).find(name)
        if path.stem == "pseudo" or not entry or "fuzzy" in entry.flags:
            continue
        text = re.sub(r"[\x00-\x1f]", "", entry.msgstr).strip()
        if text and text != name:
            found[path.stem] = text
    return found
