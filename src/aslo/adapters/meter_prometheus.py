"""What monitors read, in the text form of Prometheus, added up over the processes of a machine."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

import aslo
from aslo.domain.build import Build
from aslo.ports import Figures, Standing

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
REQUEST_BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
BUILD_BUCKETS = (1, 2, 5, 10, 30, 60, 120, 300, 900)

Look = Callable[[], Standing]


class PrometheusMeter:
    """Counts in files of a folder that all processes of this machine share; without a folder,
    for this process alone. The library must have been told of the folder before its import."""

    def __init__(self, look: Look, folder: Path | None = None) -> None:
        own = CollectorRegistry()
        self._requests = Histogram(
            "aslo_request_seconds",
            "The time in which requests were answered.",
            ("method", "route", "status"),
            buckets=REQUEST_BUCKETS,
            registry=own,
        )
        self._deliveries = Counter(
            "aslo_deliveries", "Deliveries that were recorded.", ("verdict",), registry=own
        )
        self._refusals = Counter(
            "aslo_deliveries_refused", "Deliveries that were refused.", ("code",), registry=own
        )
        self._builds = Counter(
            "aslo_builds",
            "Claims of builds, by how they ended.",
            ("state", "builder"),
            registry=own,
        )
        self._build_seconds = Histogram(
            "aslo_build_seconds",
            "The time from the first step of an ended build to its end.",
            ("builder",),
            buckets=BUILD_BUCKETS,
            registry=own,
        )
        self._followed = Gauge(
            "aslo_catalog_followed_timestamp_seconds",
            "When the catalog was last seen to be where the record is.",
            registry=own,
            multiprocess_mode="max",
        )
        self._registry = _registry(own, look, folder)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        # Anybody can make methods up, and each would be a series of its own.
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).observe(seconds)

    def delivered(self, verdict: str) -> None:
        """A delivery was recorded."""
        self._deliveries.labels(verdict).inc()

    def refused(self, code: str) -> None:
        """A delivery was refused."""
        self._refusals.labels(code).inc()

    def built(self, build: Build) -> None:
        """A claim of a build is over."""
        builder = build.builder or "none"
        self._builds.labels(build.state.value, builder).inc()
        if build.ended_at is not None and build.steps:
            took = build.ended_at - build.steps[0].started_at
            self._build_seconds.labels(builder).observe(took.total_seconds())

    def followed(self, at: datetime) -> None:
        """The catalog was seen to be where the record is."""
        self._followed.set(at.timestamp())

    def page(self) -> bytes:
        """Everything counted, in the text form of Prometheus."""
        return generate_latest(self._registry)

    def listen(self, address: str) -> tuple[WSGIServer, Thread]:
        """Answer monitors on HOST:PORT from a thread of this process."""
        host, _, port = address.rpartition(":")
        return start_http_server(int(port), host.strip("[]"), self._registry)


class _Standing(Collector):
    """What is looked up when a monitor asks."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def collect(self) -> Iterator[Metric]:
        standing = self._look()
        yield InfoMetricFamily("aslo", "This program.", {"version": aslo.__version__})
        figures = standing.figures
        yield _gauge("record_up", "Whether the record can be read.", figures is not None)
        if figures is not None:
            yield from _waiting(figures, standing.at)
        if standing.catalog_revision is not None:
            yield _gauge(
                "catalog_revision", "How far the catalog has followed.", standing.catalog_revision
            )
        if figures is not None and standing.catalog_revision is not None:
            lag = max(0, figures.revision - standing.catalog_revision)
            yield _gauge("catalog_lag_revisions", "Changes the catalog has not followed.", lag)


def _waiting(figures: Figures, now: datetime) -> Iterator[Metric]:
    yield _gauge("builds_queued", "Builds that wait.", figures.queued)
    yield _gauge("builds_running", "Builds that are worked on.", figures.running)
    yield _age("oldest_build", "an unended build", figures.oldest_build_at, now)
    yield _gauge("checks_unended", "Checks of commits that have not ended.", figures.checks)
    yield _gauge("deliveries_unsettled", "Deliveries not yet acted on.", figures.unsettled)
    yield _age("oldest_unsettled_delivery", "such a delivery", figures.oldest_unsettled_at, now)
    yield _gauge("reports_waiting", "Reports that wait in the outbox.", figures.reports)
    yield _age("oldest_report", "a waiting report", figures.oldest_report_at, now)
    yield _gauge("record_revision", "The revision of the last change.", figures.revision)


def _age(name: str, what: str, since: datetime | None, now: datetime) -> Metric:
    age = 0.0 if since is None else max(0.0, (now - since).total_seconds())
    return _gauge(f"{name}_age_seconds", f"The greatest age of {what}; 0 if there is none.", age)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"aslo_{name}", meaning, float(value))


def _registry(own: CollectorRegistry, look: Look, folder: Path | None) -> CollectorRegistry:
    registry = own
    if folder is not None:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    registry.register(_Standing(look))
    return registry
