"""A developer with a real browser: signs in at the forge, watches a build, has it tried again.

The site is behind the real nginx, and the forge is the simulated one.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from aslo.simulator.faults import Fault
from fakes.world import INFO, MOON, a_tree, saying
from fixtures.axe import violations
from fixtures.live import eventually
from fixtures.signing_in import MAINTAINER, STRANGER, Fronted, fronted, sign_in

pytestmark = [pytest.mark.needs("nginx"), pytest.mark.needs("chromium")]

PICTURES = Path(__file__).parents[2] / "build" / "pictures"
PATIENCE = 60_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fronted]:
    with fronted(tmp_path_factory.mktemp("sign-in")) as made:
        yield made


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser in which nobody has signed in yet."""
    opened = []

    def begin(**how: object) -> BrowserContext:
        opened.append(chromium.new_context(locale="en-US", **how))
        opened[-1].set_default_timeout(PATIENCE)
        return opened[-1]

    yield begin
    for context in opened:
        context.close()


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"sign-in-{name}.png", full_page=True)


def page_of(context: BrowserContext, place: Fronted, build: dict) -> Page:
    page = context.new_page()
    page.goto(f"{place.url}/builds/{build['id']}")
    return page


def test_a_maintainer_signs_in_and_has_a_failed_build_tried_again_to_its_end(place, visit):
    _, build = place.failed("sugarlabs-demo/moon")
    context = visit()
    page = page_of(context, place, build)
    assert context.cookies() == []
    picture(page, "before")

    sign_in(page, MAINTAINER)

    assert page.url == f"{place.url}/builds/{build['id']}"
    expect(page.get_by_text("Signed in as ana")).to_be_visible()
    (cookie,) = context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("aslo", True, "Lax")
    assert page.evaluate("document.cookie") == ""
    assert violations(page) == []
    picture(page, "maintainer")

    place.cure("sugarlabs-demo/moon", a_tree())
    page.get_by_role("button", name="Start this build once more").click()
    assert page.url == f"{place.url}/builds/{build['id']}"
    # Nothing is touched from here on: the page renews itself.
    expect(page.locator("h1")).to_contain_text("published", timeout=PATIENCE)
    expect(page.get_by_text("Started once more here by ana")).to_be_visible()
    picture(page, "published")
    assert page.get_by_role("button", name="Start this build once more").count() == 0


def test_a_stranger_is_refused_and_whoever_signs_out_is_out(place, visit):
    _, build = place.failed("sugarlabs-demo/sun")
    page = page_of(visit(), place, build)
    sign_in(page, STRANGER)

    expect(page.get_by_text("Signed in as ben")).to_be_visible()
    assert page.get_by_role("button", name="Start this build once more").count() == 0
    # Whoever writes the form themselves gets no further.
    page.evaluate(
        """path => {
        const form = document.querySelector('form[action$="sign-out"]');
        form.action = path;
        form.submit();
    }""",
        f"/builds/{build['id']}/retry",
    )
    expect(page.locator("h1")).to_have_text("This did not work")
    expect(
        page.get_by_text(
            "may write to sugarlabs-demo/sun at the forge may do this, and ben may not"
        )
    ).to_be_visible()
    picture(page, "stranger")
    assert place.state_of(build) == "failed"

    page.goto(f"{place.url}/account")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in with GitHub")).to_be_visible()
    assert page.context.cookies() == []


def test_whoever_refuses_at_the_forge_is_not_signed_in(place, visit):
    page = visit().new_page()
    page.goto(f"{place.url}/account")
    page.get_by_role("link", name="Sign in with GitHub").click()
    page.get_by_role("button", name="Nobody").click()

    expect(page.get_by_text("access_denied")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in with GitHub")).to_be_visible()


@pytest.mark.parametrize("scripted", [True, False])
def test_a_build_is_watched_from_waiting_to_its_end_without_a_touch(place, visit, scripted):
    full_name = f"sugarlabs-demo/watched-{scripted}".lower()
    # The people of the repository are asked for late, so that there is something to see.
    place.site.forge.faults.order(
        Fault(rf"GET /repos/{full_name}/contributors", status=None, delay_seconds=5)
    )
    bundle = saying(bundle_id=f"org.sugarlabs.Watched{scripted}")
    tree = a_tree()
    release = place.site.release(full_name, tree, "v1", assets={"Moon-1.xo": bundle})
    place.site.forge.wait()
    page = visit(java_script_enabled=scripted).new_page()
    page.goto(f"{place.url}/builds/{place.site._build_id(release)}")

    expect(page.locator("h1")).to_contain_text("in work", timeout=PATIENCE)
    expect(page.locator(".steps")).to_contain_text("in work")
    expect(page.locator(".log")).to_contain_text("is commit")
    picture(page, f"live-{scripted}")
    expect(page.locator("h1")).to_contain_text("published", timeout=PATIENCE)
    expect(page.locator(".steps")).not_to_contain_text("in work")


def test_a_comment_of_the_maintainer_starts_it_and_one_of_a_stranger_does_not(place):
    full_name = "sugarlabs-demo/mars"
    _, build = place.failed(full_name)
    forge = place.site.forge
    forge.add_comment(full_name, build["commit"], "/aslo retry", STRANGER)
    told = eventually(lambda: settled(place, "ben may not write"))
    assert place.state_of(build) == "failed"

    place.cure(full_name, a_tree(bundle_info("org.sugarlabs.Mars")))
    forge.add_comment(full_name, build["commit"], "/aslo retry\n\nThank you", MAINTAINER)

    place.await_state(build, "published")
    page = place.site.http.get(f"/builds/{build['id']}").text
    assert "Started once more by a comment of" in page
    assert told != settled(place, "be tried again")
    # Our own comments were told to us as well, and none of them started anything.
    said = place.site.comments(full_name, build["commit"])
    assert any("comment `/aslo retry` here" in each for each in said)


@pytest.mark.case("A06")
def test_nginx_keeps_no_page_of_somebody_who_signed_in(place, visit):
    _, build = place.failed("sugarlabs-demo/pluto")
    page = page_of(visit(), place, build)
    sign_in(page, MAINTAINER)
    expect(page.get_by_text("Signed in as ana")).to_be_visible()

    with httpx.Client(base_url=place.url, trust_env=False) as anybody:
        for path in (f"/builds/{build['id']}", f"/es/builds/{build['id']}", "/account"):
            seen = [page.goto(f"{place.url}{path}") for _ in range(2)]
            for answer in seen:
                assert answer.headers["cache-control"] == "private, no-store"
                assert "x-cache" not in answer.headers
            other = anybody.get(path)
            assert "sign-out" not in other.text
            assert "Set-Cookie" not in other.headers
        # What everybody gets is kept whoever asks first.
        page.goto(f"{place.url}/help")
        assert anybody.get("/help").headers["X-Cache"] == "HIT"


def settled(place: Fronted, words: str) -> str | None:
    """The GUID of the delivery that was settled for a reason with these words."""
    for delivery in place.site.forge.deliveries():
        if delivery["event"] == "commit_comment":
            kept = place.site.http.get(f"/api/v1/deliveries/{delivery['guid']}").json()
            if words in (kept.get("reason") or ""):
                return str(delivery["guid"])
    return None


def bundle_info(bundle_id: str) -> str:
    return INFO.replace(MOON, bundle_id)
