"""What every Store promises of chores and of the repositories that builds are of."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from fakes.clock import START
from fakes.values import a_build, a_forge_release, a_repository

FIVE_MINUTES = timedelta(minutes=5)


def test_a_chore_is_due_at_first_and_begins_at_its_beginning(store):
    assert store.begin_chore("releases", START, START + FIVE_MINUTES) == ""


def test_a_chore_that_was_begun_is_not_due_again_before_its_time(store):
    store.begin_chore("releases", START, START + FIVE_MINUTES)

    just_before = START + FIVE_MINUTES - timedelta(milliseconds=1)
    assert store.begin_chore("releases", just_before, START + 2 * FIVE_MINUTES) is None
    assert store.begin_chore("files", START, START + FIVE_MINUTES) == ""
    assert store.begin_chore("releases", START + FIVE_MINUTES, START + 2 * FIVE_MINUTES) == ""


def test_a_chore_goes_on_where_and_when_it_was_ended(store):
    until = START + FIVE_MINUTES
    store.begin_chore("releases", START, until)
    store.end_chore("releases", until, "17", START + timedelta(minutes=1))

    assert store.begin_chore("releases", START + timedelta(seconds=59), until) is None
    assert store.begin_chore("releases", START + timedelta(minutes=1), until) == "17"


def test_whoever_took_too_long_over_a_chore_changes_nothing(store):
    late, other = START + FIVE_MINUTES, START + 2 * FIVE_MINUTES
    store.begin_chore("releases", START, late)
    store.begin_chore("releases", late, other)
    store.end_chore("releases", late, "old", START)

    assert store.begin_chore("releases", late, other) is None
    store.end_chore("releases", other, "new", START)
    assert store.begin_chore("releases", late, other) == "new"


def test_a_chore_that_nobody_began_cannot_be_ended(store):
    store.end_chore("releases", START, "3", START)
    assert store.begin_chore("releases", START, START + FIVE_MINUTES) == ""


def test_of_twenty_that_begin_a_chore_at_once_one_gets_it(store):
    for turn in range(3):
        now = START + turn * FIVE_MINUTES

        def begin(_, now=now):
            return store.begin_chore("releases", now, now + FIVE_MINUTES)

        with ThreadPoolExecutor(20) as pool:
            assert sum(place is not None for place in pool.map(begin, range(20))) == 1


def test_the_repositories_of_builds_come_by_their_ids(store):
    for number, release in ((30, 1), (2, 1), (2, 2), (700, 1)):
        store.add_build(
            a_build(
                f"{number}-{release}",
                repository=a_repository(number),
                release=a_forge_release(id=release),
            )
        )

    assert store.next_repository(0) == a_repository(2)
    assert store.next_repository(2) == a_repository(30)
    assert store.next_repository(30) == a_repository(700)
    assert store.next_repository(700) is None


def test_a_record_without_builds_knows_no_repository(store):
    assert store.next_repository(0) is None
