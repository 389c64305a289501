"""Every error has one face for programs and one for people."""

import logging
from datetime import timedelta

import pytest

from aslo.domain import errors
from aslo.domain.errors import AsloError
from aslo.domain.problem import Problem
from aslo.web.language import OFFERED, Reader, interface_languages

STATUSES = {
    "AsloError": 500,
    "AuthorError": 422,
    "BadSignatureError": 401,
    "BadDeliveryError": 422,
    "TagNotFoundError": 422,
    "BadSourceError": 422,
    "BuildFailedError": 422,
    "BadAssetError": 422,
    "BadBundleError": 422,
    "BundleIdTakenError": 422,
    "BundleIdUnassignedError": 422,
    "VersionTakenError": 422,
    "ActivityOwnedError": 500,
    "BackupError": 500,
    "BadQuestionError": 400,
    "NotFoundError": 404,
    "StaleClaimError": 500,
    "OutageError": 503,
    "ForgeError": 503,
    "ForgeUnreachedError": 503,
    "ForgeLimitError": 503,
    "ForgeHeldError": 503,
    "StoreError": 503,
    "MalformedDocumentError": 503,
    "UnfinishedRecordError": 503,
    "FilesError": 503,
    "BuilderError": 503,
    "SiteError": 503,
    "BusyError": 503,
    "CatalogError": 503,
}
ARGUMENTS = {
    "TagNotFoundError": ("v1", "sugarlabs-demo/moon"),
    "BadBundleError": ([Problem("no-info", "there is none", "Add it.")],),
    "BundleIdUnassignedError": ("org.a.B", "", "sugarlabs-demo/moon"),
    "BundleIdTakenError": ("org.a.B", "org.a.B", "sugarlabs-demo/moon"),
    "VersionTakenError": ("org.a.B", "1", "v1"),
}


def made(name: str) -> AsloError:
    given = ARGUMENTS.get(name, ("it broke at /secret/place",))
    more = (
        {"retry_after": timedelta(seconds=9)}
        if name in ("ForgeLimitError", "ForgeHeldError")
        else {}
    )
    return getattr(errors, name)(*given, **more)


def ask(site, error: Exception, accept: str = "application/json"):
    def fail():
        raise error

    site.app.add_url_rule("/fails", view_func=fail)
    return site.client.get("/fails", headers={"Accept": accept})


def test_the_table_of_this_test_names_every_error():
    known = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, AsloError)
    }

    assert known == set(STATUSES)


@pytest.mark.parametrize("name", STATUSES)
def test_each_error_has_its_status_and_one_json_shape(site, name):
    error = made(name)

    answer = ask(site, error)

    assert answer.status_code == STATUSES[name]
    assert {"error", "message", "hint"} <= set(answer.json)
    assert all(answer.json.values())
    if answer.status_code != 500:
        assert answer.json["error"] == error.code


@pytest.mark.parametrize("name", STATUSES)
def test_each_error_has_a_page(site, read, name):
    answer = ask(site, made(name), accept="text/html")

    assert answer.status_code == STATUSES[name]
    assert read(answer).find(".//h1").text_content().strip()


@pytest.mark.parametrize("name", [name for name, status in STATUSES.items() if status >= 500])
def test_what_is_our_fault_tells_nothing_of_our_machines(site, name):
    assert "/secret/place" not in ask(site, made(name)).text


def test_an_outage_says_when_to_come_again(site):
    assert int(ask(site, errors.StoreError("gone")).headers["Retry-After"]) > 0


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_anything_unexpected_ends_with_a_number_that_the_log_has(site, caplog, accept):
    with caplog.at_level(logging.ERROR):
        answer = ask(site, ZeroDivisionError("at /secret/place"), accept)

    number = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    assert number in answer.text
    assert number in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "/secret/place" not in answer.text


def test_a_page_that_is_not_there_offers_a_search(site, read):
    answer = site.client.get("/nothing/here", headers={"Accept": "text/html"})

    assert answer.status_code == 404
    assert read(answer).find(".//main//form[@role='search']") is not None


@pytest.mark.parametrize("path", ["/nothing/here", "/org.sugarlabs.Nothing/1"])
@pytest.mark.parametrize("lang", sorted({*interface_languages(), *OFFERED}))
def test_a_reader_who_finds_nothing_is_told_and_searches_in_their_language(site, read, lang, path):
    answer = site.client.get(f"/{lang}{path}", headers={"Accept": "text/html"})
    page = read(answer)

    assert answer.status_code == 404
    assert page.get("lang") == Reader(lang).interface.replace("_", "-")
    assert page.get("dir") == ("rtl" if page.get("lang") in {"ar", "he", "ur"} else "ltr")
    assert set(page.xpath("//form[@role='search']/@action")) == {f"/{lang}/search"}


@pytest.mark.parametrize("lang", sorted({*interface_languages(), *OFFERED}))
def test_a_reader_whose_page_broke_gets_its_number_in_their_language(
    site, read, lang, monkeypatch, caplog
):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(site.catalog, "find", broken)

    answer = site.client.get(f"/{lang}/", headers={"Accept": "text/html"})
    page = read(answer)

    assert answer.status_code == 500
    assert page.get("lang") == Reader(lang).interface.replace("_", "-")
    assert answer.headers["X-Request-ID"] in page.find(".//main").text_content()
    assert answer.headers["X-Request-ID"] in caplog.text


@pytest.mark.parametrize("path", ["/api/nothing", "/builds/b9.json"])
def test_programs_get_json_whatever_they_accept(site, path):
    answer = site.client.get(path, headers={"Accept": "text/html"})

    assert answer.status_code == 404
    assert set(answer.json) == {"error", "message", "hint"}


def test_an_error_is_not_kept(site):
    assert site.client.get("/nothing").headers["Cache-Control"] == "no-store"
