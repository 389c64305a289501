"""What an import tells its operator."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from aslo.domain.imported import ImportOutcome, ImportReport


def show(told: ImportReport, *, dry_run: bool) -> None:
    """Print each file that was refused and why, then the counts."""
    for outcome in told.refused:
        click.echo(f"{click.style('refused', fg='red')} {_path(outcome)}", err=True)
        click.echo(f"  {outcome.message} ({outcome.code})", err=True)
        for problem in outcome.problems:
            click.echo(f"    {problem}", err=True)
        click.echo(f"  {outcome.hint}", err=True)
    imported = "would be imported" if dry_run else "imported"
    counts = f"{told.imported} {imported}, {told.already_there} already there"
    click.echo(f"{counts}, {len(told.refused)} refused")


def write(told: ImportReport, path: Path, *, dry_run: bool) -> None:
    """Write the same as JSON, with the warnings about what came in."""
    document = {
        "dry_run": dry_run,
        "imported": told.imported,
        "already_there": told.already_there,
        "refused": [_row(outcome) for outcome in told.refused],
        "warned": [_row(outcome) for outcome in told.warned],
    }
    try:
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror}"
        raise click.BadParameter(problem, param_hint="--report") from error


def _row(outcome: ImportOutcome) -> dict[str, object]:
    row = {"file": _path(outcome), **asdict(outcome)}
    del row["stamp"], row["content_digest"]
    return {name: value for name, value in row.items() if value}


def _path(outcome: ImportOutcome) -> str:
    """The path with an escape for each byte that is not UTF-8, and for what moves a cursor."""
    text = outcome.stamp.path.encode("utf-8", "surrogateescape").decode(errors="backslashreplace")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
