"""Builds and reports against the simulated forge: few questions, and each comment once."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from aslo.adapters.forge_github import GitHubForge
from aslo.adapters.github_credentials import App
from aslo.adapters.github_http import Clocks
from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.activity import Repository
from aslo.domain.build import Build, BuildState
from aslo.domain.errors import StoreError
from aslo.domain.report import CheckRun, CommitState, ReportState
from aslo.services import report, work
from aslo.simulator import Fault, Simulator
from fakes.scripted_github import unread
from fakes.values import a_build
from fakes.world import World, a_bundle
from fixtures.app_key import key_pair

CLOCK = "sugarlabs-demo/clock"
LEASE = timedelta(minutes=5)

pytestmark = pytest.mark.case("T15")


class Wire(httpx.BaseTransport):
    """The way to the forge: it counts, and a test can break it behind a write."""

    def __init__(self) -> None:
        self._real = httpx.HTTPTransport()
        self.asked: list[str] = []
        self.before: Callable[[], object] = lambda: None
        self.after_comment: list[Callable[[], object]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.before()
        response = self._real.handle_request(request)
        if response.status_code != httpx.codes.NOT_MODIFIED:
            # GitHub counts no question whose answer is as it was.
            self.asked.append(f"{request.method} {request.url.path}")
        if request.method == "POST" and request.url.path.endswith("/comments"):
            response.read()
            if self.after_comment:
                self.after_comment.pop(0)()
            return unread(response)
        return response

    def close(self) -> None:
        self._real.close()

    @property
    def questions(self) -> list[str]:
        return [each for each in self.asked if "/storage/" not in each and "/avatars/" not in each]


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    made = Simulator(tmp_path / "forge", "secret")
    made.start()
    made.add_repository("sugarlabs-demo", "clock")
    yield made
    made.stop()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def world(tmp_path: Path, simulator: Simulator, wire: Wire) -> Iterator[World]:
    """A worker's world with a real record and a forge that is asked over HTTP."""
    made = World(tmp_path / "work")
    made.store = SqliteStore(tmp_path / "aslo.db")
    client = httpx.Client(transport=wire, timeout=10)
    made.forge = GitHubForge(simulator.url, "token", client=client, clocks=Clocks(now=made.clock))
    wire.before = lambda: made.clock.tick(0.01)
    yield made
    made.forge.close()
    made.store.close()


def build(world: World, simulator: Simulator, tag: str = "v1", **assets: bytes) -> Build:
    """Work the build of a release that is published now."""
    named = {f"{name}.xo": data for name, data in assets.items()}
    made = simulator.release(CLOCK, tag, assets=named)
    found = simulator.hosting.repository(CLOCK)
    owner = simulator.hosting.user("sugarlabs-demo")
    url = f"{simulator.url}/{CLOCK}"
    repository = Repository(found["id"], owner["id"], CLOCK, url, f"{url}.git")
    release = world.forge.release(repository, made["id"])
    assert release is not None
    world.store.add_build(a_build(repository=repository, release=release))
    worked = work.build("w", bench=world.bench, lease=LEASE, keep=lambda _: nullcontext())
    assert worked is not None
    return worked


def tell(world: World, hours: int = 1, owner: str = "w") -> None:
    """What workers do about the outbox while hours go by."""
    for _ in range(hours * 60):
        work.tell(owner, bench=world.bench)
        world.clock.tick(60)


def small(simulator: Simulator) -> str:
    commit = simulator.commit(CLOCK, {"NEWS": "one"})
    simulator.tag(CLOCK, "v1")
    return commit


def said(simulator: Simulator) -> list[str]:
    """The keys of what was commented."""
    return [
        each["body"].rpartition("<!-- aslo:")[2].removesuffix(" -->")
        for each in simulator.comments(CLOCK)
    ]


ONCE = ["b1-1-started-comment", "b1-1-final-comment"]


# questions


def crowded(simulator: Simulator, *, annotated: bool) -> None:
    """Five hundred people and two thousand tags."""
    lines = []
    for number in range(500):
        who = f"Dev {number} <dev{number}@users.noreply.github.com> 1700000000 +0000"
        lines += ["commit refs/heads/main", f"author {who}", f"committer {who}", "data 0", ""]
    for number in range(2000):
        lines += [f"reset refs/tags/v{number}", "from refs/heads/main", ""]
    folder = simulator.hosting.git(simulator.hosting.repository(CLOCK)).folder
    command = ["git", "-C", str(folder), "fast-import", "--quiet"]
    subprocess.run(command, input="\n".join(lines).encode(), check=True, capture_output=True)
    simulator.tag(CLOCK, "v2000", message="two thousand" if annotated else None)


@pytest.mark.case("D12", "D13")
@pytest.mark.parametrize("annotated", [False, True], ids=["light", "annotated"])
@pytest.mark.parametrize("assets", [{}, {"Moon-1": a_bundle()}], ids=["tree", "bundle"])
def test_a_whole_release_of_five_hundred_people_needs_at_most_ten_questions(
    world, simulator, wire, annotated, assets
):
    crowded(simulator, annotated=annotated)
    simulator.release(CLOCK, "v1999")
    wire.asked.clear()

    ended = build(world, simulator, "v2000", **assets)
    wire.asked.remove(wire.asked[0])  # The test's own.
    tell(world)

    assert ended.state is BuildState.PUBLISHED
    assert said(simulator) == ONCE
    assert len(simulator.statuses(CLOCK)) == 2
    assert len(wire.questions) <= 10, wire.questions


