"""`aslo held`: activities that wait for a person because their bundle id looks like another's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from aslo import bootstrap
from aslo.commands.whole_help import WholeHelp
from aslo.config import Config
from aslo.ports import Store
from aslo.services import review


@click.group(cls=WholeHelp, invoke_without_command=True)
@click.pass_context
def held(context: click.Context) -> None:
    """List the activities that are held because their bundle id looks like another's."""
    if context.invoked_subcommand is not None:
        return
    with _store() as store:
        waiting = list(review.held(store))
    for each in waiting:
        click.echo(_line(each))
    if not waiting:
        click.echo("nothing is held")


@held.command()
@click.argument("bundle_id")
def admit(bundle_id: str) -> None:
    """Let the activity BUNDLE_ID in: a worker builds what is held of it again, and lists it.

    Exit codes: 0 it is let in, 2 nothing of it is held.
    """
    with _store() as store:
        releases = review.admit(bundle_id, store=store, clock=_now)
    click.echo(f"{bundle_id} is let in: {len(releases)} held, listed after one more build each")


@held.command()
@click.argument("bundle_id")
def refuse(bundle_id: str) -> None:
    """Refuse what is held of the activity BUNDLE_ID; its developer is told.

    Exit codes: 0 it is refused, 2 nothing of it is held.
    """
    with _store() as store:
        releases = review.refuse(bundle_id, store=store, clock=_now)
    click.echo(f"{bundle_id} is refused: {len(releases)} held, none will be listed")


def _line(each: review.Held) -> str:
    activity = each.activity
    versions = ", ".join(release.version for release in each.releases)
    looks = f"looks like {activity.resembles} of {each.owner}" if activity.resembles else "let in"
    return f"{activity.bundle_id} {versions} of {activity.repository.full_name}: {looks}"


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _store() -> Iterator[Store]:
    store = bootstrap.store_that_is_there(Config.from_environ(os.environ))
    try:
        yield store
    finally:
        store.close()
