"""The pages and the operation that say why a release is not there."""

import pytest

from aslo.domain.build import BuildState
from aslo.domain.delivery import DeliveryState, Verdict
from aslo.domain.errors import ForgeError, StoreError
from aslo.domain.problem import Problem
from fakes.accounts import ANA, BEN, FakeAccounts, sign_in
from fakes.traced import MOON, NAME, Traced
from fakes.values import a_delivery, a_release
from fakes.web_site import WebSite

PAGE = f"/why/{NAME}"
BROKEN = (Problem("no-exec", "there is no exec", "Add exec."),)


@pytest.fixture
def traced(tmp_path):
    return Traced(tmp_path)


@pytest.fixture
def site(traced):
    return WebSite(traced.store, catalog=traced.catalog, trace=traced.tracer.trace)


@pytest.fixture
def show(site, read):
    return lambda path=PAGE: read(site.client.get(path))


def words(element):
    return " ".join(element.text_content().split())


def steps(page):
    return [words(each) for each in page.find_class("step")]


def test_the_cause_and_its_cure_are_told_first(traced, show):
    traced.built(BuildState.FAILED, problems=BROKEN)

    page = show()

    assert page.find(".//title").text.startswith(f"{NAME}: Why is it not there?")
    [said] = page.find_class("notice")
    assert words(said) == "The build failed: there is no exec. Cure: Add exec."


def test_each_link_is_shown_with_its_state_and_time(traced, show):
    build = traced.built(BuildState.FAILED, problems=BROKEN)

    assert steps(show()) == [
        f"Repository done {NAME}",
        "Newest tag done v1",
        "Release on GitHub done v1 2026-03-01 12:00:00 UTC",
        "Told to this store done 11111111-2222-4333-8444-555555555555 2026-03-01 12:00:00 UTC",
        f"Build broken here {build.id} 2026-03-01 12:00:00 UTC",
        "In the store not reached",
        "Offered to Sugar not reached",
        "Answer on the commit done 2026-03-01 12:00:00 UTC",
    ]


def test_a_listed_release_is_linked_with_what_each_sugar_gets(traced, show):
    traced.needing(python=3, min_sugar="0.116")
    traced.store.add_release(a_release(MOON, "0.5", build_id="old"))

    page = show()

    assert words(page.find_class("notice")[0]).startswith("Nothing is missing")
    rows = [words(row) for row in page.findall(".//tbody/tr")]
    assert rows[0] == "0.116 and later 1"
    assert rows[1].startswith("0.92 to 0.114 0.5 Version 1 needs Python 3, which Sugar has from")
    assert f"/{MOON}/1" in page.xpath("//a/@href")


def test_a_cause_behind_the_first_is_told_at_its_link(traced, show):
    traced.built(BuildState.FAILED, problems=BROKEN)
    traced.tagged("v1", "v2")

    assert "Add exec." in steps(show())[4]


def test_without_the_forge_the_page_says_so_and_what_is_known(traced, site, show):
    traced.listed()
    traced.forge.fails["repository_named"] = [ForgeError("https://inner.example is away")] * 2

    page = show()

    assert "was not looked at this time" in words(page.find_class("notice")[1])
    assert "inner.example" not in site.client.get(PAGE).text


def test_a_repository_that_is_not_for_everybody_is_answered_as_one_that_is_not_there(traced, site):
    traced.listed()
    traced.is_there(private=True)
    private = site.client.get(PAGE)
    traced.outlook.forget(NAME)
    traced.forge.named.clear()
    gone = site.client.get(PAGE)

    assert (private.status_code, private.text) == (404, gone.text)
    assert MOON not in private.text


@pytest.mark.parametrize("path", [PAGE, f"/es{PAGE}", "/why/no/thing"])
def test_nobody_keeps_the_page_or_puts_it_into_an_index(site, path):
    answer = site.client.get(path)

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "asked",
    [NAME, f"https://github.com/{NAME}", f"git@github.com:{NAME}.git", f" {NAME} "],
)
def test_the_form_leads_to_the_repository_that_is_meant(site, asked):
    answer = site.client.get("/fr/why", query_string={"q": asked})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/fr{PAGE}")


def test_the_form_leads_from_a_bundle_id_to_its_repository(traced, site):
    traced.listed()

    assert site.client.get(f"/why?q={MOON}").headers["Location"] == PAGE


