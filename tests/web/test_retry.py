"""The button that starts a failed build once more."""

from dataclasses import replace

import pytest

from aslo.domain.build import BuildState, Restart, RestartWay
from fakes.accounts import ANA, BEN, FakeAccounts, sign_in
from fakes.clock import START
from fakes.values import BUILD_ENDS, a_build, a_repository
from fakes.web_site import WebSite

BUTTON = "//form[contains(@action, '/retry')]"


@pytest.fixture
def accounts():
    made = FakeAccounts()
    made.let_in(ANA, a_repository())
    return made


@pytest.fixture
def site(accounts):
    made = WebSite(accounts=accounts, session_secret=b"s" * 32)
    made.store.known_builds["b1"] = failed()
    return made


@pytest.fixture
def client(site):
    made = site.app.test_client()
    made.environ_base |= {"wsgi.url_scheme": "https", "HTTP_HOST": "aslo.example"}
    return made


def failed(state=BuildState.FAILED):
    return replace(a_build(), state=state, fence=1, ended_at=START, told=True)


def page_of(client, read, path="/builds/b1"):
    return read(client.get(path))


def press(client, read, path="/builds/b1"):
    """Press the button that the page shows."""
    (form,) = page_of(client, read, path).xpath(BUTTON)
    return client.post(form.get("action"), data=dict(form.fields))


def words(page):
    return " ".join(page.text_content().split())


def test_a_maintainer_presses_the_button_and_the_build_waits(site, client, accounts, read):
    sign_in(client, accounts, ANA)

    answer = press(client, read)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/builds/b1")
    begun = site.store.build("b1")
    assert (begun.state, begun.round) == (BuildState.QUEUED, 2)
    assert site.bell.rung == ["b1"]
    page = page_of(client, read)
    assert "Started once more here by ana 2026-03-01 12:00:00 UTC" in words(page)
    assert page.xpath(BUTTON) == []


def test_the_button_keeps_the_language(client, accounts, read):
    sign_in(client, accounts, ANA)

    assert press(client, read, "/es/builds/b1").headers["Location"] == "/es/builds/b1"


def test_pressed_twice_it_starts_once(site, client, accounts, read):
    sign_in(client, accounts, ANA)
    (form,) = page_of(client, read).xpath(BUTTON)

    for _ in range(2):
        assert client.post(form.get("action"), data=dict(form.fields)).status_code == 303
    assert site.store.build("b1").round == 2


def test_whoever_has_not_signed_in_is_shown_the_way_in(client, read):
    page = page_of(client, read)

    assert page.xpath(BUTTON) == []
    (link,) = page.xpath("//main//a[contains(@href, 'sign-in')]/@href")
    assert link == "https://aslo.example/account/sign-in?next=/builds/b1"
    assert "Who may write to sugarlabs-demo/activity-1" in words(page)


@pytest.mark.case("A05")
def test_a_stranger_sees_no_button_and_is_refused_all_the_same(site, client, accounts, read):
    sign_in(client, accounts, BEN)
    page = page_of(client, read)
    (token,) = page.xpath("//input[@name='csrf']/@value")[:1]

    assert page.xpath(BUTTON) == []
    answer = client.post("/builds/b1/retry", data={"csrf": token})
    assert answer.status_code == 403
    page = read(answer)
    assert "and ben may not" in words(page)
    assert page.xpath("//main//a[@href='/builds/b1']")
    assert site.store.build("b1") == failed()


@pytest.mark.case("A04")
def test_without_its_hidden_field_the_form_starts_nothing(site, client, accounts):
    sign_in(client, accounts, ANA)

    assert client.post("/builds/b1/retry").status_code == 403
    assert site.store.build("b1") == failed()


def test_who_was_signed_out_meanwhile_comes_back_to_the_page(client, accounts, read):
    answer = client.post("/builds/b1/retry", data={"csrf": "x"})

    assert answer.status_code == 401
    (link,) = read(answer).xpath("//main//a[contains(@href, 'sign-in')]/@href")
    assert link.endswith("?next=/builds/b1")


OTHERS = [BuildState.QUEUED, BuildState.RUNNING, *(s for s in BUILD_ENDS if not s.may_restart)]


@pytest.mark.parametrize("state", OTHERS)
def test_a_build_that_did_not_fail_has_no_button_and_says_why(site, client, accounts, read, state):
    sign_in(client, accounts, ANA)
    site.store.known_builds["b1"] = failed(state)
    page = page_of(client, read)

    assert page.xpath(BUTTON) == []
    token = page.xpath("//input[@name='csrf']/@value")[0]
    answer = client.post("/builds/b1/retry", data={"csrf": token})
    assert answer.status_code == 409
    assert "Build b1 " in words(read(answer))
    assert site.store.build("b1") == failed(state)


def test_while_the_forge_is_away_no_button_is_shown_and_it_is_not_asked_each_time(
    client, accounts, read, site
):
    sign_in(client, accounts, ANA)
    accounts.is_away = True
    assert page_of(client, read).xpath(BUTTON) == []

    accounts.is_away = False
    assert page_of(client, read).xpath(BUTTON) == []
    site.clock.tick(31)
    assert page_of(client, read).xpath(BUTTON)


def test_a_build_that_is_not_there_is_not_found(client, accounts, read):
    sign_in(client, accounts, ANA)
    token = page_of(client, read).xpath("//input[@name='csrf']/@value")[0]

    assert client.post("/builds/b9/retry", data={"csrf": token}).status_code == 404
    assert client.get("/builds/b1/retry").status_code == 405


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Restart(RestartWay.COMMENT, START, "ana", 5), "Started once more by a comment of ana"),
        (Restart(RestartWay.REDELIVERY, START), "Started once more by redelivering the webhook"),
    ],
)
def test_who_asked_for_another_try_is_told(site, client, read, asked, said):
    site.store.known_builds["b1"] = replace(a_build(), restart_asked=asked)

    assert said in words(page_of(client, read))
    told = client.get("/builds/b1.json").json["restart"]
    assert told == {"way": asked.way, "by": asked.by, "at": START.isoformat()}


def test_without_sign_in_there_is_neither_button_nor_form(read):
    site = WebSite()
    site.store.known_builds["b1"] = failed()

    page = page_of(site.client, read)

    assert page.xpath("//main//form") == []
    assert site.client.post("/builds/b1/retry").status_code == 404
