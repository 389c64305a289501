"""What compose.yaml promises: each service has what it needs, and nothing that is another's."""

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from aslo import cli
from aslo.commands.nginx import nginx
from aslo.config import FILE, settings, variable
from aslo.doctor import NOT_FOR

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text().splitlines()
    if line and not line.startswith("#")
)
OURS = {name for name, made in SERVICES.items() if "ASLO_IMAGE" in made["image"]}
ONCE = {"migrate", "nginx-config"}
"""Commands that are on their way."""


def mounts(service):
    """Each volume of a service by where it stands."""
    parts = [volume.split(":") for volume in SERVICES[service].get("volumes", [])]
    return {where: (what, *how) for what, where, *how in parts}


def having(secret):
    return {name for name, made in SERVICES.items() if secret in made.get("secrets", [])}


def on(network):
    return {name for name, made in SERVICES.items() if network in made.get("networks", [])}


@pytest.mark.case("D14", "T34")
def test_only_the_web_has_the_webhook_secret_and_only_the_worker_the_forge_token():
    assert having("webhook-secret") == having("webhook-secret-old") == {"web"}
    assert having("forge-token") == {"worker"}


def test_only_the_worker_reaches_the_engine():
    assert on("engine") == {"engine", "worker"}
    holders = {name for name in SERVICES for what in mounts(name).values() if "engine-" in what[0]}
    assert holders == {"engine", "worker"}
    assert mounts("worker")["/certs/client"] == ("engine-client", "ro")
    named = {
        name for name, made in SERVICES.items() if "DOCKER_HOST" in made.get("environment", {})
    }
    assert named == {"worker"}


def test_the_engine_has_a_certificate_for_the_name_by_which_the_worker_calls_it():
    called = urlsplit(SERVICES["worker"]["environment"]["DOCKER_HOST"]).hostname
    assert f"DNS:{called}" in SERVICES["engine"]["environment"]["DOCKER_TLS_SAN"]


def test_nobody_has_the_socket_of_the_machine_s_own_engine():
    assert "docker.sock" not in str([made.get("volumes") for made in SERVICES.values()])


def test_a_build_s_folder_has_one_name_in_the_worker_and_in_the_engine():
    place = "/var/lib/aslo/work"

    assert mounts("worker")[place] == mounts("engine")[place] == ("work",)


@pytest.mark.parametrize("map_of", ["/etc/subuid", "/etc/subgid"])
def test_a_user_of_the_image_is_the_same_one_inside_a_rootless_engine(map_of):
    where = mounts("engine")
    [line] = [what for place, (what, *_) in where.items() if place == map_of]
    ids = [row.split(":") for row in (ROOT / line).read_text().splitlines()]
    # The engine's own user is 0 inside; what is lent to it follows from 1 on.
    inside = {}
    at = 1
    for _, begin, count in ids:
        inside[int(begin)] = range(at, at + int(count))
        at += int(count)

    assert inside[10001] == range(10001, 10002)
    assert at > 65_535


@pytest.mark.parametrize("service", sorted(SERVICES.keys() - {"engine"}))
def test_a_service_has_no_rights_and_writes_only_where_it_is_told(service):
    made = SERVICES[service]

    assert made["read_only"] is True
    assert made["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in made["security_opt"]
    assert made["user"].split(":")[0] != "0"
    assert "privileged" not in made
    assert all(":" in volume for volume in made.get("volumes", []))


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_service_has_bounds_and_a_check_of_its_health(service):
    made = SERVICES[service]

    assert made["mem_limit"]
    assert made["pids_limit"] > 0
    assert {"max-size", "max-file"} <= made["logging"]["options"].keys()
    check = made["healthcheck"]
    assert check.get("disable", False) is (service in ONCE)
    assert service in ONCE or {"test", "interval", "timeout", "retries"} <= check.keys()
    assert made["restart"] == ("no" if service in ONCE else "unless-stopped")


def test_what_is_set_is_a_setting_and_a_secret_only_comes_from_a_file():
    known = {variable(name): made.secret for name, made in settings().items()}
    for service in OURS:
        for name in SERVICES[service].get("environment", {}):
            if name.startswith("ASLO_"):
                plain = name.removesuffix(FILE)
                assert plain in known, name
                if plain.endswith(("SECRET", "SECRET_OLD", "TOKEN", "STORE")):
                    assert name.endswith(FILE)


def test_a_secret_that_a_variable_names_is_given_to_that_service():
    for service, made in SERVICES.items():
        files = [value for value in made.get("environment", {}).values() if "/run/secrets" in value]
        named = {Path(value).name for value in files}
        assert named <= set(made.get("secrets", [])), service


def test_the_commands_are_there():
    commands = {SERVICES[name]["command"][0] for name in OURS - {"nginx-config"}}

    assert commands <= set(cli.COMMANDS)
    roles = {SERVICES[name]["healthcheck"]["test"][4] for name in ("worker", "beat")}
    assert roles <= NOT_FOR.keys()


def test_nginx_is_configured_with_options_that_it_knows():
    [script] = SERVICES["nginx-config"]["command"]
    known = {option for each in nginx.params for option in each.opts}

    assert set(re.findall(r"--[a-z-]+", script)) <= known
    assert SERVICES["web"]["environment"]["ASLO_ACCEL"] == "/_files"
    assert mounts("nginx")["/var/lib/aslo/files"] == ("files", "ro")
    assert mounts("web")["/var/lib/aslo/files"] == ("files", "ro")


def test_only_nginx_is_reached_from_outside():
    assert {name for name, made in SERVICES.items() if "ports" in made} == {"nginx"}
    assert on("front") == {"nginx", "web"}


def test_every_image_is_pinned_by_the_example_and_every_variable_is_in_it():
    text = (ROOT / "compose.yaml").read_text()

    assert set(re.findall(r"\$\{(\w+)", text)) == EXAMPLE.keys()
    images = {name: value for name, value in EXAMPLE.items() if name.endswith("_IMAGE")}
    assert all(re.search(r":[\w.-]+$", value) for value in images.values())
    theirs = [value for name, value in images.items() if name != "ASLO_IMAGE"]
    assert all(re.search(r":\d+\.\d+", value) for value in theirs)


@pytest.mark.needs("compose")
def test_compose_itself_finds_nothing_wrong(tmp_path):
    for name in ("compose.yaml", ".env.example"):
        shutil.copy(ROOT / name, tmp_path)
    command = ["docker-compose", "--env-file", ".env.example", "config"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert yaml.safe_load(done.stdout)["services"].keys() == SERVICES.keys()