@pytest.mark.parametrize("asked", ["x", "org.nobody.Knows", "a/b/../../c d", "<b>/é", "x" * 5000])
def test_what_names_nothing_is_told_so(site, read, asked):
    answer = site.client.get("/why", query_string={"q": asked})

    assert answer.status_code == 404
    assert "neither a repository" in words(read(answer).find_class("notice")[0])


def test_an_empty_form_is_shown(show):
    assert show("/why").find_class("notice") == []


@pytest.mark.parametrize("path", ["/why/a/..", "/why/a/.", "/why/a", "/why/a%00/b", "/why/é/b"])
def test_an_odd_path_is_not_found(site, path):
    assert site.client.get(path).status_code == 404


def test_an_outage_of_the_record_is_told_as_one(traced, site):
    def away(_):
        raise StoreError("away")

    traced.store.activities_of_repository = away

    assert site.client.get(PAGE).status_code == 503


def test_an_address_behind_the_web_server_is_who_asks(traced, site):
    for number in range(13):
        headers = {"X-Forwarded-For": f"9.9.9.{number}"}
        assert "was not looked at" not in site.client.get(f"/why/o/n{number}", headers=headers).text
    for number in range(13):
        answer = site.client.get(f"/why/p/n{number}", headers={"X-Forwarded-For": "8.8.8.8"})
    assert "was not looked at" in answer.text


def test_what_asks_why_is_linked_where_somebody_may_miss_something(traced, site, read):
    traced.listed()
    build = next(iter(traced.store.known_builds))
    for path, link in (
        ("/help/developers", "/why"),
        (f"/builds/{build}", PAGE),
        (f"/{MOON}/releases", f"/why?q={MOON}"),
        ("/org.nobody.Knows", "/why"),
    ):
        assert link in read(site.client.get(path)).xpath("//main//a/@href"), path


# the API


def test_the_api_tells_the_same(traced, site):
    build = traced.built(BuildState.FAILED, problems=BROKEN)

    answer = site.client.get(f"/api/v1{PAGE}")

    told = answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    assert told["cause"] == {
        "reason": "failed",
        "why": "The build failed: there is no exec.",
        "cure": "Add exec.",
    }
    assert told["links"][4] == {
        "name": "build",
        "state": "broken",
        "what": build.id,
        "at": "2026-03-01T12:00:00Z",
        "cause": told["cause"],
    }
    assert (told["repository"], told["tag"], told["note"]) == (NAME, "v1", None)
    assert told["page"] == f"https://aslo.example{PAGE}"
    assert told["build"] == f"https://aslo.example/builds/{build.id}"


def test_the_api_tells_what_each_sugar_is_offered(traced, site):
    traced.needing(min_sugar="0.116")

    told = site.client.get(f"/api/v1{PAGE}").json

    assert told["bundle_id"] == MOON
    assert told["generations"][0] == {
        "first": "0.116",
        "last": None,
        "version": "1",
        "cause": None,
    }
    assert told["generations"][1]["cause"]["reason"] == "needs-newer-sugar"


def test_the_api_finds_no_repository_that_is_not_public(traced, site):
    traced.is_there(private=True)

    answer = site.client.get(f"/api/v1{PAGE}")

    assert (answer.status_code, answer.json["error"]) == (404, "not-found")


# replaying


@pytest.fixture
def accounts():
    return FakeAccounts()


def a_site(traced, accounts, **settings):
    """A site where one can sign in."""
    traced.released()
    return WebSite(
        traced.store,
        catalog=traced.catalog,
        trace=traced.tracer.trace,
        accounts=accounts,
        session_secret=b"a secret of sessions, long enough",
        **settings,
    )


def browser_of(site):
    made = site.app.test_client(use_cookies=True)
    made.environ_base["wsgi.url_scheme"] = "https"
    made.environ_base["HTTP_HOST"] = "aslo.example"
    return made


@pytest.fixture
def open_site(traced, accounts):
    """A site where one can sign in, and that a webhook of the repository once told of something."""
    ping = {"event": "ping", "verdict": Verdict.IGNORE, "state": DeliveryState.IGNORED}
    about = {"content": None, "build_id": None, "repository": traced.repository}
    traced.store.add_delivery(a_delivery("ping-1", **ping, **about))
    return a_site(traced, accounts)


@pytest.fixture
def browser(open_site):
    return browser_of(open_site)


