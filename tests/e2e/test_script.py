"""The one script, in a real browser: suggestions, large pictures, copies, and dark colours."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest
from flask import jsonify, request
from playwright.sync_api import Browser, Page, expect

from fixtures.axe import violations
from fixtures.shown_site import a_dressed_site, served

pytestmark = pytest.mark.needs("chromium")

MOON = "/org.sugarlabs.Moon/3"
NO_DIALOG = "delete HTMLDialogElement.prototype.showModal"
NO_CLIPBOARD = "Object.defineProperty(Navigator.prototype, 'clipboard', {value: undefined})"
REFUSES_TO_KEEP = """Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('refused', 'SecurityError') }
})"""


class Suggests:
    """What the site suggests, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.arrived = Event()
        self.let_go = Event()

    def __call__(self):
        text = request.args["q"]
        self.asked.append(text)
        if text == "slow":
            self.arrived.set()
            self.let_go.wait(20)
        if text == "broken":
            return "no", 500
        names = [f"{text} {number}" for number in range(10)] if text != "none" else []
        return jsonify(
            [{"name": n, "lang": "gn", "url": f"{MOON}?{n[-1]}", "icon": None} for n in names]
        )


@pytest.fixture(scope="module")
def suggests() -> Suggests:
    return Suggests()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, suggests: Suggests) -> Iterator[str]:
    with a_dressed_site(tmp_path_factory.mktemp("site")) as site:
        site.app.view_functions["pages.suggest"] = suggests
        with served(site) as url:
            yield url


