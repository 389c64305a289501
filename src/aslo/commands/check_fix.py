"""`aslo check --fix`: show each cure as a diff, ask where one is not certain, and make them."""

import difflib
import sys
from collections.abc import Iterator

import click

from aslo.bootstrap import checking
from aslo.commands.check_subject import Subject
from aslo.domain.info import INFO_FILE
from aslo.domain.info_cures import Cure
from aslo.domain.shown import printable
from aslo.domain.verdict import Verdict
from aslo.services.mend import mend_tree


def fix(subject: Subject, verdict: Verdict, *, agreed: bool) -> bool:
    """Cure what can be cured in the tree, tell it on standard error, and whether anything was;
    UnfixableFileError if it cannot be."""

    def agree(before: bytes, cure: Cure) -> bool:
        return agreed or _ask(before, cure)

    before, mended = mend_tree(
        subject.path, verdict.problems, files=checking.exact_files(), agree=agree
    )
    for cure in mended.made:
        click.echo(f"fixed {INFO_FILE}: {cure.title}", err=True)
        click.echo(_diff(before, cure.after), err=True)
        before = cure.after
    for cure in mended.left:
        click.echo(f"left as it is: {cure.title}. {cure.question} --yes agrees.", err=True)
    return bool(mended.made)


def _ask(before: bytes, cure: Cure) -> bool:
    if not sys.stdin.isatty():
        return False
    click.echo(_diff(before, cure.after), err=True)
    return click.confirm(printable(cure.question), err=True)


def _diff(before: bytes, after: bytes) -> str:
    lines = difflib.unified_diff(
        _lines(before), _lines(after), f"a/{INFO_FILE}", f"b/{INFO_FILE}", lineterm=""
    )
    return "\n".join(_coloured(lines))


def _lines(data: bytes) -> list[str]:
    """Each line with an escape for whatever cannot be seen, so that a cure of just that shows."""
    text = data.decode(errors="backslashreplace")
    lines = [printable(line) for line in text.split("\n")]
    return lines[:-1] if not lines[-1] else [*lines[:-1], f"{lines[-1]}\\ (no newline)"]


def _coloured(lines: Iterator[str]) -> Iterator[str]:
    colours = {"+": "green", "-": "red", "@": "cyan"}
    return (click.style(line, fg=colours.get(line[:1])) for line in lines)
