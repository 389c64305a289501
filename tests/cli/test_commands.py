import subprocess
import sys

from aslo.cli import COMMANDS


def test_help_lists_every_command(aslo):
    done = aslo("--help")

    assert done.returncode == 0
    assert all(f"  {name}" in done.stdout for name in COMMANDS)


def test_serve_without_a_secret_does_not_start(aslo):
    done = aslo("serve")

    assert done.returncode == 2
    assert "ASLO_WEBHOOK_SECRET is not set" in done.stderr


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


def test_releasing_into_no_demo_is_told_so(aslo, tmp_path):
    done = aslo("demo", "release", "--dir", tmp_path)

    assert done.returncode == 2
    assert "no demo is running" in done.stderr


def test_building_needs_none_of_the_server_s_libraries():
    code = (
        "import sys; sys.modules.update(dict.fromkeys("
        "['flask', 'celery', 'httpx', 'structlog', 'PIL', 'babel', 'gunicorn']));"
        "import aslo.commands.build"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
