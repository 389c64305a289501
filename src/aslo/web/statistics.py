"""`/statistics`: how much the store is used, by sums that name nobody."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from aslo.domain.counts import OTHER, UNKNOWN, Dimension, Downloads
from aslo.web import usage
from aslo.web.addresses import page
from aslo.web.headers import public
from aslo.web.wiring import ports

blueprint = Blueprint("statistics", __name__)

UNSAID = {UNKNOWN: _l("not known"), OTHER: _l("another one")}
"""Words for what a dimension does not tell apart."""


@page(blueprint, "/statistics")
@public
def statistics() -> ResponseReturnValue:
    """Everything that is counted, as plots and tables."""
    return render_template(
        "statistics.html",
        downloads=usage.weekly((Dimension.DOWNLOADS, "")),
        builds=usage.weekly(*((Dimension.BUILD, state) for state in usage.BUILDS)),
        build_states=usage.BUILDS,
        activities=usage.popular(),
        sugars=usage.shares(Dimension.SUGAR, usage.newest_sugar_first),
        languages=usage.shares(Dimension.LANGUAGE, usage.most_first),
        toolkits=usage.shares(Dimension.TOOLKIT, usage.most_first),
        unsaid=UNSAID,
    )


@blueprint.app_template_global()
def downloads_of(bundle_id: str) -> tuple[Downloads, usage.Weekly | None]:
    """What an activity's page tells of its downloads: the totals, and a year of weeks."""
    totals = ports().catalog.downloads(bundle_id)
    return totals, usage.weekly((Dimension.ACTIVITY, bundle_id)) if totals.total else None
