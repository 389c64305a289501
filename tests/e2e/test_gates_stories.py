"""What somebody comes for, from the first page to the file: without JavaScript, and with it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fixtures.public_pages import opened

pytestmark = pytest.mark.needs("chromium")


def test_everything_is_reached_without_javascript(full_site, chromium):
    with opened(chromium, java_script_enabled=False) as page:
        page.goto(f"{full_site}/en/")
        page.locator("a[rel=next]").click()
        expect(page.locator("article.card").first).to_be_visible()
        assert "after=" in page.url
        _find(page, "vulcano")
        _narrow(page)
        page.locator("article.card h2 a", has_text="Volcano").click()
        _read_notes(page)
        _see_a_picture_alone(page)
        _fetch_an_old_release(page)
        _speak_another_language(page, "es", "Volcán")
        page.goto(f"{full_site}/es/builds")
        page.locator("main li a", has_text="v5").click()
        expect(page.locator("ol.log").last).to_contain_text("checked file 89 of 90")


def test_a_reader_with_the_script_finds_looks_and_comes_back(full_site, chromium):
    with opened(chromium) as page:
        page.goto(f"{full_site}/en/")
        field = page.get_by_role("combobox")
        field.press_sequentially("vulcano")
        expect(page.get_by_role("option", name="Volcano")).to_be_visible()
        field.press("Enter")
        expect(page.locator("h1 bdi")).to_have_text("volcano", ignore_case=True)
        _narrow(page)
        page.locator("article.card h2 a", has_text="Volcano").click()
        _look_by_keyboard(page)
        _read_notes(page)
        _fetch_an_old_release(page)
        _speak_another_language(page, "es", "Volcán")
        page.go_back()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("h1")).to_have_text("Volcano")


def _find(page: Page, text: str) -> None:
    page.locator("input[name=q]").first.fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("h1 bdi")).to_have_text("volcano", ignore_case=True)
    # What was really asked for stays one link away.
    expect(page.locator("main a[href*='exact=1']")).to_be_visible()


def _narrow(page: Page) -> None:
    page.locator("main details summary").first.click()
    page.locator("select[name=category]").select_option("geography")
    page.locator("main form.choices button[type=submit]").click()
    page.wait_for_url("**category=geography**")
    expect(page.locator("article.card h2 a", has_text="Volcano")).to_be_visible()


def _read_notes(page: Page) -> None:
    expect(page.locator(".notes")).to_contain_text("The moon now turns")
    expect(page.locator(".notes table")).to_be_visible()


def _see_a_picture_alone(page: Page) -> None:
    page.locator("a[data-lightbox]").first.click()
    expect(page.locator("img")).to_have_count(1)
    page.go_back()


def _look_by_keyboard(page: Page) -> None:
    first = page.locator("a[data-lightbox]").first
    first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    shown = dialog.locator("img").get_attribute("src")
    page.keyboard.press("ArrowRight")
    assert dialog.locator("img").get_attribute("src") != shown
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("a[data-lightbox]").nth(1)).to_be_focused()


def _fetch_an_old_release(page: Page) -> None:
    with page.expect_download() as started:
        page.locator("a[href*='/11.2/'][href*='/download/']").first.click()
    assert started.value.suggested_filename == "Volcano-11.2.xo"
    assert Path(started.value.path()).stat().st_size > 1000


def _speak_another_language(page: Page, lang: str, name: str) -> None:
    page.locator(f"footer a[lang={lang}]").click()
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("h1")).to_have_text(name)
