"""The main job from outside: what a developer does, and what comes of it."""

import hashlib
import re

import pytest

from fakes.world import INFO, a_bundle, a_tree
from fixtures.live import eventually, live

MOON = "sugarlabs-demo/moon"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with live(tmp_path_factory.mktemp("main-job"), builder="plain", attempts="2") as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def untagged(store):
    """A release without its tag, published before all others: the tag is waited for a while."""
    store.forge.add_repository("sugarlabs-demo", "moon-9")
    store.forge.commit(f"{MOON}-9", tree(9), replace=True)
    return store.forge.release(f"{MOON}-9", "v404")


def tree(number, version="1", **files):
    """The files of an activity of its own."""
    info = INFO.replace("sugarlabs.Moon", f"sugarlabs.Moon{number}")
    return {**a_tree(info.replace("version = 1", f"version = {version}")), **files}


def commit_of(store, full_name, tag):
    return store.forge.hosting.git(store.forge.hosting.repository(full_name)).find(tag).sha


def test_a_release_becomes_a_page_a_download_and_two_comments(store, tmp_path):
    release = store.release(f"{MOON}-1", tree(1), "v1", notes="First *light*.")

    build = store.build_of(release)

    assert build["state"] == "published"
    assert store.download(build, tmp_path).name == "Moon-1.xo"
    page = store.http.get("/org.sugarlabs.Moon1/1").text
    assert "First <em>light</em>." in page
    commit = commit_of(store, f"{MOON}-1", "v1")
    started, finished = store.comments(f"{MOON}-1", commit)
    assert build["url"] in started
    assert f"{store.url}/org.sugarlabs.Moon1/1" in finished
    pending, final = store.statuses(f"{MOON}-1", commit)
    assert (pending["state"], final["state"]) == ("pending", "success")
    assert pending["target_url"] == final["target_url"] == build["url"]


