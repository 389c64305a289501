"""Downloads added up in memory, and handed to a record that may be away."""

import threading
from datetime import date, timedelta

import pytest

from aslo import counter
from aslo.counter import Counter
from aslo.domain.counts import DayCount, Dimension, Download
from aslo.domain.errors import StoreError
from fakes.clock import START, FakeClock
from fakes.store import MemoryStore
from fixtures.live import eventually

MOON = "org.sugarlabs.Moon"
ALL = (date.min, date.max)
TODAY = START.date()


def a_download(version="1", day=TODAY):
    return Download(MOON, version, day, sugar="0.120", language="es", toolkit="gtk3")


class Record(MemoryStore):
    """May be away."""

    def __init__(self):
        super().__init__()
        self.away = False
        self.calls = 0

    def count(self, counts):
        self.calls += 1
        if self.away:
            raise StoreError("away")
        super().count(counts)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def record():
    return Record()


@pytest.fixture
def made(record, clock):
    return Counter(record.count, clock)


def total(record):
    return {key: each.total for key, each in record.downloads(TODAY).items()}


def test_downloads_are_added_up_and_written_at_once(made, record):
    for _ in range(3):
        made.add(a_download())
    made.add(a_download("2"))
    assert record.calls == 0

    assert made.write()

    assert record.calls == 1
    assert set(record.downloads_by_day(*ALL)) == {
        DayCount(MOON, "1", TODAY, 3),
        DayCount(MOON, "2", TODAY, 1),
    }
    shares = {(each.dimension, each.value): each.count for each in record.shares_by_day(*ALL)}
    assert shares == {
        (Dimension.SUGAR, "0.120"): 4,
        (Dimension.LANGUAGE, "es"): 4,
        (Dimension.TOOLKIT, "gtk3"): 4,
    }


def test_what_was_written_is_not_written_again(made, record):
    made.add(a_download())
    made.write()

    assert not made.write()

    assert record.calls == 1


def test_a_record_that_is_away_gets_it_when_it_is_back(made, record):
    record.away = True
    made.add(a_download())
    for _ in range(3):
        with pytest.raises(StoreError):
            made.write()
    made.add(a_download())
    record.away = False

    made.write()

    assert total(record) == {MOON: 2}


def slow(made, record):
    """Have the record take its time: an event when it is at it, and one that lets it go on."""
    at_it, go_on = threading.Event(), threading.Event()
    really_count = record.count

    def slowly(counts):
        at_it.set()
        go_on.wait(5)
        really_count(counts)

    made._count = slowly
    return at_it, go_on


def test_what_comes_while_it_is_written_is_neither_lost_nor_waits(made, record):
    at_it, go_on = slow(made, record)
    made.add(a_download())
    writer = threading.Thread(target=made.write)
    writer.start()
    at_it.wait(5)

    made.add(a_download())
    go_on.set()
    writer.join()
    made.write()

    assert total(record) == {MOON: 2}


def test_whoever_ends_the_process_waits_for_what_is_being_written(made, record):
    at_it, go_on = slow(made, record)
    made.add(a_download())
    threading.Thread(target=made.write).start()
    at_it.wait(5)
    threading.Timer(0.05, go_on.set).start()

    made.write()

    assert total(record) == {MOON: 1}


def test_a_record_that_is_away_for_long_does_not_fill_the_memory(made, record, monkeypatch):
    monkeypatch.setattr(counter, "MOST_SUMS", 10)
    record.away = True
    for number in range(100):
        made.add(a_download(str(number)))
        with pytest.raises(StoreError):
            made.write()
    made.add(a_download("0"))
    record.away = False

    made.write()

    counted = record.downloads_by_day(*ALL)
    assert len(counted) + len(record.shares_by_day(*ALL)) == 10
    assert DayCount(MOON, "0", TODAY, 2) in counted


def test_what_no_catalog_would_read_again_is_let_go_with_a_word(made, record, clock, caplog):
    record.away = True
    made.add(a_download("old"))
    clock.now += timedelta(days=1)
    made.add(a_download("young", clock().date()))
    clock.now += timedelta(days=7)
    with pytest.raises(StoreError):
        made.write()
    record.away = False

    made.write()

    assert [each.version for each in record.downloads_by_day(*ALL)] == ["young"]
    assert "could not be written in time" in caplog.text


def test_a_thread_writes_by_itself_and_outlives_trouble(made, record, monkeypatch):
    monkeypatch.setattr(counter, "WRITE_SECONDS", 0.01)
    monkeypatch.setattr(counter.atexit, "register", lambda *_: None)
    record.away = True
    made.add(a_download())
    made.start()
    eventually(lambda: record.calls > 1)
    record.away = False

    eventually(lambda: total(record) == {MOON: 1})


def test_threads_that_count_at_once_lose_nothing(made, record):
    def count():
        for _ in range(500):
            made.add(a_download())

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        made.write()
    made.write()

    assert total(record) == {MOON: 4_000}
