"""Signing in with GitHub's OAuth, at the simulated forge and at ones that answer oddly."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from aslo.adapters.accounts_github import GitHubAccounts
from aslo.adapters.forge_github import GitHubForge
from aslo.adapters.github_oauth import web_site
from aslo.domain.activity import Repository
from aslo.domain.errors import ForgeError
from aslo.domain.person import Person
from aslo.domain.refusals import NotSignedInError, SignInError
from aslo.simulator import Simulator

BACK = "http://aslo.test/account/back"
VERIFIER = "v" * 64
CLOCK = "sugarlabs-demo/clock"
ANA = Person(7, "ana")


@pytest.fixture
def simulator(tmp_path) -> Iterator[Simulator]:
    made = Simulator(tmp_path / "forge", "secret")
    made.start()
    made.add_oauth_app("site", "s3cret", "http://aslo.test/account/")
    made.add_repository("sugarlabs-demo", "clock")
    made.add_collaborator(CLOCK, "ana")
    made.hosting.user("ben")
    yield made
    made.stop()


@pytest.fixture
def accounts(simulator) -> GitHubAccounts:
    return GitHubAccounts(simulator.url, "site", "s3cret")


def agree(url: str, login: str) -> dict[str, str]:
    """Press a button of the page; what the browser brings back."""
    with httpx.Client(trust_env=False) as browser:
        page = browser.get(url)
        assert page.status_code == 200
        assert login in page.text
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        sent = browser.post(url.partition("?")[0], data={**asked, "login": login})
    back = urlsplit(sent.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def repository(simulator: Simulator) -> Repository:
    found = simulator.state.find("repository")[0]
    address = f"{simulator.url}/{found['full_name']}"
    return Repository(found["id"], found["owner_id"], found["full_name"], address, address)


def signed_in(accounts: GitHubAccounts, login: str) -> tuple[Person, str]:
    url = accounts.sign_in_url(BACK, "a-state", VERIFIER)
    return accounts.person(BACK, agree(url, login)["code"], VERIFIER)


def test_who_agrees_is_known_and_asked_for_no_right(accounts):
    url = accounts.sign_in_url(BACK, "a-state", VERIFIER)
    asked = parse_qs(urlsplit(url).query)

    assert asked["state"] == ["a-state"]
    assert asked["code_challenge_method"] == ["S256"]
    assert "scope" not in asked
    assert VERIFIER not in url
    assert agree(url, "ana")["state"] == "a-state"
    who, _ = signed_in(accounts, "ana")
    assert who.login == "ana"


@pytest.mark.parametrize("of_tokens", [False, True])
def test_who_may_write_may_and_a_stranger_may_not(accounts, simulator, of_tokens):
    simulator.oauth.tells_of_tokens = of_tokens
    simulator.add_collaborator(CLOCK, "cat", "admin")
    simulator.add_collaborator(CLOCK, "dan", "read")

    may = {
        login: accounts.may_write(repository(simulator), *signed_in(accounts, login))
        for login in ("ana", "ben", "cat", "dan")
    }

    assert may == {"ana": True, "ben": False, "cat": True, "dan": False}


def test_a_renamed_repository_is_the_same_and_one_of_its_old_name_is_not(accounts, simulator):
    known = repository(simulator)
    ana, token = signed_in(accounts, "ana")
    simulator.rename_repository(CLOCK, "elsewhere", "watch")
    simulator.add_repository("sugarlabs-demo", "clock")
    taken = simulator.state.find("repository", full_name=CLOCK)[0]

    assert accounts.may_write(known, ana, token)
    assert not accounts.may_write(Repository(taken["id"], 0, CLOCK, "", ""), ana, token)


def test_a_repository_that_is_gone_or_hidden_is_nobodys(accounts, simulator):
    gone = Repository(999, 0, CLOCK, "", "")
    hidden = simulator.add_repository("sugarlabs-demo", "secret", private=True)
    ana, token = signed_in(accounts, "ana")

    assert not accounts.may_write(gone, ana, token)
    assert not accounts.may_write(Repository(hidden["id"], 0, "x/y", "", ""), ana, token)


def test_a_code_is_good_once(accounts):
    code = agree(accounts.sign_in_url(BACK, "s", VERIFIER), "ana")["code"]
    accounts.person(BACK, code, VERIFIER)

    with pytest.raises(SignInError, match="bad_verification_code"):
        accounts.person(BACK, code, VERIFIER)


@pytest.mark.case("A02")
def test_a_code_without_the_secret_of_its_way_is_worth_nothing(accounts):
    code = agree(accounts.sign_in_url(BACK, "s", VERIFIER), "ana")["code"]

    with pytest.raises(SignInError, match="bad_verification_code"):
        accounts.person(BACK, code, "w" * 64)


def test_a_wrong_client_secret_is_told(simulator):
    accounts = GitHubAccounts(simulator.url, "site", "wrong")
    code = agree(accounts.sign_in_url(BACK, "s", VERIFIER), "ana")["code"]

    with pytest.raises(SignInError, match="incorrect_client_credentials"):
        accounts.person(BACK, code, VERIFIER)


def test_a_token_that_was_taken_back_is_told_apart_from_trouble(accounts, simulator):
    ana, token = signed_in(accounts, "ana")
    simulator.oauth.revoke("ana")

    with pytest.raises(NotSignedInError):
        accounts.may_write(repository(simulator), ana, token)


def said(status: int, body: object = "", **headers: str) -> httpx.Response:
    """An answer as the wire gives it: its body is still to be read."""
    data = body if isinstance(body, str) else json.dumps(body)
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(data.encode()))


def answering(answer) -> GitHubAccounts:
    client = httpx.Client(transport=httpx.MockTransport(answer), trust_env=False)
    return GitHubAccounts("https://api.github.com", "site", "s3cret", client)


@pytest.mark.parametrize(
    "answer",
    [
        (500,),
        (404, "<html>"),
        (200, "[]"),
        (200, "access_token=x"),
        (200, {}),
        (200, {"access_token": ["x"]}),
        (200, {"access_token": ""}),
        (200, {"access_token": "with a blank"}),
        (200, {"access_token": "x" * 100_000}),
        (302,),
    ],
)
def test_an_odd_answer_is_the_forges_trouble(answer):
    with pytest.raises(ForgeError):
        answering(lambda _: said(*answer)).person(BACK, "code", VERIFIER)


def test_a_forge_that_cannot_be_reached_is_the_forges_trouble():
    def refuse(_):
        raise httpx.ConnectError("refused")

    with pytest.raises(ForgeError):
        answering(refuse).person(BACK, "code", VERIFIER)
    with pytest.raises(ForgeError):
        answering(refuse).may_write(Repository(1, 0, "o/n", "", ""), ANA, "token")


def test_the_secret_goes_to_the_sites_host_and_the_token_to_the_apis():
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, str(request.url), request.headers.get("Authorization")))
        if request.method == "POST":
            assert b"client_secret=s3cret" in request.content
            assert request.headers["Accept"] == "application/json"
            return said(200, {"access_token": "gho_1", "token_type": "bearer"})
        return said(200, {"id": 7, "login": "ana"})

    who, token = answering(answer).person(BACK, "code", VERIFIER)

    assert (who, token) == (Person(7, "ana"), "gho_1")
    assert seen == [
        ("POST", "https://github.com/login/oauth/access_token", None),
        ("GET", "https://api.github.com/user", "Bearer gho_1"),
    ]


@pytest.mark.parametrize(
    "second",
    [
        (403, {"message": "Must have push access to view collaborator permission."}),
        (404, {"message": "Not Found"}),
        (200, {"permission": "read", "user": {"id": 7}}),
        (200, {"permission": "write", "user": {"id": 8}}),
        (200, {"permission": "write", "user": None}),
    ],
)
def test_without_a_word_that_they_may_nobody_may(second):
    answers = iter([(200, {"id": 1, "full_name": "o/n"}), second])
    accounts = answering(lambda _: said(*next(answers)))

    assert not accounts.may_write(Repository(1, 0, "o/n", "", ""), ANA, "token")


@pytest.mark.parametrize("odd", [{"id": 1}, {"id": 1, "full_name": "../x"}, [], "x"])
def test_an_odd_repository_is_the_forges_trouble(odd):
    with pytest.raises(ForgeError):
        answering(lambda _: said(200, odd)).may_write(Repository(1, 0, "o/n", "", ""), ANA, "token")


@pytest.mark.parametrize(
    ("api", "site"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://api.octo.ghe.com", "https://octo.ghe.com"),
        ("https://git.example/api/v3", "https://git.example"),
        ("http://127.0.0.1:8123", "http://127.0.0.1:8123"),
    ],
)
def test_people_sign_in_at_the_site_of_the_api(api, site):
    assert str(web_site(api)).rstrip("/") == site


# what a worker asks in the store's own name


@pytest.fixture
def forge(simulator) -> Iterator[GitHubForge]:
    made = GitHubForge(simulator.url, "token-of-the-bot")
    yield made
    made.close()


def a_person(simulator: Simulator, login: str) -> Person:
    return Person(simulator.hosting.user(login)["id"], login)


def test_a_comment_is_found_with_its_author_and_is_gone_when_it_is(forge, simulator):
    commit = simulator.commit(CLOCK, {"NEWS": "1"})
    made = simulator.add_comment(CLOCK, commit, "/aslo retry\nplease", "ana")

    found = forge.commit_comment(repository(simulator), made["id"])

    assert (found.id, found.commit, found.author.login) == (made["id"], commit, "ana")
    assert found.text == "/aslo retry\nplease"
    assert not found.by_program
    assert not found.by_owner
    simulator.remarks.remove_comment(made["id"])
    assert forge.commit_comment(repository(simulator), made["id"]) is None


def test_the_owner_of_a_repository_is_known_by_a_comment(forge, simulator):
    simulator.add_repository("eva", "moon", organization=False)
    commit = simulator.commit("eva/moon", {"NEWS": "1"})
    made = simulator.add_comment("eva/moon", commit, "Hello", "eva")
    moon = simulator.state.find("repository", full_name="eva/moon")[0]
    address = f"{simulator.url}/eva/moon"

    place = Repository(moon["id"], moon["owner_id"], "eva/moon", address, address)

    assert forge.commit_comment(place, made["id"]).by_owner


def test_who_may_write_is_asked_in_the_stores_name(forge, simulator):
    clock = repository(simulator)

    assert forge.may_write(clock, a_person(simulator, "ana")) is True
    assert forge.may_write(clock, a_person(simulator, "ben")) is False
    assert forge.may_write(clock, Person(4711, "nobody-of-that-name")) is False


@pytest.mark.case("A05")
def test_a_login_that_is_somebody_elses_by_now_is_not_taken_for_them(forge, simulator):
    assert forge.may_write(repository(simulator), Person(4711, "ana")) is False


def test_where_the_bot_is_not_let_in_nothing_is_known(forge, simulator):
    simulator.add_collaborator(CLOCK, simulator.bot, "read")

    assert forge.may_write(repository(simulator), a_person(simulator, "ana")) is None
