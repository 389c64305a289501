"""`GET /metrics` and `GET /readyz`: what monitors get, and who is one."""

from ipaddress import ip_network

import pytest
from prometheus_client.parser import text_string_to_metric_families

from aslo.adapters.meter_prometheus import PrometheusMeter
from aslo.domain.errors import StoreError
from aslo.services import standing
from fakes.deliveries import a_payload, signed
from fakes.web_site import WebSite


class AwayStore:
    """A record that nobody reaches."""

    def __getattr__(self, name):
        raise StoreError("it is away at /secret/place")


class MeteredSite(WebSite):
    """A site that counts for this process alone."""

    def __init__(self, **named):
        super().__init__(meter=PrometheusMeter(self._look), **named)

    def _look(self):
        return standing.look(store=self.store, catalog=self.catalog, clock=self.clock)

    def samples(self, **how):
        answer = self.client.get("/metrics", **how)
        assert answer.status_code == 200
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }


@pytest.fixture
def site():
    return MeteredSite()


def test_a_delivery_is_counted_by_its_verdict(site):
    for guid, action in (("one", "published"), ("two", "created")):
        body, headers = signed(a_payload(action), guid)
        site.client.post("/api/hook", data=body, headers=headers)

    counted = site.samples()

    assert counted["aslo_deliveries_total", "build"] == 1
    assert counted["aslo_deliveries_total", "ignore"] == 1
    assert counted["aslo_builds_queued",] == 1


def test_a_refused_delivery_is_counted_by_its_code(site):
    site.client.post("/api/hook", json={})

    assert site.samples()["aslo_deliveries_refused_total", "bad-signature"] == 1


def test_a_request_is_counted_under_a_route_of_ours(site):
    site.client.get("/org.sugarlabs.Moon/1")
    site.client.get("/x/y/z/whatever")
    site.client.open("/en/", method="MADEUP")

    counted = site.samples()

    routes = {key[-2:] for key in counted if key[0] == "aslo_request_seconds_count"}
    assert not any("Moon" in word or "whatever" in word for words in routes for word in words)
    assert not any("MADEUP" in word for key in counted for word in key)
    assert counted["aslo_request_seconds_count", "404", "GET", "none"] == 1


def test_the_record_that_is_away_is_told_and_breaks_nothing():
    site = MeteredSite(store=AwayStore())

    counted = site.samples()

    assert counted["aslo_record_up",] == 0
    assert ("aslo_builds_queued",) not in counted


@pytest.mark.parametrize(
    "how",
    [
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Via": "1.1 x"}},
        {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}},
        {"environ_base": {"REMOTE_ADDR": ""}},
    ],
)
def test_strangers_find_no_metrics(site, how):
    assert site.client.get("/metrics", **how).status_code == 404


def test_a_monitor_of_the_operators_network_may_read(site):
    site = MeteredSite(metrics_from=(ip_network("192.0.2.0/24"),))

    assert site.samples(environ_base={"REMOTE_ADDR": "::ffff:192.0.2.7"})
    assert site.client.get("/metrics").status_code == 404


def test_a_site_whose_catalog_is_filled_is_ready_for_readers_without_the_record():
    site = WebSite(store=AwayStore())
    site.catalog.clear("an era")

    pages = site.client.get("/readyz")
    deliveries = site.client.get("/readyz?for=deliveries")

    assert (pages.status_code, pages.json["checks"]) == (200, {"catalog": "ok"})
    assert deliveries.status_code == 503
    assert deliveries.json["checks"] == {"catalog": "ok", "record": "away"}
    assert "secret" not in deliveries.text


def test_a_site_that_never_followed_a_record_shows_no_readers_an_empty_shelf(site):
    pages = site.client.get("/readyz")
    deliveries = site.client.get("/readyz?for=deliveries")

    assert pages.status_code == 503
    assert pages.headers["Cache-Control"] == "no-store"
    assert deliveries.status_code == 200
