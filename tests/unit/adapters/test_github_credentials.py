"""In whose name GitHub is asked, on a clock that the test moves."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest

from aslo.adapters.github_credentials import (
    App,
    AppCredentials,
    Realm,
    TokenCredentials,
    signed,
)
from aslo.domain.errors import ForgeError, NotFoundError
from fakes.clock import FakeClock
from fixtures.app_key import key_pair

MOON = Realm("sugarlabs-demo/moon", 7)


class FakeGitHub:
    """Grants numbered tokens for an hour where the App is installed."""

    def __init__(self, clock):
        self.clock = clock
        self.installed = True
        self.suspended_at = None
        self.asked = []
        self.given = 0
        self.fail = None

    def __call__(self, method, path, send=None):
        self.asked.append((method, path, send))
        if path.endswith("/installation"):
            if not self.installed:
                raise NotFoundError(f"GitHub has nothing for {path}")
            return {"id": 5, "app_slug": "aslo", "suspended_at": self.suspended_at}
        if self.fail:
            raise self.fail
        self.given += 1
        expires = self.clock() + timedelta(hours=1)
        return {"token": f"ghs_{self.given}", "expires_at": expires.isoformat()}


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def github(clock):
    return FakeGitHub(clock)


@pytest.fixture
def credentials(github, clock):
    return AppCredentials(github, TokenCredentials("bot"), clock)


def test_the_app_signs_for_itself_within_githubs_ten_minutes():
    private, public = key_pair()
    now = FakeClock()()

    token = signed(App("42", private), now)

    checks = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(token, public, algorithms=["RS256"], options=checks)
    assert claims["iss"] == "42"
    assert claims["iat"] == now.timestamp() - 60
    assert claims["exp"] <= now.timestamp() + 600
    assert jwt.get_unverified_header(token)["alg"] == "RS256"


def test_an_odd_key_is_refused_without_being_quoted():
    with pytest.raises(ForgeError, match="no RSA key") as refused:
        signed(App("42", "canary"), FakeClock()())

    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert "canary" not in repr(App("42", "canary"))


@pytest.mark.case("D14", "T34")
def test_a_token_is_for_one_repository_and_for_what_is_needed(credentials, github):
    assert credentials.header(MOON) == "Bearer ghs_1"
    assert credentials.login(MOON) == "aslo[bot]"

    [_, (method, path, send)] = github.asked
    assert (method, path) == ("POST", "/app/installations/5/access_tokens")
    assert send["repository_ids"] == [7]
    assert send["permissions"] == {"metadata": "read", "contents": "read", "checks": "write"}


def test_a_repository_without_a_number_is_named(credentials, github):
    credentials.header(Realm("sugarlabs-demo/moon"))

    assert github.asked[-1][2]["repositories"] == ["moon"]


def test_a_token_is_kept_until_five_minutes_before_it_expires(credentials, clock):
    credentials.header(MOON)
    clock.tick(55 * 60 - 1)
    assert credentials.header(MOON) == "Bearer ghs_1"

    clock.tick(1)

    assert credentials.header(MOON) == "Bearer ghs_2"


def test_each_repository_has_a_token_of_its_own(credentials):
    assert credentials.header(MOON) != credentials.header(Realm("sugarlabs-demo/sun", 8))


def test_a_refused_token_is_replaced(credentials):
    header = credentials.header(MOON)

    assert credentials.refused(MOON, header)

    assert credentials.header(MOON) == "Bearer ghs_2"


def test_a_token_that_was_replaced_meanwhile_is_not_replaced_again(credentials):
    first = credentials.header(MOON)
    credentials.refused(MOON, first)
    second = credentials.header(MOON)

    assert credentials.refused(MOON, first)

    assert credentials.header(MOON) == second


def test_where_the_app_is_not_installed_the_bot_speaks(credentials, github, clock):
    github.installed = False

    assert credentials.header(MOON) == "Bearer bot"
    assert credentials.login(MOON) is None
    assert not credentials.refused(MOON, "Bearer bot")
    assert len(github.asked) == 1

    github.installed = True
    clock.tick(60)
    assert credentials.header(MOON) == "Bearer ghs_1"


def test_a_suspended_app_is_as_good_as_not_installed(credentials, github):
    github.suspended_at = "2026-03-01T12:00:00Z"

    assert credentials.header(MOON) == "Bearer bot"


def test_without_a_bot_nobody_speaks(github, clock):
    github.installed = False

    assert AppCredentials(github, TokenCredentials(""), clock).header(MOON) == ""


def test_a_question_about_no_repository_is_not_the_apps(credentials, github):
    assert credentials.header(Realm()) == "Bearer bot"
    assert github.asked == []


def test_what_was_found_out_can_be_forgotten(credentials, github):
    github.installed = False
    credentials.header(MOON)
    github.installed = True

    credentials.forget()

    assert credentials.header(MOON) == "Bearer ghs_1"


def test_an_installation_that_goes_in_this_moment_is_an_outage(credentials, github):
    github.fail = NotFoundError("gone")

    with pytest.raises(ForgeError):
        credentials.header(MOON)


def test_an_answer_of_another_shape_is_an_outage_and_quotes_no_token(clock):
    credentials = AppCredentials(
        lambda *_, **__: {"id": 5, "app_slug": "a", "token": "canary", "expires_at": "soon"},
        TokenCredentials(""),
        clock,
    )

    with pytest.raises(ForgeError) as odd:
        credentials.header(MOON)

    assert "canary" not in str(odd.value)


def test_twenty_threads_share_one_token(credentials, github):
    together = threading.Barrier(20)

    def ask(_):
        together.wait()
        return credentials.header(MOON)

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(ask, range(20))) == {"Bearer ghs_1"}
    assert github.given == 1


def test_hooks_of_an_organisation_are_asked_for_with_its_installation(github, clock):
    credentials = AppCredentials(
        github, TokenCredentials(""), clock, {"organization_hooks": "write"}
    )

    credentials.header(Realm("sugarlabs-demo"))

    assert github.asked[0][1] == "/orgs/sugarlabs-demo/installation"
    assert github.asked[1][2] == {"permissions": {"organization_hooks": "write"}}
