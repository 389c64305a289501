"""A developer with a real browser asks why a release is not there, at a running site."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from fakes.world import INFO, MOON, a_tree
from fixtures.axe import violations
from fixtures.live import Live, live
from fixtures.public_pages import NARROW, opened, too_wide

pytestmark = pytest.mark.needs("chromium")

PICTURES = Path(__file__).parents[2] / "build" / "pictures"
PATIENCE = 60_000
ORG, OTHERS = "sugarlabs-demo", "quiet-people"
ANA = "ana"
CLIENT = {
    "github_client_id": "site-for-tests",
    "github_client_secret": "client-secret-for-tests",
    "session_secret": "session-secret-for-tests-that-is-long",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site that may read the log of the webhook of one organisation."""
    settings = {"builder": "plain", "forge_admin_token": "admin", "forge_place": ORG, **CLIENT}
    # At its end there are deliveries that it was never to know of.
    with live(tmp_path_factory.mktemp("why"), rests=False, outages=True, **settings) as made:
        secret, back = CLIENT["github_client_secret"], f"{made.url}/account/"
        made.forge.add_oauth_app(CLIENT["github_client_id"], secret, back)
        yield made


@contextmanager
def nobody_told(site: Live) -> Iterator[None]:
    """While this lasts the forge tells only of what has a hook of its own."""
    url, site.forge.webhooks.url = site.forge.webhooks.url, ""
    try:
        yield
    finally:
        site.forge.wait()
        site.forge.webhooks.url = url


def an_activity(name: str, version: str = "1", **changed: str) -> dict[str, bytes]:
    """A tree of an activity of its own."""
    info = INFO.replace(MOON, f"org.sugarlabs.{name}").replace("Moon", name)
    info = info.replace("activity_version = 1", f"activity_version = {version}")
    for old, new in changed.items():
        info = "\n".join(new if line.startswith(old) else line for line in info.splitlines())
    return a_tree(info + "\n")


def only_tagged(site: Live) -> str:
    name = f"{ORG}/only-tagged"
    site.forge.add_repository(*name.split("/"))
    site.forge.commit(name, an_activity("Tagged"), replace=True)
    site.forge.tag(name, "v1")
    return name


def untold(site: Live) -> str:
    name = f"{OTHERS}/untold"
    with nobody_told(site):
        site.release(name, an_activity("Untold"), "v1")
    site.forge.add_collaborator(name, ANA)
    return name


def of_another_secret(site: Live) -> str:
    name = f"{ORG}/other-secret"
    config = {"url": f"{site.url}/api/hook", "content_type": "json", "secret": "another"}
    hook = {"events": ["release"], "config": config}
    site.forge.hooks.add(ORG, hook)
    with nobody_told(site):
        site.release(name, an_activity("Secret"), "v1")
    return name


def failed(site: Live) -> str:
    name = f"{OTHERS}/failing"
    site.build_of(site.release(name, an_activity("Failing", exec=""), "v1"))
    return name


def of_a_taken_version(site: Live) -> str:
    name = f"{OTHERS}/again"
    site.build_of(site.release(name, an_activity("Again"), "v1"))
    changed = an_activity("Again", summary="summary = Another content")
    site.build_of(site.release(name, changed, "v2"))
    return name


def of_anothers_id(site: Live) -> str:
    name = f"{OTHERS}/copied"
    site.build_of(site.release(f"{OTHERS}/first", an_activity("Copied"), "v1"))
    site.build_of(site.release(name, an_activity("Copied", "2"), "v1"))
    return name


def for_testing(site: Live) -> str:
    name = f"{OTHERS}/testing"
    site.build_of(site.release(name, an_activity("Testing"), "v1", prerelease=True))
    return name


def hidden(site: Live) -> str:
    name = f"{OTHERS}/hidden"
    site.build_of(site.release(name, an_activity("Hidden"), "v1"))
    site.forge.set_private(name)
    return name


CAUSES: tuple[tuple[Callable[[Live], str], str, str], ...] = (
    (only_tagged, "a tag alone is not published", "Release on GitHub"),
    (untold, "no webhook and no App tells this store", "Told to this store"),
    (of_another_secret, "with another secret than this store knows", "Told to this store"),
    (failed, "exec", "Build"),
    (of_a_taken_version, "is published already, with other content", "Build"),
    (of_anothers_id, f"belongs to {OTHERS}/first", "Build"),
    (for_testing, "only those who ask for the testing channel", "Offered to Sugar"),
    (hidden, f"shows no public repository {OTHERS}/hidden", "Repository"),
)


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"why-{name}.png", full_page=True)


@pytest.mark.parametrize(("arrange", "why", "where"), CAUSES)
def test_the_form_leads_to_the_cause_and_its_cure(site, chromium, arrange, why, where):
    name = arrange(site)

    with opened(chromium, java_script_enabled=False) as page:
        page.goto(f"{site.url}/why")
        page.get_by_label("Repository, its address on GitHub").fill(f"{site.forge.url}/{name}")
        page.get_by_role("button", name="Find out").click()

        expect(page).to_have_url(f"{site.url}/why/{name}")
        said = page.locator(".notice").first
        expect(said).to_contain_text(why)
        expect(said).to_contain_text("Cure:")
        expect(page.locator(".step", has_text="broken here").first).to_contain_text(where)
        picture(page, arrange.__name__)


def test_the_page_is_for_everybody(site, chromium):
    name = only_tagged_once(site)
    for lang in ("en", "ar"):
        with opened(chromium, viewport=NARROW, color_scheme="dark") as page:
            page.goto(f"{site.url}/{lang}/why/{name}")
            assert violations(page) == []
            assert too_wide(page) <= 0
            picture(page, f"narrow-{lang}")


def only_tagged_once(site: Live) -> str:
    name = f"{ORG}/for-everybody"
    site.forge.add_repository(*name.split("/"))
    return name


def test_a_maintainer_has_what_was_missed_taken_in_until_it_is_listed(
    site: Live, chromium: Browser
) -> None:
    name = f"{OTHERS}/missed"
    site.build_of(site.release(name, an_activity("Missed"), "v1"))
    with nobody_told(site):
        site.release(name, an_activity("Missed", "2"), "v2")
    site.forge.add_collaborator(name, ANA)

    with opened(chromium) as page:
        page.set_default_timeout(PATIENCE)
        page.goto(f"{site.url}/why/{name}")
        expect(page.locator(".notice").first).to_contain_text("Nobody told this store")
        page.get_by_role("link", name="Sign in with GitHub").click()
        page.get_by_role("button", name=ANA, exact=True).click()
        page.get_by_role("button", name="Take in the newest missing release").click()
        expect(page.get_by_text("Releases that were taken in: 1")).to_be_visible()
        picture(page, "taken-in")

        for _ in range(60):
            page.goto(f"{site.url}/why/{name}")
            if page.get_by_text("Nothing is missing").count():
                break
            page.wait_for_timeout(500)
        picture(page, "listed")
        page.get_by_role("link", name="See it in the store").click()
        expect(page.locator("h1")).to_contain_text("Missed")
