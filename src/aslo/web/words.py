"""How values are said to people: sizes, moments, states, toolkits."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.units import format_unit
from flask import Flask
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from aslo.domain.build import BuildState, StepName, StepState, Work
from aslo.domain.commit_check import CommitCheck
from aslo.domain.offers import Stretch
from aslo.domain.problem import Severity
from aslo.domain.sugar import Compatibility, Toolkit
from aslo.web.characters import finished, plain
from aslo.web.language import html_tag, is_known, own_name, reader
from aslo.web.notes import notes_html
from aslo.web.numbers import digits
from aslo.web.wiring import absolute, settings

SLOW_BITS_A_SECOND = 64_000

TOOLKITS = {
    Toolkit.GTK2: "GTK 2",
    Toolkit.GTK3: "GTK 3",
    Toolkit.GTK4: "GTK 4",
    Toolkit.WEB: _l("Web"),
}
BUILD_STATES = {
    BuildState.QUEUED: _l("waiting"),
    BuildState.RUNNING: _l("in work"),
    BuildState.PUBLISHED: _l("published"),
    BuildState.FAILED: _l("not published"),
    BuildState.ERRORED: _l("trouble on our side"),
    BuildState.SUPERSEDED: _l("published already"),
    BuildState.WITHDRAWN: _l("taken back"),
}
STEPS = {
    StepName.RESOLVE: _l("Find the tagged commit"),
    StepName.SOURCE: _l("Fetch the source or the attached bundle"),
    StepName.BUILD: _l("Make the bundle"),
    StepName.CHECK: _l("Check the bundle"),
    StepName.PUBLISH: _l("Publish"),
}
CHECK_STATES = {
    BuildState.QUEUED: _l("waiting"),
    BuildState.RUNNING: _l("in work"),
    BuildState.PASSED: _l("ready to be released"),
    BuildState.FAILED: _l("not ready to be released"),
    BuildState.ERRORED: _l("trouble on our side"),
    BuildState.SUPERSEDED: _l("overtaken by a later commit"),
    BuildState.WITHDRAWN: _l("not checked"),
}
CHECK_STEPS = {
    StepName.RESOLVE: _l("Find the repository"),
    StepName.SOURCE: _l("Fetch the source"),
    StepName.BUILD: _l("Make a bundle for trial"),
    StepName.CHECK: _l("Check it"),
}
STEP_STATES = {
    StepState.RUNNING: _l("in work"),
    StepState.PASSED: _l("done"),
    StepState.FAILED: _l("failed"),
    StepState.SKIPPED: _l("not needed"),
}
SEVERITIES = {Severity.ERROR: _l("Must be cured"), Severity.WARNING: _l("Could be better")}
WORDS: dict[Any, Any] = {**TOOLKITS, **BUILD_STATES, **STEPS, **SEVERITIES}


def set_up(app: Flask) -> None:
    """Give templates their words."""
    app.jinja_options = {"finalize": finished, "trim_blocks": True, "lstrip_blocks": True}
    for name_filter in (
        size,
        moment,
        day,
        seconds,
        sugar_range,
        stretch,
        own_names,
        plain,
        notes_html,
    ):
        app.add_template_filter(name_filter)
    app.add_template_filter(lambda value: WORDS.get(value, value), "words")
    app.add_template_filter(lambda value: STEP_STATES.get(value, value), "step_words")
    app.add_template_filter(lambda value: CHECK_STATES.get(value, value), "check_words")
    app.add_template_filter(step_name)
    app.add_template_filter(lambda bytes_: seconds(bytes_ * 8 / SLOW_BITS_A_SECOND), "slow_time")
    app.context_processor(
        lambda: {
            "site_name": settings().site_name,
            "source_url": settings().source_url,
            "absolute": absolute,
        }
    )


def step_name(name: StepName, of: Work) -> object:
    """What is done in a step of a build, or of a check."""
    return (CHECK_STEPS if isinstance(of, CommitCheck) else STEPS).get(name, name)


def size(size_bytes: int) -> str:
    """`494 kB`, as the reader writes it."""
    for unit, bytes_ in (("megabyte", 1_000_000), ("kilobyte", 1_000)):
        if size_bytes >= bytes_:
            return _unit(size_bytes / bytes_, unit)
    return _unit(size_bytes, "byte")


def seconds(number: float) -> str:
    """`0.4 sec`, `12 sec`, `3 min 5 sec`."""
    if number < 60:
        return _unit(number, "second")
    minutes, rest = divmod(round(number), 60)
    told = _unit(minutes, "minute")
    return f"{told} {_unit(rest, 'second')}" if rest else told


def day(moment_: date) -> str:
    """A date; that in UTC of a moment."""
    return digits(_medium_date(moment_, reader().interface))


def moment(moment_: datetime) -> str:
    """A date and time, in UTC and saying so."""
    return f"{format_datetime(moment_, 'yyyy-MM-dd HH:mm:ss', rebase=False)} UTC"


def sugar_range(compatibility: Compatibility) -> str:
    """From which Sugar to which."""
    if compatibility.max_sugar is None:
        return str(_("%(first)s and later", first=compatibility.min_sugar))
    first, last = compatibility.min_sugar, compatibility.max_sugar
    return str(_("%(first)s to %(last)s", first=first, last=last))


def own_names(langs: Iterable[str]) -> Markup:
    """Languages by their own names, as the reader strings things together."""
    piece = Markup('<span lang="{}"><bdi>{}</bdi></span>')
    named = [
        piece.format(html_tag(lang) if is_known(lang) else "", own_name(lang)) for lang in langs
    ]
    return Markup(format_list(named, locale=reader().interface))  # noqa: S704  # of markup


def stretch(sugars: Stretch) -> str:
    """Versions of Sugar in a row, or the one that it is."""
    if sugars.first == sugars.last:
        return sugars.first
    return sugar_range(Compatibility(min_sugar=sugars.first, max_sugar=sugars.last))


@lru_cache(maxsize=4096)
def _medium_date(moment_: date, lang: str) -> str:
    in_utc = moment_.astimezone(UTC) if isinstance(moment_, datetime) else moment_
    return format_date(in_utc, "medium", locale=lang)


def _unit(number: float, unit: str) -> str:
    short = round(number, 1) if number < 10 else round(number)
    return digits(_short_unit(short, unit, reader().interface))


@lru_cache(maxsize=4096)
def _short_unit(number: float, unit: str, lang: str) -> str:
    return format_unit(number, unit, "short", locale=lang)
