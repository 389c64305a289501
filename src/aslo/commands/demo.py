"""`aslo demo`: the store's main job on this machine, with a forge to try it with."""

import signal
import sys
import threading
from pathlib import Path

import click

from aslo.commands.whole_help import WholeHelp
from aslo.demo import play
from aslo.demo.place import Place
from aslo.demo.stage import running, stage

folder_option = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="The folder that keeps everything of the demo.",
)


@click.group(cls=WholeHelp, invoke_without_command=True)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=8000,
    show_default=True,
    help="Where the site serves.",
)
@folder_option
@click.option("--once", is_flag=True, help="Publish, check everything, and end.")
@click.pass_context
def demo(context: click.Context, port: int, folder: Path, *, once: bool) -> None:
    """Publish a dozen sample activities through a simulated forge, and leave the site running."""
    if context.invoked_subcommand is not None:
        return
    # Both end the demo in order, so that nothing it started stays behind; a shell that starts it
    # in the background has switched Ctrl-C off.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    click.echo("Starting a site and a forge on this machine ...")
    with stage(folder, port) as place:
        faults = play.everything(place, click.echo)
        if once:
            _end(faults)
        _stay(place, folder, faults)


@demo.command()
@click.argument("sample", required=False)
@folder_option
def release(sample: str | None, folder: Path) -> None:
    """Cut a new release of a SAMPLE (a repository's name) and show its build live."""
    faults = play.next_release(running(folder), sample, click.echo)
    _end(faults)


def _end(faults: list[str]) -> None:
    for fault in faults:
        click.echo(f"not as it should be: {fault}", err=True)
    sys.exit(1 if faults else 0)


def _stay(place: Place, folder: Path, faults: list[str]) -> None:
    for fault in faults:
        click.echo(f"not as it should be: {fault}", err=True)
    click.echo(f"\nThe site:   {place.site_url}/")
    click.echo(f"The builds: {place.site_url}/builds")
    click.echo(f"The forge:  {place.forge_url}/")
    click.echo("\nCut a new release from a second terminal and watch it being built:")
    click.echo(f"  {sys.executable} -m aslo demo release --dir {folder.resolve()}")
    click.echo(
        "\nSign in on the page of the build that failed: as aslo-bot, who may write\n"
        "to every sample, or as demo-stranger, who may write to none."
    )
    click.echo("\nRun a command of an operator on it, such as `aslo held`, by these settings:")
    click.echo(f"  ASLO_HOME={folder.resolve() / 'site'} ASLO_FORGE={place.forge_url}")
    click.echo("\nCtrl-C ends the demo; everything stays in its folder.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("\nEnding ...")
