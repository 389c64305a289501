"""`aslo reconcile`: make the record, the forge and the files agree, now."""

import os
import sys
from collections import Counter
from datetime import timedelta

import click

from aslo import bootstrap
from aslo.config import Config
from aslo.domain.discrepancy import Discrepancy


@click.command()
@click.option(
    "--hours",
    type=click.IntRange(1, 24 * 365),
    default=70,
    show_default=True,
    help="How far back a release that nobody told of is taken in.",
)
@click.option(
    "--read/--no-read", default=True, help="Read every bundle and picture, or only look for it."
)
def reconcile(*, hours: int, read: bool) -> None:
    """Find what was missed, or is not as it was, and mend it where that is possible.

    Workers do the same, bit by bit, every five minutes. Exit code 1 if anything is left for you.
    """
    config = Config.from_environ(os.environ)
    counted: Counter[bool] = Counter()

    def tell(found: Discrepancy) -> None:
        counted[bool(found.done)] += 1
        click.echo(f"{'done ' if found.done else 'YOURS'}  {found}")

    bootstrap.reconciler(config).all(tell, timedelta(hours=hours), read=read)
    click.echo(f"{counted.total()} found, {counted[True]} seen to, {counted[False]} left for you")
    sys.exit(1 if counted[False] else 0)
