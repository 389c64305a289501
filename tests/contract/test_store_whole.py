"""What every Store promises of the record as a whole, one promise a test."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import Change
from aslo.domain.build import BuildState
from aslo.domain.counts import DayCount, DayShare, Dimension, Downloads
from aslo.domain.delivery import DeliveryState
from aslo.domain.errors import BackupError, StoreError, UnfinishedRecordError
from aslo.domain.report import ReportState
from aslo.ports import BuildLog, Figures, Unreadable
from fakes.clock import START
from fakes.values import a_build, a_check, a_delivery, a_release, a_report, an_activity

MINUTE = timedelta(minutes=1)
A_COUNT = DayCount("org.sugarlabs.Moon", "1", START.date(), 3)
A_SHARE = DayShare(Dimension.SUGAR, "0.120", START.date(), 2)
NOTHING = Figures(0, 0, None, 0, None, 0, None, 0)
ORDER = (
    *("Delivery", "Build", "CommitCheck", "BuildLog", "Change", "Activity", "Release", "Report"),
    *("DayCount", "DayShare"),
)


def fill(store):
    store.add_delivery(a_delivery())
    store.settle_delivery(a_delivery().guid)
    store.add_delivery(a_delivery("second"))
    store.add_build(a_build())
    store.add_build(a_build("b2").end(BuildState.FAILED, "No.", START))
    store.claim_build("worker", START, MINUTE)
    store.add_check(a_check())
    store.append_log("b1", 1, "one\n")
    store.append_log("b1", 1, "two ✓\n")
    store.claim_bundle_id(an_activity())
    store.save_activity(an_activity(versions=("1",)))
    store.add_release(a_release())
    for name in ("org.a", "org.b", "org.a"):
        store.announce(name)
    store.add_report(a_report())
    store.claim_report("worker", START, MINUTE)
    store.count([A_COUNT, A_SHARE])


def by_key(items):
    return sorted(items, key=repr)


def joined(items):
    """Items with the parts of each log as one."""
    logs = {}
    for item in items:
        if isinstance(item, BuildLog):
            claim = item.build_id, item.fence
            logs[claim] = logs.get(claim, "") + item.text
    rest = [item for item in items if not isinstance(item, BuildLog)]
    return by_key([*rest, *(BuildLog(*claim, text) for claim, text in logs.items())])


def test_an_era_is_a_word_that_stays(store):
    assert len(store.era()) == 16
    assert store.era() == store.era()


def test_no_two_records_have_one_era(make_store):
    assert make_store().era() != make_store().era()


def test_an_era_is_ended_once_however_many_saw_that_it_must_end(store):
    old = store.era()

    first, second = store.begin_era(old), store.begin_era(old)

    assert first == second == store.era() != old
    assert len(first) == 16
    assert store.begin_era(first) != first


def test_an_empty_record_gives_nothing(store):
    assert list(store.dump()) == []


def test_everything_is_given_in_the_order_in_which_it_stands_on_one_another(store):
    fill(store)
    kinds = [type(item).__name__ for item in store.dump()]
    assert sorted(kinds, key=ORDER.index) == kinds
    assert Counter(kinds) | Counter(ORDER) == Counter(kinds)


def test_what_is_loaded_is_what_was_given(store, make_store):
    fill(store)
    copy = make_store()
    copy.load(store.dump(), "an-era")
    assert joined(list(copy.dump())) == joined(list(store.dump()))
    assert copy.era() == "an-era"
    assert copy.figures() == store.figures()


def test_a_loaded_record_goes_on_where_the_other_was(store, make_store):
    fill(store)
    copy = make_store()
    copy.load(store.dump(), "an-era")
    assert copy.announce("org.c") == store.last_revision() + 1
    assert copy.changes(2, 9) == [Change(3, "org.a"), Change(4, "org.c")]
    again = copy.claim_build("other", START + MINUTE, MINUTE)
    assert (again.id, again.fence, again.attempt) == ("b1", 2, 2)
    copy.append_log("b1", 1, "three\n")
    copy.append_log("b1", 2, "four\n")
    assert copy.log("b1") == "four\n"
    assert [d.guid for d in copy.unsettled_deliveries(9)] == ["second"]
    assert [b.id for b in copy.untold_builds(9)] == ["b2"]
    assert copy.claim_report("w", START + MINUTE, MINUTE).attempt == 2
    assert copy.claim_bundle_id(an_activity("org.sugarlabs.moon")).bundle_id.endswith("Moon")
    assert copy.release("org.sugarlabs.Moon", "1") == a_release()
    copy.count([A_COUNT])
    assert copy.downloads(START.date()) == {"org.sugarlabs.Moon": Downloads(6, 6)}


def test_a_log_that_was_loaded_is_gone_on_with(store, make_store):
    store.append_log("b1", 1, "x" * 60)
    copy = make_store()
    copy.load(store.dump(), "an-era")
    copy.append_log("b1", 1, "y" * 60)
    assert copy.log("b1").startswith("x" * 60 + "y" * 40 + "\n[The log is cut here")


@pytest.mark.parametrize(
    "add",
    [
        lambda store: store.add_delivery(a_delivery()),
        lambda store: store.add_build(a_build()),
        lambda store: store.add_check(a_check()),
        lambda store: store.append_log("b1", 1, "x"),
        lambda store: store.announce("org.a"),
        lambda store: store.claim_bundle_id(an_activity()),
        lambda store: store.add_release(a_release()),
        lambda store: store.add_report(a_report()),
        lambda store: store.count([A_COUNT]),
        lambda store: store.count([A_SHARE]),
    ],
    ids=ORDER,
)
def test_a_record_with_anything_in_it_is_not_loaded_into(store, add):
    era = store.era()
    add(store)
    before = list(store.dump())
    with pytest.raises(StoreError, match="not empty"):
        store.load([a_delivery("new")], "an-era")
    assert list(store.dump()) == before
    assert store.era() == era


def test_what_cannot_be_read_is_not_loaded(store):
    with pytest.raises(ValueError, match="cannot be read"):
        store.load([Unreadable("builds", "b1", "{}")], "an-era")


def cut_off(items):
    yield from items
    raise BackupError("the backup is away")


def shown(store):
    try:
        return list(store.dump())
    except UnfinishedRecordError:
        return []


def test_what_a_load_that_was_cut_off_left_is_not_shown_and_filled_anew(store, make_store):
    fill(store)
    copy = make_store()
    with pytest.raises(BackupError, match="away"):
        copy.load(cut_off(store.dump()), "an-era")

    assert shown(copy) == []

    copy.load([a_delivery("whole")], "another-era")
    assert list(copy.dump()) == [a_delivery("whole")]
    assert copy.era() == "another-era"


def test_nothing_waits_in_an_empty_record(store):
    assert store.figures() == NOTHING


def test_what_waits_is_counted_with_the_moment_of_the_oldest(store):
    for minutes, name in enumerate(("a", "b", "c")):
        at = START + minutes * MINUTE
        store.add_build(a_build(name, created_at=at, not_before=at))
        store.add_delivery(a_delivery(name, received_at=at))
        store.add_report(a_report(build=name, created_at=at))
    store.claim_build("worker", START, MINUTE)
    store.announce("org.a")
    assert store.figures() == Figures(2, 1, START, 3, START, 3, START, 1)


def test_what_has_ended_does_not_wait(store):
    store.add_build(a_build().end(BuildState.FAILED, "No.", START))
    store.add_delivery(a_delivery())
    store.settle_delivery(a_delivery().guid)
    store.add_delivery(replace(a_delivery("i"), state=DeliveryState.IGNORED, content=None))
    store.add_report(a_report())
    store.settle_report(a_report().id, ReportState.SENT)
    assert store.figures() == NOTHING
