"""What the demo cuts at a forge that may have been used before."""

import pytest

from aslo.demo.publishing import bring_out, name_of
from aslo.demo.samples import Sample, SampleRelease

FULL_NAME = "sugarlabs-demo/moon"


class RememberingForge:
    """A forge that keeps releases by tag and knows what was asked of it."""

    def __init__(self):
        self.tags = {}
        self.repositories = set()
        self.messages = []
        self.delivered_again = []
        self.let = []

    def let_in(self, full_name, login):
        self.let.append((full_name, login))

    def add_repository(self, full_name, description):
        self.repositories.add(full_name)

    def released(self, full_name):
        assert full_name in self.repositories
        return dict(self.tags)

    def commit(self, full_name, files, author, message):
        self.messages.append(message)

    def commit_of(self, full_name, tag):
        return f"commit of {tag}"

    def tag(self, full_name, name):
        return f"commit of {name}"

    def release(self, full_name, tag, **what):
        return self.tags.setdefault(tag, len(self.tags) + 1)

    def deliver_again(self, release_id):
        self.delivered_again.append(release_id)


@pytest.fixture
def sample():
    releases = tuple(
        SampleRelease(tag, "New.", prerelease=False, asset=False, files=dict)
        for tag in ("v1", "v2", "v3")
    )
    return Sample(*FULL_NAME.split("/"), "org.sugarlabs.demo.Moon", ("ana",), releases, dict)


@pytest.fixture
def forge():
    return RememberingForge()


def test_a_new_forge_gets_every_release(sample, forge):
    cuts = list(bring_out(sample, forge))

    assert [(cut.tag, cut.before) for cut in cuts] == [("v1", False), ("v2", False), ("v3", False)]
    assert "Begin" in forge.messages


def test_a_second_run_cuts_nothing_and_knows_what_is_there(sample, forge):
    first = list(bring_out(sample, forge))
    forge.messages.clear()

    second = list(bring_out(sample, forge))

    assert [cut.before for cut in second] == [True, True, True]
    assert [(c.tag, c.commit, c.release_id) for c in second] == [
        (c.tag, c.commit, c.release_id) for c in first
    ]
    assert forge.messages == []
    assert forge.delivered_again == [1, 2, 3]


def test_what_an_earlier_run_left_out_is_cut_now(sample, forge):
    forge.tags = {"v1": 1, "v3": 2}

    cuts = list(bring_out(sample, forge))

    assert [(cut.tag, cut.before) for cut in cuts] == [("v1", True), ("v2", False), ("v3", True)]
    assert forge.messages == ["Release v2"]
    assert name_of(sample) == FULL_NAME
