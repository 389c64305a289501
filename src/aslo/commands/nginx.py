"""`aslo nginx`: the configuration of the web server in front."""

import os
from pathlib import Path

import click

from aslo import config_values as values
from aslo.config import Config
from aslo.front.nginx import ACCESS_LOG, CACHE, STATIC, Front, Server, render


def _addresses(
    _ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    for each in given:
        try:
            values.socket_address(each)
        except ValueError as error:
            raise click.BadParameter(f"{each!r} {error}") from error
    return given


@click.command()
@click.option(
    "--node",
    "nodes",
    multiple=True,
    callback=_addresses,
    help="HOST:PORT of a web node; again for more.",
)
@click.option("--http", "http", default="80", show_default=True, help="Where it listens.")
@click.option("--https", "https", help="Where it listens with TLS, such as 443.")
@click.option("--certificate", help="The file of the certificate and those that lead to it.")
@click.option("--key", help="The file of the certificate's key.")
@click.option(
    "--static",
    type=click.Path(path_type=Path),
    default=STATIC,
    help="The folder of the site's static files as nginx sees it; `none` if it does not.",
)
@click.option("--cache", type=click.Path(path_type=Path), default=CACHE, show_default=True)
@click.option("--access-log", default=ACCESS_LOG, show_default=True)
def nginx(
    *,
    nodes: tuple[str, ...],
    http: str,
    https: str | None,
    certificate: str | None,
    key: str | None,
    static: Path,
    cache: Path,
    access_log: str,
) -> None:
    """Print nginx's configuration for the settings of this site."""
    config = Config.from_environ(os.environ)
    if bool(https) != bool(certificate and key):
        raise click.UsageError("--https goes with --certificate and --key: give all three")
    servers = [Server(http)]
    if https and certificate and key:
        servers.append(Server(https, certificate, key))
    front = Front(
        nodes=nodes or (config.listen,),
        servers=tuple(servers),
        static=None if str(static) == "none" else static,
        cache=cache,
        access_log=access_log,
    )
    click.echo(render(front, config), nl=False)
