"""The composition root: the only module that names adapters; each is imported when chosen."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aslo
from aslo.config import Config
from aslo.domain.errors import BuilderError
from aslo.follower import Follower
from aslo.ports import (
    Backup,
    Bell,
    Builder,
    Catalog,
    Clock,
    Files,
    Forge,
    Limits,
    LogLine,
    Meter,
    Source,
    Standing,
    Store,
)
from aslo.services import settle, standing
from aslo.services.resuming import Journal
from aslo.services.workbench import Rules, Workbench
from aslo.settler import Settler
from aslo.worker import Pace, Worker

if TYPE_CHECKING:
    from flask import Flask

    from aslo.services.importing import Importer

STORES = {
    "sqlite": "aslo.adapters.store_sqlite:SqliteStore",
    "mongodb": "aslo.adapters.store_mongo:MongoStore",
    "mongodb+srv": "aslo.adapters.store_mongo:MongoStore",
}
FILES = {"file": "aslo.adapters.files_local:LocalFiles"}
BELLS = {
    "": "aslo.adapters.bell_none:NoBell",
    "redis": "aslo.adapters.bell_celery:CeleryBell",
    "amqp": "aslo.adapters.bell_celery:CeleryBell",
}
BUILDERS = {
    "docker": "aslo.adapters.builder_docker:DockerBuilder",
    "bubblewrap": "aslo.adapters.builder_bubblewrap:BubblewrapBuilder",
    "plain": "aslo.adapters.builder_plain:PlainBuilder",
}
"""In the order in which `auto` tries them."""
SANDBOXES = {
    "docker": "aslo.adapters.sandbox_docker:DockerSandbox",
    "bubblewrap": "aslo.adapters.sandbox_bubblewrap:BubblewrapSandbox",
    "plain": "aslo.adapters.sandbox_process:ProcessSandbox",
}
"""Where sources are fetched, by the builder they are for."""

CHECKING_PROCESSES = 1
"""Beside the one that writes: two of them take 70 MB, and are done when the disk is."""
FEW_BUNDLES = 30


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def store(config: Config) -> Store:
    """The record that ASLO_STORE names."""
    scheme, _, place = config.store.partition(":")
    # A file is named by its path, a server by its whole URL.
    where = Path(place) if scheme == "sqlite" else config.store
    opened: Store = _load(STORES[scheme])(where)
    return opened


def migrate(config: Config) -> tuple[int, int]:
    """Bring the record up to the schema of this code; the schema before and after."""
    opened: Any = store(config)
    try:
        moved: tuple[int, int] = opened.migrate()
    finally:
        opened.close()
    return moved


def backup(folder: Path) -> Backup:
    """The backup in a folder, which need not be there yet."""
    opened: Backup = _load("aslo.adapters.backup_folder:FolderBackup")(folder)
    return opened


def files(config: Config) -> Files:
    """The files that ASLO_FILES names."""
    scheme, _, place = config.files.partition(":")
    opened: Files = _load(FILES[scheme])(Path(place))
    return opened


def catalog(config: Config) -> Catalog:
    """This machine's catalog."""
    opened: Catalog = _load("aslo.adapters.catalog_sqlite:SqliteCatalog")(config.catalog)
    return opened


def bell(config: Config) -> Bell:
    """The bell that ASLO_BROKER names."""
    make = _load(BELLS[config.broker.partition(":")[0]])
    made: Bell = make(config.broker) if config.broker else make()
    return made


def why_silent(config: Config) -> str | None:
    """Why the broker cannot be reached now; None if it can."""
    reason: str | None = _load("aslo.adapters.bell_celery:why_silent")(config.broker)
    return reason


def celery(config: Config) -> tuple[Any, str]:
    """The Celery application of ASLO_BROKER, and the name of its task."""
    task: str = _load("aslo.adapters.bell_celery:WORK")
    return _load("aslo.adapters.bell_celery:celery_app")(config.broker), task


def forge(config: Config) -> Forge:
    """The forge that ASLO_FORGE names."""
    made: Forge = _load("aslo.adapters.forge_github:GitHubForge")(config.forge, config.forge_token)
    return made


def workbench(config: Config, clock: Clock = utc_now) -> Workbench:
    """Everything a worker needs."""
    workspace = _load("aslo.adapters.workspace_local:LocalWorkspace")
    # Chosen once for both, so that a tree is fetched in the sandbox of the builder it is for.
    chosen = cache(partial(builder, config))
    return Workbench(
        store=store(config),
        files=files(config),
        forge=forge(config),
        source=cache(lambda: source(config, chosen().name)),
        builder=chosen,
        pictures=_load("aslo.adapters.pictures_pillow:PillowPictures")(),
        workspace=workspace(config.home / "work"),
        site=_load("aslo.adapters.site_http:HttpSite")(config.public_url),
        clock=clock,
        rules=Rules(
            public_url=config.public_url.rstrip("/"),
            attempts=config.attempts,
            asset_wait=timedelta(seconds=config.asset_wait_seconds),
        ),
    )


