import pytest

from aslo.adapters.documents import to_json
from aslo.domain.build import BuildState
from aslo.domain.delivery import DeliveryState, Verdict
from aslo.domain.errors import BadDeliveryError, BadSignatureError, StoreError
from aslo.services import intake
from fakes.deliveries import GUID, SECRET, a_payload, signed


@pytest.fixture
def receive(world):
    def call(payload, **how):
        body, headers = signed(payload, **how)
        return intake.receive(
            body,
            headers,
            secrets=[SECRET],
            store=world.store,
            clock=world.clock,
            then=world.settle,
        )

    return call


def test_a_published_release_is_recorded_queued_and_rung_for(world, receive):
    delivery = receive(a_payload())

    [build] = world.store.known_builds.values()
    assert delivery.verdict is Verdict.BUILD
    assert delivery.build_id == build.id
    assert build.state is BuildState.QUEUED
    assert build.release.tag == "v1"
    assert world.bell.rung == [build.id]
    assert world.store.known_deliveries[GUID].state is DeliveryState.SETTLED


@pytest.mark.case("D01", "D39", "T05")
@pytest.mark.parametrize(
    ("event", "payload", "verdict"),
    [
        ("ping", {"zen": "Keep it simple.", "hook_id": 1}, Verdict.IGNORE),
        ("push", {"ref": "refs/heads/main"}, Verdict.IGNORE),
        ("marketplace_purchase", {"action": "purchased"}, Verdict.IGNORE),
        ("release", a_payload("created"), Verdict.IGNORE),
        ("release", a_payload("published"), Verdict.BUILD),
        ("release", a_payload("released"), Verdict.BUILD),
        ("release", a_payload("prereleased", prerelease=True), Verdict.BUILD),
        ("release", a_payload("edited"), Verdict.AMEND),
        ("release", a_payload("deleted"), Verdict.WITHDRAW),
        ("release", a_payload("unpublished"), Verdict.WITHDRAW),
        ("release", a_payload("invented"), Verdict.IGNORE),
        ("release", a_payload("published", draft=True, published_at=None), Verdict.IGNORE),
        ("release", a_payload("published", private=True), Verdict.IGNORE),
    ],
)
def test_every_event_has_its_verdict_and_is_recorded(world, receive, event, payload, verdict):
    delivery = receive(payload, event=event)

    assert delivery.verdict is verdict
    assert delivery.reason
    assert world.store.known_deliveries[GUID].verdict is verdict
    assert len(world.store.known_builds) == (verdict is Verdict.BUILD)


@pytest.mark.case("D01", "T05")
def test_one_publish_that_sends_three_events_makes_one_build(world, receive):
    for number, action in enumerate(["created", "published", "released"]):
        receive(a_payload(action), guid=f"guid-{number}")

    assert len(world.store.known_builds) == 1
    assert len(world.store.known_deliveries) == 3


@pytest.mark.case("D02", "T06")
def test_the_same_guid_again_makes_no_second_build(world, receive):
    for _ in range(5):
        receive(a_payload())

    assert len(world.store.known_builds) == 1
    assert world.store.known_deliveries[GUID].received_count == 5


@pytest.mark.case("D02", "T06")
def test_the_same_body_with_a_new_guid_makes_no_second_build(world, receive):
    receive(a_payload())
    receive(a_payload(), guid="another-guid")

    assert len(world.store.known_builds) == 1


def test_a_wrong_signature_records_nothing(world, receive):
    with pytest.raises(BadSignatureError):
        receive(a_payload(), secret=b"wrong")

    assert world.store.known_deliveries == {}


@pytest.mark.case("D03")
def test_the_signature_comes_before_the_parser(receive):
    with pytest.raises(BadSignatureError):
        receive(b"{ broken", secret=b"wrong")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{ broken", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a JSON object but list"),
        (b'"text"', "not a JSON object but str"),
    ],
)
def test_a_signed_body_that_cannot_be_read_is_refused_with_the_reason(world, receive, body, said):
    with pytest.raises(BadDeliveryError, match=said):
        receive(body)

    assert world.store.known_deliveries == {}


@pytest.mark.parametrize("guid", ["", " ", "../../x", "a" * 65, "ü"])
def test_a_delivery_needs_a_guid(receive, guid):
    with pytest.raises(BadDeliveryError, match="x-github-delivery"):
        receive(a_payload(), guid=guid)


def test_a_delivery_needs_an_event(receive):
    with pytest.raises(BadDeliveryError, match="x-github-event"):
        receive(a_payload(), event="")


@pytest.mark.case("D07", "T04")
def test_a_record_that_cannot_be_written_is_no_202(world, receive, monkeypatch):
    def full(delivery):
        raise StoreError("the disk is full")

    monkeypatch.setattr(world.store, "add_delivery", full)

    with pytest.raises(StoreError):
        receive(a_payload())


@pytest.mark.case("D07", "T04")
def test_a_recorded_delivery_counts_even_if_its_build_cannot_be_queued(world, receive, monkeypatch):
    def full(build):
        raise StoreError("the disk is full")

    monkeypatch.setattr(world.store, "add_build", full)

    delivery = receive(a_payload())

    assert delivery.verdict is Verdict.BUILD
    assert [d.guid for d in world.store.unsettled_deliveries(10)] == [GUID]


def test_half_a_surrogate_pair_in_a_payload_is_kept_as_text_that_can_be_written(world, receive):
    delivery = receive(a_payload("publi\ud800shed", body="\udfff"))

    assert to_json(delivery)


def test_an_ignored_delivery_tells_of_its_repository_unless_that_is_private(world, receive):
    receive(a_payload("created"), guid="told")
    receive(a_payload("published", private=True), guid="hidden")
    receive({"zen": "Keep it simple.", "repository": {"id": "odd"}}, guid="odd", event="ping")

    assert [each.guid for each in world.store.deliveries_of(1, 9)] == ["told"]
    assert world.store.repository_named("sugarlabs-demo/moon").id == 1
    assert world.store.delivery("odd").repository is None
