"""Tells the counter of a download: of what, in which language, for which Sugar; not to whom."""

from urllib.parse import urlsplit

from flask import Response, request

from aslo.domain.activity import Release
from aslo.domain.counts import OTHER, UNKNOWN, Download, Fetch, is_download, sugar_of
from aslo.services.survival import survive
from aslo.web import stored
from aslo.web.language import is_known, reader
from aslo.web.own_names import OFFERED
from aslo.web.wiring import ports, settings

PURPOSES = ("Sec-Purpose", "Purpose", "X-Moz")


def note(release: Release, response: Response) -> None:
    """Count the answer to a request for a release's bundle, if it is a download."""
    # Whatever goes wrong in counting, the bundle is sent.
    survive(lambda: _note(release, response))


def _note(release: Release, response: Response) -> bool:
    agent = request.user_agent.string
    sent = stored.sent(response, release.bundle.size_bytes)
    fetch = Fetch(
        method=request.method,
        status=response.status_code,
        first_byte=sent.start,
        sent_bytes=len(sent),
        size_bytes=release.bundle.size_bytes,
        agent=agent,
        purpose=" ".join(request.headers.get(name, "") for name in PURPOSES),
    )
    if not is_download(fetch):
        return False
    ports().count(
        Download(
            bundle_id=release.bundle_id,
            version=release.version,
            day=ports().clock().date(),
            sugar=sugar_of(agent),
            language=_language(),
            toolkit=release.details.compatibility.toolkit.value,
        )
    )
    return True


def _language() -> str:
    """The language of the page of ours that led here; `unknown` for whoever came otherwise."""
    path = _page_of_ours()
    if path is None:
        return UNKNOWN
    first = path.lstrip("/").partition("/")[0]
    # A page without a language in its path was shown in the one that the browser wishes.
    lang = first if is_known(first) else reader().lang
    return next((each for each in (lang, lang.partition("_")[0]) if each in OFFERED), OTHER)


def _page_of_ours() -> str | None:
    """The path of the page that the browser says it came from, if that is one of this site."""
    try:
        referrer = urlsplit(request.referrer or "")
        ours = (request.host, urlsplit(settings().public_url).netloc)
    except ValueError:
        return None
    return referrer.path if referrer.netloc in ours else None
