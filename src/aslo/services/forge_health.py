"""Set up the webhook by which the forge tells of releases, and see whether it all works."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from aslo.domain.errors import AsloError, ForgeLimitError, ForgeUnreachedError
from aslo.domain.hook import CHECK_EVENTS, EVENTS, AppState, Hook, Sent, Symptom, wrong_with
from aslo.ports import ForgeAdmin

logger = logging.getLogger(__name__)

LOW = 10
"""With less than a tenth of the hourly allowance left, the forge will soon be silent."""
NEEDED = {
    "metadata": ("read", "write"),
    "contents": ("read", "write"),
    "checks": ("write",),
    "pull_requests": ("read", "write"),
}
UNREACHED = (
    "see that ASLO_FORGE is right and that this machine reaches it (name, certificate, firewall); "
    "whether GitHub itself is away stands at https://www.githubstatus.com"
)
WRITING_SCOPES = {"repo", "public_repo"}


def set_up(place: str, url: str, secret: str, *, admin: ForgeAdmin, dry_run: bool = False) -> str:
    """Give an organisation, or one repository (`owner/name`), a hook that leads to this site, and
    tell what was done. Repeated, it changes only what is wrong; the secret is written each time,
    because the forge never shows the one it has."""
    known = ours(admin.hooks(place), url)
    would = "would be " if dry_run else ""
    if known is None:
        if not dry_run:
            admin.add_hook(place, url, secret)
        return f"{place}: a hook to {url} {would or 'is '}made"
    if not dry_run:
        admin.change_hook(place, known.id, url, secret)
    wrong = "; ".join(symptom.detail for symptom in wrong_with(known))
    if wrong:
        return f"{place}: hook {known.id} {wrong}; it {would or 'is '}mended"
    return f"{place}: hook {known.id} is as it should be; its secret {would or 'is '}written again"


def examine(place: str | None, url: str, *, admin: ForgeAdmin) -> tuple[Symptom, ...]:
    """Look at the hook of a place, at the App, and at the token; what cannot be looked at is a
    symptom too."""
    looks: list[tuple[str, Callable[[], Iterable[Symptom]]]] = [
        ("the App", partial(_app, admin, hooked=place is not None)),
        ("the hourly allowance", partial(_allowance, admin)),
    ]
    if place is not None:
        looks.insert(0, (f"the hooks of {place}", partial(_hook, place, url, admin)))
    found: list[Symptom] = []
    for what, look in looks:
        try:
            found += look()
        except AsloError as error:
            cure = _cure(what, error)
            found.append(Symptom(what, ok=False, detail=error.message, cure=cure))
    return tuple(found)


def warn(found: Iterable[Symptom]) -> None:
    """Log what is wrong, for whoever looks every hour."""
    for symptom in found:
        if not symptom.ok:
            logger.warning("forge: %s: %s; %s", symptom.what, symptom.detail, symptom.cure)


def _cure(what: str, error: AsloError) -> str:
    if isinstance(error, ForgeLimitError):
        return f"wait for {error.pause.total_seconds():.0f} s, then run it again"
    if isinstance(error, ForgeUnreachedError):
        return UNREACHED
    if what == "the App":
        return "check ASLO_FORGE_APP_ID and ASLO_FORGE_APP_KEY"
    if what == "the hourly allowance":
        return "check ASLO_FORGE and ASLO_FORGE_TOKEN"
    return (
        "give ASLO_FORGE_ADMIN_TOKEN the right to manage webhooks (admin:org_hook, or "
        "admin:repo_hook for one repository), or the App that permission"
    )


def ours(hooks: Sequence[Hook], url: str) -> Hook | None:
    """The hook that leads to us."""
    return next((hook for hook in hooks if hook.url == url), None)


def _hook(place: str, url: str, admin: ForgeAdmin) -> Iterator[Symptom]:
    known = ours(admin.hooks(place), url)
    if known is None:
        detail = f"{place} has no hook to {url}"
        yield Symptom("hook", ok=False, detail=detail, cure=f"run `aslo forge setup {place}`")
        return
    wrong = wrong_with(known)
    yield from wrong or (Symptom(f"hook {known.id}", ok=True, detail=f"leads to {url}"),)
    yield _deliveries(admin.sent(place, known.id))


def _deliveries(sent: Sequence[Sent]) -> Symptom:
    """Failed ones count unless they arrived later under the same GUID."""
    arrived = {each.guid for each in sent if each.arrived}
    lost = [each for each in sent if each.guid not in arrived]
    if not lost:
        return Symptom("deliveries", ok=True, detail=f"the last {len(sent)} arrived")
    last = max(lost, key=lambda each: each.delivered_at)
    return Symptom(
        "deliveries",
        ok=False,
        detail=f"{len({each.guid for each in lost})} of the last {len(sent)} did not arrive; the "
        f"latest, {last.guid} ({last.event}), was answered with {last.code or 'nothing'}",
        cure="see that this site can be reached and has the hook's secret, then redeliver them",
    )


def _app(admin: ForgeAdmin, *, hooked: bool) -> Iterator[Symptom]:
    app = admin.app()
    if app is None:
        return
    yield Symptom("App key", ok=True, detail=f"GitHub knows us as {app.slug}")
    yield _permissions(app.permissions)
    yield _check_events(app)
    if not hooked:
        yield _events(app, admin)


def _permissions(given: Mapping[str, str]) -> Symptom:
    missing = [f"{name}: {want[0]}" for name, want in NEEDED.items() if given.get(name) not in want]
    return Symptom(
        "App permissions",
        ok=not missing,
        detail=f"lacking {', '.join(missing)}" if missing else "sufficient",
        cure="grant them in the App's settings, and let each organisation accept them",
    )


def _check_events(app: AppState) -> Symptom:
    """Of commits the App alone is told, whatever hook tells of releases."""
    missing = [event for event in CHECK_EVENTS if event not in app.events]
    return Symptom(
        "checks of commits",
        ok=not missing,
        detail=f"the App is not told of {' and '.join(missing)} events"
        if missing
        else "the App is told of pushes and pull requests",
        cure="subscribe to them in the App's settings",
    )


def _events(app: AppState, admin: ForgeAdmin) -> Symptom:
    missing = [event for event in EVENTS if event not in app.events]
    if not missing:
        return _deliveries(admin.app_sent())
    return Symptom(
        "App events",
        ok=False,
        detail=f"it is not told of {' and '.join(missing)} events",
        cure="subscribe to them in the App's settings, or run `aslo forge setup` for a hook, and "
        "name its organisation in ASLO_FORGE_PLACE",
    )


def _allowance(admin: ForgeAdmin) -> Iterator[Symptom]:
    found = admin.allowance()
    yield Symptom(
        "hourly allowance",
        ok=found.remaining * LOW >= found.limit,
        detail=f"{found.remaining} of {found.limit} questions are left",
        cure="wait for the hour to end, and see what else uses this account",
    )
    if found.scopes is not None:
        yield Symptom(
            "token",
            ok=bool(WRITING_SCOPES & set(found.scopes)),
            detail=f"its scopes are {', '.join(found.scopes) or 'none'}",
            cure="make a token with the scope public_repo, so that it can comment",
        )
