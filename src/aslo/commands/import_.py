"""`aslo import`: take into the store what was made before it."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from aslo.commands import import_folder, import_forge
from aslo.config import Config

ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


class FolderOrAddress(click.ParamType[Path | str]):
    """A folder that is there, or a web address."""

    name = "folder or address"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        """The folder as a path, the address as text."""
        if isinstance(value, str) and re.match("https?://", value):
            return value
        folder: Path = FOLDER.convert(value, param, ctx)
        return folder


def _account(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not ACCOUNT.fullmatch(value):
        raise click.BadParameter(f"{value!r} is no name of an organisation")
    return value


@click.command("import")
@click.argument("source", metavar="FOLDER|ADDRESS", required=False, type=FolderOrAddress())
@click.option(
    "--forge",
    "organisation",
    metavar="ORG",
    callback=_account,
    help="Take in the releases of an organisation at the forge, instead of a folder.",
)
@click.option("--forks", is_flag=True, help="With an organisation: its forks, too.")
@click.option(
    "--tell", is_flag=True, help="With an organisation: comment on its commits, as on new ones."
)
@click.option("--dry-run", is_flag=True, help="Say what would come in, and write nothing.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Write what became of all as JSON.",
)
def import_(
    source: Path | str | None,
    organisation: str | None,
    report: Path | None,
    *,
    forks: bool,
    tell: bool,
    dry_run: bool,
) -> None:
    """Take into the store what was made before it.

    Of a FOLDER: every .xo file and every version tag of a git tree below it. Of an ADDRESS such as
    https://github.com/ORG: every release of the organisation's activities.

    Run it again at any time: what is there already stays as it is. Exit codes: 0 all are in,
    1 some were refused, 2 it could not be tried, or was stopped.
    """
    if report is not None and not report.parent.is_dir():
        raise click.BadParameter(f"there is no folder {report.parent}", param_hint="--report")
    if (source is None) == (organisation is None):
        raise click.UsageError("name a folder, or an organisation: one of them")
    config = Config.from_environ(os.environ)
    if isinstance(source, Path):
        if forks or tell:
            raise click.UsageError("--forks and --tell go with an organisation, not with a folder")
        import_folder.run(source, report, config, dry_run=dry_run)
    else:
        account = organisation or _organisation(source or "", config)
        wish = import_forge.Wish(account, report, forks=forks, tells=tell, dry_run=dry_run)
        import_forge.run(wish, config)


def _organisation(address: str, config: Config) -> str:
    """The organisation that an address of the forge names."""
    named, forge = urlsplit(address), urlsplit(config.forge)
    # GitHub's own API has a host of its own; an enterprise server has not.
    host = forge.netloc.removeprefix("api.")
    if named.netloc.removeprefix("www.") != host:
        raise click.BadParameter(
            f"{address} is not at {host}, the forge of ASLO_FORGE", param_hint="ADDRESS"
        )
    name = named.path.strip("/")
    if not ACCOUNT.fullmatch(name) or named.query or named.fragment:
        raise click.BadParameter(
            f"{address} names no organisation, such as https://{host}/ORG", param_hint="ADDRESS"
        )
    return name
