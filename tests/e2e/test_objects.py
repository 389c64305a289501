"""A store whose files are in a bucket: published into it, served from it, copied out and back."""

import hashlib
import os
import re
import subprocess
import sys

from obstore.store import S3Store

from aslo.adapters.files_local import LocalFiles
from aslo.adapters.files_s3 import S3Files
from fakes.world import a_tree
from fixtures.buckets import settings_for
from fixtures.live import eventually, live

NAME = "sugarlabs-demo/moon"


def aslo(site, *words, **settings):
    """Run a command with the settings of a site, some of them otherwise."""
    told = {f"ASLO_{name.upper()}": text for name, text in settings.items()}
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
    secret = {"ASLO_WEBHOOK_SECRET": site.config.webhook_secret, "ASLO_BUILDER": "plain"}
    home = {"ASLO_HOME": str(site.config.home)}
    done = subprocess.run(
        [sys.executable, "-m", "aslo", *map(str, words)],
        env=kept | secret | home | told,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def sha256_of(data):
    return hashlib.sha256(data).hexdigest()


def contents(files):
    """Everything that is there, by its name, after each name was seen to be true."""
    found = {}
    for sha256 in files.walk():
        with files.open(sha256) as file:
            found[sha256] = file.read()
        assert sha256_of(found[sha256]) == sha256
    return found


def test_a_release_is_kept_in_the_bucket_and_served_from_it(bucket, tmp_path):
    with live(tmp_path, builder="plain", **settings_for(bucket)) as site:
        build = site.build_of(site.release(NAME, a_tree(), "v1"))
        assert build["state"] == "published"
        served = site.download(build, tmp_path)
        page = site.http.get(f"/{build['bundle_id']}/{build['version']}")
        picture = re.findall(r'src="(/icon/[^"]+)"', page.text)[0]
        icon = site.http.get(picture)
        part = site.http.get(
            f"/download/{build['bundle_id']}/{build['version']}/{served.name}",
            headers={"Range": "bytes=-22"},
        )
        health = aslo(site, "doctor", **settings_for(bucket))

    kept = contents(S3Files(bucket))
    assert kept[sha256_of(served.read_bytes())] == served.read_bytes()
    assert icon.status_code == 200
    assert sha256_of(icon.content) in kept
    assert part.status_code == 206
    assert part.content == served.read_bytes()[-22:]
    assert not (site.config.home / "files").exists()
    assert health[0] == 0, health[1]
    assert "ok       files" in health[1]


def test_doctor_tells_what_keeps_the_bucket_away(bucket, tmp_path):
    with live(tmp_path, builder="plain") as site:
        code, said = aslo(site, "doctor", **settings_for(bucket) | {"files": "s3://no-such-bucket"})

    assert code == 1
    assert "MISSING  files" in said
    assert "no-such-bucket" in said
    assert bucket.secret not in said


def test_files_move_from_a_folder_into_a_bucket_and_back(bucket, tmp_path):
    there = settings_for(bucket)
    with live(tmp_path / "live", builder="plain") as site:
        build = site.build_of(site.release(NAME, a_tree(), "v1"))
        eventually(lambda: site.http.get(f"/{build['bundle_id']}/1").status_code == 200)
        site.stop()

        def run(*words, **settings):
            code, said = aslo(site, *words, **settings)
            assert code == 0, said

        second = {"store": f"sqlite:{tmp_path / 'second.db'}"}
        third = {"store": f"sqlite:{tmp_path / 'third.db'}", "files": f"file:{tmp_path / 'files'}"}
        run("backup", tmp_path / "out")
        run("restore", tmp_path / "out", **second, **there)
        run("backup", tmp_path / "back", **second, **there)
        run("restore", tmp_path / "back", **third)

    before = contents(LocalFiles(site.config.home / "files"))
    assert before
    assert contents(S3Files(bucket)) == before
    assert contents(LocalFiles(tmp_path / "files")) == before


def test_a_folder_that_was_copied_as_it_is_can_be_used(bucket, tmp_path):
    path = tmp_path / "bundle.xo"
    path.write_bytes(b"a bundle")
    sha256 = LocalFiles(tmp_path / "files").add(path, "x/y").sha256
    to = S3Store(
        bucket.name,
        prefix=bucket.prefix,
        endpoint=bucket.endpoint,
        region=bucket.region,
        access_key_id=bucket.key_id,
        secret_access_key=bucket.secret,
        client_options={"allow_http": True},
    )
    # As any tool does that copies a folder.
    for each in (tmp_path / "files").rglob("*/*"):
        to.put(each.relative_to(tmp_path / "files").as_posix(), each.read_bytes())

    assert contents(S3Files(bucket)) == {sha256: b"a bundle"}
