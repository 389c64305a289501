"""The disaster drill: a working site is backed up, lost, restored, and goes on."""

import os
import shutil
import subprocess
import sys

import httpx
import pytest

from fakes.world import INFO, a_tree
from fixtures.live import eventually, live
from fixtures.servers import mongodb, running

# A build that was caught in the middle is taken over when its lease has run out.
QUICK = {"lease_seconds": "4", "heartbeat_seconds": "1"}


@pytest.fixture(params=["sqlite", pytest.param("mongodb", marks=pytest.mark.needs("mongodb"))])
def records(request, tmp_path):
    """Names empty records of one kind, each a new one."""
    if request.param == "sqlite":
        yield lambda name: f"sqlite:{tmp_path / name / 'aslo.db'}"
        return
    with running(mongodb(tmp_path / "mongodb")) as server:
        yield lambda name: f"mongodb://127.0.0.1:{server.port}/{name}"


def command(site, *words, **settings):
    """An `aslo` command with the settings of a site, some of them otherwise."""
    config = site.config
    told = {
        "ASLO_HOME": str(config.home),
        "ASLO_STORE": config.store,
        "ASLO_FILES": config.files,
        **{f"ASLO_{name.upper()}": text for name, text in settings.items()},
    }
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
    return [sys.executable, "-m", "aslo", *map(str, words)], kept | told


def aslo(site, *words, **settings):
    argv, environ = command(site, *words, **settings)
    return subprocess.run(argv, env=environ, capture_output=True, text=True, check=False)


def release(site, number):
    tree = a_tree(INFO.replace("sugarlabs.Moon", f"sugarlabs.Moon{number}"))
    return site.release(f"sugarlabs-demo/moon-{number}", tree, "v1")


def downloads(http, numbers):
    """The bytes of each activity's bundle, by the link on its page."""
    found = {}
    for number in numbers:
        page = eventually(lambda n=number: ok(http, f"/org.sugarlabs.Moon{n}/1"))
        link = "/download/" + page.text.partition('href="/download/')[2].partition('"')[0]
        found[number] = http.get(link).raise_for_status().content
    return found


def ok(http, path):
    answer = http.get(path)
    return answer if answer.status_code == 200 else None


@pytest.mark.case("T41")
def test_a_lost_site_is_restored_and_goes_on(records, tmp_path):
    backup = tmp_path / "backup"
    with live(tmp_path / "live", builder="plain", store=records("first"), **QUICK) as site:
        for number in range(3):
            site.build_of(release(site, number))
        before = downloads(site.http, range(3))
        # Taken while more is being worked on.
        late = [release(site, number) for number in range(3, 6)]
        taken = aslo(site, "backup", backup)
        for each in late:
            site.build_of(each)
        site.stop()
        shutil.rmtree(site.config.home / "files")
        (tmp_path / "lost").mkdir()
        catalog = site.config.catalog

        settings = {"store": records("second"), "files": f"file:{tmp_path / 'files'}"}
        restored = aslo(site, "restore", backup, **settings)

        assert taken.returncode == 0, taken.stderr
        assert restored.returncode == 0, restored.stderr
        # The old catalog knows of more than the restored record does.
        assert catalog.exists()
        with again(site, **settings) as http:
            assert downloads(http, range(3)) == before
            # What came after the backup, or while it ran, is asked for again.
            for delivery in site.forge.deliveries():
                site.forge.redeliver(delivery["guid"])
            assert len(downloads(http, range(6))) == 6


def again(site, **settings):
    """The site with the same home, address and forge, but another record and other files."""
    config = site.config
    return running_again(
        site,
        {
            "ASLO_HOME": str(config.home),
            "ASLO_FORGE": config.forge,
            "ASLO_FORGE_TOKEN": "token",
            "ASLO_WEBHOOK_SECRET": config.webhook_secret,
            "ASLO_PUBLIC_URL": config.public_url,
            "ASLO_LISTEN": config.listen,
            "ASLO_POLL_SECONDS": "0.1",
            "ASLO_BUILDER": "plain",
            **{f"ASLO_{name.upper()}": text for name, text in settings.items()},
        },
    )


class running_again:  # noqa: N801 - it is used as a function
    def __init__(self, site, settings):
        self.site = site
        kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
        self.environ = kept | settings

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "aslo", "serve"],
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.http = httpx.Client(base_url=self.site.url, timeout=30, follow_redirects=True)
        eventually(self._is_up)
        return self.http

    def _is_up(self):
        try:
            return self.http.get("/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    def __exit__(self, *_):
        self.http.close()
        self.process.terminate()
        self.process.wait(30)


def test_the_record_moves_into_another_store_and_the_site_goes_on(tmp_path):
    pytest.importorskip("pymongo")
    with (
        running(mongodb(tmp_path / "mongodb")) as server,
        live(tmp_path / "live", builder="plain") as site,
    ):
        site.build_of(release(site, 1))
        before = downloads(site.http, [1])
        site.stop()
        url = f"mongodb://127.0.0.1:{server.port}/aslo"

        there = aslo(site, "transfer", url)
        twice = aslo(site, "transfer", url)
        back = aslo(site, "transfer", f"sqlite:{tmp_path / 'back.db'}", store=url)

        assert there.returncode == 0, there.stderr
        assert twice.returncode == 2
        assert "not empty" in twice.stderr
        assert back.returncode == 0, back.stderr
        assert back.stdout == there.stdout
        with again(site, store=url) as http:
            assert downloads(http, [1]) == before
            release(site, 2)
            assert 2 in downloads(http, [2])


def test_what_cannot_be_restored_is_one_clear_line(tmp_path):
    with live(tmp_path / "live", builder="plain") as site:
        missing = aslo(site, "restore", tmp_path / "nowhere")
        (tmp_path / "empty").mkdir()
        empty = aslo(site, "restore", tmp_path / "empty")
        assert aslo(site, "backup", tmp_path / "backup").returncode == 0
        site.build_of(release(site, 1))
        full = aslo(site, "restore", tmp_path / "backup")

    for done, said in ((missing, "nowhere"), (empty, "no snapshot"), (full, "not empty")):
        assert done.returncode == 2
        assert said in done.stderr
        assert "docs/operations/backup.md" in done.stderr
        assert "Traceback" not in done.stderr
