from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain import backfilled
from aslo.domain.activity import RepositoryState
from aslo.domain.build import BuildState, build_id
from aslo.domain.delivery import Asset, ReleaseList
from aslo.domain.errors import (
    BundleIdUnassignedError,
    ForgeError,
    ForgeHeldError,
    ForgeLimitError,
    NotFoundError,
    OutageError,
)
from aslo.domain.imported import ImportReport
from aslo.domain.info import INFO_FILE
from aslo.services import backfill, pacing, work
from aslo.services.backfill import Backfill
from aslo.services.backlog import Backlog
from aslo.services.pacing import PacedForge
from aslo.services.patience import Patience
from fakes.values import COMMIT, a_forge_release, a_repository
from fakes.world import saying

LEASE = timedelta(minutes=1)
ORG = "sugarlabs-demo"


class Sightings:
    """Remembers in memory, and can be made to forget."""

    def __init__(self):
        self.seen = {}

    def read(self):
        return dict(self.seen)

    def note(self, repository_id, looked):
        self.seen[repository_id] = looked


class Operator:
    """Runs a backfill over the fakes, and hears what it tells."""

    def __init__(self, world):
        self.world, self.sightings, self.heard = world, Sightings(), []
        self.worked = []
        self.before_work = lambda: None

    def work(self):
        self.before_work()
        bench = self.world.bench
        done = work.build("me", bench=bench, lease=LEASE, keep=lambda _: nullcontext())
        self.worked += [done.id] if done else []
        return done is not None

    def run(self, *, tells=False, **how):
        world, told = self.world, ImportReport()
        forge = PacedForge(world.forge, world.store, world.clock)
        patience = Patience(world.clock, world.clock.tick, self.heard.append)
        backlog = Backlog(
            world.store, world.bell, world.clock, world.rules, patience, self.work, tells
        )
        places = backfill.repositories(ORG, forge=forge, patience=patience)
        made = Backfill(
            world.store, forge, self.sightings, patience, self.heard.append, backlog, **how
        )
        made.run(places, told)
        return told


@pytest.fixture
def operator(world):
    world.forge.organisations[ORG] = []
    return Operator(world)


def has(world, number, *releases, mark="", **flags):
    """Let the organisation have a repository with these releases, the newest first."""
    place = RepositoryState(a_repository(number), **{"private": False, **flags})
    world.forge.organisations[ORG].append(place)
    world.forge.lists[number] = ReleaseList(releases, is_whole=True, mark=mark)
    for release in releases:
        world.forge.shown[release.id] = release
        world.forge.tags[release.tag] = COMMIT
    return place


def released(world, number, version="1", **changes):
    """A release with a bundle of its own attached."""
    name = f"Moon{number}-{version}.xo"
    world.forge.assets[name] = saying(version, f"org.example.Moon{number}")
    asset = Asset(number * 100, name, "https://forge.example/a", 10, "uploaded")
    at = world.clock() - timedelta(days=1000 - number)
    fields = {"id": number * 10 + int(version), "tag": f"v{version}", "assets": (asset,)}
    return a_forge_release(**{**fields, "published_at": at, **changes})


def counts(told):
    return told.imported, told.already_there, len(told.refused), len(told.passed_over)


def states(world):
    return sorted((each.bundle_id, each.version) for each in world.store.known_releases.values())


def test_every_release_of_an_organisation_comes_in_and_nobody_is_told(world, operator):
    has(world, 1, released(world, 1, "2"), released(world, 1, "1"))
    has(world, 2, released(world, 2))

    told = operator.run()

    assert counts(told) == (3, 0, 0, 0)
    listed = [("org.example.Moon1", "1"), ("org.example.Moon1", "2"), ("org.example.Moon2", "1")]
    assert states(world) == listed
    assert operator.heard == [
        "1 of 2  sugarlabs-demo/activity-1: 2 imported",
        "2 of 2  sugarlabs-demo/activity-2: 1 imported",
    ]
    builds = world.store.recent_builds(9)
    assert all(each.told and each.quiet for each in builds)
    assert [world.store.reports(each.id) for each in builds] == [[], [], []]


def test_the_oldest_release_of_a_repository_is_built_first(world, operator):
    older = world.clock() - timedelta(days=2000)
    one = has(world, 1, released(world, 1, "1"), released(world, 1, "2", published_at=older))

    operator.run()

    assert operator.worked == [
        build_id(one.repository, world.forge.shown[12]),
        build_id(one.repository, world.forge.shown[11]),
    ]


