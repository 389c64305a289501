"""The `aslo` command: a table of subcommands, each imported when it is called."""

import importlib
import logging
import sys

import click

import aslo
from aslo.domain.errors import AsloError

COMMANDS = {
    "assign": "aslo.commands.assign:assign",
    "backup": "aslo.commands.backup:backup",
    "beat": "aslo.commands.beat:beat",
    "build": "aslo.commands.build:build",
    "demo": "aslo.commands.demo:demo",
    "doctor": "aslo.commands.doctor:doctor",
    "forge": "aslo.commands.forge:forge",
    "import": "aslo.commands.import_:import_",
    "migrate": "aslo.commands.migrate:migrate",
    "nginx": "aslo.commands.nginx:nginx",
    "restore": "aslo.commands.restore:restore",
    "serve": "aslo.commands.serve:serve",
    "transfer": "aslo.commands.transfer:transfer",
    "web": "aslo.commands.web:web",
    "worker": "aslo.commands.worker:worker",
}


class LazyGroup(click.Group):
    """Imports a command's module when it is asked for, so that `aslo build` needs no server."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        try:
            command: click.Command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            ctx.fail(
                f"`aslo {cmd_name}` needs {error.name}: install the server's parts with "
                "pip install 'aslo[server]'"
            )
        return command


@click.group(cls=LazyGroup)
@click.version_option(aslo.__version__, prog_name="aslo")
def aslo_command() -> None:
    """The activity store of Sugar Labs."""


def main() -> None:
    """Run the command line; an error raised on purpose is one line and exit code 2."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        aslo_command()
    except AsloError as error:
        click.echo(f"aslo: {error.message}\n{error.hint}", err=True)
        sys.exit(2)
