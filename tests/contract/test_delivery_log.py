"""The log of a webhook, as GitHub gives it page by page."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from aslo.adapters import github_sent
from aslo.adapters.github_hooks import GitHubHooks

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Log:
    """A GitHub whose log has an entry a minute, a hundred to a page."""

    def __init__(self, entries):
        self.entries = entries
        self.calls = []

    def __call__(self, request):
        self.calls.append(str(request.url.query, "ascii"))
        start = int(request.url.params.get("cursor", "v1_0").removeprefix("v1_"))
        page = [entry(number) for number in range(start, min(start + 100, self.entries))]
        headers = {}
        if start + 100 < self.entries:
            further = f"{request.url.copy_with(query=None)}?per_page=100&cursor=v1_{start + 100}"
            headers["Link"] = f'<{further}>; rel="next", <https://api.github.example/x>; rel="prev"'
        # As it comes from a network, its body still to be received.
        body = httpx.ByteStream(json.dumps(page).encode())
        return httpx.Response(200, stream=body, headers=headers)


def entry(number):
    return {
        "id": 10**6 - number,
        "guid": f"guid-{number}",
        "event": "release",
        "action": None if number % 2 else "published",
        "status_code": 502,
        "delivered_at": (NOW - timedelta(minutes=number)).isoformat(),
    }


@pytest.fixture
def read():
    def call(entries, since):
        log = Log(entries)
        client = httpx.Client(transport=httpx.MockTransport(log))
        hooks = GitHubHooks("https://api.github.example", admin_token="t", client=client)
        return hooks.sent("org", 3, since), log.calls

    return call


def test_without_a_moment_the_latest_page_is_read(read):
    found, calls = read(1_000, None)

    assert [each.guid for each in found] == [f"guid-{number}" for number in range(100)]
    assert (found[0].id, found[0].action, found[1].action) == (10**6, "published", "")
    assert calls == ["per_page=100"]


def test_the_log_is_read_back_to_a_moment_and_no_further(read):
    found, calls = read(1_000, NOW - timedelta(minutes=250))

    assert [each.guid for each in found] == [f"guid-{number}" for number in range(251)]
    assert calls == ["per_page=100", "per_page=100&cursor=v1_100", "per_page=100&cursor=v1_200"]


def test_a_log_that_ends_before_is_read_to_its_end(read):
    found, calls = read(130, NOW - timedelta(days=3))
    assert (len(found), len(calls)) == (130, 2)


def test_an_empty_log_is_read(read):
    assert read(0, NOW - timedelta(days=3))[0] == []


def test_a_log_without_end_is_given_up_with_a_word(read, monkeypatch, caplog):
    monkeypatch.setattr(github_sent, "MOST_PAGES", 3)
    found, calls = read(1_000, NOW - timedelta(days=3))

    assert (len(found), len(calls)) == (300, 3)
    assert "over 3 pages" in caplog.text
