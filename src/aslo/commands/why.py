"""`aslo why`: how far the newest release of a repository has come, and what holds it up."""

import os
import sys
from collections.abc import Iterator

import click

from aslo import bootstrap
from aslo.config import Config
from aslo.domain.asked import repository_meant
from aslo.domain.errors import ForgeError
from aslo.domain.shown import printable
from aslo.domain.trace import Link, LinkState, Trace
from aslo.domain.trace_offers import span
from aslo.services.missed_releases import Missing

MARKS = {
    LinkState.HOLDS: "ok     ",
    LinkState.WAITS: "waits  ",
    LinkState.BROKEN: "BROKEN ",
    LinkState.UNKNOWN: "unknown",
    LinkState.NOT_REACHED: "-      ",
}


def _named(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    name = repository_meant(value)
    if name is None:
        raise click.BadParameter(f"{value[:200]!r} is no repository: write OWNER/NAME")
    return name


@click.command()
@click.argument("name", metavar="OWNER/NAME", callback=_named)
@click.option("--replay", is_flag=True, help="Take in the newest release that nobody told of.")
@click.option("--every", is_flag=True, help="With --replay: every one, oldest first.")
def why(*, name: str, replay: bool, every: bool) -> None:
    """Tell why the newest release of a repository is not in the store, link by link.

    Exit codes: 0 it is there, 1 something holds it up, 2 the question cannot be read or GitHub
    cannot be asked.
    """
    if every and not replay:
        raise click.UsageError("--every goes with --replay")
    tracer, replayer = bootstrap.asking(Config.from_environ(os.environ))
    trace = tracer.trace(name)
    repository = trace.evidence.repository
    if replay and repository is None and trace.note:
        raise ForgeError(trace.note)
    if replay and repository is not None:
        count = replayer.replay(repository, Missing.EVERY if every else Missing.NEWEST)
        click.echo(f"releases taken in: {count}")
        trace = tracer.trace(name)
    for line in told(trace):
        # What others wrote, as the name of a tag, may hold what a terminal obeys.
        click.echo(printable(line))
    sys.exit(1 if trace.broken else 0)


def told(trace: Trace) -> Iterator[str]:
    """The chain as lines of text."""
    yield trace.name
    if trace.note:
        yield f"  {trace.note}"
    for link in trace.links:
        yield from _link(link)
    for row in trace.generations:
        instead = f": {row.cause.why}" if row.cause else ""
        yield f"  Sugar {span(row)} is offered {row.version or 'nothing'}{instead}"


def _link(link: Link) -> Iterator[str]:
    parts = (link.what, f"{link.at:%F %T} UTC" if link.at else "")
    said = "  ".join(filter(None, parts))
    yield f"  {MARKS[link.state]}  {link.name:<10}  {said}".rstrip()
    if link.cause:
        yield f"           {link.cause.why}"
        yield f"           -> {link.cause.cure}"
