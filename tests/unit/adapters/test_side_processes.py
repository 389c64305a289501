import os
import subprocess
import sys
import time
from operator import neg

import pytest

from aslo.adapters.side_processes import call_elsewhere
from aslo.domain.errors import OutageError

PARENT = """
import time
from aslo.adapters.side_processes import call_elsewhere
import os
if __name__ == "__main__":
    results = call_elsewhere(os.getpgid, [0] * 9, 1)
    next(results)
    import multiprocessing
    print(multiprocessing.active_children()[0].pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("processes", [1, 3])
@pytest.mark.parametrize("count", [0, 1, 50])
def test_results_come_in_order_however_many_processes(processes, count):
    assert list(call_elsewhere(neg, range(count), processes)) == [-n for n in range(count)]


def test_the_work_is_done_in_another_process():
    found = list(call_elsewhere(os.path.realpath, ["/proc/self"], 1))

    assert found != [f"/proc/{os.getpid()}"]


def test_a_process_that_dies_is_an_outage_and_names_what_it_worked_on():
    with pytest.raises(OutageError, match="died over 3"):
        list(call_elsewhere(os._exit, [3], 1))


def test_a_process_ends_with_the_iterator():
    results = call_elsewhere(os.path.realpath, ["/proc/self"] * 9, 1)
    child = next(results)
    assert os.path.exists(child)  # noqa: PTH110  # a text is what came

    results.close()

    assert not os.path.exists(child)  # noqa: PTH110  # as above


def test_a_process_ends_when_its_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while is_running(child) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert not is_running(child)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123  # a line, at once
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
