import os
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aslo.domain.activity import latest
from aslo.domain.declared import declared_repository
from aslo.domain.errors import StoreError
from aslo.domain.imported import ImportReport, ImportState
from aslo.services import resuming
from aslo.services.importing import Importer
from aslo.services.survey import find, in_order
from fakes.clock import START
from fakes.values import a_release, an_activity
from fixtures.bundles import ICON, TOP, info

PAINT = "org.example.Paint"
UNDATED = (1980, 1, 1, 0, 0, 0)
OLD = datetime(2012, 5, 6, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "bundles"
    made.mkdir()
    return made


@pytest.fixture
def put(folder):
    """Put a bundle into the folder, by default as old as its version is low."""

    def call(name="paint.xo", files=None, *, written_at=None, packed_at=UNDATED, **changes):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        content = {"activity/activity.info": info(**changes), "activity/paint.svg": ICON}
        with zipfile.ZipFile(path, "w") as archive:
            for inside, data in (content | {"paint.py": ""} | (files or {})).items():
                archive.writestr(zipfile.ZipInfo(f"{TOP}/{inside}", packed_at), data)
        days = int(float(changes.get("activity_version", "3").partition("-")[0]))
        moment = (written_at or OLD + timedelta(days=days)).timestamp()
        os.utime(path, (moment, moment))
        return path

    return call


@pytest.fixture
def run(world, folder, tmp_path):
    """Import the folder; what was said of each file, by its name."""
    world.pictures.icon = lambda svg, seed: svg

    def call(*, dry_run=False):
        importer = Importer(
            store=world.store,
            files=world.files,
            pictures=world.pictures,
            folder=tmp_path,
            dry_run=dry_run,
        )
        stamps = [found.stamp for found in find(folder) if not found.fault]
        ran = importer.run(in_order(stamps, world.clock()))
        return {os.path.basename(o.stamp.path): o for some in ran for o in some}  # noqa: PTH119

    return call


def states(outcomes):
    return {name: outcome.state.name for name, outcome in outcomes.items()}


def record(store):
    return store.activities, store.known_releases


# what comes in


def test_a_bundle_becomes_a_listed_release_with_its_file_and_icon(world, put, run):
    path = put(repository="https://github.com/sugarlabs/paint")

    assert states(run()) == {"paint.xo": "IMPORTED"}

    release = world.store.releases(PAINT)[0]
    assert world.files.contents[release.bundle.sha256] == path.read_bytes()
    assert world.files.has(release.icon.sha256)
    assert (release.version, release.build_id, release.tag) == ("3", "", "")
    assert release.file_name == "Paint-3.xo"
    assert release.is_imported
    assert latest([release]) == release
    activity = world.store.activity(PAINT)
    assert activity.repository == declared_repository("sugarlabs/paint")
    assert activity.versions == ("3",)
    assert [change.bundle_id for change in world.store.changes(0, 9)] == [PAINT]


def test_the_oldest_activity_comes_first_and_versions_by_sugars_order(world, put, run):
    put("a.xo", activity_version="10")
    put("b.xo", activity_version="9")
    put("c.xo", activity_version="9.1")
    put("d.xo", bundle_id="org.example.Log", activity_version="1")

    assert list(run()) == ["d.xo", "b.xo", "c.xo", "a.xo"]
    assert world.store.activity(PAINT).versions == ("10", "9.1", "9")
    assert [change.bundle_id for change in world.store.changes(0, 9)] == ["org.example.Log", PAINT]


def test_a_release_is_as_old_as_its_bundle_and_none_is_from_the_future(world, put, run):
    put("a.xo", activity_version="1")
    put("b.xo", activity_version="2", packed_at=(2014, 7, 8, 9, 10, 12))
    put("c.xo", activity_version="3", written_at=START + timedelta(days=900))
    put("d.xo", activity_version="4", packed_at=(2107, 1, 1, 0, 0, 0))

    run()

    releases = sorted(world.store.releases(PAINT), key=lambda release: release.version)
    assert [release.published_at for release in releases] == [
        OLD + timedelta(days=1),
        datetime(2014, 7, 8, 9, 10, 12, tzinfo=UTC),
        world.clock(),
        OLD + timedelta(days=4),
    ]
    assert all(release.listed_at == release.published_at for release in releases)
    assert world.store.activity(PAINT).created_at == OLD + timedelta(days=1)


def test_a_file_from_a_year_that_no_date_can_hold_is_from_today(world, put, folder):
    put()
    (found,) = find(folder)

    for moment in (10**30, -(10**30)):
        ((candidate,),) = in_order([replace(found.stamp, modified_ns=moment)], world.clock())
        assert candidate.published_at == world.clock()


def test_subfolders_are_searched_and_case_does_not_matter(put, run):
    put("sub/Paint.XO")

    assert states(run()) == {"Paint.XO": "IMPORTED"}


def test_the_newest_bundle_says_which_repository(world, put, run):
    put("a.xo", activity_version="1", repository="https://github.com/old/paint")
    put("b.xo", activity_version="2", repository="https://github.com/new/paint")
    put("c.xo", activity_version="3")

    run()

    assert world.store.activity(PAINT).repository.full_name == "new/paint"


def test_a_later_bundle_fills_in_a_repository_but_changes_none(world, put, run):
    put("a.xo", activity_version="1")
    run()
    put("b.xo", activity_version="2", repository="https://github.com/new/paint")
    run()
    put("c.xo", activity_version="3", repository="https://github.com/evil/paint")
    run()

    assert world.store.activity(PAINT).repository.full_name == "new/paint"


def test_an_icon_that_cannot_be_shown_is_a_warning(world, put, run):
    put()

    def no_picture(svg, seed):
        raise ValueError("it is no picture")

    world.pictures.icon = no_picture
    outcome = run_with(world, run, no_picture)["paint.xo"]

    assert outcome.state is ImportState.IMPORTED
    assert outcome.warnings[-1] == "the icon cannot be shown: it is no picture"
    assert world.store.releases(PAINT)[0].icon is None


def run_with(world, run, icon):
    world.pictures.icon = icon
    return run()


def test_versions_that_share_an_icon_draw_it_once(world, put, run):
    drawn = []
    put("a.xo", activity_version="1")
    put("b.xo", activity_version="2")

    run_with(world, run, lambda svg, seed: (drawn.append(seed), svg)[1])

    assert drawn == [PAINT]


# again


def test_a_second_run_changes_neither_releases_nor_activities(world, put, run):
    put("a.xo", activity_version="1")
    put("b.xo", activity_version="2")
    run()
    before = tuple(map(dict, record(world.store)))

    assert states(run()) == {"a.xo": "ALREADY", "b.xo": "ALREADY"}
    assert record(world.store) == before


@pytest.mark.parametrize("write", ["claim_bundle_id", "add_release", "save_activity", "announce"])
def test_a_run_that_broke_off_at_any_write_is_completed_by_the_next(world, put, run, write):
    put("a.xo", activity_version="1")
    put("b.xo", activity_version="2")
    real = getattr(world.store, write)

    def broken(*args):
        raise StoreError("the disk is full")

    setattr(world.store, write, broken)
    with pytest.raises(StoreError):
        run()
    setattr(world.store, write, real)

    run()

    activity = world.store.activity(PAINT)
    assert activity.versions == ("2", "1")
    assert len(world.store.releases(PAINT)) == 2
    assert world.store.changes(0, 9)[-1].bundle_id == PAINT


def test_the_same_bundle_twice_in_a_folder_comes_in_once(put, run):
    put("a.xo")
    put("b.xo")

    assert states(run()) == {"a.xo": "IMPORTED", "b.xo": "ALREADY"}


# what is refused


def test_the_same_version_with_other_content_is_refused(world, put, run):
    put("a.xo")
    put("b.xo", {"more.py": "x = 1\n"})

    outcomes = run()

    assert states(outcomes) == {"a.xo": "IMPORTED", "b.xo": "REFUSED"}
    assert outcomes["b.xo"].code == "version-taken"
    assert "from an imported bundle" in outcomes["b.xo"].message
    assert run()["b.xo"].code == "version-taken"


def test_a_look_alike_id_is_refused_and_leaves_no_file(world, put, run):
    put("a.xo", activity_version="1")
    put("b.xo", activity_version="2", bundle_id="org.example.paint")

    outcomes = run()

    assert outcomes["b.xo"].code == "bundle-id-taken"
    assert run()["b.xo"].code == "bundle-id-taken"
    assert len([f for f in world.files.contents.values() if f.startswith(b"PK")]) == 1


def test_an_activity_of_the_forge_takes_no_bundle_from_a_folder(world, put, run):
    world.store.claim_bundle_id(an_activity(PAINT, versions=("1",)))
    put()

    outcomes = run()

    assert outcomes["paint.xo"].code == "bundle-id-taken"
    assert "sugarlabs-demo/activity-1" in outcomes["paint.xo"].message
    assert world.store.releases(PAINT) == []
    assert world.store.last_revision() == 0
    assert world.files.contents == {}


def test_what_an_activity_of_the_forge_has_with_that_content_is_there(world, put, run):
    put()
    run()
    digest = world.store.releases(PAINT)[0].content_digest
    world.store.activities[PAINT] = an_activity(PAINT)
    release = a_release(PAINT, "3", content_digest=digest)
    world.store.known_releases[PAINT, release.version_key] = release
    before = tuple(map(dict, record(world.store)))

    assert states(run()) == {"paint.xo": "ALREADY"}
    assert record(world.store) == before


def test_an_id_that_is_claimed_between_the_look_and_the_write_is_refused(world, put, run):
    put()
    real_add = world.files.add

    def slow(*args):
        world.store.claim_bundle_id(an_activity(PAINT))
        return real_add(*args)

    world.files.add = slow

    assert run()["paint.xo"].code == "bundle-id-taken"
    assert world.store.releases(PAINT) == []


def test_a_broken_bundle_is_refused_with_every_problem(put, run):
    put(name="b.xo", activity_version="01")
    put(name="c.xo", license=None, bundle_id="x")

    outcomes = run()

    assert states(outcomes) == {"b.xo": "REFUSED", "c.xo": "REFUSED"}
    assert "activity/activity.info:5" in outcomes["b.xo"].problems[0]
    assert outcomes["b.xo"].code == "bad-bundle"


def test_a_file_that_changes_while_it_is_read_is_refused(world, put, run):
    path = put()
    real_add = world.files.add

    def meanwhile(*args):
        path.write_bytes(b"another bundle")
        return real_add(*args)

    world.files.add = meanwhile

    assert run()["paint.xo"].code == "bundle-file"
    assert world.store.releases(PAINT) == []


def test_a_file_that_is_gone_is_refused(world, folder, tmp_path, put):
    path = put()
    groups = in_order([found.stamp for found in find(folder)], world.clock())
    path.unlink()
    importer = Importer(
        store=world.store, files=world.files, pictures=world.pictures, folder=tmp_path
    )

    (outcome,) = [outcome for some in importer.run(groups) for outcome in some]

    assert (outcome.state, outcome.code) == (ImportState.REFUSED, "bundle-file")


def test_an_outage_is_no_fault_of_a_bundle(world, put, run):
    put()

    def full(*args):
        raise StoreError("the disk is full")

    world.store.add_release = full

    with pytest.raises(StoreError):
        run()


# a dry run


def test_a_dry_run_says_the_same_and_writes_nothing(world, put, run):
    put("a.xo")
    put("b.xo", {"more.py": "x = 1\n"})
    put("c.xo", bundle_id="org.example.paint", activity_version="4")
    put("d.xo", activity_version="01")

    said = states(run(dry_run=True))

    assert (record(world.store), world.files.contents) == (({}, {}), {})
    assert world.store.last_revision() == 0
    assert said == states(run())


# what need not be looked at again


def known(outcomes):
    return {outcome.stamp: outcome for outcome in outcomes.values()}


def test_what_the_record_has_need_not_be_read_again(world, put, run):
    put()
    noted = known(run())

    (outcome,) = resuming.still_true(noted, noted, world.store)

    assert outcome.state is ImportState.ALREADY


def test_a_journal_is_not_believed_over_the_record(world, put, run):
    put()
    noted = known(run())
    release = next(iter(world.store.known_releases.values()))

    world.store.activities[PAINT] = replace(world.store.activities[PAINT], versions=())
    assert resuming.still_true(noted, noted, world.store) == []

    world.store.activities[PAINT] = replace(world.store.activities[PAINT], versions=("3",))
    key = PAINT, release.version_key
    world.store.known_releases[key] = replace(release, content_digest="other")
    assert resuming.still_true(noted, noted, world.store) == []

    del world.store.known_releases[key]
    assert resuming.still_true(noted, noted, world.store) == []


def test_a_file_that_changed_is_read_again(world, put, run, folder):
    path = put()
    noted = known(run())
    path.write_bytes(path.read_bytes() + b"x")

    assert resuming.still_true([f.stamp for f in find(folder)], noted, world.store) == []


def test_what_the_record_refused_is_asked_again_and_a_broken_bundle_is_not(put, run):
    put("a.xo")
    put("b.xo", {"more.py": "x = 1\n"})
    put("c.xo", activity_version="01")

    noted = resuming.worth_noting(run().values())

    assert {o.code for o in noted} == {"", "bad-bundle"}


def test_a_report_counts_what_it_takes(put, run):
    put("a.xo")
    put("b.xo", activity_version="01")
    told = ImportReport()

    told.take(run().values())

    assert (told.imported, told.already_there, len(told.refused)) == (1, 0, 1)
