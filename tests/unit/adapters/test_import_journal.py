from dataclasses import replace

import pytest

from aslo.adapters.import_journal import LinesJournal, LinesSightings
from aslo.domain.backfilled import Looked
from aslo.domain.errors import FilesError
from aslo.domain.imported import ImportOutcome, ImportState, Stamp

ODD = "/bundles/Ecol\udcf3gica\n.xo"
STAMP = Stamp(ODD, 12, 1_700_000_000_123_456_789, 99)
IN = ImportOutcome(
    stamp=STAMP, state=ImportState.IMPORTED, bundle_id="org.a.B", version="1", content_digest="d"
)
OUT = ImportOutcome(
    stamp=replace(STAMP, path="/bundles/b.xo"),
    state=ImportState.REFUSED,
    code="bad-bundle",
    message="the bundle has 1 problem",
    hint="Cure it.",
    problems=("there is no name",),
)
ERA = {"era": "x"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "import.journal"


def test_what_was_noted_is_read_whatever_the_file_is_called(path):
    LinesJournal(path, ERA).note([IN])
    LinesJournal(path, ERA).note([OUT])

    assert LinesJournal(path, ERA).read() == {IN.stamp: IN, OUT.stamp: OUT}


def test_a_later_word_counts_more(path):
    journal = LinesJournal(path, ERA)
    journal.note([IN, replace(IN, version="2")])

    assert journal.read()[STAMP].version == "2"


def test_without_a_file_nothing_is_known(path):
    assert LinesJournal(path, ERA).read() == {}


def test_a_journal_of_another_record_is_void_and_begun_anew(path):
    LinesJournal(path, ERA).note([IN])
    other = LinesJournal(path, {"era": "y"})

    assert other.read() == {}
    other.note([OUT])

    assert other.read() == {OUT.stamp: OUT}
    assert LinesJournal(path, ERA).read() == {}


def test_a_line_that_was_cut_short_costs_only_itself(path):
    journal = LinesJournal(path, ERA)
    journal.note([IN])
    path.write_bytes(path.read_bytes()[:-20])
    journal.note([OUT])

    assert journal.read() == {OUT.stamp: OUT}


@pytest.mark.parametrize("line", ["[]", "{}", "null", '[["a",1,2,3],"lost",{}]', "[1,2,3]", "\x00"])
def test_a_line_that_means_nothing_is_passed_over(path, line):
    journal = LinesJournal(path, ERA)
    journal.note([IN])
    with path.open("a") as file:
        file.write(f"{line}\n")

    assert journal.read() == {IN.stamp: IN}


def test_bytes_that_are_no_text_void_it(path):
    path.write_bytes(b"\xff\xfe\n")

    assert LinesJournal(path, ERA).read() == {}


def test_a_journal_that_cannot_be_written_is_an_outage(path):
    path.mkdir()

    with pytest.raises(FilesError, match="cannot write"):
        LinesJournal(path, ERA).note([IN])


def test_a_tag_is_known_by_its_commit(path):
    tag = replace(IN, stamp=Stamp("/trees/paint@v1", commit="c" * 40))
    LinesJournal(path, ERA).note([tag])

    assert LinesJournal(path, ERA).read() == {tag.stamp: tag}
    assert replace(tag.stamp, commit="d" * 40) not in LinesJournal(path, ERA).read()


def test_what_was_seen_of_a_repository_is_read_and_a_later_look_counts_more(path):
    first = Looked("one", ((11, "v1"), (12, "v2")))
    second = Looked("two", (), "it has no release")
    LinesSightings(path, ERA).note(7, first)
    LinesSightings(path, ERA).note(8, first)
    LinesSightings(path, ERA).note(7, second)
    with path.open("a") as file:
        file.write('[9,"three",[["odd"]],""]\n')

    assert LinesSightings(path, ERA).read() == {7: second, 8: first}
    assert LinesSightings(path, {"era": "y"}).read() == {}
