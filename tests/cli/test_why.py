"""`aslo why`, as an operator runs it beside a forge."""

from contextlib import closing

import pytest

from aslo.adapters.store_sqlite import SqliteStore
from aslo.domain.build import BuildState
from aslo.domain.problem import Problem
from aslo.simulator import Simulator
from fakes.values import a_build, a_delivery, a_repository

MOON = "sugarlabs-demo/moon"


@pytest.fixture
def forge(tmp_path):
    """A forge that tells nobody of its one release."""
    running = Simulator(tmp_path / "forge", "secret", webhook_url="")
    running.start()
    running.add_repository(*MOON.split("/"))
    running.commit(MOON, {"activity/activity.info": "[Activity]\n"})
    running.tag(MOON, "v1")
    yield running
    running.stop()


@pytest.fixture
def record(tmp_path):
    """An empty record."""
    (tmp_path / "var").mkdir()
    with closing(SqliteStore(tmp_path / "var" / "aslo.db")) as store:
        store.era()
        yield store


@pytest.fixture
def why(aslo, forge, record):
    return lambda *arguments: aslo("why", MOON, *arguments, ASLO_FORGE=forge.url)


def test_the_chain_is_told_with_cause_and_cure(why):
    done = why()

    assert done.returncode == 1
    *chain, why_not, cure = done.stdout.splitlines()[:6]
    assert chain == [
        MOON,
        f"  ok       repository  {MOON}",
        "  ok       tag         v1",
        "  BROKEN   release",
    ]
    assert why_not.strip().startswith(f"{MOON} has the tag v1, but no release on GitHub")
    assert cure.strip().startswith("-> Make a release of the tag on GitHub.")


def test_a_release_that_nobody_told_of_is_taken_in_on_request(why, forge, record):
    release = forge.release(MOON, "v1")

    assert "no webhook and no App" in why().stdout
    done = why("--replay")

    assert done.stdout.startswith(f"releases taken in: 1\n{MOON}\n")
    assert "The build waits for its turn" in done.stdout
    [delivery] = record.deliveries_of(forge.hosting.repository(MOON)["id"], 9)
    assert delivery.content.release.id == release["id"]


def test_a_failed_build_is_told_without_the_forge(aslo, record):
    problem = Problem("no-exec", "there is no exec", "Add exec.")
    record.add_delivery(a_delivery())
    record.add_build(a_build(state=BuildState.FAILED, problems=(problem,)))

    done = aslo("why", a_repository().full_name, ASLO_FORGE="http://127.0.0.1:9")

    assert done.returncode == 1
    assert "the forge cannot be asked now" in done.stdout
    assert "           -> Add exec." in done.stdout.splitlines()


def test_what_a_terminal_would_obey_is_shown_and_not_sent(aslo, record):
    problem = Problem("no-exec", "there is no \u009b31m\u202eexec", "Add exec.")
    record.add_delivery(a_delivery())
    record.add_build(a_build(state=BuildState.FAILED, problems=(problem,)))

    done = aslo("why", a_repository().full_name, ASLO_FORGE="http://127.0.0.1:9")

    assert not {"\u009b", "\u202e"} & set(done.stdout)
    assert "31m" in done.stdout


def test_nothing_is_taken_in_where_nothing_can_be_seen_and_that_is_an_error(aslo, record):
    done = aslo("why", MOON, "--replay", ASLO_FORGE="http://127.0.0.1:9")

    assert done.returncode == 2
    assert "the forge cannot be asked now" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no repository"], "'no repository' is no repository: write OWNER/NAME"),
        ([MOON, "--every"], "--every goes with --replay"),
    ],
)
def test_a_question_that_cannot_be_read_is_one_clear_line(aslo, arguments, said):
    done = aslo("why", *arguments)

    assert done.returncode == 2
    assert said in done.stderr


def test_without_a_record_nothing_is_made(aslo, tmp_path):
    done = aslo("why", MOON)

    assert done.returncode == 2
    assert "there is no record" in done.stderr
    assert not (tmp_path / "var").exists()
