"""The figures of the statistics for programs: as CSV (RFC 4180) and as JSON."""

import csv
import io
from collections.abc import Sequence

from flask import Blueprint, Response, jsonify

from aslo.domain.counts import Dimension
from aslo.web import usage
from aslo.web.detail import shown
from aslo.web.headers import public
from aslo.web.wiring import ports

blueprint = Blueprint("sheets", __name__)

_FORM = "<any(csv, json):form>"
_DOWNLOADS = (Dimension.DOWNLOADS, Dimension.SUGAR, Dimension.LANGUAGE, Dimension.TOOLKIT)

Row = tuple[str | int, ...]


@blueprint.get(f"/statistics/downloads.{_FORM}")
@public
def downloads(form: str) -> Response:
    """Downloads of each week: of everything, by version of Sugar, by language, by toolkit."""
    rows = [
        (each.week.isoformat(), each.dimension.value, each.value, each.count)
        for dimension in _DOWNLOADS
        for each in ports().catalog.week_sums(dimension)
    ]
    return _sheet(form, "downloads", ("week", "dimension", "value", "downloads"), rows)


@blueprint.get(f"/statistics/activities.{_FORM}")
@public
def activities(form: str) -> Response:
    """The activities that were downloaded most."""
    rows = [
        (card.bundle_id, card.downloads.total, card.downloads.recent) for card in usage.popular()
    ]
    return _sheet(form, "activities", ("bundle_id", "total", "last_28_days"), rows)


@blueprint.get(f"/statistics/builds.{_FORM}")
@public
def builds(form: str) -> Response:
    """Builds of each week by how they ended."""
    sums = ports().catalog.week_sums(Dimension.BUILD)
    rows = [(each.week.isoformat(), each.value, each.count) for each in sums]
    return _sheet(form, "builds", ("week", "state", "builds"), rows)


@blueprint.get(f"/statistics/activity/<bundle_id:bundle_id>.{_FORM}")
@public
def activity(bundle_id: str, form: str) -> Response:
    """Downloads of one activity in each week that had any."""
    shown(bundle_id)
    sums = ports().catalog.week_sums(Dimension.ACTIVITY, bundle_id)
    rows = [(each.week.isoformat(), each.count) for each in sums]
    return _sheet(form, bundle_id, ("week", "downloads"), rows)


def _sheet(form: str, name: str, columns: Sequence[str], rows: Sequence[Row]) -> Response:
    if form == "json":
        return jsonify(rows=[dict(zip(columns, row, strict=True)) for row in rows])
    text = io.StringIO(newline="")
    csv.writer(text).writerows([columns, *rows])
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return response
