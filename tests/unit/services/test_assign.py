import pytest

from aslo.domain.declared import declared_repository
from aslo.domain.errors import ActivityOwnedError, NotFoundError
from aslo.services.assign import assign
from fakes.values import an_activity

MOON = "org.sugarlabs.Moon"


def test_an_imported_activity_is_assigned_and_its_page_made_anew(world):
    world.store.claim_bundle_id(an_activity(repository=declared_repository("old/moon")))

    before = assign(MOON, "sugarlabs/moon", store=world.store)

    assert before.full_name == "old/moon"
    assert world.store.activity(MOON).repository == declared_repository("sugarlabs/moon")
    assert world.store.last_revision() == 1


def test_an_activity_of_the_forge_is_not_taken_from_its_repository(world):
    world.store.claim_bundle_id(an_activity())

    with pytest.raises(ActivityOwnedError, match="belongs to sugarlabs-demo/activity-1"):
        assign(MOON, "evil/moon", store=world.store)

    assert world.store.activity(MOON) == an_activity()


def test_an_unknown_activity_cannot_be_assigned(world):
    with pytest.raises(NotFoundError):
        assign(MOON, "sugarlabs/moon", store=world.store)


def test_a_name_that_is_none_changes_nothing(world):
    world.store.claim_bundle_id(an_activity(repository=declared_repository("old/moon")))

    for name in ("moon", ""):
        with pytest.raises(ValueError, match="OWNER/NAME"):
            assign(MOON, name, store=world.store)

    assert world.store.activity(MOON).repository.full_name == "old/moon"


def test_an_activity_that_changes_meanwhile_is_assigned_all_the_same(world):
    world.store.claim_bundle_id(an_activity(repository=declared_repository("")))
    real_save = world.store.save_activity

    def overtaken(activity):
        world.store.save_activity = real_save
        real_save(world.store.activity(MOON))
        return real_save(activity)

    world.store.save_activity = overtaken

    assign(MOON, "sugarlabs/moon", store=world.store)

    assert world.store.activity(MOON).repository.full_name == "sugarlabs/moon"
