"""Why a release is not there: one arrangement for each cause."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain import resemblance
from aslo.domain.activity import ReleaseState
from aslo.domain.build import BuildState
from aslo.domain.causes import SENTENCES, Reason
from aslo.domain.delivery import DeliveryState, ReleaseList
from aslo.domain.errors import (
    BundleIdTakenError,
    BundleIdUnassignedError,
    ForgeError,
    ForgeUnreachedError,
    NotFoundError,
    StoreError,
    VersionTakenError,
)
from aslo.domain.hook import Sent
from aslo.domain.problem import Problem
from aslo.domain.report import ReportState
from aslo.domain.trace import LinkName, LinkState
from fakes.clock import START
from fakes.traced import MOON, NAME, Traced
from fakes.values import (
    a_build,
    a_delivery,
    a_forge_release,
    a_release,
    a_release_event,
    a_report,
    a_repository,
)

HOUR = timedelta(hours=1)
IGNORED = {"state": DeliveryState.IGNORED, "content": None, "repository": a_repository()}
Arrange = Callable[[Traced], object]


def silent(traced):
    traced.forge.fails["repository_named"] = [ForgeError("away")]


def a_sent(code, guid="lost", **changes):
    return Sent(guid, "release", code, START, repository_id=1, **changes)


def not_heard(code):
    def arrange(traced):
        traced.released()
        traced.sent = [a_sent(code)]

    return arrange


def failed_with(error):
    def arrange(traced):
        traced.built(BuildState.FAILED, problems=error.problems, bundle_id=MOON, version="1")

    return arrange


def a_draft(traced):
    draft = a_forge_release(draft=True, published_at=None)
    traced.released(draft)


def not_told(traced):
    traced.delivered(content=a_release_event(release=a_forge_release(id=10, tag="v0")))


def ignored(traced):
    traced.delivered(received_at=START + HOUR, reason="the repository is private", **IGNORED)


def in_line(traced):
    traced.store.add_build(a_build("first", repository=a_repository(7)))
    traced.built(BuildState.QUEUED, created_at=START + HOUR, not_before=START)


def look_alike(traced):
    traced.listed(state=ReleaseState.HELD)
    held = replace(traced.store.activities[MOON], resembles="org.sugarlabs.Noon")
    traced.store.activities[MOON] = held


def an_answer(state):
    def arrange(traced):
        made = traced.listed()
        traced.store.add_report(a_report(build=made.build_id))
        traced.store.settle_report(f"{made.build_id}-1-started-status", state)

    return arrange


CAUSES: tuple[tuple[Reason, Arrange, LinkName, str], ...] = (
    (Reason.NO_REPOSITORY, lambda t: t.forge.named.clear(), LinkName.REPOSITORY, NAME),
    (Reason.NO_REPOSITORY, lambda t: t.is_there(private=True), LinkName.REPOSITORY, NAME),
    (Reason.UNKNOWN_HERE, silent, LinkName.REPOSITORY, "cannot be asked now"),
    (Reason.NO_TAG, lambda _: None, LinkName.TAG, "has no tag"),
    (Reason.NO_RELEASE, lambda t: t.tagged("v9", "v10"), LinkName.RELEASE, "the tag v10"),
    (Reason.DRAFT, a_draft, LinkName.RELEASE, "v1 is a draft"),
    (Reason.NO_HOOK, lambda t: t.released(), LinkName.DELIVERY, "no webhook and no App"),
    (Reason.NOT_TOLD, not_told, LinkName.DELIVERY, "of the release of v1"),
    (Reason.WRONG_SECRET, not_heard(401), LinkName.DELIVERY, "another secret"),
    (Reason.REFUSED, not_heard(400), LinkName.DELIVERY, "answered 400"),
    (Reason.NOT_ARRIVED, not_heard(502), LinkName.DELIVERY, "was answered 502"),
    (Reason.NOT_ARRIVED, not_heard(0), LinkName.DELIVERY, "got no answer"),
    (Reason.IGNORED, ignored, LinkName.DELIVERY, "the repository is private"),
    (Reason.UNSETTLED, lambda t: t.delivered(), LinkName.DELIVERY, "about to be queued"),
    (Reason.QUEUED, in_line, LinkName.BUILD, "before it: 1."),
    (
        Reason.AWAITS_ASSET,
        lambda t: t.built(BuildState.QUEUED, waits_since=START, outcome="Waiting for Moon.xo."),
        LinkName.BUILD,
        "Waiting for Moon.xo.",
    ),
    (
        Reason.FORGE_PAUSES,
        lambda t: t.built(BuildState.QUEUED, limited_since=START),
        LinkName.BUILD,
        "until GitHub may be asked",
    ),
    (
        Reason.TRIED_AGAIN,
        lambda t: t.built(BuildState.QUEUED, attempt=1, outcome="The engine is away."),
        LinkName.BUILD,
        "The engine is away.",
    ),
    (Reason.RUNNING, lambda t: t.built(BuildState.RUNNING), LinkName.BUILD, "is at work"),
    (
        Reason.FAILED,
        lambda t: t.built(BuildState.FAILED, problems=(Problem("no-exec", "no exec", "Add it."),)),
        LinkName.BUILD,
        "no exec",
    ),
    (
        Reason.FAILED,
        lambda t: t.built(BuildState.FAILED, outcome="It broke."),
        LinkName.BUILD,
        "failed: It broke.",
    ),
    (
        Reason.ID_TAKEN,
        failed_with(BundleIdTakenError(MOON, MOON, "other/moon")),
        LinkName.BUILD,
        "belongs to other/moon",
    ),
    (
        Reason.ID_UNASSIGNED,
        failed_with(BundleIdUnassignedError(MOON, "", NAME)),
        LinkName.BUILD,
        f"aslo assign {MOON} {NAME}",
    ),
    (
        Reason.VERSION_TAKEN,
        failed_with(VersionTakenError(MOON, "1", "v0")),
        LinkName.BUILD,
        "from tag v0",
    ),
    (
        Reason.ERRORED,
        lambda t: t.built(BuildState.ERRORED, outcome="The engine is away."),
        LinkName.BUILD,
        "The engine is away.",
    ),
    (
        Reason.SUPERSEDED,
        lambda t: t.listed(build={"state": BuildState.SUPERSEDED}),
        LinkName.BUILD,
        "published already",
    ),
    (Reason.SUPERSEDED, lambda t: t.built(BuildState.SUPERSEDED), LinkName.BUILD, "same content"),
    (Reason.TAKEN_BACK, lambda t: t.built(BuildState.WITHDRAWN), LinkName.BUILD, "v1 was taken"),
    (
        Reason.TAKEN_BACK,
        lambda t: t.listed(state=ReleaseState.WITHDRAWN),
        LinkName.LISTING,
        "Version 1 was taken back",
    ),
    (
        Reason.HIDDEN,
        lambda t: t.listed(state=ReleaseState.WITHDRAWN, closed=True),
        LinkName.LISTING,
        "was private",
    ),
    (Reason.LOOK_ALIKE, look_alike, LinkName.LISTING, "taken for org.sugarlabs.Noon"),
    (
        Reason.LOST,
        lambda t: t.listed(state=ReleaseState.HELD, lost=True),
        LinkName.LISTING,
        "missing or damaged",
    ),
    (Reason.CATALOG_LAGS, lambda t: t.listed(follow=False), LinkName.LISTING, "to follow: 1."),
    (
        Reason.NOT_HIGHEST,
        lambda t: t.listed(a_release(MOON, "2", build_id="b2")),
        LinkName.OFFER,
        "version 2 is higher",
    ),
    (Reason.PRERELEASE, lambda t: t.listed(prerelease=True), LinkName.OFFER, "testing channel"),
    (Reason.NEEDS_NEWER_SUGAR, lambda t: t.needing(min_sugar="0.130"), LinkName.OFFER, "0.130"),
    (Reason.ANSWER_WAITS, an_answer(ReportState.WAITING), LinkName.ANSWER, "has not been written"),
    (Reason.ANSWER_WAITS, lambda t: t.listed(build={"told": False}), LinkName.ANSWER, "limits"),
    (Reason.ANSWER_DROPPED, an_answer(ReportState.DROPPED), LinkName.ANSWER, "could not be"),
)
IN_ROWS = {Reason.NEEDS_PYTHON_3, Reason.NEEDS_OLDER_SUGAR, Reason.DOTTED_VERSION}


@pytest.fixture
def traced(tmp_path):
    return Traced(tmp_path)


@pytest.mark.parametrize(("reason", "arrange", "link", "words"), CAUSES)
def test_each_cause_is_told_at_its_link(traced, reason, arrange, link, words):
    arrange(traced)

    broken = traced.trace().broken

    assert (broken.cause.reason, broken.name) == (reason, link)
    assert words in broken.cause.why
    assert broken.cause.cure


def test_every_cause_is_arranged_here():
    arranged = {reason for reason, *_ in CAUSES} | IN_ROWS | {Reason.TAG_WITHOUT_RELEASE}

    assert arranged == set(Reason) == set(SENTENCES)


def test_no_two_causes_are_told_alike():
    assert len({said.why for said in SENTENCES.values()}) == len(SENTENCES)


def test_a_listed_release_has_no_cause_and_each_link_its_moment(traced):
    traced.listed()

    trace = traced.trace()

    assert trace.broken is None
    assert [link.state for link in trace.links] == [LinkState.HOLDS] * len(LinkName)
    assert [link.name for link in trace.links] == list(LinkName)
    assert [bool(link.at) for link in trace.links[2:]] == [True] * 6
    assert trace.links[6].what == "Sugar 0.86+"


def test_where_there_is_no_tag_nothing_behind_it_is_told_of(traced):
    assert traced.reasons() == [Reason.NO_TAG]


def test_a_newer_tag_without_a_release_is_told_beside_how_the_last_release_stands(traced):
    traced.listed()
    traced.tagged("v1", "v2", "other")

    trace = traced.trace()

    assert trace.broken.cause.reason is Reason.TAG_WITHOUT_RELEASE
    assert "v2, has no release" in trace.broken.cause.why
    assert trace.links[5].state is LinkState.HOLDS


def test_the_release_that_was_published_last_is_traced(traced):
    late = a_forge_release(id=12, tag="v2", published_at=START + HOUR)
    traced.released(a_forge_release(), late, a_forge_release(id=13, draft=True))

    assert traced.trace().links[2].what == "v2"


def test_a_delivery_that_the_log_tells_of_and_that_came_is_no_failure(traced):
    traced.delivered(**IGNORED, guid="came", action="created")
    traced.sent = [a_sent(202, "came")]

    assert traced.reasons() == [Reason.NOT_TOLD]


def test_a_log_that_cannot_be_read_is_no_reason_to_say_nothing(traced):
    traced.released()
    traced.outlook._sent = lambda: (_ for _ in ()).throw(ForgeError("away"))

    assert traced.reasons() == [Reason.NO_HOOK]


def test_where_the_app_is_installed_nobody_is_told_to_set_up_a_hook(traced):
    traced.released()
    traced.forge.acts_as_app = lambda _: True

    assert traced.reasons() == [Reason.NOT_TOLD]


def sugars(traced):
    return [
        (row.first, row.last, row.version, row.cause and row.cause.reason)
        for row in traced.trace().generations
    ]


def test_each_sugar_is_told_what_it_is_offered_and_why_not_this(traced):
    traced.needing(python=3, min_sugar="0.116")
    traced.store.add_release(a_release(MOON, "0.5", build_id="old"))

    assert sugars(traced) == [
        ("0.116", None, "1", None),
        ("0.92", "0.114", "0.5", Reason.NEEDS_PYTHON_3),
        ("0.82", "0.90", None, Reason.NEEDS_PYTHON_3),
    ]


def test_a_sugar_that_is_too_new_is_told_so(traced):
    traced.needing(python=2, min_sugar="0.96", max_sugar="0.116")

    assert sugars(traced) == [
        ("0.118", "0.121", None, Reason.NEEDS_OLDER_SUGAR),
        ("0.96", "0.116", "1", None),
        ("0.82", "0.94", None, Reason.NEEDS_NEWER_SUGAR),
    ]


def test_a_sugar_that_reads_no_dots_is_told_so(traced):
    traced.listed(build={"version": "1.5"})

    assert ("0.86", "0.90", None, Reason.DOTTED_VERSION) in sugars(traced)


# what is hidden, and what is away


def test_a_private_repository_and_none_are_told_alike(traced):
    traced.listed()
    traced.is_there(private=True)
    private = traced.trace()
    traced.outlook.forget(NAME)
    traced.forge.named.clear()

    assert traced.trace() == private
    assert private.evidence.repository is None
    assert not private.found


def test_a_repository_that_goes_while_it_is_looked_at_is_none(traced):
    traced.forge.fails["tag_names"] = [NotFoundError("gone")]

    assert traced.reasons() == [Reason.NO_REPOSITORY]


def test_without_the_forge_the_record_alone_is_told_with_a_note(traced):
    traced.listed()
    silent(traced)

    trace = traced.trace()

    assert "cannot be asked now" in trace.note
    assert trace.broken is None
    assert [link.state for link in trace.links[:3]] == [LinkState.UNKNOWN] * 3
    assert trace.links[5].state is LinkState.HOLDS


def test_without_the_forge_what_was_private_is_told_as_one_that_nobody_knows(traced):
    silent(traced)
    unknown = traced.trace()
    traced.listed(state=ReleaseState.WITHDRAWN, closed=True)

    assert traced.trace() == unknown
    assert unknown.evidence.repository is None


def test_another_name_in_the_record_is_led_to_by_the_forge(traced):
    traced.forge.named["old/name"] = traced.forge.named[NAME]

    assert traced.tracer.trace("old/name").name == NAME


def test_an_outage_of_the_record_is_told(traced):
    traced.listed()

    def away(_):
        raise StoreError("away")

    traced.store.activities_of_repository = away
    with pytest.raises(StoreError):
        traced.trace()


def test_a_machine_without_a_catalog_says_nothing_of_one(traced):
    traced.listed(follow=False)
    without = replace(traced.tracer, catalog=None)

    assert without.trace(NAME).broken is None


def test_an_activity_of_another_repository_is_not_told_of_here(traced):
    traced.listed(a_release(MOON, "3"))
    other = replace(traced.store.activities[MOON], repository=a_repository(2))
    traced.store.activities[MOON] = other

    assert traced.trace().evidence.activity is None


# what the forge is asked


def test_the_forge_is_asked_once_a_minute_whoever_looks(traced):
    for asker in ("1.1.1.1", "2.2.2.2"):
        traced.trace(asker)
    assert len(traced.forge.asked_for) == 1
    traced.clock.tick(61)
    traced.trace()
    assert len(traced.forge.asked_for) == 2


def test_one_address_looks_at_no_more_than_a_dozen_in_ten_minutes(traced):
    notes = [traced.tracer.trace(f"o/n{number}", "1.1.1.1").note for number in range(13)]
    assert [bool(note) for note in notes] == [False] * 12 + [True]
    assert traced.tracer.trace("o/another", "2.2.2.2").note == ""
    traced.clock.tick(601)
    assert traced.tracer.trace("o/n13", "1.1.1.1").note == ""


def test_all_together_look_no_more_often_than_an_hour_allows(traced):
    notes = [traced.tracer.trace(f"o/n{number}", str(number)).note for number in range(31)]
    assert [bool(note) for note in notes] == [False] * 30 + [True]
    assert len(traced.forge.asked_for) == 30


def test_a_forge_that_is_away_is_left_alone_for_half_a_minute(traced):
    traced.forge.fails["tag_names"] = [ForgeUnreachedError("away")]
    assert traced.trace().note
    assert traced.trace().note
    assert traced.tracer.trace("o/another").note
    assert len(traced.forge.asked_for) == 1
    traced.clock.tick(31)
    assert not traced.trace().note


def test_an_odd_answer_about_one_repository_silences_that_one_alone(traced):
    traced.forge.fails["tag_names"] = [ForgeError("the answer has over 8388608 bytes")]
    assert traced.trace().note
    assert not traced.tracer.trace("o/another").note
    assert traced.trace().note
    assert len(traced.forge.asked_for) == 2
    traced.clock.tick(61)
    assert not traced.trace().note


def test_what_is_kept_of_a_release_list_has_no_notes(traced):
    traced.forge.lists[1] = ReleaseList((a_forge_release(notes="x" * 99),), is_whole=True)

    assert traced.trace().evidence.release.notes == ""


def test_a_held_activity_of_others_is_not_offered(traced):
    look_alike(traced)

    assert traced.trace().generations == ()
    assert resemblance.LOOK_ALIKE == Reason.LOOK_ALIKE


def test_only_answers_of_this_round_count(traced):
    made = traced.listed(build={"round": 2})
    traced.store.add_report(a_report(build=made.build_id))

    assert traced.trace().broken is None


def test_a_delivery_of_another_repository_says_nothing(traced):
    traced.released()
    other = a_release_event(repository=a_repository(2))
    traced.store.add_delivery(a_delivery(content=other))

    assert traced.reasons() == [Reason.NO_HOOK]
