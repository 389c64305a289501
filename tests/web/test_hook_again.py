"""Every event, and deliveries that come again: at once, later, and much too late."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.build import BuildState
from aslo.services import settle
from fakes.deliveries import GUID, a_payload, signed
from fakes.web_site import WebSite
from fakes.world import FakeForge

EVENTS = [
    ("ping", {"zen": "Speak like a human."}),
    ("invented", {"action": "anything"}),
    ("star", {"action": "created"}),
    *(
        ("release", a_payload(action))
        for action in ("created", "edited", "deleted", "unpublished", "published", "released")
    ),
    ("release", a_payload("prereleased", prerelease=True)),
    ("release", a_payload("published", draft=True, published_at=None)),
    ("release", a_payload("published", private=True)),
]


@pytest.fixture
def store(tmp_path):
    made = SqliteStore(tmp_path / "aslo.db")
    yield made
    made.close()


def post(site, payload, guid=GUID, event="release"):
    body, headers = signed(payload, guid=guid, event=event)
    return site.client.post("/api/hook", data=body, headers=headers)


@pytest.mark.case("D01", "D39", "T05")
@pytest.mark.parametrize(("event", "payload"), EVENTS)
def test_every_event_is_answered_well_and_on_record(site, event, payload):
    answer = post(site, payload, event=event)

    assert answer.status_code in {200, 202}
    assert site.store.delivery(GUID).verdict == answer.json["verdict"]


@pytest.mark.case("D01", "T05")
@pytest.mark.parametrize(
    "order", [*itertools.permutations(["created", "published", "released"])], ids="-".join
)
def test_one_publish_is_one_build_in_whichever_order_it_is_told(site, order):
    for action in order:
        post(site, a_payload(action), guid=f"guid-{action}")

    assert len(site.store.known_builds) == 1
    assert len(site.store.known_deliveries) == 3


@pytest.mark.case("D02", "T06")
@pytest.mark.parametrize("guid", [lambda _: GUID, "guid-{}".format], ids=["one guid", "fifty"])
def test_fifty_at_once_make_one_build(store, guid):
    site = WebSite(store=store)

    with ThreadPoolExecutor(10) as pool:
        answers = pool.map(lambda n: post(site, a_payload(), guid(n)).status_code, range(50))

    assert set(answers) <= {200, 202}
    assert len(store.recent_builds(9)) == 1


@pytest.mark.case("D02", "T06")
def test_two_hooks_of_one_event_make_one_build_and_no_second_round(site):
    post(site, a_payload())
    end(site, BuildState.FAILED)
    site.clock.tick(1.5)

    assert post(site, a_payload()).status_code == 200
    [build] = site.store.known_builds.values()
    assert (build.state, build.round) == (BuildState.FAILED, 1)


@pytest.mark.case("D02", "T06")
@pytest.mark.parametrize("guid", [GUID, "a-guid-of-somebody"])
@pytest.mark.parametrize("action", ["published", "released", "prereleased"])
def test_a_body_of_a_month_ago_publishes_nothing_again(site, guid, action):
    post(site, a_payload(action))
    ended = end(site, BuildState.PUBLISHED)
    site.clock.tick(30 * 24 * 3600)

    assert post(site, a_payload(action), guid=guid).status_code in {200, 202}
    assert site.store.build(ended.id) == ended


@pytest.mark.case("D49", "T07")
@pytest.mark.parametrize("state", [BuildState.FAILED, BuildState.ERRORED])
def test_a_redelivery_after_a_failure_is_another_try(site, state):
    post(site, a_payload())
    end(site, state)
    site.clock.tick(settle.REDELIVERY_AFTER.total_seconds())

    answer = post(site, a_payload())

    [build] = site.store.known_builds.values()
    assert (answer.status_code, build.state, build.round) == (200, BuildState.QUEUED, 2)
    assert site.bell.rung == [build.id, build.id]


@pytest.mark.case("D49", "T07")
def test_a_redelivery_after_success_does_nothing_and_is_well(site):
    post(site, a_payload())
    ended = end(site, BuildState.PUBLISHED)
    site.clock.tick(3600)

    assert post(site, a_payload()).status_code == 200
    assert site.store.build(ended.id) == ended
    forge = FakeForge(ended.release)
    assert settle.sweep(store=site.store, forge=forge, clock=site.clock)
    assert site.store.build(ended.id) == ended
    assert site.store.unsettled_deliveries(9) == []


def end(site, state):
    """Let a worker end the one build there is."""
    claimed = site.store.claim_build("w", site.clock(), settle.REDELIVERY_AFTER)
    ended = claimed.end(state, "So it ended.", site.clock())
    site.store.save_build(ended)
    return site.store.build(claimed.id)
