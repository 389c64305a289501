import io
from dataclasses import replace

import pytest

from aslo.domain.activity import ReleaseState
from aslo.domain.errors import FilesError, MalformedDocumentError
from aslo.services import shelf
from aslo.services.shelf import Bounds
from fakes.values import a_file, a_release, an_activity

pytestmark = pytest.mark.case("T41")
READ = Bounds(read_bytes=None)


@pytest.fixture
def publish(world):
    """List a release whose bundle is at rest."""

    def call(number=1, version="1", **changes):
        bundle_id = f"org.sugarlabs.Moon{number}"
        release = a_release(bundle_id, version, bundle=kept(world, f"{number}-{version}"))
        world.store.claim_bundle_id(an_activity(bundle_id))
        world.store.add_release(replace(release, **changes))
        world.store.announce(bundle_id)
        return release

    return call


def kept(world, content):
    return world.files.put(content.encode(), "application/vnd.olpc-sugar")


@pytest.fixture
def look(world):
    def call(bounds=READ, place=""):
        found = []
        place = shelf.look(place, bounds, store=world.store, files=world.files, tell=found.append)
        return [str(each) for each in found], place

    return call


def state(world, release):
    return world.store.release(release.bundle_id, release.version_key).state


def lose(world, release):
    return world.files.contents.pop(release.bundle.sha256)


def damage(world, release):
    world.files.contents[release.bundle.sha256] = b"other bytes"


def test_a_whole_shelf_gives_nothing_to_tell(publish, look):
    publish()
    publish(2)
    assert look() == ([], "")


@pytest.mark.parametrize("spoil", [lose, damage])
def test_a_release_whose_bundle_is_not_what_it_was_is_held(world, publish, look, spoil):
    release = publish()
    spoil(world, release)

    [found], _ = look()

    assert state(world, release) is ReleaseState.HELD
    assert release.bundle.sha256 in found
    assert "bring it back from a backup" in found
    assert world.store.last_revision() == 2


def test_it_is_told_of_each_time_and_announced_for_who_missed_it(world, publish, look):
    release = publish()
    lose(world, release)
    look()
    revision = world.store.last_revision()

    [found], _ = look()

    assert "is missing" in found
    # Whoever held it may have died before it could say so.
    assert world.store.last_revision() == revision + 1
    assert state(world, release) is ReleaseState.HELD


def test_what_is_taken_back_while_it_is_looked_at_stays_so(world, publish, look, monkeypatch):
    releases = [publish(number) for number in range(1, 7)]
    lost, whole = releases[0], releases[1]
    content = lose(world, whole)
    look()
    world.files.contents[whole.bundle.sha256] = content
    lose(world, lost)
    real = world.files.has

    def taken_back(sha256):
        # The last is looked at when the first two were.
        if sha256 == releases[-1].bundle.sha256:
            for release in (lost, whole):
                known = world.store.release(release.bundle_id, release.version_key)
                changed = replace(known, state=ReleaseState.WITHDRAWN, closed=True)
                world.store.save_release(changed)
        return real(sha256)

    monkeypatch.setattr(world.files, "has", taken_back)
    look()

    for release in (lost, whole):
        known = world.store.release(release.bundle_id, release.version_key)
        assert (known.state, known.closed) == (ReleaseState.WITHDRAWN, True)


def test_a_listing_that_was_cut_off_before_it_was_announced_is_done_again(world, publish, look):
    release = publish()
    content = lose(world, release)
    look()
    world.files.contents[release.bundle.sha256] = content
    announce, world.store.announce = world.store.announce, fail
    with pytest.raises(RuntimeError):
        look()
    world.store.announce = announce
    revision = world.store.last_revision()

    assert "listed again" in look()[0][0]
    assert world.store.last_revision() == revision + 1
    assert not world.store.release(release.bundle_id, release.version_key).lost


def fail(_):
    raise RuntimeError("killed")


def test_one_row_that_cannot_be_read_holds_up_no_other(world, publish, look, monkeypatch):
    broken, lost = publish(1), publish(2)
    lose(world, lost)
    real = world.store.releases

    def releases(bundle_id):
        if bundle_id == broken.bundle_id:
            raise MalformedDocumentError("a row")
        return real(bundle_id)

    monkeypatch.setattr(world.store, "releases", releases)
    found, place = look()

    assert "a release of org.sugarlabs.Moon1 cannot be read" in found[0]
    assert "org.sugarlabs.Moon2 1 is missing" in found[1]
    assert place == ""


def test_a_file_that_the_disk_cannot_give_back_is_damaged(world, publish, look, monkeypatch):
    release = publish()

    class Bad(io.BytesIO):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(world.files, "open", lambda _: Bad())
    [found], _ = look()

    assert f"of {release.bundle_id} 1 is damaged" in found
    assert state(world, release) is ReleaseState.HELD


@pytest.mark.parametrize("bounds", [READ, Bounds()])
def test_a_bundle_that_is_brought_back_is_listed_again(world, publish, look, bounds):
    release = publish()
    content = lose(world, release)
    look()
    world.files.contents[release.bundle.sha256] = content

    [found], _ = look(bounds)

    assert "is whole again: listed again" in found
    assert state(world, release) is ReleaseState.LISTED
    assert look() == ([], "")


