"""Turns what the store holds into the shapes of the API."""

from datetime import timedelta

from aslo import problem_pages
from aslo.domain import activity as domain
from aslo.domain.build import Build, BuildState
from aslo.domain.completeness import Completeness
from aslo.domain.errors import CatalogError
from aslo.domain.locale import LocalizedText
from aslo.domain.offers import offers_of
from aslo.domain.problem import Problem
from aslo.domain.sugar import Compatibility
from aslo.ports import Card
from aslo.web.addresses import link_to, web_link
from aslo.web.api import record_shapes, shapes
from aslo.web.characters import writable
from aslo.web.detail import Shown
from aslo.web.pictures import ICON, picture_url
from aslo.web.wiring import absolute, ports

SOON = timedelta(seconds=2)


def card(found: Card) -> shapes.Card:
    """An activity in a list."""
    return shapes.Card(
        bundle_id=found.bundle_id,
        name=writable(found.name.text),
        summary=writable(found.summary.text),
        version=found.version,
        needs=needs(found.compatibility),
        icon=found.icon_sha256 and absolute(link_to("pictures.icon", sha256=found.icon_sha256)),
        page=_page(found.bundle_id, found.version),
        download=download(found.bundle_id, found.version, found.file_name),
        size_bytes=found.size_bytes,
        created_at=found.created_at,
        updated_at=found.updated_at,
        downloads=found.downloads.total,
    )


def needs(found: Compatibility) -> shapes.Needs:
    """What a release runs on."""
    return shapes.Needs(
        toolkit=found.toolkit,
        python=found.python,
        min_sugar=found.min_sugar,
        max_sugar=found.max_sugar,
    )


def refuse_to_guess() -> None:
    """CatalogError while this machine has not followed the record to its end even once: what it
    does not know may be there."""
    if not ports().catalog.caught_up():
        raise CatalogError("this machine has not followed the record yet", retry_after=SOON)


def activity(found: Shown) -> shapes.Activity:
    """An activity with what the public may see of it."""
    offers = offers_of(found.activity.bundle_id, found.releases)
    return shapes.Activity(
        bundle_id=found.activity.bundle_id,
        repository=web_link(found.activity.repository.html_url),
        created_at=found.activity.created_at,
        developers=[
            shapes.Developer(
                login=each.login, url=web_link(each.html_url), contributions=each.contributions
            )
            for each in found.activity.developers
        ],
        releases=[release(each) for each in found.releases],
        offers={sugar: offer.version for sugar, offer in offers.by_sugar()},
        translations=[_translation(each) for each in found.latest.details.completeness],
        unreleased_translations=list(found.activity.waiting(found.latest)),
    )


def _translation(found: Completeness) -> shapes.Translation:
    return shapes.Translation(
        lang=found.lang,
        translated=found.translated,
        messages=found.messages,
        percent=found.percent,
    )


def release(found: domain.Release) -> shapes.Release:
    """A release; its files are served only while it is listed."""
    details = found.details
    listed = found.state is domain.ReleaseState.LISTED
    return shapes.Release(
        bundle_id=found.bundle_id,
        version=found.version,
        state=found.state,
        prerelease=found.prerelease,
        published_at=found.published_at,
        listed_at=found.listed_at,
        needs=needs(details.compatibility),
        bundle=_bundle(found) if listed else None,
        icon=_picture(found.icon) if listed and found.icon else None,
        screenshots=[_screenshot(each) for each in found.screenshots] if listed else [],
        name=_text(details.name),
        summary=_text(details.summary),
        description=_text(details.description),
        license=writable(details.license),
        spdx=details.spdx,
        categories=[writable(each) for each in details.categories],
        languages=list(details.languages),
        homepage=web_link(details.homepage),
        notes=writable(found.notes),
        tag=writable(found.tag),
        commit=found.commit,
        page=_page(found.bundle_id, found.version),
        build=None if found.is_imported else absolute(f"/builds/{found.build_id}"),
    )


def build(found: Build) -> record_shapes.Build:
    """A build."""
    page = absolute(f"/builds/{found.id}")
    return record_shapes.Build(
        id=found.id,
        page=page,
        log=f"{page}/log.txt",
        state=found.state,
        outcome=writable(found.outcome),
        repository=found.repository.full_name,
        tag=writable(found.release.tag),
        commit=found.commit,
        bundle_id=found.bundle_id if found.state is BuildState.PUBLISHED else None,
        version=found.version if found.state is BuildState.PUBLISHED else None,
        created_at=found.created_at,
        ended_at=found.ended_at,
        steps=[
            record_shapes.Step(
                name=each.name, state=each.state, started_at=each.started_at, ended_at=each.ended_at
            )
            for each in found.steps
        ],
        problems=[_problem(each) for each in found.problems],
    )


def _problem(found: Problem) -> record_shapes.Problem:
    return record_shapes.Problem(
        code=found.code,
        severity=found.severity,
        message=writable(found.message),
        remedy=writable(found.remedy),
        place=writable(found.place) or None,
        url=problem_pages.url(found.code, absolute("")),
    )


def _bundle(found: domain.Release) -> shapes.File:
    return shapes.File(
        url=download(found.bundle_id, found.version, found.file_name),
        sha256=found.bundle.sha256,
        size_bytes=found.bundle.size_bytes,
        media_type=found.bundle.media_type,
    )


def _picture(file: domain.StoredFile) -> shapes.File:
    is_icon = file.media_type == ICON
    path = link_to("pictures.icon", sha256=file.sha256) if is_icon else picture_url(file)
    return shapes.File(
        url=absolute(path),
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        media_type=file.media_type,
    )


def _screenshot(found: domain.Screenshot) -> shapes.Picture:
    return shapes.Picture(
        file=_picture(found.file),
        width=found.width,
        height=found.height,
        lang=found.lang,
        caption=writable(found.caption),
    )


def _text(found: LocalizedText) -> dict[str, str]:
    texts = {"": found.source, **found.translations} if found else {}
    return {lang: writable(text) for lang, text in texts.items()}


def _page(bundle_id: str, version: str) -> str:
    return absolute(link_to("detail.release", bundle_id=bundle_id, version=version))


def download(bundle_id: str, version: str, file_name: str) -> str:
    """Where a bundle is."""
    path = link_to("downloads.bundle", bundle_id=bundle_id, version=version, file_name=file_name)
    return absolute(path)
