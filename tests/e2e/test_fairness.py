"""A hundred releases of one repository, and another's in their midst: nobody is held up."""

import uuid
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from aslo import bootstrap
from aslo.domain.delivery import DeliveryState
from aslo.domain.fairness import MOST_AT_ONCE
from aslo.simulator import Fault
from fakes.deliveries import a_payload, signed
from fakes.world import a_tree
from fixtures.burst import Burst
from fixtures.live import SECRET, eventually, live
from fixtures.servers import redis, running

MANY, WIDTH = 100, 20
FLOOD, OTHER = "sugarlabs-demo/flood", "sugarlabs-demo/moon"
SLOW = Fault(f"GET /.*{FLOOD}.*", times=10**6, status=None, delay_seconds=0.1)
BUILD_TIMES = 2


def a_flood(forge):
    """What a hundred releases of one repository send, and what hooks send besides; their tags
    are gone, so that each build asks the forge and ends."""
    repository = forge.add_repository(*FLOOD.split("/"))
    there, forge.webhooks.url = forge.webhooks.url, ""
    releases = [forge.release(FLOOD, f"v{number}")["id"] for number in range(MANY)]
    forge.webhooks.url = there
    about = {"id": repository["id"], "full_name": FLOOD, "owner": {"id": repository["owner_id"]}}
    besides = [("ping", "ping"), ("push", "push"), ("watch", "started"), ("release", "created")]
    events = [("release", "published"), *besides]
    return dict(
        a_request(event, a_payload(action, id=release, tag_name=f"v{release}"), about)
        for release in releases
        for event, action in events
    )


def a_request(event, payload, repository):
    payload["repository"] |= repository
    guid = str(uuid.uuid4())
    body, headers = signed(payload, guid=guid, event=event, secret=SECRET.encode())
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST /api/hook HTTP/1.1\r\nHost: site\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
    return guid, head.encode() + body


@contextmanager
def nobody(folder):
    yield ""


@contextmanager
def a_redis(folder):
    with running(redis(folder)) as server:
        yield f"redis://127.0.0.1:{server.port}/0"


@pytest.mark.case("T13")
@pytest.mark.parametrize(
    "broker",
    [nobody, pytest.param(a_redis, marks=pytest.mark.needs("redis"))],
    ids=["polling", "rung for"],
)
def test_a_hundred_releases_of_one_repository_hold_up_no_other(tmp_path, broker):
    with (
        broker(tmp_path / "broker") as url,
        live(tmp_path / "live", broker=url, builder="plain") as site,
    ):
        site.forge.faults.order(SLOW)
        requests = a_flood(site.forge)
        address = urlsplit(site.url)
        half = len(requests) // 2
        sent = list(requests.values())
        first = Burst((address.hostname, address.port), sent[:half], WIDTH).run()
        started = site.release(OTHER, a_tree(), "v1")
        second = Burst((address.hostname, address.port), sent[half:], WIDTH).run()
        build = site.build_of(started)

        assert build["state"] == "published"
        assert first.errors == second.errors == 0
        assert max(first.percentile(0.99), second.percentile(0.99)) < 1
        answers = [(each["status_code"], each["seconds"]) for each in site.forge.deliveries()]
        assert all(code // 100 == 2 and seconds < 1 for code, seconds in answers), answers
        record = bootstrap.store(site.config)
        eventually(lambda: not record.figures().unsettled)
        eventually(lambda: not record.figures().queued + record.figures().running)
        states = [record.delivery(guid).state for guid in requests]
        builds = record.recent_builds(2 * MANY)
        record.close()

    assert set(states) <= {DeliveryState.SETTLED, DeliveryState.IGNORED}
    flood = [each for each in builds if each.repository.full_name == FLOOD]
    [other] = [each for each in builds if each.repository.full_name == OTHER]
    assert len(flood) == MANY
    assert all(each.state.ended for each in builds)
    before = [each for each in flood if other.not_before < each.claimed_at < other.claimed_at]
    after = [each for each in flood if each.claimed_at > other.claimed_at]
    assert len(before) <= BUILD_TIMES
    # There was a queue to be held up by.
    assert len(after) > MANY / 2
    assert most_at_once(flood) <= MOST_AT_ONCE


def most_at_once(builds):
    """How many of them ran at the same moment."""
    began = [(each.claimed_at, 1) for each in builds]
    ended = [(each.ended_at, -1) for each in builds]
    most = running = 0
    for _, change in sorted(began + ended):
        running += change
        most = max(most, running)
    return most
