"""The example of each page about a problem is true: only the wrong excerpt has that problem."""

import pytest

from aslo import problem_pages
from fixtures.problem_examples import Example

NOT_DONE = {
    "bad-info": "no file is known that has this problem and none of the finer ones",
    "zip64": "needs Info-ZIP, which Python's zipfile does not stand in for",
    "multi-disk": "needs Info-ZIP, which Python's zipfile does not stand in for",
    "encrypted": "needs Info-ZIP, which Python's zipfile does not stand in for",
    "bundle-too-large": "needs a bundle of 100 MB",
    "unpacked-too-large": "needs files of 250 MB",
    "tree-too-large": "needs files that fill the room of a build",
    "build-time": "needs a sandbox and its limit",
    "build-memory": "needs a sandbox and its limit",
    "build-disk": "needs a sandbox and its limit",
    "build-log": "needs a sandbox and its limit",
    "build-output": "needs a sandbox and its limit",
    "build-killed": "needs a sandbox and its limit",
    "bad-bundle-name": "is told by the worker of what a sandbox answers",
    "bundle-changed": "is told by the worker of what a sandbox answers",
    "tag-not-found": "is about what the forge has",
    "bad-source": "is about what the forge has",
    "bad-asset": "is about what the forge has",
    "version-taken": "is about what the store has",
    "bundle-id-taken": "is about what the store has",
    "bundle-id-unassigned": "is about what the store has",
    "look-alike": "is about what the store has",
}
"""Examples that no excerpt of a file can show, and why; other tests make these problems."""

DONE = [code for code in problem_pages.codes() if code not in NOT_DONE]


@pytest.mark.parametrize("code", DONE)
def test_the_wrong_example_has_the_problem_and_the_right_one_has_not(code, tmp_path):
    example = Example.of(code)
    for name in ("wrong", "right"):
        (tmp_path / name).mkdir()

    assert code in example.found(example.wrong, tmp_path / "wrong")
    assert code not in example.found(example.right, tmp_path / "right")


def test_each_example_that_is_not_done_is_of_a_page_that_is_there():
    assert set(NOT_DONE) <= set(problem_pages.codes())
