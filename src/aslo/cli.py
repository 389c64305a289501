"""The `aslo` command: a table of subcommands, each imported when it is called."""

import importlib
import io
import logging
import sys
from typing import Any

import click

import aslo
from aslo.commands.whole_help import WholeHelp
from aslo.domain.errors import AsloError, OutageError

COMMANDS = {
    "assign": "aslo.commands.assign:assign",
    "backup": "aslo.commands.backup:backup",
    "beat": "aslo.commands.beat:beat",
    "build": "aslo.commands.build:build",
    "check": "aslo.commands.check:check",
    "demo": "aslo.commands.demo:demo",
    "doctor": "aslo.commands.doctor:doctor",
    "forge": "aslo.commands.forge:forge",
    "held": "aslo.commands.held:held",
    "import": "aslo.commands.import_:import_",
    "migrate": "aslo.commands.migrate:migrate",
    "nginx": "aslo.commands.nginx:nginx",
    "reconcile": "aslo.commands.reconcile:reconcile",
    "restore": "aslo.commands.restore:restore",
    "serve": "aslo.commands.serve:serve",
    "transfer": "aslo.commands.transfer:transfer",
    "web": "aslo.commands.web:web",
    "why": "aslo.commands.why:why",
    "worker": "aslo.commands.worker:worker",
}


class NotInstalledError(click.ClickException):
    """A command needs what only the server's extra installs."""

    exit_code = 2


class LazyGroup(WholeHelp):
    """Imports a command's module when it is asked for, so that `aslo build` needs no server."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name; one that cannot be imported here only says so."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        try:
            command: click.Command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            return _stand_in(cmd_name, error)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a library that is not installed is one line and exit code 2."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            missing = str(error.name).partition(".")[0]
            if missing == aslo.__name__:
                raise
            raise NotInstalledError(
                f"`aslo {ctx.invoked_subcommand}` needs {missing}: install the server's parts "
                "with pip install '.[server]' in the source"
            ) from None


def _stand_in(name: str, missing: ModuleNotFoundError) -> click.Command:
    """Keeps a command's place in the list of all, and fails however it is called."""

    def fail() -> None:
        raise missing

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    text = "(The server's parts are not installed.)"
    return click.Command(
        name, callback=fail, help=text, add_help_option=False, context_settings=anything
    )


@click.group(cls=LazyGroup)
@click.version_option(aslo.__version__, prog_name="aslo")
def aslo_command() -> None:
    """The activity store of Sugar Labs."""


def _hint(error: AsloError) -> str:
    """What to do: a worker tries again by itself what is away, a command does not."""
    if error.hint == OutageError.hint:
        return "Then run it again."
    return error.hint


def main() -> None:
    """Run the command line; an error raised on purpose is one line and exit code 2."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What developers wrote may have letters that a terminal has not: escaped, as on stderr.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        aslo_command()
    except AsloError as error:
        click.echo(f"aslo: {error.message}\n{_hint(error)}", err=True)
        sys.exit(2)
