"""A developer is told in their language, and of translations that wait, on a whole site."""

import subprocess
import sys

from fakes.world import INFO, a_tree
from fixtures.live import eventually, live

MOON = "sugarlabs-demo/luna"
SPANISH = '[messages]\nlanguage = "es"\n'
PO = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    'msgid "Moon"\nmsgstr "{name}"\n'
)


def tree(version, **changes):
    info = INFO.replace("version = 1", f"version = {version}")
    return {**a_tree(info), ".aslo.toml": SPANISH, "po/es.po": PO.format(name="Luna"), **changes}


def told(store, tag, count=2):
    repository = store.forge.hosting.repository(MOON)
    commit = store.forge.hosting.git(repository).find(f"refs/tags/{tag}").sha
    return store.comments(MOON, commit, count)


def reconcile(store):
    command = [sys.executable, "-m", "aslo", "reconcile"]
    subprocess.run(command, env=store.environ, check=False, timeout=120, capture_output=True)


def test_a_developer_reads_their_language_and_what_waits_for_a_release(tmp_path):
    with live(tmp_path, builder="plain", attempts="2") as store:
        first = store.release(MOON, tree(1), "v1")
        assert store.build_of(first)["state"] == "published"
        started, finished = told(store, "v1")
        assert "has started" in started
        assert "tiene su página" in finished

        broken = store.release(MOON, tree("01"), "v01")
        assert store.build_of(broken)["state"] == "failed"
        started, finished = told(store, "v01")
        assert "Ha empezado el trabajo" in started
        assert "Sugar no puede leer esa versión" in finished

        store.forge.commit(MOON, {"po/fr.po": PO.format(name="Lune")})
        reconcile(store)

        def waiting():
            answer = store.http.get("/api/v1/activities/org.sugarlabs.Moon").json()
            assert [each["percent"] for each in answer["translations"]] == [100]
            return answer["unreleased_translations"] or None

        assert eventually(waiting) == ["fr"]
        assert "Français" in store.http.get("/en/org.sugarlabs.Moon/1").text
        badge = store.http.get("/badge/org.sugarlabs.Moon/translations/es.svg")
        assert "100 %" in badge.text