@pytest.mark.case("D01", "T05")
def test_one_publish_sends_three_events_and_makes_one_build(store):
    release = store.release(f"{MOON}-2", tree(2), "v1")
    store.build_of(release)

    answers = [
        each
        for each in store.forge.deliveries()
        if f'"full_name":"{MOON}-2"' in each["body"].replace(" ", "")
    ]
    builds = set(re.findall(r'"build":\s*"(\w+)"', "".join(each["response"] for each in answers)))
    assert [each["action"] for each in answers] == ["created", "published", "released"]
    assert {each["status_code"] // 100 for each in answers} == {2}
    assert len(builds) == 1


@pytest.mark.case("D02", "D49", "T07")
def test_a_redelivery_makes_no_second_build_and_no_third_comment(store):
    release = store.release(f"{MOON}-3", tree(3), "v1")
    first = store.build_of(release)
    commit = commit_of(store, f"{MOON}-3", "v1")
    store.comments(f"{MOON}-3", commit)

    for delivery in store.forge.deliveries():
        if f"{MOON}-3" in delivery["body"]:
            store.forge.redeliver(delivery["guid"])
    store.forge.wait()

    assert store.build_of(release) == first
    # A release after it has been answered, so whatever the redelivery led to has been too.
    later = store.release(f"{MOON}-3b", tree(31), "v1")
    store.build_of(later)
    store.comments(f"{MOON}-3b", commit_of(store, f"{MOON}-3b", "v1"))
    assert len(store.forge.comments(f"{MOON}-3", commit)) == 2


@pytest.mark.case("D36", "T31")
def test_an_attached_bundle_is_served_byte_for_byte(store, tmp_path):
    data = a_bundle(tree(4, version="7"))
    release = store.release(f"{MOON}-4", tree(4, version="7"), "v7", assets={"M.xo": data})

    build = store.build_of(release)

    assert build["state"] == "published"
    served = store.download(build, tmp_path).read_bytes()
    assert hashlib.sha256(served).digest() == hashlib.sha256(data).digest()


def test_three_problems_are_told_at_once_with_place_and_cure(store):
    files = tree(5, version="01")
    info = files["activity/activity.info"].decode()
    info = info.replace("icon = activity-moon", "icon = activity-sun")
    files["activity/activity.info"] = info.replace("Look at the moon", "100% moon").encode()
    data = a_bundle(files)

    release = store.release(f"{MOON}-5", files, "v1", assets={"Moon-1.xo": data})
    build = store.build_of(release)

    errors = [each for each in build["problems"] if each["severity"] == "error"]
    assert build["state"] == "failed"
    assert len(errors) == 3
    _, finished = store.comments(f"{MOON}-5", commit_of(store, f"{MOON}-5", "v1"))
    for error in errors:
        assert error["place"].startswith("activity/activity.info:")
        assert error["place"] in finished
        assert error["remedy"] in finished
    assert store.http.get("/org.sugarlabs.Moon5/1").status_code == 404
    page = store.http.get(f"/builds/{build['id']}").text
    assert errors[0]["place"] in page


def test_a_second_release_is_the_latest_and_the_first_stays_one_click_away(store, tmp_path):
    store.build_of(store.release(f"{MOON}-6", tree(6, version="1.9"), "v1.9"))
    build = store.build_of(store.release(f"{MOON}-6", tree(6, version="1.10"), "v1.10"))
    store.download(build, tmp_path)

    latest = store.http.get("/org.sugarlabs.Moon6")
    assert latest.url.path.endswith("/org.sugarlabs.Moon6/1.10")
    assert re.search(r'href="(/\w+)?/org\.sugarlabs\.Moon6/1\.9"', latest.text)
    old = store.http.get("/org.sugarlabs.Moon6/1.9")
    assert old.status_code == 200


@pytest.mark.case("D47", "T38")
def test_a_takeover_from_another_repository_is_refused_and_explained(store):
    store.build_of(store.release(f"{MOON}-7", tree(7), "v1"))

    taken = store.release("somebody-else/moon", tree(7, version="99"), "v99")
    build = store.build_of(taken)

    assert build["state"] == "failed"
    assert [each["code"] for each in build["problems"]] == ["bundle-id-taken"]
    _, finished = store.comments(
        "somebody-else/moon", commit_of(store, "somebody-else/moon", "v99")
    )
    assert f"belongs to {MOON}-7" in finished
    assert store.http.get("/org.sugarlabs.Moon7/99").status_code == 404


@pytest.mark.case("D19")
def test_the_same_version_with_other_content_is_refused(store, tmp_path):
    first = store.build_of(store.release(f"{MOON}-8", tree(8), "v1"))
    before = store.download(first, tmp_path).read_bytes()

    again = store.build_of(
        store.release(f"{MOON}-8", tree(8, **{"more.py": b"new = True\n"}), "v1-again")
    )

    assert again["state"] == "failed"
    assert [each["code"] for each in again["problems"]] == ["version-taken"]
    assert store.download(first, tmp_path).read_bytes() == before


@pytest.mark.case("D09")
def test_a_tag_that_does_not_exist_ends_with_its_name(store, untagged):
    build = store.build_of(untagged)

    assert build["state"] == "failed"
    assert "'v404'" in build["problems"][0]["message"]


def test_a_tree_without_activity_info_is_told_so(store):
    build = store.build_of(store.release(f"{MOON}-10", {"README": b"nothing"}, "v1"))

    assert build["state"] == "failed"
    assert "activity/activity.info" in build["problems"][0]["message"]


@pytest.mark.case("T19")
def test_a_deleted_release_leaves_the_lists(store, tmp_path):
    release = store.release(f"{MOON}-11", tree(11), "v1")
    store.download(store.build_of(release), tmp_path)

    store.forge.delete_release(release["id"])

    def gone():
        return "org.sugarlabs.Moon11/" not in store.http.get("/search?q=Moon11").text

    eventually(gone)


@pytest.mark.case("T19")
def test_edited_notes_reach_the_page_without_a_build(store, tmp_path):
    release = store.release(f"{MOON}-12", tree(12), "v1", notes="Old words.")
    store.download(store.build_of(release), tmp_path)

    store.forge.edit_release(release["id"], notes="New words.")

    def told():
        return "New words." in store.http.get("/org.sugarlabs.Moon12/1").text

    eventually(told)
