import pytest

from aslo.domain.declared import declared_name, declared_repository
from fakes.values import a_repository


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/sugarlabs/Moon",
        "http://github.com/sugarlabs/Moon/",
        "https://www.github.com/sugarlabs/Moon.git",
        "git://github.com/sugarlabs/Moon.git",
        "git@github.com:sugarlabs/Moon.git",
        "ssh://git@github.com/sugarlabs/Moon",
        " HTTPS://GitHub.com/sugarlabs/Moon ",
        "github.com/sugarlabs/Moon",
    ],
)
def test_the_address_of_a_repository_at_github_gives_its_name(address):
    assert declared_name(address) == "sugarlabs/Moon"


@pytest.mark.parametrize(
    "address",
    [
        "",
        None,
        "https://git.sugarlabs.org/moon",
        "https://github.com/sugarlabs",
        "https://github.com/sugarlabs/Moon/tree/master",
        "https://github.com.evil.example/sugarlabs/Moon",
        "https://evil.example/github.com/sugarlabs/Moon",
        "https://github.com@evil.example/a/b",
        "https://github.com/sugarlabs/Moon\nhttps://github.com/evil/moon",
        "https://github.com/-evil/moon",
        "https://github.com/sugarlabs/M\u0443n",
    ],
)
def test_anything_else_declares_nothing(address):
    assert declared_name(address) == ""


def test_the_first_address_that_names_a_repository_counts():
    found = declared_name("https://git.sugarlabs.org/moon", "https://github.com/quozl/moon")

    assert found == "quozl/moon"


def test_a_declared_repository_is_known_by_its_name_in_any_case():
    declared = declared_repository("SugarLabs/moon")

    assert declared.html_url == "https://github.com/SugarLabs/moon"
    assert declared.is_same(a_repository(7, full_name="sugarlabs/Moon"))
    assert not declared.is_same(a_repository(7, full_name="evil/moon"))


def test_a_repository_that_nobody_declared_is_nobodys():
    nobody = declared_repository("")

    assert (nobody.html_url, nobody.clone_url) == ("", "")
    assert not nobody.is_same(a_repository(7))
    assert not nobody.is_same(nobody)


def test_a_repository_of_the_forge_is_known_by_its_number_and_not_its_name():
    mine = a_repository(7, full_name="sugarlabs/moon")

    assert mine.is_same(a_repository(7, full_name="renamed/moon"))
    assert not mine.is_same(a_repository(8, full_name="sugarlabs/moon"))


@pytest.mark.parametrize("name", ["moon", "a/b/c", "a/b c", "-a/b", "a/", "/b", "a/b\n"])
def test_a_name_that_no_repository_can_have_is_refused(name):
    with pytest.raises(ValueError, match="OWNER/NAME"):
        declared_repository(name)
