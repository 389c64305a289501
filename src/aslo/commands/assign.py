"""`aslo assign`: say whose an imported activity is."""

import os

import click

from aslo import bootstrap
from aslo.config import Config
from aslo.services import assign as service


@click.command()
@click.argument("bundle_id")
@click.argument("repository", metavar="OWNER/NAME")
def assign(bundle_id: str, repository: str) -> None:
    """Let the repository OWNER/NAME, and no other, take over the imported activity BUNDLE_ID.

    Exit codes: 0 it is assigned, 2 it cannot be.
    """
    store = bootstrap.store_that_is_there(Config.from_environ(os.environ))
    try:
        before = service.assign(bundle_id, repository, store=store)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="OWNER/NAME") from error
    finally:
        store.close()
    was = f"; before it was {before.full_name}" if before.full_name else ""
    click.echo(f"{bundle_id} is assigned to {repository}: its next release takes it over{was}")
