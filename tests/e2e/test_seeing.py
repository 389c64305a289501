"""What monitors see of a running site: two web processes and a worker, counted together."""

import json
import time

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fakes.world import a_tree
from fixtures.live import eventually, free_port, live


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    port = free_port()
    folder = tmp_path_factory.mktemp("seeing")
    with live(folder, builder="plain", metrics_listen=f"127.0.0.1:{port}") as site:
        site.build_of(site.release("sugarlabs-demo/moon", a_tree(), "v1"))
        yield site, f"http://127.0.0.1:{port}"


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_one_page_counts_for_the_web_processes_and_the_worker(site):
    site, _ = site
    asked = 20
    for _ in range(asked):
        # A connection for each, so that both processes are asked.
        httpx.get(f"{site.url}/healthz")

    def counted():
        found = samples(httpx.get(f"{site.url}/metrics").text)
        return found if found.get(("aslo_builds_total", "plain", "published")) else None

    found = eventually(counted, 20)
    assert found["aslo_deliveries_total", "build"] >= 1
    assert found["aslo_request_seconds_count", "/healthz", "200", "GET"] >= asked
    assert found["aslo_build_seconds_count", "plain"] == 1
    assert found["aslo_record_up",] == 1
    assert found["aslo_catalog_lag_revisions",] == 0
    assert time.time() - found["aslo_catalog_followed_timestamp_seconds",] < 10


def test_the_worker_answers_monitors_itself_where_it_is_told_to(site):
    _, worker = site
    found = samples(httpx.get(f"{worker}/metrics").text)

    assert found["aslo_builds_queued",] == 0
    assert found["aslo_oldest_build_age_seconds",] == 0
    assert ("aslo_catalog_lag_revisions",) not in found


def test_a_running_site_is_ready(site):
    site, _ = site
    for wish in ("", "?for=deliveries"):
        answer = site.http.get(f"/readyz{wish}")
        assert (answer.status_code, json.loads(answer.text)["ready"]) == (200, True)
