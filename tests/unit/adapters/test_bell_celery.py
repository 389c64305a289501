"""What a message to a broker says of itself, without a broker."""

import pytest

from aslo.adapters.bell_celery import BUILD_SECONDS, STALE_SECONDS, CeleryBell, celery_app
from aslo.config import Config


@pytest.fixture
def sent(monkeypatch):
    """What a bell sends."""
    bell = CeleryBell("memory://")
    calls = []
    monkeypatch.setattr(bell._app, "send_task", lambda *_, **how: calls.append(how))
    bell.ring("b1")
    assert bell.wait(10)
    return calls


def test_a_ring_is_of_no_use_after_a_minute(sent):
    assert [each["expires"] for each in sent] == [STALE_SECONDS]


@pytest.mark.parametrize("build_seconds", [60, BUILD_SECONDS, 3600, 86_400])
def test_a_task_may_take_longer_than_its_build(build_seconds):
    conf = celery_app("memory://", build_seconds).conf
    assert conf.task_time_limit >= build_seconds + 600
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit


def test_the_usual_time_of_a_build_is_that_of_the_settings():
    assert Config.from_environ({}).build_seconds == BUILD_SECONDS
    # RabbitMQ closes a channel whose message is not acknowledged in half an hour.
    assert celery_app("memory://").conf.task_time_limit < 30 * 60
