"""Large bodies take turns; small ones never wait for them."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from threading import Event

import pytest

from aslo.domain.errors import BusyError
from aslo.web import hook
from aslo.web.large_bodies import PIECE_BYTES, SMALL_BYTES, Turns
from fakes.deliveries import a_payload, signed

LARGE = b"x" * (SMALL_BYTES + 1)
SOON = 0.05


@pytest.fixture
def turns():
    return Turns(at_once=2, patience=SOON)


@pytest.fixture
def full(turns):
    """The same, while as many large ones are there as may be."""
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(turns.received(BytesIO(LARGE)))
        yield turns


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, SMALL_BYTES, SMALL_BYTES + 1, 5 * 10**6])
def test_a_body_is_received_whole(turns, size):
    sent = bytes(range(256)) * (size // 256 + 1)

    with turns.received(BytesIO(sent[:size])) as body:
        assert bytes(body) == sent[:size]


@pytest.mark.case("T02")
def test_one_large_body_too_many_is_refused_after_a_while(full):
    with pytest.raises(BusyError), full.received(BytesIO(LARGE)):
        pass


@pytest.mark.case("T02")
def test_a_small_body_waits_for_no_large_one(full):
    with full.received(BytesIO(LARGE[:SMALL_BYTES])) as body:
        assert len(body) == SMALL_BYTES


@pytest.mark.case("T02")
def test_a_large_body_that_waits_is_received_when_another_has_gone():
    turns, there, go = Turns(at_once=1, patience=20), Event(), Event()

    def hold():
        with turns.received(BytesIO(LARGE)):
            there.set()
            go.wait(20)

    def wait():
        with turns.received(BytesIO(LARGE)) as body:
            return len(body)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(hold)
        assert there.wait(20)
        second = pool.submit(wait)
        assert not second.done()
        go.set()
        first.result(20)
        assert second.result(20) == len(LARGE)


@pytest.mark.case("T02")
def test_a_refused_body_leaves_memory_and_its_turn_at_once(turns):
    held = []

    def refuse():
        with turns.received(BytesIO(LARGE)) as body:
            held.append(body)
            raise ValueError("refused")

    for _ in range(5):
        with pytest.raises(ValueError, match="refused"):
            refuse()

    assert held == [bytearray()] * 5


def test_a_body_that_breaks_off_gives_its_turn_back(turns):
    class Broken(BytesIO):
        def read(self, size=-1):
            if self.tell() > SMALL_BYTES:
                raise ConnectionResetError
            return super().read(size)

    for _ in range(5):
        with pytest.raises(ConnectionResetError), turns.received(Broken(LARGE + LARGE)):
            pass


@pytest.mark.case("T02")
def test_github_is_asked_to_send_a_large_delivery_again_when_too_many_come(
    site, full, monkeypatch, caplog
):
    monkeypatch.setattr(hook, "_turns", full)
    large, headers = signed(a_payload(body="x" * SMALL_BYTES))
    small, others = signed(a_payload(), guid="another")

    refused = site.client.post("/api/hook", data=large, headers=headers)
    taken = site.client.post("/api/hook", data=small, headers=others)

    assert (refused.status_code, refused.json["error"]) == (503, "busy")
    assert refused.headers["Retry-After"]
    assert "refused, busy" in caplog.text
    assert taken.status_code == 202