def test_developers_are_told_where_that_is_asked_for_but_not_of_what_is_archived(world, operator):
    has(world, 1, released(world, 1))
    has(world, 2, released(world, 2), archived=True)

    operator.run(tells=True)
    work.tell("a worker", bench=world.bench)

    by_repository = {each.repository.id: each for each in world.store.recent_builds(9)}
    assert {each.kind for each in world.store.reports(by_repository[1].id)} == {
        "started-status", "started-comment", "final-status", "final-comment",
    }  # fmt: skip
    assert world.store.reports(by_repository[2].id) == []
    assert operator.heard[1].endswith("1 imported (archived)")


def test_a_second_run_asks_for_the_lists_alone_and_changes_nothing(world, operator):
    has(world, 1, released(world, 1), mark="one")
    operator.run()
    before = world.store.known_builds.copy()
    world.forge.lists[1] = replace(world.forge.lists[1], releases=())

    told = operator.run()

    assert counts(told) == (0, 1, 0, 0)
    assert world.store.known_builds == before


def test_what_is_passed_over_is_not_looked_into_again_while_it_is_as_it_was(world, operator):
    has(world, 1, released(world, 1, assets=()), mark="one")
    operator.run()
    world.forge.files.add((1, INFO_FILE, "v1"))

    assert operator.run().passed_over[0].reason == backfilled.NO_ACTIVITY
    world.forge.lists[1] = replace(world.forge.lists[1], mark="two")
    assert operator.run().imported == 1


def test_what_was_seen_is_not_believed_over_the_record(world, operator):
    has(world, 1, released(world, 1), mark="one")
    operator.run()
    world.store.known_builds.clear()
    world.store.known_deliveries.clear()

    assert operator.run().imported == 1


@pytest.mark.parametrize(
    ("flags", "reason"),
    [({"private": True}, backfilled.PRIVATE), ({"fork": True}, backfilled.FORK)],
)
def test_private_repositories_and_forks_are_passed_over(world, operator, flags, reason):
    has(world, 1, released(world, 1), **flags)

    told = operator.run()

    assert [each.reason for each in told.passed_over] == [reason]
    assert world.forge.listed == []


def test_forks_come_in_where_that_is_asked_for(world, operator):
    has(world, 1, released(world, 1), fork=True)

    assert operator.run(forks=True).imported == 1


def test_a_repository_without_a_release_and_one_that_is_no_activity_are_passed_over(
    world, operator
):
    has(world, 1)
    has(world, 2, released(world, 2, assets=()))
    has(world, 3, released(world, 3, draft=True, published_at=None))

    told = operator.run()

    reasons = [each.reason for each in told.passed_over]
    assert reasons == [backfilled.NO_RELEASE, backfilled.NO_ACTIVITY, backfilled.NO_RELEASE]
    assert world.store.known_deliveries == {}


def test_a_tree_without_an_attached_bundle_is_an_activity_if_it_says_so(world, operator):
    has(world, 1, released(world, 1, assets=()))
    world.forge.files.add((1, INFO_FILE, "v1"))

    assert operator.run().imported == 1
    assert world.builder.built == 1


def test_one_that_is_gone_meanwhile_ends_nothing(world, operator):
    has(world, 1, released(world, 1))
    has(world, 2, released(world, 2))
    world.forge.fails["releases"] = [NotFoundError("gone")]

    told = operator.run()

    assert counts(told) == (1, 0, 0, 1)
    assert told.passed_over[0].reason == backfilled.GONE


def test_one_that_cannot_be_looked_at_is_refused_and_three_in_a_row_are_an_outage(world, operator):
    for number in range(1, 6):
        has(world, number, released(world, number))
    world.forge.fails["releases"] = [ForgeError("a hiccup")]

    told = operator.run()
    assert counts(told) == (4, 0, 1, 0)
    assert told.refused[0].code == "forge-outage"

    operator.sightings.seen.clear()
    world.forge.fails["releases"] = [ForgeError("away")] * 3
    with pytest.raises(OutageError):
        operator.run()


def test_a_bundle_that_breaks_rules_is_refused_with_its_problems_and_the_others_go_on(
    world, operator
):
    has(world, 1, released(world, 1, "2"), released(world, 1, "1"))
    world.forge.assets["Moon1-1.xo"] = b"no bundle"

    told = operator.run()

    assert counts(told) == (1, 0, 1, 0)
    refused = told.refused[0]
    assert refused.stamp.path.endswith("/activity-1@v1")
    assert (refused.code, bool(refused.problems)) == (BuildState.FAILED, True)
    assert "https://aslo.example/builds/" in refused.hint
    # It is the developer's to cure, so nobody tries it again.
    assert counts(operator.run()) == (0, 1, 1, 0)


