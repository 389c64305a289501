"""Two web nodes, two workers, one of everything else: each is killed and cut off under load."""

import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx
import pytest

from fakes.world import INFO, a_tree
from fixtures.live import eventually
from fixtures.several import WEB, WORKERS, cluster

pytestmark = pytest.mark.needs("machines", "mongodb", "nginx", "redis")

TROUBLE_SECONDS = 6
REST_SECONDS = 3
# Each is told of in four calls, of which a site makes sixty in a minute: more releases would make
# the end longer, not the troubles.
RELEASE_EVERY = 2.5
LOOK_EVERY = 0.3
PATIENCE_SECONDS = 240
HOOK_SECONDS = 10
DRILLS = [
    *((how, name) for name in (*WEB, *WORKERS, "broker", "db") for how in ("kill", "cut")),
    # The tests' object store keeps everything in memory, so that it cannot be killed.
    ("cut", "objects"),
]


@dataclass
class Load:
    """Developers that release, and readers that look, until they are told to stop."""

    site: object
    released: list = field(default_factory=list)
    seen: list = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self):
        self.threads = [threading.Thread(target=each) for each in (self._release, self._look)]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        for thread in self.threads:
            thread.join()

    def _release(self):
        while not self.done.wait(RELEASE_EVERY):
            self.released.append(release(self.site, len(self.released) + 2))

    def _look(self):
        with httpx.Client(base_url=self.site.url, timeout=20) as http:
            while not self.done.wait(LOOK_EVERY):
                for path in ("/en/", "/org.sugarlabs.Moon1/1"):
                    began = time.monotonic()
                    try:
                        code = http.get(path).status_code
                    except httpx.HTTPError as error:
                        code = type(error).__name__
                    self.seen.append((path, code, round(time.monotonic() - began, 1)))


def release(site, number):
    name = f"sugarlabs-demo/moon-{number}"
    site.forge.add_repository(*name.split("/"))
    tree = a_tree(INFO.replace("sugarlabs.Moon", f"sugarlabs.Moon{number}"))
    commit = site.forge.commit(name, tree, replace=True)
    site.forge.tag(name, "v1")
    site.forge.release(name, "v1")
    return name, commit, f"org.sugarlabs.Moon{number}"


def published(site, bundle_id):
    with httpx.Client(base_url=site.url, timeout=20, follow_redirects=True) as http:
        page = http.get(f"/{bundle_id}/1")
        if page.status_code != 200:
            return None
        link = page.text.partition('href="/download/')[2].partition('"')[0]
        return http.get(f"/download/{link}").status_code == 200


def drill(site, how, name):
    machine = site.machines[name]
    if how == "kill":
        site.kill(name)
    else:
        machine.unplug()
    time.sleep(TROUBLE_SECONDS)
    if how == "kill":
        site.start(name)
    else:
        machine.plug()
    time.sleep(REST_SECONDS)


@pytest.mark.case("T10", "T41")
def test_each_machine_dies_and_is_cut_off_and_nothing_is_lost(tmp_path):
    with cluster(tmp_path) as site:
        first = release(site, 1)
        eventually(lambda: published(site, first[2]))
        with Load(site) as load:
            time.sleep(REST_SECONDS)
            for how, name in DRILLS:
                drill(site, how, name)

        site.forge.wait(60)
        answers = Counter(each["status_code"] for each in site.forge.deliveries())
        slowest = max(each["seconds"] for each in site.forge.deliveries())
        refused = [e for e in site.forge.deliveries() if (e["status_code"] or 0) // 100 != 2]
        # A developer, or the forge's own page, sends again what was not taken.
        for each in refused:
            site.forge.redeliver(each["guid"])
        releases = [first, *load.released]
        deadline = time.monotonic() + PATIENCE_SECONDS
        for _, _, bundle_id in releases:
            eventually(lambda b=bundle_id: published(site, b), deadline - time.monotonic())
        for name, commit, _ in releases:
            eventually(lambda n=name, c=commit: len(site.forge.comments(n, c)) >= 2)

        unseen = [look for look in load.seen if look[1] != 200]
        figures = {
            "releases": len(releases),
            "answers": dict(answers),
            "slowest answer": slowest,
            "looks": len(load.seen),
            "slowest look": max(seconds for _, _, seconds in load.seen),
        }
        # Told by `pytest -s`, for the page on scaling.
        sys.stderr.write(f"{figures}\n")
        assert unseen == []
        assert slowest < HOOK_SECONDS
        told = {name: len(site.forge.comments(name, commit)) for name, commit, _ in releases}
        assert set(told.values()) == {2}, told
