"""What a start warns of."""

import logging

import pytest

from aslo import starting
from aslo.config import Config
from fixtures.app_key import key_pair


@pytest.fixture
def told(caplog):
    """What is logged by a start with these settings."""

    def told(**environ):
        caplog.set_level(logging.INFO, "aslo.starting")
        caplog.clear()
        config = Config.from_environ(environ)
        starting.announce(config, "worker")
        starting.warn_of_address(config)
        return caplog.text

    return told


def test_a_start_tells_what_runs(told):
    line = told(ASLO_HOME="/srv/aslo", ASLO_BUILDER="plain")

    for word in ("/srv/aslo", "plain", "https://api.github.com", "not set", "polling every 1 s"):
        assert word in line


def test_a_start_tells_in_whose_name_it_speaks(told):
    app = {"ASLO_FORGE_APP_ID": "12", "ASLO_FORGE_APP_KEY": key_pair()[0]}

    assert "forge App, polling" in told(**app)
    assert "developers are told nothing" not in told(**app)
    assert "forge App, token set" in told(**app, ASLO_FORGE_TOKEN="t")
    assert "forge token set" in told(ASLO_FORGE_TOKEN="t")


def test_a_start_without_a_token_says_that_developers_are_told_nothing(told):
    assert "developers are told nothing" in told()
    assert "developers are told nothing" not in told(ASLO_FORGE_TOKEN="t")


def test_no_secret_is_told(told):
    secret = "canary"
    line = told(
        ASLO_FORGE_TOKEN=secret, ASLO_WEBHOOK_SECRET=secret, ASLO_BROKER=f"redis://:{secret}@r"
    )

    assert secret not in line
    assert "a broker rings" in line


def test_a_short_secret_is_warned_of(told):
    assert "shorter than 16" in told(ASLO_WEBHOOK_SECRET="x" * 15)
    assert "shorter than 16" not in told(ASLO_WEBHOOK_SECRET="x" * 16)


@pytest.mark.parametrize("listen", ["0.0.0.0:80", "[::]:80", "unix:/run/aslo.sock"])
def test_a_site_for_others_under_an_address_of_this_machine_is_warned_of(told, listen):
    assert "set ASLO_PUBLIC_URL" in told(ASLO_LISTEN=listen)
    assert "set ASLO_PUBLIC_URL" not in told(
        ASLO_LISTEN=listen, ASLO_PUBLIC_URL="https://activities.example.org"
    )


@pytest.mark.parametrize("listen", ["127.0.0.1:9000", "[::1]:9000", "localhost:9000"])
def test_a_site_for_this_machine_alone_is_not(told, listen):
    assert "set ASLO_PUBLIC_URL" not in told(ASLO_LISTEN=listen)
