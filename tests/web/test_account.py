"""Signing in and out, what the cookie is, and what is refused on the way."""

from dataclasses import replace
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import pytest

from aslo.domain.build import BuildState
from aslo.web.account import require_maintainer
from aslo.web.returning import HOME, safe_return
from fakes.accounts import ANA, BEN, FORGE, FakeAccounts, sign_in
from fakes.values import a_build, a_release, a_repository
from fakes.web_site import MOON, WebSite

SECRET = b"a secret of sessions, long enough"
HERE = "https://aslo.example"


@pytest.fixture
def accounts():
    return FakeAccounts()


@pytest.fixture
def site(accounts):
    made = WebSite(accounts=accounts, session_secret=SECRET, admins=("root",))
    made.store.add_build(a_build())

    # What a form of this site does once it is let through.
    def acted():
        return f"{require_maintainer(a_repository()).login} acted"

    made.app.add_url_rule("/why/act", "act", acted, methods=["POST"])
    return made


@pytest.fixture
def browser(site):
    return site.app.test_client(use_cookies=True)


@pytest.fixture
def client(browser):
    browser.environ_base["wsgi.url_scheme"] = "https"
    browser.environ_base["HTTP_HOST"] = "aslo.example"
    return browser


def cookie_of(answer):
    found = SimpleCookie(answer.headers["Set-Cookie"])
    (name,) = found
    return name, found[name]


def form_of(client):
    page = client.get("/account").text
    return page.partition('name="csrf" value="')[2].partition('"')[0]


def act(client, **form):
    return client.post("/why/act", data=form)


def test_without_an_app_nobody_signs_in_and_nothing_says_so(read):
    site = WebSite()
    site.store.add_build(a_build())

    for path in ("/account", "/account/sign-in", "/account/back?code=1&state=2"):
        assert site.client.get(path).status_code == 404
    assert site.client.post("/account/sign-out").status_code == 404
    page = site.client.get("/builds/b1")
    assert "Sign in" not in page.text
    assert "Set-Cookie" not in page.headers
    assert "Cookie" not in page.headers.get("Vary", "")


def test_who_signs_in_is_sent_to_the_forge_and_back_to_the_page(client, accounts):
    begun = client.get("/account/sign-in", query_string={"next": "/es/builds/b1?still=1"})
    assert begun.status_code == 302
    assert begun.headers["Location"].startswith(f"{FORGE}?")

    came = sign_in(client, accounts, ANA, "/es/builds/b1?still=1")

    assert (came.status_code, came.headers["Location"]) == (302, "/es/builds/b1?still=1")
    page = client.get("/account")
    assert "Signed in as <bdi>ana</bdi>" in page.text
    assert "Sign in with GitHub" not in page.text


@pytest.mark.case("A01")
def test_the_cookie_is_only_for_this_host_over_tls_and_no_script_reads_it(client, accounts):
    name, cookie = cookie_of(sign_in(client, accounts, ANA))

    assert name == "__Host-aslo"
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")


def test_over_plain_http_the_cookie_has_no_name_that_wants_tls(accounts):
    site = WebSite(accounts=accounts, session_secret=SECRET, public_url="http://127.0.0.1:8000")
    name, cookie = cookie_of(site.client.get("/account/sign-in"))

    assert name == "aslo"
    assert not cookie["secure"]
    assert cookie["httponly"]


@pytest.mark.case("A01")
def test_the_token_of_a_person_cannot_be_read_in_their_cookie(client, accounts, site):
    _, cookie = cookie_of(sign_in(client, accounts, ANA))
    serializer = site.app.session_interface.get_signing_serializer(site.app)

    told = repr(serializer.loads(cookie.value))

    assert "ana" in told
    assert "token-of-ana" not in told


@pytest.mark.case("A01")
def test_a_session_ends_after_eight_hours(client, accounts, site):
    sign_in(client, accounts, ANA)
    site.clock.tick(timedelta(hours=8).total_seconds() - 1)
    assert "Signed in as <bdi>ana</bdi>" in client.get("/account").text

    site.clock.tick(1)

    assert "Signed in" not in client.get("/account").text
    assert act(client, csrf="x").status_code == 401


@pytest.mark.case("A01")
def test_a_cookie_that_somebody_changed_is_none(client, accounts, site):
    name, cookie = cookie_of(sign_in(client, accounts, ANA))
    stranger = site.app.test_client(use_cookies=False)

    def seen(value):
        return stranger.get("/account", headers={"Cookie": f"{name}={value}"}).text

    assert "Signed in as <bdi>ana</bdi>" in seen(cookie.value)
    assert "Signed in" not in seen(cookie.value[:-3] + "xyz")


