"""Each line of the log tells what it is about."""

import io
import json
import logging
import threading
from datetime import timedelta

import pytest

from aslo import log_context
from aslo.adapters.logging_structlog import set_up
from aslo.domain.build import BuildState
from aslo.domain.errors import StoreError
from aslo.services import settle
from aslo.worker import Pace, Worker
from fakes.deliveries import GUID, a_payload, signed
from fakes.values import a_delivery
from fakes.web_site import WebSite
from fakes.world import World


@pytest.fixture
def logged():
    """The lines written as JSON."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up("debug", "json")
    [ours] = root.handlers
    written = io.StringIO()
    ours.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)


def test_what_is_bound_ends_with_its_context():
    log_context.begin(request="r")
    with log_context.bound(build="b"):
        assert log_context.about() == {"request": "r", "build": "b"}
    assert log_context.about() == {"request": "r"}
    log_context.begin()
    assert log_context.about() == {}


def test_a_line_about_a_delivery_names_it_its_build_and_its_request(logged):
    site = WebSite()
    body, headers = signed(a_payload())
    headers["X-Request-ID"] = "0123456789abcdef"

    answer = site.client.post("/api/hook", data=body, headers=headers)

    [line] = [each for each in logged() if each["logger"] == "aslo.web.hook"]
    assert line["request"] == "0123456789abcdef"
    assert line["delivery"] == GUID
    assert line["build"] == answer.json["build"]


def test_the_next_request_of_a_thread_is_not_about_the_one_before(logged):
    site = WebSite()
    body, headers = signed(a_payload())
    site.client.post("/api/hook", data=body, headers=headers)
    site.client.get("/healthz")

    last = logged()[-1]
    assert "GET /healthz: 200" in last["event"]
    assert "delivery" not in last


@pytest.mark.parametrize("given", ["short", 'x" 500', "a" * 65])
def test_a_request_id_that_is_none_is_made_anew(logged, given):
    WebSite().client.get("/healthz", headers={"X-Request-ID": given})

    assert given not in {line.get("request") for line in logged()}


def test_a_line_of_a_worker_names_its_build_and_delivery(tmp_path, logged):
    world = World(tmp_path)
    delivery = world.store.add_delivery(a_delivery())
    world.settle(delivery)
    beat = timedelta(milliseconds=5)
    kept = threading.Event()

    def renew(*_):
        kept.set()
        raise RuntimeError("no")

    world.store.renew_build = renew
    real = world.builder.build
    world.builder.build = lambda *args: (kept.wait(5), real(*args))[1]

    assert Worker(world.bench, world.bell, Pace("w", timedelta(minutes=1), beat, beat)).build_one()

    lines = logged()
    about = {(line["logger"], line.get("build"), line.get("delivery")) for line in lines}
    expected = (delivery.build_id, delivery.guid)
    assert ("aslo.services.work", *expected) in about
    assert ("aslo.hold", *expected) in about
    assert world.store.build(delivery.build_id).state is BuildState.PUBLISHED
    assert "build" not in log_context.about()


def unkept(*_):
    raise StoreError("no space left")


@pytest.mark.parametrize("how", ["beside the web", "by the sweep"])
def test_a_line_about_one_delivery_of_many_names_it(tmp_path, logged, how):
    world = World(tmp_path)
    world.store.add_delivery(a_delivery())
    world.store.add_build = unkept
    if how == "by the sweep":
        world.clock.tick(60)
        assert not settle.sweep(store=world.store, forge=world.forge, clock=world.clock)
    else:
        world.settle(a_delivery())

    [line] = logged()
    assert (line["event"], line["delivery"]) == ("no space left", a_delivery().guid)
    assert "delivery" not in log_context.about()


def test_a_bell_that_is_not_rung_names_its_delivery_and_its_build(tmp_path, logged):
    world = World(tmp_path)
    delivery = world.store.add_delivery(a_delivery())
    world.bell.ring = lambda _: logging.getLogger("bell").warning("nobody hears")

    world.settle(delivery)

    [line] = logged()
    assert (line["delivery"], line["build"]) == (delivery.guid, delivery.build_id)


class Slow:
    """Takes its time to become text, and meanwhile another line is logged."""

    def __init__(self):
        self.other = threading.Thread(target=logging.getLogger("aslo.other").info, args=("other",))

    def __str__(self):
        if self.other.ident is None:
            self.other.start()
            self.other.join(5)
        return "slow"


def test_no_line_waits_while_another_is_formatted(logged):
    logging.getLogger("aslo.slow").info("%s", Slow())

    assert [line["event"] for line in logged()] == ["other", "slow"]


def test_a_line_that_cannot_be_made_is_told_and_breaks_nothing(logged, capsys):
    ours = logging.getLogger().handlers[0]
    for said, about in (("%d", ("no number",)), ("the next", ())):
        record = {"name": "aslo.odd", "levelname": "INFO", "msg": said, "args": about}
        ours.handle(logging.makeLogRecord(record))

    assert "--- Logging error ---" in capsys.readouterr().err
    assert [line["event"] for line in logged()] == ["the next"]


def test_what_was_raised_stands_in_its_line(logged):
    fault = RuntimeError("a fault of ours")

    logging.getLogger("aslo.odd").error("broke", exc_info=fault)

    assert "RuntimeError: a fault of ours" in logged()[-1]["exception"]
