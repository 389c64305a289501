"""`aslo build`: make and check a bundle from a local git tree, as the store would."""

import errno
import os
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from aslo import bootstrap
from aslo.config import BUILDERS, Config
from aslo.domain.errors import AuthorError
from aslo.domain.problem import Problem, Severity
from aslo.services.check import check_bundle
from aslo.services.precheck import refuse_hopeless
from aslo.services.survey import SUFFIX


@click.command()
@click.argument("tree", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--ref", default="HEAD", show_default=True, help="The tag or commit to build.")
@click.option("--builder", type=click.Choice(BUILDERS), help="Instead of ASLO_BUILDER.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where the bundle is put, a name that ends in .xo.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show the log of the build.")
def build(tree: Path, ref: str, builder: str | None, output: Path, *, verbose: bool) -> None:
    """Make a bundle of the git TREE and check it as the store would.

    What is built is what is committed at the ref. Exit codes: 0 it may be published, 1 it has
    problems, 2 it could not be tried.
    """
    if output.suffix.lower() != SUFFIX:
        problem = f"{output} does not end in {SUFFIX}, by which Sugar knows a bundle"
        raise click.BadParameter(problem, param_hint="--output")
    if not output.parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    config = Config.from_environ(os.environ)
    if builder is not None:
        config = replace(config, builder=builder)
    try:
        warnings = _build(tree, ref, config, output, verbose=verbose)
    except AuthorError as error:
        _show(error.problems)
        click.echo(f"not publishable: {error.message}", err=True)
        sys.exit(1)
    _show(warnings)
    click.echo(f"{output} may be published")


def _build(
    tree: Path, ref: str, config: Config, output: Path, *, verbose: bool
) -> tuple[Problem, ...]:
    """Build and check; the bundle is put in its place only if it may be published."""

    def log(line: str) -> None:
        if verbose:
            click.echo(line, err=True)

    with tempfile.TemporaryDirectory(prefix="aslo-build-") as folder:
        into, fetched = Path(folder, "bundle"), Path(folder, "tree")
        into.mkdir()
        fetched.mkdir()
        work_tree = bootstrap.local_tree(config, tree.resolve(), ref, fetched, log)
        refuse_hopeless(work_tree)
        bundle = bootstrap.builder(config).build(work_tree, into, log)
        checked = check_bundle(bundle, tag=None if ref == "HEAD" else ref)
        _put(bundle, output)
    return checked.warnings


def _put(bundle: Path, output: Path) -> None:
    """Put the bundle in its place whole, or leave what is there as it is."""
    place = output.resolve()
    beside = place.with_name(f".aslo-{os.getpid()}.xo")
    try:
        _refuse_special(place)
        shutil.copyfile(bundle, beside)
        beside.replace(place)
    except OSError as error:
        problem = f"{output} cannot be written: {error.strerror or error}"
        raise click.BadParameter(problem, param_hint="--output") from error
    finally:
        beside.unlink(missing_ok=True)


def _refuse_special(place: Path) -> None:
    """OSError for a device or a pipe, which a rename would replace by a file."""
    if place.exists() and not place.is_file():
        raise OSError(errno.EINVAL, "it is no file that a bundle could replace")


def _show(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        where = f"{problem.place}: " if problem.place else ""
        colour = "red" if problem.severity is Severity.ERROR else "yellow"
        click.echo(
            click.style(f"{problem.severity}: ", fg=colour) + where + problem.message, err=True
        )
        click.echo(f"  {problem.remedy}", err=True)
