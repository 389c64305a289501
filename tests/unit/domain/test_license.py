import pytest

from aslo.domain.license import spdx


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GPLv3+", "GPL-3.0-or-later"),
        ("gplv2+", "GPL-2.0-or-later"),
        ("GPL-3.0-or-later", "GPL-3.0-or-later"),
        ("MIT", "MIT"),
        ("Apache-2.0", "Apache-2.0"),
        ("GPLv2+;LGPLv2+", "GPL-2.0-or-later AND LGPL-2.0-or-later"),
        ("GPLv2+; MIT;", "GPL-2.0-or-later AND MIT"),
        ("GPLv3+ and MIT", "GPL-3.0-or-later AND MIT"),
        ("GPLv3+, CC-BY-SA-4.0", "GPL-3.0-or-later AND CC-BY-SA-4.0"),
        ("(GPLv3+)", "GPL-3.0-or-later"),
        ("MIT;MIT", "MIT"),
    ],
)
def test_a_certain_licence_is_mapped(text, expected):
    assert spdx(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "GPL",
        "GPL3",
        "GPLv3",
        "BSD",
        "Public Domain",
        "GPLv3+;Custom",
        "GPLv3+ (code)",
        "MIT or GPLv3+",
        "MIT;" * 100,
    ],
)
def test_what_is_not_certain_is_left_to_the_author_s_words(text):
    assert spdx(text) is None
