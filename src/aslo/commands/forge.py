"""`aslo forge`: the webhook of an organisation, and whether all of it works."""

import os
import sys

import click

from aslo import bootstrap
from aslo import config_values as values
from aslo.commands.whole_help import WholeHelp
from aslo.config import Config
from aslo.services import forge_health


def _checked(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else values.place(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.group(cls=WholeHelp)
def forge() -> None:
    """Set up and look after what GitHub tells this store."""


@forge.command()
@click.argument("place", metavar="ORG|OWNER/NAME", callback=_checked)
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
def setup(*, place: str, dry_run: bool) -> None:
    """Give an organisation, or one repository, the webhook that leads here."""
    config = Config.from_environ(os.environ)
    config.require_web()
    admin = bootstrap.forge_admin(config)
    done = forge_health.set_up(
        place, bootstrap.hook_url(config), config.webhook_secret, admin=admin, dry_run=dry_run
    )
    click.echo(done)


@forge.command()
@click.argument("place", metavar="[ORG|OWNER/NAME]", required=False, callback=_checked)
def check(*, place: str | None) -> None:
    """Look at the webhook, the App and the token; exit code 1 if anything is wrong."""
    config = Config.from_environ(os.environ)
    admin = bootstrap.forge_admin(config)
    found = forge_health.examine(place, bootstrap.hook_url(config), admin=admin)
    for symptom in found:
        click.echo(f"{'ok   ' if symptom.ok else 'WRONG'}  {symptom.what}: {symptom.detail}")
        if not symptom.ok:
            click.echo(f"       -> {symptom.cure}")
    sys.exit(0 if all(symptom.ok for symptom in found) else 1)
