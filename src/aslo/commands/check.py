"""`aslo check`: find before a release what the store would find in it."""

import difflib
import os
import sys
import tempfile
from pathlib import Path

import click

from aslo import problem_pages
from aslo.commands.check_fix import fix
from aslo.commands.check_formats import FORMATS
from aslo.commands.check_subject import Subject, find_subject
from aslo.domain.check_errors import NoActivityError
from aslo.domain.verdict import Verdict


@click.command()
@click.argument("subject", metavar="[PATH|FILE.xo|URL]", default=".")
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    show_default=True,
    help="For people, for programs, for code scanning, or for the log of a GitHub workflow.",
)
@click.option("--strict", is_flag=True, help="Warnings give exit code 1, too.")
@click.option("--fix", "wanted", is_flag=True, help="Cure in activity.info what can be cured.")
@click.option("--yes", "agreed", is_flag=True, help="With --fix: agree to every question.")
@click.option(
    "--explain",
    metavar="CODE",
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, code: _explain(context, code),
    help="Tell what a problem means and how to cure it, and look at nothing.",
)
def check(subject: str, form: str, *, strict: bool, wanted: bool, agreed: bool) -> None:
    """Look at an activity as the store will: its folder as it is on disk (the one you are in, if
    you name none), a bundle, or the https address of a bundle or of a repository at GitHub.

    Nothing of it is run, and without --fix nothing is written. Exit codes: 0 the store would take
    it, 1 it has problems, 2 it could not be tried.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="aslo-check-") as folder:
            verdict = _check(subject, Path(folder), form, wanted=wanted, agreed=agreed)
    except OSError as error:
        raise NoActivityError(f"{subject!r} cannot be looked at: {error}") from error
    sys.exit(1 if verdict.errors or (strict and verdict.problems) else 0)


def _explain(context: click.Context, code: str | None) -> None:
    """Print the page of a code and end; a code that is none is told with those like it."""
    if code is None:
        return
    page = problem_pages.page(code)
    if page is None:
        like = difflib.get_close_matches(code, problem_pages.codes(), n=3, cutoff=0.5)
        near = f"; like it are {', '.join(like)}" if like else ""
        raise click.BadParameter(f"no problem has the code {code!r}{near}", param_hint="--explain")
    click.echo(page, nl=False)
    context.exit()


def _check(named: str, folder: Path, form: str, *, wanted: bool, agreed: bool) -> Verdict:
    subject = find_subject(named, _new(folder, "fetched"))
    if wanted and (subject.is_fetched or not subject.is_tree):
        raise click.BadParameter("only a folder on this machine can be fixed", param_hint="--fix")
    verdict = subject.examine(_new(folder, "first"))
    try:
        if wanted and fix(subject, verdict, agreed=agreed):
            verdict = subject.examine(_new(folder, "again"))
    finally:
        # Also where nothing could be fixed: what was found must not be lost by that.
        _show(subject, verdict, form)
    return verdict


def _new(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


def _show(subject: Subject, verdict: Verdict, form: str) -> None:
    # https://no-color.org: what is set there counts, whatever it says.
    plain = False if os.environ.get("NO_COLOR") else None
    try:
        click.echo(FORMATS[form](subject, verdict), color=plain)
    except OSError as error:
        click.echo(f"aslo: what was found cannot be written: {error.strerror}", err=True)
        sys.exit(2)
