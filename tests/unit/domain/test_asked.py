import pytest

from aslo.domain.asked import repository_meant


@pytest.mark.parametrize(
    "text",
    [
        "sugarlabs/moon",
        " sugarlabs/moon ",
        "sugarlabs/moon/",
        "https://github.com/sugarlabs/moon",
        "https://github.com/sugarlabs/moon.git",
        "https://github.com/sugarlabs/moon/releases/tag/v12",
        "https://github.com/sugarlabs/moon?tab=readme#top",
        "github.com/sugarlabs/moon",
        "http://127.0.0.1:8000/sugarlabs/moon",
        "git@github.com:sugarlabs/moon.git",
        "ssh://git@github.com/sugarlabs/moon.git",
        "git+https://github.com/sugarlabs/moon",
    ],
)
def test_a_repository_is_found_in_what_people_write(text):
    assert repository_meant(text) == "sugarlabs/moon"


@pytest.mark.parametrize("name", ["a/.github", "a/b.c-d_e", "a_b-c/d"])
def test_odd_names_are_taken_as_they_are(name):
    assert repository_meant(name) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "moon",
        "org.sugarlabs.Moon",
        "a/..",
        "a/.",
        "/",
        "a b/c",
        "é/x",
        "https://github.com/",
        "x" * 900,
    ],
)
def test_what_names_no_repository_is_none(text):
    assert repository_meant(text) is None
