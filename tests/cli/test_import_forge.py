"""`aslo import` of an organisation, as an operator runs it and mistakes it."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing

import pytest

from aslo.adapters.store_sqlite import SqliteStore
from aslo.simulator import Cut, Simulator, Stocked, fill
from fakes.world import saying
from fixtures.organisation import an_organisation

ORG = "sugarlabs-demo"


@pytest.fixture
def forge(tmp_path):
    running = Simulator(tmp_path / "forge", "secret")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def take(aslo, forge):
    """Import from the simulated forge with the builder that needs nothing."""

    def call(*words, **environ):
        settings = {"ASLO_FORGE": forge.url, "ASLO_FORGE_TOKEN": "t0ken", "ASLO_BUILDER": "plain"}
        return aslo("import", *words, **settings | environ)

    return call


def test_an_organisation_is_named_by_its_address_and_a_dry_run_writes_nothing(
    take, forge, tmp_path
):
    fill(forge, ORG, an_organisation(4))

    done = take(f"{forge.url}/{ORG}", "--dry-run")

    counts = "3 would be imported, 0 already there, 0 refused, 1 passed over\n"
    assert (done.returncode, done.stdout) == (0, counts)
    assert f"4 of 4  {ORG}/moon-tree-3: 1 would be imported\n" in done.stderr
    assert not (tmp_path / "var").exists()


def test_what_becomes_of_it_is_reported_with_a_hint_for_the_operator(take, forge, tmp_path):
    broken = Stocked("broken", [Cut("v1", {"a": "b"}, {"a.xo": b"no bundle"})])
    taken = Stocked("copy", [Cut("v7", {"a": "b"}, {"a.xo": saying("7", "org.example.Moon1")})])
    fill(forge, ORG, [*an_organisation(2), broken, taken])

    done = take("--forge", ORG, "--report", "report.json")

    assert (done.returncode, done.stdout.partition(", 1 passed")[0]) == (
        1,
        "1 imported, 0 already there, 2 refused",
    )
    report = json.loads((tmp_path / "report.json").read_text())
    first, second = report["refused"]
    assert first["release"] == f"{forge.url}/{ORG}/broken@v1"
    assert (first["code"], len(first["problems"])) == ("failed", 1)
    assert second["hint"] == "Leave it out: only its repository publishes under that bundle_id."
    assert report["passed_over"] == [
        {"name": f"{ORG}/unreleased-0", "reason": "it has no release"},
    ]


def test_a_repository_that_was_renamed_since_it_was_listed_is_found(take, forge):
    fill(forge, ORG, an_organisation(2))
    take("--forge", ORG, "--dry-run")
    forge.rename_repository(f"{ORG}/moon-1", ORG, "sun-1")

    assert take("--forge", ORG).stdout.startswith("1 imported, ")
    assert take("--forge", ORG).stdout.startswith("0 imported, 1 already there")


def test_without_a_token_the_small_allowance_is_told(take, forge):
    fill(forge, ORG, an_organisation(2))

    done = take("--forge", ORG, "--dry-run", ASLO_FORGE_TOKEN="")

    assert "ASLO_FORGE_TOKEN is not set: GitHub answers 60 questions an hour" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--forge", "nobody"], "the forge has no organisation nobody"),
        (["--forge", "a/b"], "'a/b' is no name of an organisation"),
        (["--forge", ""], "'' is no name of an organisation"),
        (["https://gitlab.example/sugarlabs"], "is not at 127.0.0.1:"),
        (["https://user@github.com/sugarlabs"], "is not at 127.0.0.1:"),
        (["{forge}"], "names no organisation, such as "),
        (["{forge}/a/b"], "names no organisation, such as "),
        (["{forge}/a?tab=repositories"], "names no organisation, such as "),
        (["--forge", ORG, "."], "name a folder, or an organisation: one of them"),
        ([], "name a folder, or an organisation: one of them"),
        ([".", "--forks"], "--forks and --tell go with an organisation"),
        ([".", "--tell"], "--forks and --tell go with an organisation"),
        (["--forge", "empty"], "the organisation empty has no public repository"),
    ],
)
def test_a_bad_call_is_one_clear_line_and_writes_nothing(take, forge, tmp_path, words, said):
    forge.add_repository("empty", "hidden", private=True)

    done = take(*[word.format(forge=forge.url) for word in words])

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "var").exists()


def test_a_forge_that_is_away_is_an_outage_and_writes_nothing(take, tmp_path):
    done = take("--forge", ORG, ASLO_FORGE="http://127.0.0.1:9")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("aslo: GitHub cannot be asked for GET /orgs/sugarlabs-demo/repos")
    assert not (tmp_path / "var").exists()


def test_who_stops_it_leaves_no_build_in_hand_and_goes_on_later(forge, tmp_path):
    fill(forge, ORG, an_organisation(14))
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
    environ = kept | {
        "ASLO_HOME": str(tmp_path / "var"),
        "ASLO_FORGE": forge.url,
        "ASLO_FORGE_TOKEN": "t0ken",
        "ASLO_BUILDER": "plain",
    }
    command = [sys.executable, "-m", "aslo", "import", "--forge", ORG]
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as stopped:
        while not stopped.stderr.readline().startswith("3 of "):
            pass
        stopped.send_signal(signal.SIGINT)
        _, said = stopped.communicate(timeout=60)

    assert stopped.returncode == 2
    assert said.splitlines()[-1] == "stopped; run it again, and it goes on where it was"
    assert "Traceback" not in said
    with closing(SqliteStore(tmp_path / "var" / "aslo.db")) as store:
        assert store.figures().running == 0
    again = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
