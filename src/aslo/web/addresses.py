"""What a path may look like: a segment that breaks its grammar is not found, not looked up."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, request, url_for
from werkzeug.routing import BaseConverter, ValidationError

from aslo.domain.bundle_id import bundle_id_fault
from aslo.web.characters import writable
from aslo.web.language import is_known
from aslo.web.visit import visit
from aslo.web.wiring import absolute

View = TypeVar("View", bound=Callable[..., Any])

_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f\\]+", re.IGNORECASE)

ASKED_OF_LISTS = (
    *("q", "exact", "sort", "category", "toolkit", "sugar", "language", "license", "developer"),
    "yours",
)
"""What a reader may ask of a list, beside a place in it."""
# What should not be lost with a change of language.
_ASKED = (*ASKED_OF_LISTS, "after", "before", "activity")


class LanguageSegment(BaseConverter):
    """A language that we can name, as `pt_BR`."""

    regex = r"[a-z]{2,3}(?:[_@][A-Za-z0-9]{2,8}){0,3}"

    def to_python(self, value: str) -> str:
        if not is_known(value):
            raise ValidationError
        return value


class BundleIdSegment(BaseConverter):
    """A bundle id, by the domain's own grammar; the dot tells it from every other segment."""

    regex = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+"

    def to_python(self, value: str) -> str:
        if bundle_id_fault(value) is not None:
            raise ValidationError
        return value


class VersionSegment(BaseConverter):
    """Something that may be a version, because it begins with a digit."""

    regex = r"[0-9][0-9A-Za-z.~-]{0,63}"


class BuildIdSegment(BaseConverter):
    """The id of a build."""

    regex = r"[0-9a-z]{1,64}"


class GuidSegment(BaseConverter):
    """The GUID of a delivery."""

    regex = r"[0-9A-Za-z][0-9A-Za-z-]{0,63}"


class OwnerSegment(BaseConverter):
    """Who a repository belongs to, by GitHub's grammar."""

    regex = r"[A-Za-z0-9_-]{1,100}"


class RepositorySegment(BaseConverter):
    """The name of a repository, without its owner."""

    regex = r"[A-Za-z0-9_.-]{1,100}"

    def to_python(self, value: str) -> str:
        if not value.strip("."):
            raise ValidationError
        return value


class Sha256Segment(BaseConverter):
    """The hash that names a file."""

    regex = r"[0-9a-f]{64}"


def set_up(app: Flask) -> None:
    """Teach the application our segments, and let links keep the reader's language."""
    app.url_map.converters.update(
        lang=LanguageSegment,
        bundle_id=BundleIdSegment,
        version=VersionSegment,
        build_id=BuildIdSegment,
        guid=GuidSegment,
        owner=OwnerSegment,
        repository=RepositorySegment,
        sha256=Sha256Segment,
    )
    # The redirects that these two make are absolute, with the Host header in them.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_complete_link)
    app.add_template_filter(web_link)
    app.add_template_global(link_to, "url_for")
    app.add_template_global(here_in)
    app.add_template_global(in_language)
    app.add_template_global(canonical)


def page(
    blueprint: Blueprint, path: str, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    """Serve a view at a path, and below every language."""

    def register(view: View) -> View:
        blueprint.add_url_rule(path, view_func=view, methods=methods)
        blueprint.add_url_rule(f"/<lang:lang>{path}", view_func=view, methods=methods)
        return view

    return register


def web_link(url: str | None) -> str | None:
    """The address, if it is one of the web; never `javascript:` or the like."""
    return url if url and _WEB_ADDRESS.fullmatch(url) else None


def link_to(endpoint: str, **values: Any) -> str:
    """The path of a page as `url_for` makes it, with the values in the order given; each is a
    text, or None. A page has over a hundred, and most of them are on others too."""
    now = visit()
    return _link(now.root, now.lang, endpoint, tuple(values.items()))


def link_asked(endpoint: str, **values: Any) -> str:
    """As `link_to`, of what somebody asked for: few others do, and it must not drive out links
    that all pages have."""
    now = visit()
    return _asked(now.root, now.lang, endpoint, tuple(values.items()))


def here_in(lang: str | None) -> str:
    """The address of this page in another language; the first page's where this is an error."""
    return in_language(here(), lang)


def here() -> str:
    """The path of this page without a language; the first page's where this is an error."""
    now = visit()
    if now.here is None:
        now.here = _here()
    return now.here


def in_language(path: str, lang: str | None) -> str:
    """The address of the page that `page` serves at the path."""
    return visit().root + (f"/{lang}{path}" if lang else path)


def canonical() -> str:
    """The one address of this page, for those who come by another."""
    return absolute(here_in(visit().lang))


@lru_cache(maxsize=2048)
def _link(_root: str, _lang: str | None, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


@lru_cache(maxsize=256)
def _asked(
    _root: str, _lang: str | None, endpoint: str, values: tuple[tuple[str, Any], ...]
) -> str:
    return url_for(endpoint, **dict(values))


def _here() -> str:
    endpoint = request.endpoint
    if not endpoint or not current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        return "/"
    now = visit()
    asked = {name: now.asked[name] for name in _ASKED if name in now.asked}
    path = link_asked(endpoint, **{**asked, **(request.view_args or {}), "lang": None})
    return path.removeprefix(now.root)


def _take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
    lang = values.pop("lang", None) if values else None
    if endpoint is None:
        # Nothing is there, but whoever asked reads the language that begins the address.
        first = request.path.split("/")[1]
        lang = first if is_known(first) else None
    visit().lang = lang


def _complete_link(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = visit().lang
    values.update({name: writable(value) for name, value in values.items()})
