"""The queue of views: written soon, bounded, patient with a database that does not answer."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from threading import Event

import pytest
from sqlalchemy.exc import IntegrityError

from api import counting
from api.counting import BATCH, Writer
from ledger.errors import StoreUnavailable
from ledger.vocabulary import Seconds, Verdict, unit
from records.engine import open_engine, reading
from records.migrations import upgrade
from records.scans import View, seen
from records.scans.log import length

UNIT = unit("09521234000013", "QUEUED").id


@pytest.fixture
def records(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/records.db")
    upgrade(engine)
    yield engine
    engine.dispose()


def view(n: int) -> View:
    name = sha256(str(n).encode()).digest()
    return View(UNIT, Seconds(1_800_000_000 + n), Verdict.REGISTERED, name, (name,))


def stored(records) -> int:
    with reading(records) as connection:
        return length(connection)


def wait_for(condition) -> None:
    pause = Event()
    for _ in range(3000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never came to pass")


def test_views_are_written_soon_without_being_asked_again_and_again(records):
    writer = Writer(records)
    for n in range(3):  # one after the other: the thread sleeps in between
        writer.put(view(n))
        wait_for(lambda n=n: stored(records) == n + 1)
    wait_for(lambda: writer.counts() == counting.Counts(0, 3, 0))
    assert writer.flush()


def test_many_views_are_written_in_batches_and_none_is_lost(records):
    writer = Writer(records)
    for n in range(3 * BATCH + 7):
        writer.put(view(n))
    assert writer.flush()
    assert stored(records) == 3 * BATCH + 7
    assert writer.counts() == counting.Counts(0, 3 * BATCH + 7, 0)
    writer.put(view(-1))  # it goes on after a flush
    assert writer.flush()
    assert stored(records) == 3 * BATCH + 8


def test_repeats_are_written_once_and_counted_as_stored_once(records):
    writer = Writer(records)
    for _ in range(5):
        writer.put(view(1))
    assert writer.flush()
    assert writer.counts() == counting.Counts(0, 1, 0)
    with reading(records) as connection:
        assert seen(connection, UNIT).count == 1


@pytest.fixture
def stuck(monkeypatch):
    """A database that does not answer until it is let go; then it is real again."""
    go, real, errors = Event(), counting.writing, []

    @contextmanager
    def writing(engine):
        if not go.is_set():
            errors.append(1)
            raise StoreUnavailable("no answer")
        with real(engine) as connection:
            yield connection

    monkeypatch.setattr(counting, "writing", writing)
    monkeypatch.setattr(counting, "RETRY", timedelta(milliseconds=10))
    return go, errors


def test_views_wait_for_a_database_that_does_not_answer(records, stuck):
    go, errors = stuck
    writer = Writer(records)
    for n in range(5):
        writer.put(view(n))
    wait_for(lambda: len(errors) > 2)
    assert not writer.flush(timedelta(milliseconds=50))
    assert writer.counts() == counting.Counts(5, 0, 0)
    go.set()
    assert writer.flush()
    assert stored(records) == 5


def test_the_oldest_are_shed_when_the_queue_is_full_and_told(records, stuck):
    go, errors = stuck
    writer = Writer(records, size=4)
    for n in range(10):
        writer.put(view(n))
    wait_for(lambda: errors)
    go.set()
    assert writer.flush()
    told = writer.counts()
    assert told.stored + told.shed == 10
    assert 0 < told.stored <= 5  # a batch may have been on its way
    with reading(records) as connection:
        assert seen(connection, UNIT).first_time > 1_800_000_000


def test_a_batch_that_cannot_be_stored_holds_up_no_other(records, monkeypatch):
    real, refused = counting.add_views, []

    def add_views(connection, views):
        if not refused:
            refused.append(1)
            raise IntegrityError("no", None, ValueError())
        return real(connection, views)

    monkeypatch.setattr(counting, "add_views", add_views)
    writer = Writer(records)
    writer.put(view(1))
    assert writer.flush()
    writer.put(view(2))
    assert writer.flush()
    assert writer.counts() == counting.Counts(0, 1, 1)
