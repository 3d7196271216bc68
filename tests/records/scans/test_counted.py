"""A device counts once for each code, whoever writes and in whatever order."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ledger.vocabulary import Verdict
from records.engine import open_engine, reading, writing
from records.migrations import upgrade
from records.scans import add_staff, add_views, history, seen
from records.scans.counted import NEVER
from records.scans.log import length
from records.scans.verifying import verify
from records.schema.scans import scan_details
from tests.records.scans.views import DAY, NOW, OTHER, PARIS, UNIT, view


def test_a_device_is_counted_once_for_each_code(engine):
    with writing(engine) as connection:
        assert add_views(connection, [view("a", place=PARIS), view("a"), view("b")]) == [1, 2]
        assert add_views(connection, [view("b"), view("a", OTHER)]) == [3]
        assert seen(connection, UNIT).count == 2
        assert seen(connection, OTHER).count == 1


def test_a_page_learns_of_earlier_views_by_others(engine):
    with writing(engine) as connection:
        assert seen(connection, UNIT) == NEVER
        add_views(connection, [view("a", place=PARIS), view("b", time=NOW + DAY)])
        found = seen(connection, UNIT, view("a").visitors)
        assert (found.count, found.first_time, found.first_place) == (2, NOW, "FR")
        assert found.by_this_device
        assert found.by_others == 1
        assert seen(connection, UNIT, view("c").visitors).by_others == 2


def test_a_name_that_the_device_had_before_is_the_same_device(engine):
    with writing(engine) as connection:
        add_views(connection, [view("without cookie")])
        assert add_views(connection, [view("cookie", also=["without cookie"])]) == []
        assert seen(connection, UNIT, view("cookie", also=["without cookie"]).visitors).count == 1


def test_staff_is_kept_with_place_and_key_and_counts_as_no_view(engine):
    with writing(engine) as connection:
        seq = add_staff(connection, UNIT, "till", org=2, site="9506000122229", key_id="k" * 12,
                        verdict=Verdict.SOLD, now=NOW)  # fmt: skip
        assert seen(connection, UNIT).count == 0
        assert seen(connection, UNIT).first_time is None
        add_views(connection, [view("a", time=NOW + 5, place=PARIS)])
        assert seen(connection, UNIT).first_time == NOW + 5
        assert seen(connection, UNIT).first_place == "FR"
        (read, looked) = history(connection, UNIT)
    assert read.seq == seq
    assert (read.details.org, read.details.site, read.details.kind) == (2, "9506000122229", "till")
    assert read.details.device is None
    assert looked.details.site is None


def _read_and_fail(engine) -> None:
    with writing(engine) as connection:
        add_staff(connection, UNIT, "till", org=2, site="", key_id="k", verdict=Verdict.SOLD,
                  now=NOW)  # fmt: skip
        raise ZeroDivisionError


def test_staff_is_rolled_back_with_what_it_belongs_to(engine):
    with pytest.raises(ZeroDivisionError):
        _read_and_fail(engine)
    with reading(engine) as connection:
        assert length(connection) == 0
        assert verify(connection).faults == ()


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([UNIT, OTHER])), max_size=30),
       st.integers(1, 7))  # fmt: skip
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_batches_count_as_one_by_one(tmp_path_factory, looks, size):
    engine = _fresh(tmp_path_factory)
    for start in range(0, len(looks), size):
        with writing(engine) as connection:
            add_views(connection, [view(*each) for each in looks[start : start + size]])
    with reading(engine) as connection:
        for subject in (UNIT, OTHER):
            devices = {who for who, looked in looks if looked == subject}
            assert seen(connection, subject).count == len(devices)
        assert length(connection) == len(set(looks))
        assert verify(connection).faults == ()
    engine.dispose()


def _fresh(tmp_path_factory):
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('log')}/records.db")
    upgrade(engine)
    return engine


def _write(url: str, who: int) -> None:
    engine = open_engine(url)
    for number in range(12):
        with writing(engine) as connection:
            add_views(connection, [view(f"{who} {number}"), view(f"all {number}")])
    engine.dispose()


def test_processes_append_to_one_chain(engine, database_url):
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        list(pool.map(_write, [database_url] * 3, range(3)))
    with reading(engine) as connection:
        assert length(connection) == 3 * 12 + 12
        assert seen(connection, UNIT).count == 48
        assert verify(connection).faults == ()
        assert connection.execute(select(func.count()).select_from(scan_details)).scalar() == 48
