import os
import subprocess
import sys
import threading
import time

import pytest

from aslo.supervisor import FIRST_PAUSE_SECONDS, STEADY_SECONDS, Child, Supervisor

RUNS = """
import os, pathlib, signal, sys, time
pathlib.Path(sys.argv[1]).open("a").write(f"{os.getpid()}\\n")
time.sleep(60)
"""
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + RUNS


def pids(file):
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(met, seconds=20):
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "it never was"
        time.sleep(0.05)


@pytest.fixture
def supervise(tmp_path):
    """Supervise programs that write their process ids to a file, until the test ends."""
    started = []

    def call(*programs):
        children = [
            Child(str(n), [sys.executable, "-c", code, str(tmp_path / str(n))], os.environ)
            for n, code in enumerate(programs)
        ]
        supervisor = Supervisor(children)
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        started.append((supervisor, thread))
        return supervisor, thread

    yield call
    for supervisor, thread in started:
        supervisor.stop()
        thread.join()


def test_a_program_that_dies_is_started_again_and_its_sibling_stays(supervise, tmp_path):
    supervise(RUNS, RUNS)
    first, second = tmp_path / "0", tmp_path / "1"
    until(lambda: pids(first) and pids(second))

    os.kill(pids(first)[0], 9)

    until(lambda: len(pids(first)) == 2)
    assert len(pids(second)) == 1


def test_stopping_ends_every_program(supervise, tmp_path):
    supervisor, thread = supervise(RUNS, RUNS)
    until(lambda: pids(tmp_path / "0") and pids(tmp_path / "1"))

    supervisor.stop()
    thread.join()

    assert not any(alive(pid) for name in "01" for pid in pids(tmp_path / name))


def test_no_program_outlives_a_supervisor_that_is_killed(tmp_path):
    code = f"""
import os, sys
from aslo.supervisor import Child, Supervisor
program = [sys.executable, "-c", {RUNS!r}, {str(tmp_path / "0")!r}]
Supervisor([Child("0", program, os.environ)]).run()
"""
    with subprocess.Popen([sys.executable, "-c", code]) as supervising:
        until(lambda: pids(tmp_path / "0"))
        supervising.kill()

    until(lambda: not alive(pids(tmp_path / "0")[0]))


def test_a_program_that_will_not_end_is_killed(supervise, tmp_path, monkeypatch):
    monkeypatch.setattr("aslo.supervisor.GRACE_SECONDS", 1)
    supervisor, thread = supervise(STUBBORN)
    until(lambda: pids(tmp_path / "0"))

    supervisor.stop()
    thread.join()

    assert not alive(pids(tmp_path / "0")[0])


def test_a_program_that_dies_at_once_is_not_started_in_a_hurry(supervise, tmp_path):
    supervise(RUNS.replace("time.sleep(60)", ""))

    time.sleep(4)

    assert 1 <= len(pids(tmp_path / "0")) <= 3


def test_the_pause_begins_short_doubles_and_is_short_again_after_a_steady_run():
    child = Child("short", [sys.executable, "-c", ""], os.environ)
    pauses, now = [], 0.0

    for lived in (0, 0, 0, STEADY_SECONDS + 1, 0):
        child.look(now)
        child.process.wait()
        now += lived
        child.look(now)
        pauses.append(child.due_at - now)
        now = child.due_at

    assert pauses == [FIRST_PAUSE_SECONDS * n for n in (1, 2, 4, 1, 2)]
