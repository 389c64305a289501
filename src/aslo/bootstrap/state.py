"""What is kept, and who is spoken to: the record, files, catalog, broker and forge."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aslo
from aslo.bootstrap.loading import load
from aslo.config import Config, ConfigError
from aslo.ports import (
    Accounts,
    Backup,
    Bell,
    Catalog,
    Files,
    Forge,
    ForgeAdmin,
    Store,
)
from aslo.services.backfill import Sightings
from aslo.services.resuming import Journal

STORES = {
    "sqlite": "aslo.adapters.store_sqlite:SqliteStore",
    "mongodb": "aslo.adapters.store_mongo:MongoStore",
    "mongodb+srv": "aslo.adapters.store_mongo:MongoStore",
}
FILES = {
    "file": "aslo.adapters.files_local:LocalFiles",
    "s3": "aslo.adapters.files_s3:S3Files",
}
BELLS = {
    "": "aslo.adapters.bell_none:NoBell",
    "redis": "aslo.adapters.bell_celery:CeleryBell",
    "amqp": "aslo.adapters.bell_celery:CeleryBell",
}


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def store(config: Config) -> Store:
    """The record that ASLO_STORE names."""
    scheme, _, place = config.store.partition(":")
    # A file is named by its path, a server by its whole URL.
    where = Path(place) if scheme == "sqlite" else config.store
    opened: Store = load(STORES[scheme])(where)
    return opened


def record_place(config: Config) -> str:
    """Where the record is, without what opens it."""
    scheme, _, place = config.store.partition(":")
    return place if scheme == "sqlite" else scheme


def store_that_is_there(config: Config) -> Store:
    """The record that ASLO_STORE names; ConfigError where opening would make it."""
    scheme, _, place = config.store.partition(":")
    if scheme == "sqlite" and not Path(place).exists():
        fault = (
            f"there is no record at {Path(place).absolute()}; "
            "set ASLO_HOME or ASLO_STORE as the site has it"
        )
        raise ConfigError([fault])
    return store(config)


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
    opened: Backup = load("aslo.adapters.backup_folder:FolderBackup")(folder)
    return opened


def files(config: Config) -> Files:
    """The files that ASLO_FILES names."""
    scheme, _, place = config.files.partition(":")
    where = _bucket(config, place) if scheme == "s3" else Path(place)
    opened: Files = load(FILES[scheme])(where)
    return opened


def _bucket(config: Config, place: str) -> Any:
    name, _, prefix = place.strip("/").partition("/")
    return load("aslo.adapters.files_s3:Bucket")(
        name=name,
        prefix=prefix,
        endpoint=config.files_endpoint,
        region=config.files_region,
        key_id=config.files_key_id,
        secret=config.files_secret,
        path_style=config.files_path_style,
    )


def catalog(config: Config) -> Catalog:
    """This machine's catalog."""
    opened: Catalog = load("aslo.adapters.catalog_sqlite:SqliteCatalog")(config.catalog)
    return opened


def bell(config: Config) -> Bell:
    """The bell that ASLO_BROKER names."""
    make = load(BELLS[config.broker.partition(":")[0]])
    made: Bell = make(config.broker) if config.broker else make()
    return made


def why_silent(config: Config) -> str | None:
    """Why the broker cannot be reached now; None if it can."""
    reason: str | None = load("aslo.adapters.bell_celery:why_silent")(config.broker)
    return reason


def celery(config: Config) -> tuple[Any, str]:
    """The Celery application of ASLO_BROKER, and the name of its task."""
    task: str = load("aslo.adapters.bell_celery:WORK")
    make = load("aslo.adapters.bell_celery:celery_app")
    return make(config.broker, config.build_seconds), task


def forge(config: Config) -> Forge:
    """The forge that ASLO_FORGE names."""
    made: Forge = load("aslo.adapters.forge_github:GitHubForge")(
        config.forge, config.forge_token, app=_app(config)
    )
    return made


def forge_for_visitors(config: Config) -> Forge:
    """The same, for requests of the web: it neither waits nor uses up what builds live on."""
    made: Forge = load("aslo.adapters.github_visitors:forge")(
        config.forge, config.forge_token, app=_app(config)
    )
    return made


def hooks_for_visitors(config: Config) -> ForgeAdmin | None:
    """The webhooks on the forge, for requests of the web; None where they may not be read."""
    if not (config.forge_app_id or config.forge_admin_token):
        return None
    made: ForgeAdmin = load("aslo.adapters.github_visitors:hooks")(
        config.forge,
        token=config.forge_token,
        admin_token=config.forge_admin_token,
        app=_app(config),
    )
    return made


def forge_admin(config: Config) -> ForgeAdmin:
    """What an operator looks after on the forge."""
    made: ForgeAdmin = load("aslo.adapters.github_hooks:GitHubHooks")(
        config.forge,
        token=config.forge_token,
        admin_token=config.forge_admin_token,
        app=_app(config),
    )
    return made


def accounts(config: Config) -> Accounts | None:
    """Where people sign in; None where the operator has set no OAuth App up."""
    if not config.github_client_id:
        return None
    made: Accounts = load("aslo.adapters.accounts_github:GitHubAccounts")(
        config.forge, config.github_client_id, config.github_client_secret
    )
    return made


def hook_url(config: Config) -> str:
    """Where the forge delivers to."""
    return f"{config.public_url.rstrip('/')}/api/hook"


def _app(config: Config) -> Any:
    """The GitHub App of the settings, or None."""
    if not config.forge_app_id:
        return None
    return load("aslo.adapters.github_credentials:App")(config.forge_app_id, config.forge_app_key)


def store_to_look_at(config: Config, scratch: Path) -> Store:
    """The record, or an empty one in a scratch folder where looking would make it."""
    scheme, _, place = config.store.partition(":")
    if scheme == "sqlite" and not Path(place).exists():
        return store(replace(config, store=f"sqlite:{scratch / 'aslo.db'}"))
    return store(config)


def import_turn(config: Config) -> AbstractContextManager[None]:
    """The right to import, which one process has at a time."""
    held: AbstractContextManager[None] = load("aslo.adapters.import_lock:alone")(
        config.home / "import.lock"
    )
    return held


def import_journal(config: Config, store: Store) -> Journal:
    """What earlier imports into this record found out, since it was made or restored."""
    era = {"era": store.era(), "aslo": aslo.__version__}
    made: Journal = load("aslo.adapters.import_journal:LinesJournal")(
        config.home / "import.journal", era
    )
    return made


def sightings(config: Config, store: Store) -> Sightings:
    """What earlier imports into this record saw at this forge."""
    era = {"era": store.era(), "aslo": aslo.__version__, "forge": config.forge}
    made: Sightings = load("aslo.adapters.import_journal:LinesSightings")(
        config.home / "import.sightings", era
    )
    return made
