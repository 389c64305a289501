"""Pages as Lighthouse sees them on a slow telephone.

It can praise an empty page: what is on each is asked before.
"""

import json
import os
import re
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest

from fixtures.browser import FLAGS
from fixtures.npm import install
from fixtures.public_pages import path

TOOLS = Path(__file__).parents[1] / "pages"
WHOLE = ("accessibility", "best-practices", "seo")
LEAST_PERFORMANCE = 0.95
RUNS = 5
LISTED = {
    ("index", "en"): 24,
    ("index", "ar"): 24,
    ("category", "es"): 2,
    ("detail", "en"): 0,
    ("releases", "en"): 0,
    ("developer", "en"): 1,
    ("statistics", "en"): 0,
    ("help", "en"): 0,
}
"""Pages that may be found by others' searches, and how many activities each lists at least."""
CARD = re.compile(r'<article class="card')

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("npm")]


@pytest.mark.parametrize(("name", "lang"), LISTED)
def test_nothing_is_to_be_mended(full_site, name, lang):
    url = full_site + path(name, lang)
    text = httpx.get(url).raise_for_status().text
    assert len(CARD.findall(text)) >= LISTED[name, lang]

    found = _asked(url, WHOLE)

    assert {kind: found["categories"][kind]["score"] for kind in WHOLE} == dict.fromkeys(
        WHOLE, 1
    ), _breaches(found)


@pytest.mark.parametrize("name", ["index", "detail"])
def test_pages_are_fast_on_a_slow_telephone(full_site, name):
    url = full_site + path(name)
    scores = [
        _asked(url, ("performance",))["categories"]["performance"]["score"] for _ in range(RUNS)
    ]
    assert median(scores) >= LEAST_PERFORMANCE, scores


def test_what_is_wrong_is_seen(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title></title><img src=x><a href=x>More</a>")
    served = subprocess.Popen(
        ["python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", tmp_path, "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert served.stdout is not None
        port = re.search(r"port (\d+)", served.stdout.readline())
        assert port is not None
        found = _asked(f"http://127.0.0.1:{port[1]}/page.html", WHOLE)
    finally:
        served.kill()
        served.communicate()
    assert {"document-title", "image-alt", "html-has-lang", "meta-description"} <= _breaches(found)


def _asked(url: str, categories: tuple[str, ...]) -> dict[str, Any]:
    """What Lighthouse finds, with its own idea of a telephone and its line."""
    install(TOOLS)
    command = [
        *(str(TOOLS / "node_modules/.bin/lighthouse"), url, "--quiet", "--output=json"),
        *(f"--only-categories={','.join(categories)}", "--no-enable-error-reporting"),
        f"--chrome-flags={' '.join(('--headless=new', *FLAGS))}",
    ]
    environ = {**os.environ, "CHROME_PATH": "/usr/bin/chromium"}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=120, env=environ
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert "runtimeError" not in found
    return found


def _breaches(found: dict[str, Any]) -> set[str]:
    """The audits that count and were not passed whole."""
    counted = {
        audit["id"]
        for category in found["categories"].values()
        for audit in category["auditRefs"]
        if audit["weight"]
    }
    return {
        name
        for name in counted
        if (found["audits"][name]["score"] or 0) < 1
        and found["audits"][name]["scoreDisplayMode"] not in ("notApplicable", "manual")
    }
