import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from aslo.cli import COMMANDS
from aslo.config import Config
from aslo.probing import probes
from fixtures.bundles import bundle


def test_help_lists_every_command(aslo):
    done = aslo("--help")

    assert done.returncode == 0
    assert all(f"  {name}" in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("group", [[], ["forge"], ["held"], ["demo"]])
def test_no_text_of_a_command_is_cut_in_a_list(aslo, group):
    listed = aslo(*group, "--help").stdout.partition("Commands:")[2]

    assert listed
    assert "..." not in listed


@pytest.mark.parametrize("command", [["held"], ["assign", "org.a.B", "a/b"], ["reconcile"]])
def test_no_command_makes_a_record_where_none_is(aslo, tmp_path, command):
    done = aslo(*command, ASLO_HOME=str(tmp_path / "nowhere"))

    assert done.returncode == 2
    assert "there is no record at" in done.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_command_does_not_say_that_it_will_try_again(aslo, tmp_path):
    (tmp_path / "aslo.db").write_text("no database, but long enough to be looked at" * 9)

    done = aslo("held", ASLO_STORE=f"sqlite:{tmp_path / 'aslo.db'}")

    assert done.returncode == 2
    assert done.stderr.endswith("Then run it again.\n")


@pytest.mark.case("D04", "T03")
def test_serve_without_a_secret_does_not_start(aslo):
    done = aslo("serve")

    assert done.returncode == 2
    assert "ASLO_WEBHOOK_SECRET is not set" in done.stderr


@pytest.mark.case("D04", "T03")
def test_a_blank_secret_is_no_secret(aslo):
    assert aslo("serve", ASLO_WEBHOOK_SECRET="  ").returncode == 2


def test_every_wrong_setting_is_named_at_once_without_a_traceback(aslo):
    done = aslo("worker", ASLO_BUILDER="magic", ASLO_STOER="x", ASLO_ATTEMPTS="0")

    assert done.returncode == 2
    for name in ("ASLO_BUILDER", "ASLO_STOER", "ASLO_ATTEMPTS"):
        assert name in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_names_what_is_missing_and_the_cure(aslo):
    done = aslo("doctor")

    assert done.returncode == 1
    assert "webhook secret" in done.stdout
    assert "ASLO_WEBHOOK_SECRET" in done.stdout


def test_doctor_is_content_with_a_secret(aslo):
    assert aslo("doctor", ASLO_WEBHOOK_SECRET="s", ASLO_BUILDER="plain").returncode == 0


def test_doctor_leaves_no_traces(aslo, tmp_path):
    aslo("doctor", ASLO_WEBHOOK_SECRET="s")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_doctor_asks_of_the_web_s_files_only_that_they_can_be_read():
    # As in Compose, where the web has its files mounted to be read.
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        config = Config.from_environ({"ASLO_FILES": f"file:{folder}"})
        found = {}
        for role in ("web", "worker"):
            child = os.fork()
            if child == 0:
                os.setuid(65534)
                os._exit(1 if probes(config, role).files() else 0)
            found[role] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert found == {"web": 0, "worker": 1}


@pytest.mark.parametrize("command", [("backup", "kept"), ("transfer", "sqlite:other.db")])
def test_a_record_that_is_not_there_is_not_made_to_be_copied(aslo, tmp_path, command):
    done = aslo(*command)
    assert done.returncode == 2
    assert f"there is no record at {tmp_path}/var/aslo.db; set ASLO_HOME" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "var" / "aslo.db").exists()
    assert not list((tmp_path / "kept").glob("snapshots/*"))


@pytest.mark.parametrize("given", [(), ("sqlite:other.db", "--url-file", "url")])
def test_transfer_wants_one_url(aslo, tmp_path, given):
    (tmp_path / "url").write_text("sqlite:other.db\n")
    done = aslo("transfer", *given)
    assert done.returncode == 2
    assert "give the URL, or --url-file" in done.stderr


def test_transfer_reads_its_url_from_a_file(aslo, tmp_path):
    aslo("migrate")
    (tmp_path / "url").write_text("sqlite:other.db\n")
    done = aslo("transfer", "--url-file", "url")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "other.db").exists()


def test_releasing_into_no_demo_is_told_so(aslo, tmp_path):
    done = aslo("demo", "release", "--dir", tmp_path)

    assert done.returncode == 2
    assert "no demo is running" in done.stderr


SERVER_PARTS = ["babel", "celery", "flask", "gunicorn", "httpx", "jinja2", "jwt", "obstore"]
SERVER_PARTS += ["PIL", "prometheus_client", "pymongo", "sentry_sdk", "structlog"]


def without_the_server(code, folder, *arguments):
    """Run Python as where only the base is installed."""
    absent = f"import sys; sys.modules.update(dict.fromkeys({SERVER_PARTS!r}));"
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ASLO_")}
    return subprocess.run(
        [sys.executable, "-c", absent + code, *arguments],
        cwd=folder,
        env=kept | {"ASLO_WEBHOOK_SECRET": "s" * 16, "ASLO_BROKER": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_building_needs_none_of_the_server_s_libraries(tmp_path):
    done = without_the_server("import aslo.commands.build", tmp_path)

    assert done.returncode == 0, done.stderr


RUN = "from aslo.cli import main; main()"


@pytest.mark.parametrize(
    "command",
    [
        ["beat"],
        ["demo", "--once"],
        ["demo", "--help"],
        ["forge", "check"],
        ["import", "."],
        ["import", ".", "--dry-run"],
        ["nginx"],
        ["serve"],
        ["transfer", "mongodb://127.0.0.1:1/aslo"],
        ["web"],
        ["worker"],
    ],
    ids=" ".join,
)
def test_what_needs_the_server_says_so_in_one_line(tmp_path, command):
    (tmp_path / "paint.xo").write_bytes(bundle())

    done = without_the_server(RUN, tmp_path, *command)

    told, _, part = done.stderr.partition(" needs ")
    part, _, cure = part.partition(": ")
    assert told == f"Error: `aslo {command[0]}`"
    assert part in SERVER_PARTS
    assert cure == "install the server's parts with pip install '.[server]' in the source\n"
    assert done.returncode == 2


def test_help_lists_every_command_without_the_server_too(tmp_path):
    done = without_the_server(RUN, tmp_path, "--help")

    assert done.returncode == 0, done.stderr
    assert all(f"  {name}" in done.stdout for name in COMMANDS)


def test_a_module_of_ours_that_is_missing_is_no_part_of_the_server(tmp_path):
    code = "sys.modules['aslo.services.forge_health'] = None;" + RUN

    done = without_the_server(code, tmp_path, "forge", "check")

    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr
