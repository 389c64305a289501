"""Translations that wait in a repository for a release are seen, once a day, and shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain.activity import Unreleased
from aslo.domain.errors import ForgeError, ForgeLimitError, NotFoundError
from aslo.services import unreleased
from aslo.services.unreleased import FAILURES
from fakes.values import COMMIT, a_release, a_repository, an_activity

DAY = 24 * 3600
MOON = "org.sugarlabs.Moon"


@pytest.fixture
def shelve(world):
    """Put an activity with one release into the record."""

    def call(bundle_id=MOON, **changes):
        world.store.claim_bundle_id(an_activity(bundle_id, **changes.pop("activity", {})))
        world.store.add_release(a_release(bundle_id, **changes))

    return call


@pytest.fixture
def look(world):
    """One turn; where to go on."""

    def call(place="", most=20):
        call.told = []
        return unreleased.look(
            place,
            most,
            store=world.store,
            forge=world.forge,
            clock=world.clock,
            tell=lambda finding: call.told.append(str(finding)),
        )

    return call


def seen(world, bundle_id=MOON):
    return world.store.activity(bundle_id).unreleased


def test_the_languages_whose_file_changed_are_kept_and_announced(world, shelve, look):
    shelve()
    world.forge.changed = ("po/pt-br.po", "po/es.po", "po/Moon.pot", "activity.py", "old/po/fr.po")

    look()

    assert world.forge.compared == [("sugarlabs-demo/activity-1", COMMIT)]
    assert seen(world) == Unreleased(COMMIT, ("es", "pt_BR"))
    assert world.store.last_revision() == 1


@pytest.mark.parametrize(
    "changed", [(), ("po/pseudo.po",), ("activity.py",), ("po/no language.po",)]
)
def test_nothing_new_changes_nothing(world, shelve, look, changed):
    shelve()
    world.forge.changed = changed

    look()

    assert seen(world) == Unreleased()
    assert world.store.last_revision() == 0


def test_what_is_seen_again_is_not_announced_again(world, shelve, look):
    shelve()
    world.forge.changed = ("po/es.po",)
    place = look()
    world.clock.tick(DAY)

    look(place)

    assert len(world.forge.compared) == 2
    assert world.store.last_revision() == 1


def test_a_new_release_takes_the_notice_away_at_once(world, shelve, look):
    shelve()
    world.forge.changed = ("po/es.po",)
    look()
    activity = world.store.activity(MOON)

    assert activity.waiting(a_release()) == ("es",)
    assert activity.waiting(a_release(version="2", commit="f" * 40)) == ()


def test_what_was_released_is_forgotten_at_the_next_look(world, shelve, look):
    shelve(activity={"unreleased": Unreleased("d" * 40, ("es",))})

    look()

    assert seen(world) == Unreleased()
    assert world.store.last_revision() == 1


def test_each_activity_is_asked_about_once_a_day(world, shelve, look):
    for number in range(5):
        shelve(f"{MOON}{number}")

    place = ""
    for _ in range(6):
        place = look(place, most=2)
        world.clock.tick(300)
    assert len(world.forge.compared) == 5

    world.clock.tick(DAY)
    place = look(place, most=2)
    assert len(world.forge.compared) == 7
    assert place.endswith(f"{MOON}1")


def test_a_round_of_more_than_a_day_goes_on_to_its_end(world, shelve, look):
    for number in range(4):
        shelve(f"{MOON}{number}")
    place = look(most=2)
    world.clock.tick(2 * DAY)

    place = look(place, most=2)

    assert place.endswith(f"{MOON}3")
    look(place, most=2)
    assert len(world.forge.compared) == 6


@pytest.mark.parametrize(
    "odd",
    [
        {"commit": ""},
        {"state": "withdrawn"},
        {"activity": {"repository": a_repository(0)}},
    ],
)
def test_nobody_is_asked_about_what_has_no_commit_of_the_forge(world, shelve, look, odd):
    shelve(**odd)

    look()

    assert world.forge.compared == []


def test_a_repository_that_is_gone_has_nothing_waiting(world, shelve, look):
    shelve(activity={"unreleased": Unreleased(COMMIT, ("es",))})
    world.forge.fails["changed_since"] = [NotFoundError("gone")]

    look()

    assert (seen(world), look.told) == (Unreleased(), [])


def test_one_that_cannot_be_asked_about_holds_up_no_other(world, shelve, look):
    shelve(f"{MOON}1", activity={"unreleased": Unreleased(COMMIT, ("fr",))})
    shelve(f"{MOON}2")
    world.forge.changed = ("po/es.po",)
    world.forge.fails["changed_since"] = [ForgeError("502")]

    look()

    assert "could not be asked about: 502" in look.told[0]
    assert seen(world, f"{MOON}1").languages == ("fr",)
    assert seen(world, f"{MOON}2").languages == ("es",)


def test_a_forge_that_is_away_or_wants_peace_is_left_alone(world, shelve, look):
    for number in range(5):
        shelve(f"{MOON}{number}")
    world.forge.fails["changed_since"] = [ForgeError("502")] * FAILURES
    place = look()
    assert place.endswith(f"{MOON}{FAILURES - 2}")

    pause = timedelta(minutes=1)
    world.forge.fails["changed_since"] = [ForgeLimitError("slow down", retry_after=pause)]
    assert look(place) == place
    assert world.forge.compared == []


def test_a_change_of_the_activity_meanwhile_is_not_lost(world, shelve, look):
    shelve()
    world.forge.changed = ("po/es.po",)
    ask = world.forge.changed_since

    def slowly(repository, commit):
        known = world.store.activity(MOON)
        assert world.store.save_activity(replace(known, language="es"))
        return ask(repository, commit)

    world.forge.changed_since = slowly

    look()

    assert world.store.activity(MOON).language == "es"
    assert seen(world).languages == ("es",)
