"""The pages of builds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aslo.domain import resemblance
from aslo.domain.build import BuildState, SourceKind, StepName, StepState
from aslo.domain.errors import StoreError
from aslo.domain.problem import Problem, Severity
from fakes.clock import START
from fakes.values import COMMIT, a_build, a_forge_release, a_release, a_repository
from fakes.web_site import MOON

WARNING = Problem("no-summary", "there is no summary", "Add one.", severity=Severity.WARNING)
ERROR = Problem("no-exec", "there is no exec", "Add exec.", "activity/activity.info", 7)


def after(seconds: float):
    return START + timedelta(seconds=seconds)


def a_running_build():
    build = replace(a_build(), state=BuildState.RUNNING, commit=COMMIT, fence=1)
    build = build.begin(StepName.RESOLVE, START)
    build = build.finish(StepName.RESOLVE, StepState.PASSED, after(0.5))
    return build.begin(StepName.SOURCE, after(0.5))


def a_failed_build():
    return a_running_build().end(
        BuildState.FAILED, "The bundle has 2 problems.", after(65), [WARNING, ERROR]
    )


@pytest.fixture
def show(site, read):
    def page(build, path=""):
        site.store.known_builds[build.id] = build
        return read(site.client.get(f"/builds/{build.id}{path}"))

    return page


def words(page):
    return " ".join(page.text_content().split())


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (BuildState.QUEUED, "waiting"),
        (BuildState.RUNNING, "in work"),
        (BuildState.PUBLISHED, "published"),
        (BuildState.FAILED, "not published"),
        (BuildState.ERRORED, "trouble on our side"),
        (BuildState.SUPERSEDED, "published already"),
        (BuildState.WITHDRAWN, "taken back"),
    ],
)
def test_the_title_says_the_state_in_words(show, state, said):
    page = show(replace(a_build(), state=state))

    assert page.find(".//title").text.startswith(f"sugarlabs-demo/activity-1 v1: {said}")
    assert words(page.find(".//h1")) == f"sugarlabs-demo/activity-1 v1: {said}"


def test_steps_come_in_their_order_with_state_start_and_duration(show, site):
    site.clock.tick(3)

    rows = [words(row) for row in show(a_running_build()).find_class("step")]

    assert rows == [
        "Find the tagged commit done 2026-03-01 12:00:00 UTC 0.5 sec",
        "Fetch the source or the attached bundle in work 2026-03-01 12:00:00 UTC 2.5 sec",
        "Make the bundle later",
        "Check the bundle later",
        "Publish later",
    ]


def test_problems_come_first_and_those_that_stop_a_release_before_the_others(show):
    page = show(a_failed_build())

    problems = [words(problem) for problem in page.find_class("problems")[0]]
    place = "Must be cured activity/activity.info:7"
    assert problems == [
        (
            f"{place} Nothing says how the activity is started there is no exec "
            "Cure: Add exec. How to cure it: no-exec"
        ),
        (
            "Could be better The activity has no summary there is no summary "
            "Cure: Add one. How to cure it: no-summary"
        ),
    ]
    headings = [heading.text for heading in page.findall(".//h2")]
    assert headings[1:] == ["Problems", "Steps", "About this build", "Log"]
    assert "failed 2026-03-01 12:00:00 UTC 1 min 4 sec" in words(page)
    assert "Make the bundle not reached" in words(page)


def test_the_step_that_failed_comes_first_with_the_last_lines_of_the_log(show, site):
    text = "".join(f"line {number}\n" for number in range(1, 31))
    site.store.logs["b1", 1] = (text, 0)

    page = show(a_failed_build())

    assert page.xpath("//main//h2/@id")[:2] == ["failing", "problems"]
    assert "Fetch the source" in page.get_element_by_id("failing").text_content()
    failing = page.xpath("//section[@aria-labelledby='failing']")[0]
    assert failing.xpath(".//code/text()") == [f"line {number}" for number in range(19, 31)]
    assert failing.xpath(".//a/@href")[-1] == "#L30"
    assert page.get_element_by_id("L30") is not None


def test_a_build_without_a_failed_step_has_none_to_show(show):
    page = show(a_running_build())

    assert page.xpath("//*[@id='failing']") == []


def test_a_failed_build_that_wrote_nothing_still_names_its_step(show):
    page = show(a_failed_build())

    assert page.xpath("//section[@aria-labelledby='failing']//ol") == []


def test_a_build_shows_what_became_of_others_of_its_activity(show, site):
    for number in range(1, 9):
        build = a_build(f"b{number}", bundle_id=MOON, created_at=after(number))
        site.store.known_builds[build.id] = build
    site.store.known_builds["x1"] = a_build("x1", bundle_id="org.sugarlabs.Sun")

    page = show(site.store.known_builds["b7"])

    history = page.xpath("//section[@aria-labelledby='history']//li/a/@href")
    assert history == [f"/builds/b{number}" for number in (8, 6, 5, 4, 3)]
    assert page.xpath("//section[@aria-labelledby='history']/p/a/@href") == [
        f"/builds?activity={MOON}"
    ]
    assert show(a_build("y1")).xpath("//*[@id='history']") == []


def test_a_live_build_renews_itself_until_the_reader_stops_it(show, site):
    page = show(a_running_build())
    live = site.client.get("/builds/b1")
    (stop,) = page.xpath("//*[contains(@class, 'notice')]//a/@href")
    still = site.client.get(stop)

    assert int(live.headers["Refresh"]) > 0
    assert still.status_code == 200
    assert "Refresh" not in still.headers


def test_an_ended_build_stays_as_it_is(show, site):
    show(a_failed_build())

    assert "Refresh" not in site.client.get("/builds/b1").headers


def test_the_log_has_numbered_lines_and_a_raw_form(show, site):
    site.store.add_build(a_build())
    site.store.logs["b1", 1] = ("one\ntwo <b>\n\x1b[31mred\n", 0)

    page = show(a_running_build())

    assert page.xpath("//li[@id='L2']/code")[0].text == "two <b>"
    assert page.xpath("//li[@id='L2']/a/@href") == ["#L2"]
    assert page.xpath("//ol[contains(@class, 'log')]/@dir") == ["ltr"]
    raw = site.client.get("/builds/b1/log.txt")
    assert raw.mimetype == "text/plain"
    assert raw.text == "one\ntwo <b>\n\x1b[31mred\n"
    assert raw.headers["X-Content-Type-Options"] == "nosniff"


def test_of_a_very_long_log_the_end_is_shown(show, site):
    site.store.add_build(a_build())
    site.store.logs["b1", 1] = ("\n".join(f"line {n}" for n in range(1, 6001)), 0)

    page = show(a_running_build())

    assert page.xpath("//li[starts-with(@id, 'L')]/@id")[0] == "L5001"
    assert page.xpath("//li[@id='L6000']/code")[0].text == "line 6000"
    assert "5,000 lines before these" in words(page)


def test_a_published_build_links_to_the_listing_the_commit_and_the_release(show, site):
    site.shelve(a_release())
    build = replace(
        a_running_build(),
        state=BuildState.PUBLISHED,
        bundle_id=MOON,
        version="1",
        source=SourceKind.TREE,
        builder="plain",
    )

    found = show(build).xpath("//main//a/@href")

    assert f"/{MOON}/1" in found
    assert f"https://github.example/sugarlabs-demo/activity-1/commit/{COMMIT}" in found
    assert build.release.html_url in found
    assert site.client.get(f"/{MOON}/1").status_code == 200


def test_a_failed_build_links_to_no_listing(show):
    build = replace(a_failed_build(), bundle_id=MOON, version="1")

    assert f"/{MOON}/1" not in show(build).xpath("//main//a/@href")


def test_recent_builds_are_listed_of_all_or_of_one_activity(site, read):
    site.store.add_build(a_build("b1", bundle_id=MOON))
    site.store.add_build(
        a_build("b2", created_at=after(60), release=a_forge_release(tag="v2"), bundle_id="org.a.B")
    )

    everything = read(site.client.get("/builds"))
    of_one = read(site.client.get("/builds", query_string={"activity": MOON}))

    assert everything.xpath("//main//li/a/@href") == ["/builds/b2", "/builds/b1"]
    assert of_one.xpath("//main//li/a/@href") == ["/builds/b1"]


def test_no_build_yet_is_said(site, read):
    assert "no build yet" in words(read(site.client.get("/builds")))


def test_a_build_for_programs(site):
    site.store.known_builds["b1"] = a_failed_build()

    told = site.client.get("/builds/b1.json").json

    assert told["state"] == "failed"
    assert told["ended"] is True
    assert told["url"] == "https://aslo.example/builds/b1"
    assert told["commit"] == COMMIT
    assert told["steps"][1] == {
        "name": "source",
        "state": "failed",
        "started_at": "2026-03-01T12:00:00.500000+00:00",
        "ended_at": "2026-03-01T12:01:05+00:00",
    }
    assert told["problems"][1] == {
        "code": "no-exec",
        "severity": "error",
        "file": "activity/activity.info",
        "line": 7,
        "place": "activity/activity.info:7",
        "message": "there is no exec",
        "remedy": "Add exec.",
    }


@pytest.mark.parametrize(
    "path", ["/builds/b9", "/builds/b9.json", "/builds/b9/log.txt", "/builds/..", "/builds/$x"]
)
def test_a_build_that_does_not_exist_is_not_found(site, path):
    assert site.client.get(path).status_code == 404


def test_without_the_record_builds_are_out_of_order_and_the_catalog_stays_up(
    site, read, monkeypatch
):
    site.shelve(a_release())

    def fails(*_):
        raise StoreError("no disk")

    for method in ("build", "recent_builds", "log"):
        monkeypatch.setattr(site.store, method, fails)

    for path in ("/builds", "/builds/b1", "/builds/b1/log.txt"):
        answer = site.client.get(path)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        read(answer)
    assert site.client.get("/builds/b1.json").json["error"] == "store-outage"
    for path in ("/", "/search?q=moon", f"/{MOON}/1", f"/download/{MOON}/1/Moon-1.xo"):
        assert site.client.get(path).status_code == 200


@pytest.mark.case("T18")
def test_what_was_moved_on_the_forge_is_told(site, show):
    said = "The tag <v1> was moved. What is published stays as it was."
    moved = replace(a_build(), state=BuildState.PUBLISHED, remark=said)

    assert said in words(show(moved))
    assert site.client.get(f"/builds/{moved.id}.json").json["remark"] == said


@pytest.mark.case("T27")
def test_a_build_whose_release_is_held_leads_to_no_page(show):
    held = replace(
        a_build(),
        state=BuildState.PUBLISHED,
        bundle_id=MOON,
        version="1",
        problems=(resemblance.held(MOON, "org.sugarlabs.Moom", "sugarlabs-demo/moom"),),
    )

    page = show(held)

    assert "is easily taken for org.sugarlabs.Moom" in words(page)
    assert "See it in the store" not in words(page)
    assert "See it in the store" in words(show(replace(held, problems=())))


def a_waiting_build(number):
    return a_build(
        f"q{number}", created_at=after(-60 + number), repository=a_repository(number + 1)
    )


def test_a_build_that_waits_says_how_many_come_before_it(site, show):
    for number in range(3):
        site.store.add_build(a_waiting_build(number))
    waiting = a_waiting_build(9)

    assert "3 builds are before it" in words(show(waiting))
    site.store.known_builds.clear()
    assert "It is the next one" in words(show(waiting))


def test_a_build_that_waits_for_something_else_has_no_place_in_the_line(show):
    page = show(a_build(not_before=after(60), outcome="Waiting for Moon-1.xo to be uploaded."))

    assert "is before it" not in words(page)
    assert "It is the next one" not in words(page)


def test_how_long_the_whole_took_is_told(show, site):
    assert "Took1 min 5 sec" in words(show(a_failed_build()))
    site.clock.tick(3)
    assert "Took3 sec" in words(show(a_running_build()))
    assert "Took" not in words(show(a_build()))


@pytest.mark.parametrize(
    ("path", "lang", "told"),
    [
        ("/es/builds/b1", None, ("Nada dice cómo se inicia la actividad", "Agregue una línea")),
        ("/hi/builds/b1", None, ("गतिविधि कैसे शुरू हो", "जैसी पंक्ति जोड़ें")),
        ("/qu/builds/b1", "es", ("Nada dice cómo se inicia la actividad", "Agregue una línea")),
        ("/de/builds/b1", "en", ("Nothing says how the activity is started", "Add exec.")),
    ],
)
def test_a_problem_is_told_in_the_reader_s_language_with_the_exact_words_beside(
    site, read, path, lang, told
):
    site.store.add_build(a_failed_build())

    problem = read(site.client.get(path)).find_class("problems")[0][0]

    (said,) = problem.xpath("./p/strong/bdi")
    assert told[0] in said.text_content()
    assert said.get("lang") == lang
    exact = [bdi.text for bdi in problem.xpath(".//bdi[@lang='en']")]
    assert "there is no exec" in exact
    assert "Add exec." in exact
    assert told[1] in problem.text_content()
