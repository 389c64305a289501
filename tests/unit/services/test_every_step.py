"""Whatever breaks in whichever step, a build comes to an end, is told of, and leaves nothing."""

import logging
import zipfile
from contextlib import nullcontext
from datetime import timedelta
from functools import partial

import pytest

from aslo.domain.activity import Developer
from aslo.domain.build import BuildState
from aslo.domain.errors import StoreError
from aslo.services import work
from aslo.services.survival import survive
from fakes.values import a_build
from fakes.world import a_tree

LEASE = timedelta(minutes=1)
TURNS = 30
MORE_THAN_ALL_TRIES = 12

ERRORS = [
    ValueError("odd"),
    KeyError("odd"),
    OSError(28, "No space left on device"),
    zipfile.BadZipFile("odd"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd"),
    MemoryError(),
    TimeoutError("soft time limit"),
    StoreError("the database is away"),
]
STEPS = [
    ("forge", "repository"),
    ("forge", "release"),
    ("forge", "resolve_tag"),
    ("forge", "developers"),
    ("forge", "download_picture"),
    ("source", "fetch"),
    ("builder", "build"),
    ("workspace", "open"),
    ("files", "add"),
    ("pictures", "icon"),
    ("pictures", "poster"),
    ("pictures", "screenshot"),
    ("pictures", "avatar"),
    ("store", "add_report"),
    ("store", "claim_bundle_id"),
    ("store", "release"),
    ("store", "add_release"),
    ("store", "save_activity"),
    ("store", "announce"),
    ("store", "append_log"),
    ("store", "save_build"),
]


class Breaking:
    """A port that breaks in one method, as often as it is told."""

    def __init__(self, port, method, error, times):
        self.port = port
        self.method = method
        self.error = error
        self.left = times

    def __getattr__(self, name):
        return self.breaks if name == self.method else getattr(self.port, name)

    def breaks(self, *given, **named):
        if not self.left:
            return getattr(self.port, self.method)(*given, **named)
        self.left -= 1
        raise self.error


@pytest.fixture
def break_step(world):
    """Let a step break, of a release with everything there can be in one."""
    world.source.files = {**a_tree(), "screenshots/one.png": b"a"}
    who = Developer("demo-developer", "https://github.example/demo-developer", 7)
    world.forge.contributors = [(who, "https://github.example/a.png")]

    def call(step, error, times):
        port, method = step
        broken = Breaking(getattr(world, port), method, error, times)
        setattr(world, port, broken)
        return broken

    return call


@pytest.fixture
def ended(world):
    """The build after a worker's turns, whatever broke in them."""

    def call():
        world.store.add_build(a_build())
        build = partial(
            work.build, "w", bench=world.bench, lease=LEASE, keep=lambda _: nullcontext()
        )
        for _ in range(TURNS):
            survive(build)
            survive(partial(work.tell, "w", bench=world.bench))
            world.clock.tick(450)
        return world.store.build("b1")

    return call


@pytest.mark.case("D08", "D40", "T17")
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("step", STEPS, ids=".".join)
def test_what_breaks_once_keeps_no_release_out(world, break_step, ended, step, error):
    broken = break_step(step, error, 1)

    build = ended()

    assert broken.left == 0
    assert build.state is BuildState.PUBLISHED
    assert sorted(world.forge.comments) == ["b1-1-final-comment", "b1-1-started-comment"]
    assert list(world.workspace.root.iterdir()) == []


@pytest.mark.case("D08", "D37", "D40", "T17")
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("step", STEPS, ids=".".join)
def test_what_breaks_each_time_ends_and_is_told_of(world, break_step, ended, step, error):
    break_step(step, error, MORE_THAN_ALL_TRIES)

    build = ended()

    assert build.state in {BuildState.PUBLISHED, BuildState.ERRORED}
    # One more claim finds out that all tries were cut off; without the record none can.
    assert build.attempt <= world.rules.attempts + 1 or step == ("store", "save_build")
    assert (build.lease, world.store.untold_builds(9)) == (None, [])
    told = ["b1-1-final-comment"] if build.commit else []
    assert [key for key in world.forge.comments if "final" in key] == told
    assert list(world.workspace.root.iterdir()) == []
    listed = [change.bundle_id for change in world.store.changes(0, 9)]
    assert bool(listed) is (build.state is BuildState.PUBLISHED)
    kept = [
        file for release in world.store.releases("org.sugarlabs.Moon") for file in release.files
    ]
    assert [file for file in kept if not world.files.has(file.sha256)] == []


@pytest.mark.case("D38")
def test_what_broke_a_build_is_logged_and_hidden_by_nothing(world, break_step, ended, caplog):
    caplog.set_level(logging.ERROR)
    break_step(("builder", "build"), KeyError("the first fault"), 1)

    ended()

    [record] = caplog.records
    assert "build b1 broke" in record.getMessage()
    assert repr(record.exc_info[1]) == "KeyError('the first fault')"
