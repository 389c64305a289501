"""The doctor: what it finds, what it calls required, and what it says."""

from datetime import UTC, datetime

import pytest

from aslo import doctor
from aslo.config import BUILDERS, Config
from aslo.doctor import Finding, Probes
from aslo.domain.errors import StoreError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def works():
    return None


def broken():
    return "no engine answers"


def down():
    raise StoreError("the record cannot be opened")


def probes(store=works, files=works, docker=works, plain=works, broker=None):
    return Probes(store, files, {"docker": docker, "plain": plain}, broker)


@pytest.fixture
def examine(tmp_path):
    def examine(given=None, now=NOW, role="site", **environ):
        environ = {"ASLO_HOME": str(tmp_path), "ASLO_WEBHOOK_SECRET": "secret", **environ}
        found = doctor.examine(Config.from_environ(environ), given or probes(), now, role)
        return {finding.what.split(" /")[0]: finding for finding in found}

    return examine


def test_a_machine_with_everything_required_is_healthy(examine):
    assert doctor.healthy(examine().values())


def test_a_record_that_does_not_open_is_told_with_its_reason(examine):
    found = examine(probes(store=down))

    assert found["store"].detail == "the record cannot be opened"
    assert not doctor.healthy(found.values())


def test_files_that_cannot_be_reached_are_told_with_the_reason(examine):
    found = examine(probes(files=down))

    assert not found["files"].ok
    assert not doctor.healthy(found.values())


def test_a_builder_nobody_asked_for_may_be_missing(examine):
    found = examine(probes(docker=broken))

    assert not found["builder docker"].ok
    assert found["builder docker"].detail == "no engine answers"
    assert doctor.healthy(found.values())


def test_the_builder_asked_for_must_work(examine):
    assert not doctor.healthy(examine(probes(docker=broken), ASLO_BUILDER="docker").values())


def test_one_builder_must_work(examine):
    assert not doctor.healthy(examine(probes(docker=broken, plain=broken)).values())


def test_every_builder_has_its_cure():
    assert {"auto", *doctor.BUILDERS} == set(BUILDERS)


def test_a_broker_is_examined_only_where_one_is_set(examine):
    assert "broker" not in examine()

    found = examine(probes(broker=broken))

    assert not found["broker"].ok
    assert doctor.healthy(found.values())


def test_a_site_without_a_secret_is_not_healthy(examine):
    found = examine(ASLO_WEBHOOK_SECRET="")

    assert not found["webhook secret"].ok
    assert not doctor.healthy(found.values())


def test_a_short_secret_is_told_with_a_way_to_make_a_better_one(examine):
    found = examine(ASLO_WEBHOOK_SECRET="fifteen letters")

    assert "openssl rand" in found["strong webhook secret"].cure
    assert doctor.healthy(found.values())
    assert "strong webhook secret" not in examine(ASLO_WEBHOOK_SECRET="sixteen letters!")


@pytest.mark.parametrize(
    ("installed", "cure"),
    [(True, "make image"), (False, "apt-get install docker.io, then make image")],
)
def test_the_cure_does_not_install_what_is_there(examine, monkeypatch, installed, cure):
    monkeypatch.setattr(doctor, "which", lambda name: name if installed else None)

    found = examine(probes(docker=lambda: "the engine has no image aslo-build: make image"))

    assert found["builder docker"].cure == cure


def test_a_site_without_a_token_is_healthy_but_told(examine):
    assert not examine()["forge token"].ok
    assert examine(ASLO_FORGE_TOKEN="abc")["forge token"].ok


def test_no_finding_shows_a_secret(examine):
    found = examine(ASLO_WEBHOOK_SECRET="canary", ASLO_FORGE_TOKEN="canary")

    assert "canary" not in repr(found)


def test_a_clock_that_was_never_set_is_found(examine):
    assert not examine(now=datetime(1970, 1, 1, tzinfo=UTC))["clock"].ok


def test_a_program_that_is_not_there_says_which_package_brings_it():
    found = doctor.program("no-such-program", "does nothing", "no-such-package")

    assert not found.ok
    assert found.cure == "apt-get install no-such-package"


def test_packages_of_the_server_that_are_missing_are_named_with_the_way_to_get_them():
    found = doctor.packages(["flask", "no-such-package", "nor-this"])

    assert (found.ok, found.required) == (False, True)
    assert found.detail == "lacking no-such-package, nor-this"
    assert ".[server]" in found.cure


def test_the_packages_of_the_server_are_those_of_its_extra():
    found = doctor.packages()

    assert found.ok
    assert int(found.detail.partition(" ")[0]) > 15


def test_a_folder_that_will_be_made_is_judged_by_the_one_above(tmp_path):
    assert doctor.folder(tmp_path / "var" / "aslo").ok


def test_a_folder_that_is_a_file_is_found(tmp_path):
    (tmp_path / "var").write_text("")

    assert not doctor.folder(tmp_path / "var").ok


def test_what_is_missing_is_printed_with_its_cure():
    lines = []

    doctor.show(
        [
            Finding("git", ok=True, purpose="fetches", cure="install git", detail="/bin/git"),
            Finding("store", ok=False, purpose="keeps", cure="mend it", required=True),
            Finding("msgfmt", ok=False, purpose="compiles", cure="install gettext"),
        ],
        lines.append,
    )

    assert lines == [
        "ok       git (/bin/git): fetches",
        "MISSING  store: keeps",
        "         -> mend it",
        "absent   msgfmt: compiles",
        "         -> install gettext",
    ]


def test_a_worker_needs_no_webhook_secret_but_a_builder(examine):
    broken_builders = probes(docker=broken, plain=broken)

    assert doctor.healthy(examine(role="worker", ASLO_WEBHOOK_SECRET="").values())
    assert not doctor.healthy(examine(broken_builders, role="worker").values())


@pytest.mark.parametrize("role", ["web", "beat"])
def test_what_builds_nothing_needs_no_builder_but_the_record(examine, role):
    assert doctor.healthy(examine(probes(docker=broken, plain=broken), role=role).values())
    assert not doctor.healthy(examine(probes(store=down), role=role).values())


def test_the_web_is_not_healthy_without_its_secret(examine):
    assert not doctor.healthy(examine(role="web", ASLO_WEBHOOK_SECRET="").values())
    assert doctor.healthy(examine(role="beat", ASLO_WEBHOOK_SECRET="").values())
