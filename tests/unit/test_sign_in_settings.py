"""The settings of signing in, which go together."""

import pytest

from aslo.config import Config, ConfigError

GIVEN = {
    "ASLO_GITHUB_CLIENT_ID": "Iv23abc",
    "ASLO_GITHUB_CLIENT_SECRET": "c" * 40,
    "ASLO_SESSION_SECRET": "s" * 32,
}


def test_all_of_them_together_are_fine():
    read = Config.from_environ({**GIVEN, "ASLO_ADMINS": "Ana, ben-2"})

    assert read.admins == ("ana", "ben-2")
    assert "ccc" not in repr(read)
    assert "sss" not in repr(read)


@pytest.mark.parametrize("missing", sorted(GIVEN))
def test_one_without_the_others_is_refused(missing):
    rest = {name: value for name, value in GIVEN.items() if name != missing}

    with pytest.raises(ConfigError, match="set all of them, or none"):
        Config.from_environ(rest)


@pytest.mark.parametrize(
    ("name", "value", "cure"),
    [
        ("ASLO_SESSION_SECRET", "s" * 31, "32 characters"),
        ("ASLO_ADMINS", "ana ben", "commas between"),
        ("ASLO_ADMINS", "ana,", "commas between"),
        ("ASLO_ADMINS", "../x", "commas between"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_cure(name, value, cure):
    with pytest.raises(ConfigError, match=cure):
        Config.from_environ({**GIVEN, name: value})