@pytest.mark.case("T27")
def test_a_look_alike_whose_bundle_is_brought_back_goes_on_waiting(world, publish, look):
    release = publish()
    content = lose(world, release)
    look()
    activity = world.store.activity(release.bundle_id)
    world.store.save_activity(replace(activity, resembles="org.sugarlabs.Moom1"))
    world.files.contents[release.bundle.sha256] = content

    [found], _ = look()

    assert "is whole again: held, as its activity is" in found
    assert state(world, release) is ReleaseState.HELD
    assert not world.store.release(release.bundle_id, release.version_key).lost
    assert look() == ([], "")


def test_other_bytes_under_its_name_do_not_list_it_again(world, publish, look):
    release = publish()
    lose(world, release)
    look()
    damage(world, release)

    look(Bounds())

    assert state(world, release) is ReleaseState.HELD


@pytest.mark.parametrize("changed", [ReleaseState.WITHDRAWN, ReleaseState.HELD])
def test_what_is_off_the_lists_for_another_reason_stays_so(world, publish, look, changed):
    release = publish(state=changed)
    assert look() == ([], "")
    assert state(world, release) is changed


def test_a_lost_release_that_was_taken_back_is_not_listed_again(world, publish, look):
    release = publish()
    content = lose(world, release)
    look()
    held = world.store.release(release.bundle_id, release.version_key)
    world.store.save_release(replace(held, state=ReleaseState.WITHDRAWN))
    world.files.contents[release.bundle.sha256] = content

    assert look() == ([], "")
    assert state(world, release) is ReleaseState.WITHDRAWN


def test_whether_a_file_is_there_is_asked_without_reading_it(world, publish, look):
    release = publish()
    damage(world, release)
    assert look(Bounds()) == ([], "")


def test_a_shelf_that_is_away_holds_nothing(world, publish, look):
    releases = [publish(number) for number in range(1, 9)]
    for release in releases[:5]:
        lose(world, release)

    [found], _ = look()

    assert "5 of 8 bundles are not at rest as they were: see that ASLO_FILES" in found
    assert {state(world, each) for each in releases} == {ReleaseState.LISTED}


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_a_shelf_that_is_away_holds_nothing_however_few_a_turn_sees(world, publish, look, at_once):
    releases = [publish(number) for number in range(1, 8)]
    for release in releases:
        lose(world, release)

    place = ""
    for _ in range(8):
        _, place = look(Bounds(activities=at_once), place)

    assert {state(world, each) for each in releases} == {ReleaseState.LISTED}


def test_one_lost_bundle_of_a_turn_that_sees_few_is_held(world, publish, look):
    releases = [publish(number) for number in range(1, 8)]
    lose(world, releases[6])

    look(Bounds(activities=1), "6 ")

    assert state(world, releases[6]) is ReleaseState.HELD


def test_a_shelf_that_cannot_be_asked_changes_nothing(world, publish, look, monkeypatch):
    release = publish()

    def fail(_):
        raise FilesError("the bucket is away")

    monkeypatch.setattr(world.files, "has", fail)
    with pytest.raises(FilesError):
        look()
    assert state(world, release) is ReleaseState.LISTED


def test_a_lost_picture_is_told_of_and_its_release_stays(world, publish, look):
    release = publish(icon=a_file("icon", "image/svg+xml"))

    [found], _ = look(Bounds())

    assert f"picture {a_file('icon').sha256} of org.sugarlabs.Moon1 1 is missing" in found
    assert state(world, release) is ReleaseState.LISTED


def test_activities_are_looked_at_in_turns(world, publish, look):
    lost = [publish(number) for number in range(1, 8)][-1]
    lose(world, lost)

    places, place = [], ""
    for _ in range(4):
        found, place = look(Bounds(activities=2), place)
        places.append(place)

    assert places == ["2 1", "4 1", "6 1", ""]
    assert len(found) == 1


def test_releases_of_one_activity_are_read_in_turns_too(world, publish, look, monkeypatch):
    releases = [publish(1, str(version)) for version in range(1, 7)]
    opened = []

    def note(sha256):
        opened.append(sha256)
        return io.BytesIO(world.files.contents[sha256])

    monkeypatch.setattr(world.files, "open", note)
    place, bounds = "", Bounds(read_bytes=2 * releases[0].bundle.size_bytes)
    for turn in range(1, 4):
        _, place = look(bounds, place)
        assert len(opened) == 2 * turn

    assert sorted(opened) == sorted(each.bundle.sha256 for each in releases)


def test_so_much_is_read_in_a_turn_and_the_rest_in_the_next(world, publish, look, monkeypatch):
    releases = [publish(number) for number in range(1, 7)]
    opened = []

    def note(sha256):
        opened.append(sha256)
        return io.BytesIO(world.files.contents[sha256])

    monkeypatch.setattr(world.files, "open", note)
    size = releases[0].bundle.size_bytes
    bounds, place = Bounds(read_bytes=2 * size), ""
    for _ in range(3):
        before = len(opened)
        _, place = look(bounds, place)
        assert len(opened) - before <= 2

    assert opened == [each.bundle.sha256 for each in releases]


def test_files_that_nothing_names_are_found(world, publish):
    named = publish(state=ReleaseState.WITHDRAWN)
    stranger = kept(world, "left by a worker that died")

    found = list(shelf.strangers(store=world.store, files=world.files))

    assert found == [stranger.sha256]
    assert named.bundle.sha256 not in found