@pytest.mark.case("A02")
def test_a_way_that_was_begun_in_another_browser_signs_nobody_in(site, accounts, client, read):
    # Somebody else's code, brought to a browser by a link.
    begun = site.app.test_client().get("/account/sign-in")
    back = urlsplit(accounts.agree(begun.headers["Location"], BEN))

    for _ in range(2):
        answer = client.get(f"{back.path}?{back.query}")
        assert answer.status_code == 400
        assert "has not begun to sign in" in read(answer).text_content()
        client.get("/account/sign-in")  # Nor does it while a way of its own is open.
    assert "Signed in" not in client.get("/account").text


@pytest.mark.case("A02")
def test_a_way_leads_back_once(client, accounts):
    begun = client.get("/account/sign-in")
    back = urlsplit(accounts.agree(begun.headers["Location"], ANA))
    assert client.get(f"{back.path}?{back.query}").status_code == 302
    client.post("/account/sign-out", data={"csrf": form_of(client)})

    assert client.get(f"{back.path}?{back.query}").status_code == 400
    assert "Signed in" not in client.get("/account").text


def test_a_way_is_open_for_ten_minutes(client, accounts, site):
    begun = client.get("/account/sign-in")
    back = urlsplit(accounts.agree(begun.headers["Location"], ANA))
    site.clock.tick(601)

    answer = client.get(f"{back.path}?{back.query}")

    assert answer.status_code == 400
    assert "10 minutes" in answer.text


@pytest.mark.case("A02")
def test_who_signs_in_gets_a_new_session(client, accounts):
    sign_in(client, accounts, ANA)
    before = form_of(client)

    sign_in(client, accounts, BEN)

    assert "Signed in as <bdi>ben</bdi>" in client.get("/account").text
    assert form_of(client) != before
    assert act(client, csrf=before).status_code == 403


def test_who_refuses_at_the_forge_is_told_so(client, read):
    begun = client.get("/account/sign-in")
    state = parse_qs(urlsplit(begun.headers["Location"]).query)["state"][0]

    query = {"error": "access_denied", "error_description": "<b>", "state": state}
    answer = client.get("/account/back", query_string=query)

    assert answer.status_code == 400
    page = read(answer)
    assert "access_denied" in page.text_content()
    assert page.xpath("//main//a[contains(@href, '/account/sign-in')]")


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=%00&state=%ff", "?error=%3Cb%3E", "?code=a&code=b"]
)
def test_coming_back_from_nowhere_is_refused(client, query):
    assert client.get(f"/account/back{query}").status_code == 400


def test_while_the_forge_is_away_nobody_signs_in_and_it_is_said(client, accounts):
    begun = client.get("/account/sign-in")
    back = urlsplit(accounts.agree(begun.headers["Location"], ANA))
    accounts.is_away = True

    assert client.get(f"{back.path}?{back.query}").status_code == 503
    assert "Signed in" not in client.get("/account").text


@pytest.mark.case("A03")
@pytest.mark.parametrize(
    "asked",
    [
        *("https://evil.example/", "//evil.example/builds", "/\\evil.example", "\\\\evil.example"),
        *("/builds\\..", "/builds\r\nLocation: /", "/builds/x\n", "javascript:alert(1)", "builds"),
        *("", "/", "/search?q=x", "/builds/b1#x", "/builds/é", "/buildsx"),
        *("/%2F/evil.example", "/.//evil.example", "/api/hook", "/builds/" + "x" * 600),
        *("/builds?x=https://evil", "/en//builds", "@evil.example/builds", "/builds/b1?a=b c"),
    ],
)
def test_nobody_is_sent_back_to_anything_but_a_page_where_it_matters_who_asks(asked):
    assert safe_return(asked) == HOME


@pytest.mark.parametrize(
    "asked",
    ["/builds", "/builds/b1?still=1", "/pt_BR/builds/b1", "/why/o/n.a?x=%C3%A9", "/account"],
)
def test_pages_where_it_matters_who_asks_are_come_back_to(asked):
    assert safe_return(asked) == asked


def test_a_form_for_somebody_who_has_not_signed_in_offers_that_and_comes_back(client, read):
    answer = act(client)

    assert answer.status_code == 401
    (link,) = read(answer).xpath("//main//a[contains(@href, 'sign-in')]/@href")
    assert link == f"{HERE}/account/sign-in?next=/why"


@pytest.mark.case("A04")
@pytest.mark.parametrize("form", [{}, {"csrf": ""}, {"csrf": "x"}, {"csrf": "é"}])
def test_a_form_that_no_page_of_the_session_has_shown_is_refused(client, accounts, form, read):
    accounts.let_in(ANA, a_repository())
    sign_in(client, accounts, ANA)

    answer = act(client, **form)

    assert answer.status_code == 403
    assert "does not come from a page of this session" in read(answer).text_content()
    assert client.post("/account/sign-out", data=form).status_code == 403
    assert "Signed in as <bdi>ana</bdi>" in client.get("/account").text