def web(config: Config) -> "Flask":
    """The web application, its catalog kept fresh from a thread of this process."""
    config.require_web()
    set_up_logging(config)
    record, shown, rings = store(config), catalog(config), bell(config)
    settler = Settler(partial(settle.at_once, store=record, bell=rings, clock=utc_now))
    look = partial(standing.look, store=record, catalog=shown, clock=utc_now)
    ports = _load("aslo.web.wiring:WebPorts")(
        store=record,
        files=files(config),
        catalog=shown,
        bell=rings,
        clock=utc_now,
        then=settler.put,
        meter=meter(config, look),
    )
    secrets = (config.webhook_secret, config.webhook_secret_old)
    settings = _load("aslo.web.wiring:WebSettings")(
        public_url=config.public_url.rstrip("/"),
        webhook_secrets=tuple(secret.encode() for secret in secrets if secret),
        accel=config.accel,
        metrics_from=config.metrics_from,
    )
    Follower(record, shown, config.poll_seconds, utc_now, ports.meter).start()
    settler.start()
    app: Flask = _load("aslo.web.app:create_app")(ports, settings)
    return app


def worker(config: Config, owner: str) -> Worker:
    """A worker with a workbench of its own."""
    pace = Pace(
        owner=owner,
        lease=timedelta(seconds=config.lease_seconds),
        heartbeat=timedelta(seconds=config.heartbeat_seconds),
        poll=timedelta(seconds=config.poll_seconds),
    )
    bench = workbench(config)
    return Worker(bench, bell(config), pace, meter(config, partial(_record_alone, bench.store)))


def meter(config: Config, look: Callable[[], Standing]) -> Meter:
    """Counts together with the other programs of this site on this machine."""
    made: Meter = _load("aslo.adapters.metrics_folder:meter")(config.home / "metrics", look)
    return made


def export_metrics(config: Config) -> None:
    """Answer monitors on ASLO_METRICS_LISTEN from a thread of this process."""
    # Opened by the first monitor that asks, so that no connection crosses a fork.
    record = cache(partial(store, config))
    exporter: Any = meter(config, lambda: _record_alone(record()))
    exporter.listen(config.metrics_listen)


def _record_alone(record: Store) -> Standing:
    return standing.look(store=record, catalog=None, clock=utc_now)


def limits(config: Config) -> Limits:
    """What one build may use."""
    return Limits(
        build_seconds=config.build_seconds,
        memory_bytes=config.build_memory,
        disk_bytes=config.build_disk,
        processes=config.build_processes,
    )


def importer(
    config: Config, store: Store, folder: Path, *, bundles: int, dry_run: bool
) -> "Importer":
    """Takes so many bundles into the store; `folder` is scratch space."""
    in_turn = _load("aslo.services.importing:in_turn")
    beside = partial(
        _load("aslo.adapters.side_processes:call_elsewhere"),
        _load("aslo.services.finding:look_through"),
        processes=CHECKING_PROCESSES,
    )
    make = _load("aslo.services.importing:Importer")
    made: Importer = make(
        store=store,
        files=files(config),
        pictures=_load("aslo.adapters.pictures_pillow:PillowPictures")(),
        folder=folder,
        dry_run=dry_run,
        # A few are checked before another process has started.
        check=in_turn if bundles < FEW_BUNDLES else beside,
    )
    return made


def store_to_look_at(config: Config, scratch: Path) -> Store:
    """The record, or an empty one in a scratch folder where looking would make it."""
    scheme, _, place = config.store.partition(":")
    if scheme == "sqlite" and not Path(place).exists():
        return store(replace(config, store=f"sqlite:{scratch / 'aslo.db'}"))
    return store(config)


def import_journal(config: Config, store: Store) -> Journal:
    """What earlier imports into this record found out, since it was made or restored."""
    era = {"era": store.era(), "aslo": aslo.__version__}
    made: Journal = _load("aslo.adapters.import_journal:LinesJournal")(
        config.home / "import.journal", era
    )
    return made


def builder(config: Config) -> Builder:
    """The builder that ASLO_BUILDER names, or the first that works here; else BuilderError."""
    missing = []
    for name in BUILDERS if config.builder == "auto" else [config.builder]:
        made = named_builder(name, config)
        reason = made.available()
        if reason is None:
            return made
        missing.append(f"{name}: {reason}")
    raise BuilderError(f"no builder works on this machine; {'; '.join(missing)}")


def named_builder(name: str, config: Config) -> Builder:
    """The builder of that name, whether or not it works here."""
    make = _load(BUILDERS[name])
    image = [config.build_image] if name == "docker" else []
    made: Builder = make(limits(config), *image)
    return made


def source(config: Config, builder_name: str) -> Source:
    """Fetches trees from the forge, in a sandbox of that builder's kind but apart from it."""
    sandbox = _load(SANDBOXES[builder_name])
    schemes = ("http", "https") if config.forge.startswith("http://") else ("https",)
    bounds = limits(config)
    if builder_name == "docker":
        apart = sandbox(bounds, config.build_image, config.fetch_network)
    else:
        apart = sandbox(bounds)
    made: Source = _load("aslo.adapters.source_git:GitSource")(apart, schemes, bounds)
    return made


def local_tree(config: Config, tree: Path, ref: str, into: Path, log: LogLine) -> Path:
    """Fetch what a ref of a git tree on this machine names."""
    fetched: Path = _load("aslo.adapters.local_tree:fetch_local")(
        tree, ref, into, limits(config), log
    )
    return fetched


def set_up_logging(config: Config) -> None:
    """Log to standard error as ASLO_LOG_LEVEL and ASLO_LOG_FORMAT say, and tell of what breaks
    where ASLO_SENTRY_DSN says."""
    _load("aslo.adapters.logging_structlog:set_up")(config.log_level, config.log_format)
    if config.sentry_dsn:
        _load("aslo.adapters.faults_sentry:set_up")(config.sentry_dsn)


def _load(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)
