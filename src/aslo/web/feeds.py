"""Atom feeds of what is new: of everything, a category, an activity or a developer (RFC 4287)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _

from aslo.domain.activity import Release, ReleaseState
from aslo.domain.errors import NotFoundError
from aslo.ports import News
from aslo.web import asking
from aslo.web.addresses import canonical, page
from aslo.web.detail import shown
from aslo.web.developers import maker
from aslo.web.headers import public
from aslo.web.language import html_tag, reader
from aslo.web.visit import visit
from aslo.web.wiring import ports

blueprint = Blueprint("feeds", __name__)

ENTRIES = 50
MEDIA_TYPE = "application/atom+xml"
TAG = "tag:sugarlabs.org,2026:aslo"
"""Begins every id (RFC 4151): the same release has the same id on each mirror, for ever."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is called, what it is about, and its news, newest first."""

    name: str
    title: str
    home: str
    """The path of the page that shows the same to people."""
    news: Sequence[News]
    since: datetime = NEVER

    @property
    def id(self) -> str:
        """The feed's permanent id; feeds in two languages are two."""
        lang = f":{html_tag(named)}" if (named := visit().lang) else ""
        return f"{TAG}:feed:{self.name}{lang}"

    @property
    def updated(self) -> datetime:
        """When the last of its releases was listed."""
        return max((news.release.listed_at for news in self.news), default=self.since)


@page(blueprint, "/feeds/releases.atom")
@public
def releases() -> Response:
    """The newest releases, of all activities or of a category's."""
    category = asking.line("category", asking.LONGEST_VALUE) or None
    news = ports().catalog.news(ENTRIES, category=category)
    if category is None:
        return _answer(Feed("releases", _("New releases"), url_for("pages.index"), news))
    if not news:
        raise NotFoundError(f"there is no category {category}")
    title = _("New releases: %(category)s", category=category)
    home = url_for("pages.index", category=category)
    return _answer(Feed(f"category:{quote(category.casefold(), safe='')}", title, home, news))


@page(blueprint, "/feeds/activity/<bundle_id:bundle_id>.atom")
@public
def activity(bundle_id: str) -> Response:
    """The releases of one activity."""
    found = shown(bundle_id)
    listed = [each for each in found.releases if each.state is ReleaseState.LISTED]
    listed.sort(key=lambda release: release.listed_at, reverse=True)
    news = [News(found.activity, release) for release in listed[:ENTRIES]]
    name = found.latest.details.name.pick(reader().chain)
    title = _("Releases of %(name)s", name=name.text)
    home = url_for("detail.releases", bundle_id=bundle_id)
    created = found.activity.created_at
    return _answer(Feed(f"activity:{bundle_id}", title, home, news, created))


@page(blueprint, "/feeds/developer/<login>.atom")
@public
def developer(login: str) -> Response:
    """The newest releases of a developer's activities."""
    login = maker(login).developer.login
    news = ports().catalog.news(ENTRIES, developer=login)
    title = _("Releases by %(name)s", name=login)
    home = url_for("developers.developer", login=login)
    return _answer(Feed(f"developer:{quote(login.casefold(), safe='')}", title, home, news))


def release_id(release: Release) -> str:
    """The permanent id of a release's entry."""
    return f"{TAG}:release:{release.bundle_id}:{release.version}"


def _answer(feed: Feed) -> Response:
    body = render_template("feed.xml", feed=feed, here=canonical(), release_id=release_id)
    return Response(body, mimetype=MEDIA_TYPE)