def test_the_app_needs_no_more_beside_the_token_of_an_hour(world, simulator, wire):
    private, public = key_pair()
    app = simulator.add_app(public)
    simulator.install_app(app, "sugarlabs-demo")
    world.forge.close()
    # The App's signature must hold by the forge's own clock.
    world.clock.now = datetime.now(UTC)
    world.forge = GitHubForge(
        simulator.url,
        "",
        app=App(str(app["id"]), private),
        client=httpx.Client(transport=wire, timeout=10),
        clocks=Clocks(now=world.clock),
    )
    world.rules = replace(world.rules, checks=True)
    crowded(simulator, annotated=True)
    ended = build(world, simulator, "v2000", **{"Moon-1": a_bundle()})
    tell(world)

    [run] = simulator.check_runs(CLOCK)
    own = [each for each in wire.questions if each.endswith(("/installation", "/access_tokens"))]
    assert ended.state is BuildState.PUBLISHED
    assert said(simulator) == ONCE
    assert run["conclusion"] == "success"
    assert len(own) == 2
    assert len(wire.questions) - 1 - len(own) <= 10, wire.questions  # One was the test's own.


def test_a_check_that_another_worker_began_is_found_and_ended(world, simulator, wire):
    private, public = key_pair()
    app = simulator.add_app(public)
    simulator.install_app(app, "sugarlabs-demo")
    commit = small(simulator)
    found = simulator.hosting.repository(CLOCK)
    clock = Repository(found["id"], found["owner_id"], CLOCK, simulator.url, simulator.url)
    for state in (CommitState.PENDING, CommitState.SUCCESS):
        forge = GitHubForge(simulator.url, "", app=App(str(app["id"]), private))
        check = CheckRun("b1-1", state, "so", "", "https://aslo.example")
        forge.set_check(clock, commit, check, first_try=True)
        forge.close()

    [run] = simulator.check_runs(CLOCK)
    assert run["conclusion"] == "success"


# each comment once


def die() -> None:
    raise KeyboardInterrupt


def lose(error: Exception) -> None:
    raise error


LOSSES = {
    "reset": lambda: lose(httpx.ReadError("reset")),
    "time-out": lambda: lose(httpx.ReadTimeout("late")),
    "killed": die,
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_comment_whose_answer_was_lost_is_not_written_again(world, simulator, wire, loss):
    small(simulator)
    build(world, simulator)
    wire.after_comment = [loss, loss]

    for _ in range(3):
        with suppress(KeyboardInterrupt):
            tell(world)

    assert said(simulator) == ONCE
    comments = [each for each in world.store.reports("b1") if each.kind in report.COMMENTS]
    assert [each.sent for each in comments] == [ReportState.SENT] * 2


def test_a_comment_that_could_not_be_noted_is_not_written_again(world, simulator, wire):
    small(simulator)
    build(world, simulator)
    settle, fails = world.store.settle_report, iter([True] * 6)

    def settle_report(report_id, state):
        if next(fails, False):
            raise StoreError("the disk is full")
        settle(report_id, state)

    world.store.settle_report = settle_report
    for _ in range(60):
        with suppress(StoreError):
            work.tell("w", bench=world.bench)
        world.clock.tick(60)

    assert said(simulator) == ONCE


def test_a_comment_behind_those_of_many_others_is_not_written_again(world, simulator, wire):
    commit = small(simulator)
    for number in range(250):
        simulator.add_comment(CLOCK, commit, f"me too {number}", "stranger")
    build(world, simulator)
    wire.after_comment = [LOSSES["reset"], LOSSES["reset"]]

    tell(world)

    assert [key for key in said(simulator) if key in ONCE] == ONCE


def test_workers_that_tell_at_once_write_each_comment_once(world, simulator):
    small(simulator)
    build(world, simulator)
    simulator.faults.order(Fault(r"POST .*", times=9, status=None, delay_seconds=0.05))

    def at_once() -> None:
        threads = [
            threading.Thread(target=work.tell, args=(f"w{number}",), kwargs={"bench": world.bench})
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    for _ in range(8):
        at_once()
        world.clock.tick(1)

    assert said(simulator) == ONCE


def test_a_report_whose_lease_ran_out_while_the_forge_was_slow_is_written_once(
    world, simulator, wire
):
    """Another worker has it then, and looks for the comment first."""
    small(simulator)
    build(world, simulator)

    def slow() -> None:
        world.clock.tick(301)
        work.tell("other", bench=world.bench)

    wire.after_comment = [slow, slow]
    tell(world)

    assert said(simulator) == ONCE


def test_a_write_is_over_before_another_worker_may_have_its_report(world, simulator, wire):
    """A look at the site took too long for a write, and at the next try just not too long."""
    small(simulator)
    build(world, simulator)
    looks = iter([250, 209])
    world.site.confirm = lambda *_: world.clock.tick(next(looks, 1))
    claims = []

    def late() -> None:
        world.clock.tick(90)
        claims.append(world.store.claim_report("other", world.clock(), LEASE))

    wire.after_comment = [late, late]
    tell(world)

    assert claims == [None, None]
    assert said(simulator) == ONCE


# what is published meanwhile


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 401},
        {"status": 403, "headers": {"Retry-After": "60"}},
        {"status": 404},
        {"status": 429},
        {"status": 502},
    ],
    ids=lambda fault: str(fault["status"]),
)
def test_comments_that_are_refused_come_later_and_once(world, simulator, fault):
    small(simulator)
    simulator.faults.order(Fault(r"POST /repos/.*/(comments|statuses)(/.*)?", times=4, **fault))

    ended = build(world, simulator)
    listed = world.store.release("org.sugarlabs.Moon", "1")
    tell(world, 3)

    assert ended.state is BuildState.PUBLISHED
    assert world.files.has(listed.bundle.sha256)
    assert said(simulator) == ONCE
