"""Pages in a text browser: everything is there, in the order in which it is read."""

import subprocess

import pytest

from fixtures.public_pages import path

pytestmark = pytest.mark.needs("w3m")


def read(address: str) -> str:
    """A page as w3m shows it, in columns wide enough to break no name."""
    command = ["w3m", "-dump", "-cols", "200", "-o", "display_link_number=0", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def in_order(text: str, *parts: str) -> bool:
    """Whether the parts stand in the text one after the other."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def test_the_first_page_reads_as_a_list_of_names_and_downloads(full_site):
    text = read(full_site + path("index-by-name"))

    assert in_order(text, "Abacus", "Download", "Averylongname", "Download", "Chess", "Download")
    assert text.count("Download") >= 24


def test_a_search_reads_as_what_was_found(full_site):
    text = read(full_site + path("search"))

    assert in_order(text, "turtle", "Turtle Blocks", "Download")
    assert in_order(text, "turtle", "Typing Turtle", "Download")


def test_an_activity_reads_from_its_name_to_its_older_releases(full_site):
    text = read(full_site + path("detail"))

    assert in_order(
        text,
        *("Volcano", "12", "Wake a mountain", "Download", "GPLv3+", "Every mountain has a story"),
        *("The moon now turns", "11.2", "Download"),
    )


def test_a_build_reads_as_steps_and_the_lines_of_its_log_in_order(full_site):
    text = read(full_site + path("build-failed"))

    assert in_order(
        text, "begins with a zero", "Write activity_version = 5.", "checked file 0 of 90"
    )
    assert in_order(text, *(f"checked file {number} of 90" for number in range(90)))
    assert in_order(text, "checked file 89 of 90", "building with the plain builder", "2 problems")


def test_the_releases_begin_with_which_version_runs_on_which_sugar(full_site):
    text = read(full_site + path("releases"))

    assert in_order(
        text, "Which version runs on which Sugar", "Sugar", "Version", "Download", "Details"
    )


def test_a_group_reads_as_rows_of_names_versions_and_ids(full_site):
    text = read(full_site + path("group"))

    assert in_order(
        text, "Updates for Sugar", "Sugar 0.116", "Volcano", "12", "org.sugarlabs.Volcano"
    )
