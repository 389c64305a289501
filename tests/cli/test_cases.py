"""The page about security says which test proves what, and cannot be wrong about it."""

import cases
import pytest

PAGE = cases.PAGE.read_text()
FOUND = cases.proofs()


def test_the_page_tells_which_tests_prove_its_cases():
    assert cases.written(PAGE, FOUND) == PAGE, "run `make cases`"


def test_every_case_that_a_test_names_is_on_the_page():
    assert {proof.case for proof in FOUND} <= set(cases.cases(PAGE))


def test_every_defect_of_the_first_version_has_a_test():
    assert [case for case in cases.unproved(PAGE, FOUND) if case.startswith("D")] == []


def test_no_case_is_left_out_or_told_twice():
    expected = [f"D{n:02}" for n in range(1, 54)] + [f"T{n:02}" for n in range(1, 43)]
    expected += [f"A{n:02}" for n in range(1, 9)]

    assert cases.cases(PAGE) == expected


def test_a_mark_is_found_wherever_it_stands(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "@pytest.mark.case('D01', 'T02')\n"
        "@pytest.mark.parametrize('x', [1])\n"
        "def test_it_is_so(x): ...\n"
        "@pytest.mark.needs('docker')\n"
        "def test_it_is_not(): ...\n"
    )

    assert [(proof.case, proof.link) for proof in cases.proofs(tmp_path)] == [
        ("D01", "[it is so](../test_it.py)"),
        ("T02", "[it is so](../test_it.py)"),
    ]


@pytest.mark.parametrize("before", ["", "[an old one](../x.py)", cases.MISSING])
def test_only_the_last_column_is_written(before):
    page = f"| T09 | kept |\n<!-- cases -->\n| T09 | kept | {before} |\n<!-- /cases -->\n"
    proof = cases.Proof("T09", "tests/test_x.py", "test_it_holds")

    assert cases.written(page, [proof]) == (
        "| T09 | kept |\n<!-- cases -->\n"
        "| T09 | kept | [it holds](../tests/test_x.py) |\n<!-- /cases -->\n"
    )
    assert cases.MISSING in cases.written(page, [])
