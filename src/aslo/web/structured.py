"""What a release is, for machines that read pages: schema.org in JSON-LD."""

from collections.abc import Sequence
from typing import Any

from aslo.domain.activity import Activity, Developer, Release, Screenshot
from aslo.domain.sugar import Compatibility
from aslo.web.addresses import link_to
from aslo.web.characters import plain, writable
from aslo.web.language import html_tag, reader
from aslo.web.pictures import picture_url
from aslo.web.wiring import absolute

SPDX = "https://spdx.org/licenses/"


def application(
    activity: Activity, release: Release, screenshots: Sequence[Screenshot]
) -> dict[str, object]:
    """The release as a SoftwareApplication; what is not known is left out."""
    details, chain = release.details, reader().chain
    known: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": details.name.pick(chain).text,
        "description": details.summary.pick(chain).text,
        "identifier": release.bundle_id,
        "url": _url("detail.release", bundle_id=release.bundle_id, version=release.version),
        "softwareVersion": release.version,
        "datePublished": release.published_at.isoformat(),
        "applicationCategory": "EducationalApplication",
        "applicationSubCategory": details.categories,
        "operatingSystem": _sugar(details.compatibility),
        "inLanguage": [html_tag(lang) for lang in details.languages],
        "license": SPDX + details.spdx if details.spdx else details.license,
        "author": [_person(developer) for developer in activity.developers],
        "image": absolute(picture_url(release.poster)) if release.poster else "",
        "screenshot": [absolute(picture_url(shot.file)) for shot in screenshots],
        # What search engines ask of an application: a price, also of what costs nothing.
        "isAccessibleForFree": True,
        "offers": {"@type": "Offer", "price": "0", "priceCurrency": "USD"},
        "fileSize": f"{release.bundle.size_bytes / 1000:.1f} kB",
        "downloadUrl": _url(
            "downloads.bundle",
            bundle_id=release.bundle_id,
            version=release.version,
            file_name=release.file_name,
        ),
    }
    return {name: _clean(value) for name, value in known.items() if value}


def _person(developer: Developer) -> dict[str, str]:
    url = _url("developers.developer", login=developer.login)
    return {"@type": "Person", "name": developer.login, "url": url}


def _url(endpoint: str, **values: Any) -> str:
    return absolute(link_to(endpoint, **values))


def _clean(value: Any) -> Any:
    """The value with its texts as a page can hold them."""
    if isinstance(value, str):
        return writable(plain(value))
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list | tuple) else value


def _sugar(compatibility: Compatibility) -> str:
    """Which Sugar it runs on, in figures that need no language."""
    return f"Sugar {compatibility.min_sugar}-{compatibility.max_sugar or ''}"