@pytest.mark.case("A04")
def test_a_form_of_somebody_elses_session_is_refused(client, accounts, site):
    other = site.app.test_client()
    other.environ_base.update(client.environ_base)
    sign_in(other, accounts, BEN)
    sign_in(client, accounts, ANA)

    assert act(client, csrf=form_of(other)).status_code == 403


def test_a_huge_form_is_not_read(client, accounts):
    sign_in(client, accounts, ANA)

    assert act(client, csrf="x" * 20_000).status_code == 413


def test_who_may_write_to_the_repository_may_act(client, accounts):
    accounts.let_in(ANA, a_repository())
    sign_in(client, accounts, ANA)

    answer = act(client, csrf=form_of(client))

    assert (answer.status_code, answer.text) == (200, "ana acted")


@pytest.mark.case("A05")
def test_a_stranger_is_told_whose_it_is(client, accounts, read):
    sign_in(client, accounts, BEN)

    answer = act(client, csrf=form_of(client))

    assert answer.status_code == 403
    said = read(answer).text_content()
    assert (
        f"who may write to {a_repository().full_name} at the forge may do this, and ben may not"
        in said
    )


def test_an_admin_may_act_everywhere_and_the_forge_is_not_asked(client, accounts):
    accounts.people["Root"] = root = type(ANA)(99, "Root")
    sign_in(client, accounts, root)

    assert act(client, csrf=form_of(client)).text == "Root acted"
    assert accounts.asked == []


@pytest.mark.case("A05")
def test_while_the_forge_is_away_nobody_may_act(client, accounts):
    accounts.let_in(ANA, a_repository())
    sign_in(client, accounts, ANA)
    accounts.is_away = True

    assert act(client, csrf=form_of(client)).status_code == 503


def test_the_forge_is_asked_once_in_five_minutes(client, accounts, site):
    accounts.let_in(ANA, a_repository())
    sign_in(client, accounts, ANA)
    form = form_of(client)
    for _ in range(3):
        act(client, csrf=form)
    assert len(accounts.asked) == 1

    accounts.writers.clear()
    site.clock.tick(300)

    assert act(client, csrf=form).status_code == 403


def test_a_token_that_was_taken_back_asks_to_sign_in_again(client, accounts):
    sign_in(client, accounts, ANA)
    accounts.revoked.add("token-of-ana")

    assert act(client, csrf=form_of(client)).status_code == 401


def test_who_signs_out_is_out_and_the_cookie_is_gone(client, accounts):
    sign_in(client, accounts, ANA)

    answer = client.post("/account/sign-out", data={"csrf": form_of(client)})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert cookie_of(answer)[1]["max-age"] == "0"
    assert "Signed in" not in client.get("/account").text
    assert client.get("/account/sign-out").status_code == 405


@pytest.mark.case("A06")
def test_a_page_of_somebody_who_signed_in_is_kept_by_nobody(client, accounts):
    assert client.get("/builds/b1").headers["Cache-Control"] == "no-cache"
    sign_in(client, accounts, ANA)

    for path in ("/account", "/builds/b1", "/es/builds/b1"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Cookie" in answer.headers["Vary"]
        assert "<bdi>ana</bdi>" in answer.text


@pytest.mark.case("A06")
def test_public_pages_are_the_same_for_whoever_signed_in(client, accounts, site):
    site.shelve(a_release())
    paths = ("/", f"/{MOON}/1", "/help", "/search?q=moon")
    before = [client.get(path) for path in paths]
    sign_in(client, accounts, ANA)

    for path, earlier in zip(paths, before, strict=True):
        answer = client.get(path)
        assert answer.data == earlier.data
        assert answer.headers["Cache-Control"] == earlier.headers["Cache-Control"]
        assert answer.headers["Cache-Control"].startswith("public")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_pages_of_builds_set_no_cookie_before_somebody_signs_in(client):
    assert "Set-Cookie" not in client.get("/builds/b1").headers
    assert "Set-Cookie" not in client.get("/account").headers


def test_below_a_path_the_way_leads_out_and_back_there(accounts, read):
    below = WebSite(
        accounts=accounts, session_secret=SECRET, public_url="https://aslo.example/apps"
    )
    below.store.add_build(replace(a_build(), state=BuildState.FAILED))
    client = below.app.test_client()

    def get(path):
        return client.get(path, base_url="https://aslo.example/apps")

    (link,) = read(get("/builds/b1")).xpath("//main//a[contains(@href, 'sign-in')]/@href")
    assert link == "https://aslo.example/apps/account/sign-in?next=/builds/b1"

    begun = get(link.removeprefix("https://aslo.example/apps"))
    back = accounts.agree(begun.headers["Location"], ANA)
    assert back.startswith("https://aslo.example/apps/account/back?")
    came = get(back.removeprefix("https://aslo.example/apps"))

    assert came.headers["Location"] == "/apps/builds/b1"
    assert "<bdi>ana</bdi>" in get("/builds/b1").text
