"""What an import tells its operator."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from aslo.domain.imported import ImportOutcome, ImportReport


def show(told: ImportReport, *, dry_run: bool) -> None:
    """Print what was passed over, what was refused and why, then the counts."""
    for each in told.passed_over:
        click.echo(f"passed over {_printable(each.name)}: {each.reason}", err=True)
    for outcome in told.refused:
        click.echo(f"{click.style('refused', fg='red')} {_printable(outcome.stamp.path)}", err=True)
        click.echo(f"  {outcome.message} ({outcome.code})", err=True)
        for problem in outcome.problems:
            click.echo(f"    {problem}", err=True)
        click.echo(f"  {outcome.hint}", err=True)
    imported = "would be imported" if dry_run else "imported"
    counts = f"{told.imported} {imported}, {told.already_there} already there"
    passed_over = f", {len(told.passed_over)} passed over" if told.passed_over else ""
    click.echo(f"{counts}, {len(told.refused)} refused{passed_over}")


def write(told: ImportReport, path: Path, *, dry_run: bool, noun: str = "file") -> None:
    """Write the same as JSON, with the warnings about what came in; `noun` is what each is."""
    document = {
        "dry_run": dry_run,
        "imported": told.imported,
        "already_there": told.already_there,
        "refused": [_row(outcome, noun) for outcome in told.refused],
        "warned": [_row(outcome, noun) for outcome in told.warned],
        "passed_over": [
            {"name": _printable(each.name), "reason": each.reason} for each in told.passed_over
        ],
    }
    try:
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror}"
        raise click.BadParameter(problem, param_hint="--report") from error


def _row(outcome: ImportOutcome, noun: str) -> dict[str, object]:
    row = {noun: _printable(outcome.stamp.path), "commit": outcome.stamp.commit, **asdict(outcome)}
    del row["stamp"], row["content_digest"]
    return {name: value for name, value in row.items() if value}


def _printable(name: str) -> str:
    """A name with an escape for each byte that is not UTF-8, and for what moves a cursor."""
    text = name.encode("utf-8", "surrogateescape").decode(errors="backslashreplace")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
