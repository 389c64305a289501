"""How the programs of a site are started."""

from aslo.whole_site import web_environ


def test_the_web_has_few_heaps():
    assert web_environ({"HOME": "/srv"}) == {"HOME": "/srv", "MALLOC_ARENA_MAX": "2"}


def test_an_operator_may_want_more_heaps():
    assert web_environ({"MALLOC_ARENA_MAX": "8"}) == {"MALLOC_ARENA_MAX": "8"}