def form_of(page):
    return page.text.partition('name="csrf" value="')[2].partition('"')[0]


def buttons(page):
    return page.text.count(f'action="{PAGE}/replay"')


@pytest.mark.parametrize("which", ["newest", "every"])
def test_who_maintains_a_repository_has_what_was_missed_taken_in(
    browser, open_site, accounts, traced, which
):
    accounts.let_in(ANA, traced.repository)
    sign_in(browser, accounts, ANA)
    page = browser.get(PAGE)
    assert (buttons(page), page.headers["Cache-Control"]) == (1, "private, no-store")

    done = browser.post(f"{PAGE}/replay", data={"csrf": form_of(page), "which": which})

    assert (done.status_code, done.headers["Location"]) == (303, f"{PAGE}?taken=1")
    assert open_site.replayed == [(NAME, which)]
    assert "Releases that were taken in: 1" in browser.get(f"{PAGE}?taken=1").text


def test_whoever_has_it_taken_in_goes_on_reading_in_their_language(browser, accounts, traced):
    accounts.let_in(ANA, traced.repository)
    sign_in(browser, accounts, ANA)
    page = browser.get(f"/es{PAGE}")
    assert f'action="/es{PAGE}/replay"' in page.text

    done = browser.post(f"/es{PAGE}/replay", data={"csrf": form_of(page)})

    assert (done.status_code, done.headers["Location"]) == (303, f"/es{PAGE}?taken=1")


def test_a_stranger_has_no_button_and_is_refused(browser, open_site, accounts, traced):
    sign_in(browser, accounts, BEN)
    page = browser.get(PAGE)
    token = form_of(browser.get("/account"))

    done = browser.post(f"{PAGE}/replay", data={"csrf": token, "which": "every"})

    assert buttons(page) == 0
    assert "may not write to this repository" in page.text
    assert (done.status_code, open_site.replayed) == (403, [])


@pytest.mark.case("A08")
@pytest.mark.parametrize(("admins", "buttons_then", "status"), [((), 0, 403), (("ana",), 1, 303)])
def test_of_a_repository_that_nobody_told_of_only_an_admin_has_anything_taken_in(
    traced, accounts, admins, buttons_then, status
):
    site = a_site(traced, accounts, admins=admins)
    browser = browser_of(site)
    accounts.let_in(ANA, traced.repository)
    sign_in(browser, accounts, ANA)
    token = form_of(browser.get("/account"))

    page = browser.get(PAGE)
    done = browser.post(f"{PAGE}/replay", data={"csrf": token})

    assert "No webhook and no App" in done.text or status == 303
    assert (buttons(page), done.status_code) == (buttons_then, status)
    assert len(site.replayed) == buttons_then


def test_without_signing_in_one_is_led_to_it_and_nothing_is_done(browser, open_site):
    page = browser.get(PAGE)

    assert buttons(page) == 0
    assert "/account/sign-in?next=" in page.text
    assert browser.post(f"{PAGE}/replay").status_code == 401
    assert open_site.replayed == []


def test_a_form_of_elsewhere_is_refused(browser, open_site, accounts, traced):
    accounts.let_in(ANA, traced.repository)
    sign_in(browser, accounts, ANA)

    assert browser.post(f"{PAGE}/replay", data={"which": "every"}).status_code == 403
    assert open_site.replayed == []


@pytest.mark.parametrize(("arrange", "status"), [("hidden", 404), ("away", 503)])
def test_what_cannot_be_seen_is_not_replayed(browser, accounts, traced, arrange, status):
    sign_in(browser, accounts, ANA)
    token = form_of(browser.get("/account"))
    traced.forge.named.clear()
    if arrange == "away":
        traced.forge.fails["repository_named"] = [ForgeError("away")]

    done = browser.post("/why/some/where/replay", data={"csrf": token})

    assert done.status_code == status


def test_where_nobody_can_sign_in_nothing_says_so(site, traced):
    traced.released()

    page = site.client.get(PAGE)

    assert "Take in what was missed" not in page.text
    assert site.client.post(f"{PAGE}/replay").status_code == 404
    assert "Vary" not in page.headers or "Cookie" not in page.headers["Vary"]


@pytest.mark.parametrize("taken", ["-1", "x", "1e9", "٣"])
def test_an_odd_count_is_passed_over(traced, site, taken):
    assert "were taken in" not in site.client.get(PAGE, query_string={"taken": taken}).text