@pytest.fixture
def show(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a page; whatever the console says is a fault."""
    contexts, faults = [], []

    def shown(path: str, before: str = "", **how) -> Page:
        context = chromium.new_context(**{"color_scheme": "light", "locale": "en-US", **how})
        contexts.append(context)
        if before:
            context.add_init_script(before)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address + path)
        return page

    yield shown
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "500" not in fault] == []


def search(page: Page, text: str) -> None:
    page.get_by_role("combobox", name="Search activities").press_sequentially(text)


def test_suggestions_come_from_two_letters_at_one_request_a_pause(show, suggests):
    page = show("/")
    suggests.asked.clear()

    search(page, "m")
    # Longer than the script waits, so that one letter would have been asked by now.
    page.wait_for_timeout(400)
    search(page, "oon")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(8)

    assert suggests.asked == ["moon"]
    assert (
        page.get_by_role("combobox", name="Search activities").get_attribute("aria-expanded")
        == "true"
    )
    assert page.locator("[role=option] bdi").first.get_attribute("lang") == "gn"
    assert violations(page) == []


def test_arrows_choose_a_suggestion_and_enter_opens_it(show, address):
    page = show("/")
    field = page.get_by_role("combobox", name="Search activities")
    search(page, "moon")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(8)

    for key, chosen in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", None)):
        page.keyboard.press(key)
        selected = page.locator("[role=option][aria-selected=true]")
        expect(selected).to_have_count(0 if chosen is None else 1)
        named = None if chosen is None else selected.get_attribute("id")
        assert field.get_attribute("aria-activedescendant") == named
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{address}{MOON}?7")


def test_a_suggestion_opens_by_a_click(show, address):
    page = show("/")
    search(page, "moon")

    page.get_by_role("listbox").get_by_role("option").nth(2).click()

    page.wait_for_url(f"{address}{MOON}?2")


def test_escape_closes_the_suggestions_and_keeps_the_text(show):
    page = show("/")
    field = page.get_by_role("combobox", name="Search activities")
    search(page, "moon")
    expect(page.get_by_role("listbox")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("listbox")).to_be_hidden()
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "moon"


def test_leaving_the_field_closes_the_suggestions(show):
    page = show("/")
    search(page, "moon")
    expect(page.get_by_role("listbox")).to_be_visible()

    page.keyboard.press("Tab")

    expect(page.get_by_role("listbox")).to_be_hidden()


def test_an_answer_that_comes_late_is_given_up(show, suggests):
    page = show("/")
    given_up: list[str] = []
    page.on("requestfailed", lambda request: given_up.append(request.url.partition("?")[2]))
    search(page, "slow")
    assert suggests.arrived.wait(20)

    search(page, "er")
    expect(page.get_by_role("listbox").get_by_role("option").first).to_have_text("slower 0")
    suggests.let_go.set()

    assert given_up == ["q=slow"]


@pytest.mark.parametrize("text", ["broken", "none"])
def test_without_suggestions_the_form_still_searches(show, suggests, text):
    page = show("/")
    with page.expect_response("**/suggest?*"):
        search(page, text)

    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/search?q={text}")


@pytest.mark.parametrize(
    ("path", "forth", "back"), [(MOON, "Right", "Left"), (f"/ar{MOON}", "Left", "Right")]
)
def test_pictures_are_shown_large_one_after_the_other(show, path, forth, back):
    page = show(path)
    links, dialog = page.locator("a[data-lightbox]"), page.get_by_role("dialog")
    links.first.click()
    expect(dialog).to_be_visible()
    assert violations(page) == []

    for key, number in ((forth, 1), (forth, 2), (forth, 0), (back, 2)):
        page.keyboard.press(f"Arrow{key}")
        expect(dialog.locator("img")).to_have_attribute(
            "src", links.nth(number).evaluate("a=>a.href")
        )
    page.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(links.nth(2)).to_be_focused()


def test_the_buttons_of_a_large_picture_do_what_they_say(show):
    page = show(MOON)
    links, dialog = page.locator("a[data-lightbox]"), page.get_by_role("dialog")
    links.first.click()

    dialog.get_by_role("button", name="Next picture").click()
    expect(dialog.locator("img")).to_have_attribute("src", links.nth(1).evaluate("a => a.href"))
    dialog.get_by_role("button", name="Previous picture").click()
    expect(dialog.locator("img")).to_have_attribute("src", links.nth(0).evaluate("a => a.href"))
    dialog.get_by_role("button", name="Close").click()

    expect(dialog).to_be_hidden()


def test_the_words_below_a_large_picture_say_their_language(show):
    page = show(MOON)
    small, dialog = page.locator("a[data-lightbox] img").first, page.get_by_role("dialog")
    small.evaluate("picture => { picture.lang = 'gn' }")
    small.click()

    said = dialog.locator(".lightbox-caption bdi")
    expect(said).to_have_text(small.get_attribute("alt") or "")
    expect(said).to_have_attribute("lang", "gn")
    expect(dialog.locator("img")).to_have_attribute("lang", "gn")


def test_without_dialogs_a_picture_is_a_link(show):
    page = show(MOON, NO_DIALOG)
    link = page.locator("a[data-lightbox]").first
    where = link.evaluate("a => a.href")

    link.click()

    page.wait_for_url(where)


@pytest.mark.parametrize("before", ["", NO_CLIPBOARD])
def test_a_button_copies(show, before):
    page = show(MOON, before, permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy the SHA-256")

    button.click()
    expect(button).to_have_text("Copied")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    page.locator("#top-search").focus()
    page.keyboard.press("Control+V")

    assert page.locator("#top-search").input_value() == page.locator("#sha256").inner_text()
    expect(button).to_have_text("Copy")


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


@pytest.mark.parametrize(("system", "other"), [("light", "dark"), ("dark", "light")])
def test_the_colours_are_the_readers_choice_and_stay(show, system, other):
    page = show("/", color_scheme=system)
    button = page.get_by_role("button", name="Dark colours")
    usual = ground(page)
    assert button.get_attribute("aria-pressed") == str(system == "dark").lower()

    button.click()
    chosen = ground(page)
    page.goto(page.url + "builds")
    stayed = ground(page)
    button.click()

    assert chosen == stayed != usual
    assert ground(page) == usual
    # Who has chosen what the system has goes with the system again.
    page.emulate_media(color_scheme=other)
    assert ground(page) == chosen
    assert page.context.cookies() == []


def test_a_browser_that_keeps_nothing_still_changes_its_colours(show):
    page = show("/", REFUSES_TO_KEEP)
    usual = ground(page)

    page.get_by_role("button", name="Dark colours").click()

    assert ground(page) != usual


def test_without_the_script_no_button_promises_anything(show):
    page = show(MOON, java_script_enabled=False)

    assert page.locator("button:visible").count() == 1
    assert page.locator("button:visible").get_attribute("type") == "submit"
    assert page.locator("dialog").is_hidden()