def test_what_failed_for_our_reasons_is_tried_again_in_a_new_run(world, operator):
    has(world, 1, released(world, 1))
    world.forge.fails["download_asset"] = [OutageError("away")] * world.rules.attempts

    assert operator.run().refused[0].code == BuildState.ERRORED
    told = operator.run()

    assert counts(told) == (1, 0, 0, 0)
    (build,) = world.store.recent_builds(9)
    assert (build.round, build.quiet, world.store.reports(build.id)) == (2, True, [])


def test_an_activity_that_was_assigned_meanwhile_is_tried_again(world, operator):
    has(world, 1, released(world, 1), mark="one")
    operator.run()
    (build,) = world.store.recent_builds(1)
    problems = BundleIdUnassignedError("org.example.Moon1", "", "o/n").problems
    world.store.known_builds[build.id] = replace(build, state=BuildState.FAILED, problems=problems)

    assert operator.run().imported == 1


def test_a_release_that_is_taken_back_before_it_is_built_is_refused(world, operator):
    has(world, 1, released(world, 1))
    world.forge.shown[11] = replace(world.forge.shown[11], draft=True)

    (refused,) = operator.run().refused

    assert (refused.code, refused.message) == (BuildState.WITHDRAWN, backfilled.TAKEN_BACK)


def test_a_pause_of_the_forge_is_kept_and_told_with_its_end(world, operator):
    has(world, 1, released(world, 1))
    pause = ForgeLimitError("wait", retry_after=timedelta(seconds=90))
    world.forge.fails = {"repositories": [pause], "release": [pause]}
    began = world.clock()

    told = operator.run()

    assert told.imported == 1
    assert world.clock() - began >= timedelta(seconds=180)
    waits = [line for line in operator.heard if "left alone" in line]
    assert waits[0] == "GitHub wants to be left alone: going on at 12:01:30 UTC"
    assert len(waits) == 2


def test_a_build_that_another_worker_has_is_waited_for(world, operator):
    one = has(world, 1, released(world, 1))
    number = build_id(one.repository, world.forge.shown[11])

    def taken():
        operator.before_work = lambda: None
        world.store.claim_build("other", world.clock(), LEASE)

    operator.before_work = taken

    assert operator.run().imported == 1
    assert "v1 is built by other, or was cut off: going on at 12:01:00 UTC" in operator.heard
    assert operator.worked == [number]


def test_a_dry_run_says_what_would_come_and_writes_nothing(world, operator):
    has(world, 1, released(world, 1), mark="one")
    has(world, 2, released(world, 2), mark="two")
    operator.run()
    world.forge.organisations[ORG] = world.forge.organisations[ORG][:2]
    has(world, 3, released(world, 3), mark="three")
    before = world.store.known_builds.copy(), operator.sightings.seen.copy()

    told = operator.run(dry_run=True)

    assert counts(told) == (1, 2, 0, 0)
    assert operator.heard[-1] == "3 of 3  sugarlabs-demo/activity-3: 1 would be imported"
    assert (world.store.known_builds, operator.sightings.seen) == before


@pytest.mark.parametrize("step", ["add_delivery", "settle_delivery", "add_build", "add_release"])
def test_a_run_that_breaks_off_anywhere_is_completed_by_the_next(
    world, operator, step, monkeypatch
):
    has(world, 1, released(world, 1, "2"), released(world, 1, "1"))
    monkeypatch.setattr(world.store, step, broken_off)
    with pytest.raises(KeyboardInterrupt):
        operator.run()
    monkeypatch.undo()
    # What was claimed by who broke off is free again after its lease.
    told = operator.run()

    assert told.imported + told.already_there == 2
    assert states(world) == [("org.example.Moon1", "1"), ("org.example.Moon1", "2")]


def broken_off(*_args):
    raise KeyboardInterrupt


def test_an_organisation_that_is_not_there_or_has_nothing_is_named(world, operator):
    with pytest.raises(NotFoundError, match="organisation sugarlabs-demo has no public"):
        operator.run()
    world.forge.organisations.clear()
    with pytest.raises(NotFoundError, match="the forge has no organisation sugarlabs-demo"):
        operator.run()


def test_a_pause_that_the_site_was_told_of_holds_for_the_first_question(world, operator):
    has(world, 1, released(world, 1))
    pacing.hold(timedelta(seconds=30), store=world.store, clock=world.clock)
    with pytest.raises(ForgeHeldError):
        PacedForge(world.forge, world.store, world.clock).repositories(ORG)

    assert operator.run().imported == 1
    assert "left alone" in operator.heard[0]
