"""What the units of systemd promise: secrets for whom they are, few rights, time to end a build."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from aslo import cli
from aslo.config import FILE, settings, variable
from aslo.supervisor import GRACE_SECONDS

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = sorted(path.stem for path in FOLDER.glob("*.service"))
LONG_LIVED = ("aslo-beat", "aslo-web", "aslo-worker")
"""Commands that are on their way."""
MOST_EXPOSED = {"aslo-worker": 4.7}
EXPOSED = 1.7


class _Repeated(dict):
    """A section in which a key that stands twice keeps both lines."""

    def __setitem__(self, key, value):
        if key in self and isinstance(value, list):
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def unit(name):
    read = configparser.RawConfigParser(dict_type=_Repeated, strict=False)
    read.optionxform = str
    read.read(FOLDER / name)
    return {key: value.splitlines() or [""] for key, value in read["Service"].items()}


def one(service, key):
    [value] = unit(f"{service}.service")[key]
    return value


def credentials(service):
    return {line.split(":")[0] for line in unit(f"{service}.service").get("LoadCredential", [])}


def test_each_secret_is_given_to_the_one_that_needs_it():
    assert credentials("aslo-web") == {"webhook-secret", "webhook-secret-old"}
    assert credentials("aslo-worker") == {"forge-token"}
    assert credentials("aslo-beat") == credentials("aslo-backup") == set()


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_set_is_a_setting_read_from_that_unit_s_credentials(service):
    known = {variable(name) for name in settings()}
    for line in unit(f"{service}.service")["Environment"]:
        name, _, value = line.partition("=")
        assert name.removesuffix(FILE) in known
        if name.endswith(FILE):
            assert value.removeprefix("%d/") in credentials(service)


@pytest.mark.parametrize("service", SERVICES)
def test_it_runs_a_command_as_nobody_of_importance(service):
    command = re.split(r"\s", one(service, "ExecStart"))[1]

    assert command in cli.COMMANDS
    assert one(service, "User") == "aslo"
    assert one(service, "NoNewPrivileges") == "yes"
    assert one(service, "ProtectSystem") == "strict"
    assert one(service, "CapabilityBoundingSet") == ""
    assert one(service, "MemoryMax")
    assert one(service, "TasksMax")


@pytest.mark.parametrize("service", LONG_LIVED)
def test_it_comes_back_but_not_with_settings_that_are_wrong(service):
    assert one(service, "Restart") == "on-failure"
    assert one(service, "RestartPreventExitStatus") == "2"


def test_the_worker_has_time_to_give_its_build_back_before_it_is_killed():
    assert one("aslo-worker", "KillMode") == one("aslo-web", "KillMode") == "mixed"
    assert int(one("aslo-worker", "TimeoutStopSec")) > GRACE_SECONDS
    assert int(one("aslo-web", "TimeoutStopSec")) > GRACE_SECONDS


@pytest.mark.needs("systemd")
def test_systemd_finds_nothing_wrong(tmp_path):
    for path in FOLDER.glob("aslo*"):
        text = path.read_text()
        # It also looks whether the program is there.
        (tmp_path / path.name).write_text(text.replace("/opt/aslo/.venv/bin/aslo", "/bin/true"))
    units = sorted(str(path) for path in tmp_path.iterdir())

    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )

    mine = [line for line in done.stderr.splitlines() if "aslo" in line]
    assert (done.returncode, mine) == (0, [])


@pytest.mark.needs("systemd")
@pytest.mark.parametrize("service", SERVICES)
def test_it_is_exposed_no_more_than_is_said(service, tmp_path):
    shutil.copy(FOLDER / f"{service}.service", tmp_path)
    path = tmp_path / f"{service}.service"

    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(path)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    [level] = re.findall(r"exposure level for \S+: ([\d.]+)", said)
    assert float(level) <= MOST_EXPOSED.get(service, EXPOSED)


def test_the_environment_of_all_units_holds_settings_and_no_secret():
    known = {variable(name): made for name, made in settings().items()}
    lines = (FOLDER / "environment.example").read_text().splitlines()
    names = [line.split("=")[0] for line in lines if not line.startswith("#")]

    assert [name for name in names if name not in known or known[name].secret] == []
