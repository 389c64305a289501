"""Programs with everything they need: the web, a worker."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from aslo.bootstrap.asking import web_asking
from aslo.bootstrap.building import builder, examiner, source
from aslo.bootstrap.loading import load
from aslo.bootstrap.state import (
    accounts,
    bell,
    catalog,
    files,
    forge,
    forge_admin,
    hook_url,
    store,
    store_that_is_there,
    utc_now,
)
from aslo.config import Config
from aslo.counter import Counter
from aslo.follower import Follower
from aslo.ports import (
    Clock,
    Files,
    Forge,
    Meter,
    Standing,
    Store,
    Words,
)
from aslo.services import forge_health, missed_deliveries, reconcile, settle, standing
from aslo.services.pacing import PacedForge
from aslo.services.reconcile import Reconciler
from aslo.services.workbench import BESIDE_BUILD, Rules, Workbench
from aslo.settler import Settler
from aslo.worker import Pace, Worker

if TYPE_CHECKING:
    from flask import Flask


def workbench(config: Config, clock: Clock = utc_now) -> Workbench:
    """Everything a worker needs."""
    workspace = load("aslo.adapters.workspace_local:LocalWorkspace")
    # Chosen once for both, so that a tree is fetched in the sandbox of the builder it is for.
    chosen = cache(partial(builder, config))
    record = store(config)
    return Workbench(
        store=record,
        files=files(config),
        forge=PacedForge(forge(config), record, clock),
        source=cache(lambda: source(config, chosen().name)),
        builder=chosen,
        examiner=examiner(config),
        pictures=load("aslo.adapters.pictures_pillow:PillowPictures")(),
        workspace=workspace(config.home / "work"),
        site=load("aslo.adapters.site_http:HttpSite")(config.public_url),
        clock=clock,
        rules=Rules(
            public_url=config.public_url.rstrip("/"),
            attempts=config.attempts,
            asset_wait=timedelta(seconds=config.asset_wait_seconds),
            longest=timedelta(seconds=config.build_seconds) + BESIDE_BUILD,
            checks=bool(config.forge_app_id),
        ),
        words=words(),
    )


def words() -> Words:
    """What developers are told, in every language that it is translated to."""
    made: Words = load("aslo.adapters.words_gettext:GettextWords")()
    return made


def web(config: Config) -> "Flask":
    """The web application, its catalog kept fresh from a thread of this process."""
    config.require_web()
    set_up_logging(config)
    record, shown, rings = store(config), catalog(config), bell(config)
    settler = Settler(partial(settle.at_once, store=record, bell=rings, clock=utc_now))
    counter = Counter(record.count, utc_now)
    look = partial(standing.look, store=record, catalog=shown, clock=utc_now)
    tracer, replayer = web_asking(config, record, shown, rings)
    ports = load("aslo.web.wiring:WebPorts")(
        store=record,
        files=files(config),
        catalog=shown,
        bell=rings,
        clock=utc_now,
        then=settler.put,
        meter=meter(config, look),
        count=counter.add,
        accounts=accounts(config),
        words=words(),
        trace=tracer.trace,
        replay=replayer.replay,
    )
    secrets = (config.webhook_secret, config.webhook_secret_old)
    settings = load("aslo.web.wiring:WebSettings")(
        public_url=config.public_url.rstrip("/"),
        webhook_secrets=tuple(secret.encode() for secret in secrets if secret),
        accel=config.accel,
        metrics_from=config.metrics_from,
        api_per_minute=config.api_per_minute,
        session_secret=config.session_secret.encode(),
        admins=config.admins,
        threads=config.web_threads,
    )
    Follower(record, shown, config.poll_seconds, utc_now, ports.meter).start()
    settler.start()
    counter.start()
    app: Flask = load("aslo.web.app:create_app")(ports, settings)
    return app


def worker(config: Config, owner: str) -> Worker:
    """A worker with a workbench of its own."""
    bench = workbench(config)
    agree = _reconciler(config, bench.store, bench.files, bench.forge)
    compare = partial(agree.turn, reconcile.log_discrepancy)
    look = look_at_forge(config)
    return worker_at(bench, config, owner, examine=look, compare=compare)


def worker_at(
    bench: Workbench, config: Config, owner: str, **chores: Callable[[], bool] | None
) -> Worker:
    """A worker at that workbench, with these chores beside its builds."""
    pace = Pace(
        owner=owner,
        lease=timedelta(seconds=config.lease_seconds),
        heartbeat=timedelta(seconds=config.heartbeat_seconds),
        poll=timedelta(seconds=config.poll_seconds),
    )
    counts = meter(config, partial(_record_alone, bench.store))
    return Worker(bench, bell(config), pace, counts, **chores)


def look_at_forge(config: Config) -> Callable[[], bool] | None:
    """Logs what is wrong with the webhook or the App; None without an App, for no other token of
    a worker may read webhooks."""
    if not config.forge_app_id:
        return None

    def look() -> bool:
        place, admin = config.forge_place or None, forge_admin(config)
        forge_health.warn(forge_health.examine(place, hook_url(config), admin=admin))
        return True

    return look


def reconciler(config: Config) -> Reconciler:
    """What makes record, forge and files agree."""
    record = store_that_is_there(config)
    return _reconciler(config, record, files(config), PacedForge(forge(config), record, utc_now))


def _reconciler(config: Config, record: Store, shelf: Files, asked: Forge) -> Reconciler:
    # The bot's token reads no webhooks, and the operator's is not given to workers.
    may_read = bool(config.forge_app_id or config.forge_admin_token)
    admin = cache(partial(forge_admin, config))

    def log() -> missed_deliveries.Log | None:
        if not may_read:
            return None
        place, url = config.forge_place or None, hook_url(config)
        return missed_deliveries.log_of(place, url, admin=admin())

    return Reconciler(record, shelf, asked, bell(config), utc_now, log)


def meter(config: Config, look: Callable[[], Standing]) -> Meter:
    """Counts together with the other programs of this site on this machine."""
    made: Meter = load("aslo.adapters.metrics_folder:meter")(config.home / "metrics", look)
    return made


def export_metrics(config: Config) -> None:
    """Answer monitors on ASLO_METRICS_LISTEN from a thread of this process."""
    # Opened by the first monitor that asks, so that no connection crosses a fork.
    record = cache(partial(store, config))
    exporter: Any = meter(config, lambda: _record_alone(record()))
    exporter.listen(config.metrics_listen)


def _record_alone(record: Store) -> Standing:
    return standing.look(store=record, catalog=None, clock=utc_now)


def set_up_logging(config: Config) -> None:
    """Log to standard error as ASLO_LOG_LEVEL and ASLO_LOG_FORMAT say, and tell of what breaks
    where ASLO_SENTRY_DSN says."""
    load("aslo.adapters.logging_structlog:set_up")(config.log_level, config.log_format)
    if config.sentry_dsn:
        load("aslo.adapters.faults_sentry:set_up")(config.sentry_dsn)
