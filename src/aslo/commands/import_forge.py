"""`aslo import --forge ORG`: the releases of an organisation, worked here and by any worker."""

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from aslo import bootstrap, starting
from aslo.commands.import_report import show, write
from aslo.config import Config
from aslo.domain.activity import RepositoryState
from aslo.domain.errors import AsloError
from aslo.domain.imported import ImportReport
from aslo.services.trying import Stopped
from aslo.worker import Worker


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose releases are wanted, and how."""

    organisation: str
    report: Path | None
    forks: bool
    tells: bool
    dry_run: bool


def run(wish: Wish, config: Config) -> None:
    """Take in the releases of an organisation, tell of them, and end with the exit code that it
    means."""
    if not config.forge_token and not config.forge_app_id:
        _tell("ASLO_FORGE_TOKEN is not set: GitHub answers 60 questions an hour, and no more")
    told = ImportReport()
    try:
        # Nothing is written before it is known that there is something to import.
        places = bootstrap.repositories(config, wish.organisation, _tell)
        go = _foresee if wish.dry_run else _import
        go(wish, config, places, told)
    except (Stopped, KeyboardInterrupt):
        show(told, dry_run=wish.dry_run)
        click.echo("stopped; run it again, and it goes on where it was", err=True)
        sys.exit(2)
    except AsloError:
        if told != ImportReport():
            show(told, dry_run=wish.dry_run)
        raise
    if wish.report is not None:
        write(told, wish.report, dry_run=wish.dry_run, noun="release")
    show(told, dry_run=wish.dry_run)
    sys.exit(1 if told.refused else 0)


def _import(wish: Wish, config: Config, places: list[RepositoryState], told: ImportReport) -> None:
    starting.require_home(config)
    owner = f"{socket.gethostname()}-{os.getpid()}"
    with bootstrap.import_turn(config):
        backfill, hand = bootstrap.backfill(
            config, owner, _tell, tells=wish.tells, forks=wish.forks
        )
        with _stopped_in_order(hand):
            backfill.run(places, told)


def _foresee(wish: Wish, config: Config, places: list[RepositoryState], told: ImportReport) -> None:
    with tempfile.TemporaryDirectory(prefix="aslo-import-") as scratch:
        foreseen = bootstrap.backfill_foreseen(config, Path(scratch), _tell, forks=wish.forks)
        foreseen.run(places, told)


@contextmanager
def _stopped_in_order(hand: Worker) -> Iterator[None]:
    """Give a build back to the queue when the operator ends this in the middle of it."""

    def stop(*_: Any) -> None:
        hand.interrupt()
        raise KeyboardInterrupt

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(line: str) -> None:
    click.echo(line, err=True)
