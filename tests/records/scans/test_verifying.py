"""Whatever is done to the log, the check names the first entry that is not what it was."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from ledger.hashing import MerkleTree
from ledger.scan_log import EMPTY_HEAD, next_head
from ledger.vocabulary import Seconds, Verdict
from records.engine import open_engine, reading, writing
from records.migrations import upgrade
from records.scans import add_staff, add_views
from records.scans import verifying as v
from records.scans.log import seal
from records.scans.retention import Forgetting, forget
from records.scans.verifying import Fault, FaultKind, verify
from records.schema.scans import scan_details, scan_forgettings, scan_head, scan_log
from tests.records.scans.views import DAY, NOW, PARIS, UNIT, view

SIZE = 12


@pytest.fixture
def log(engine):
    fill(engine)
    return engine


def fill(engine) -> None:
    with writing(engine) as connection:
        add_views(connection, [view(f"{n}", time=NOW + n, place=PARIS) for n in range(SIZE - 1)])
        add_staff(connection, UNIT, "till", org=1, site="s", key_id="k", verdict=Verdict.SOLD,
                  now=NOW + SIZE)  # fmt: skip


def faults(engine, roots=None) -> list[Fault]:
    with reading(engine) as connection:
        return list(verify(connection, roots).faults)


def change(engine, *statements) -> None:
    with writing(engine) as connection:
        for each in statements:
            connection.execute(each)


def test_a_log_left_alone_is_whole(log):
    with reading(log) as connection:
        report = verify(connection)
    assert (report.entries, report.forgotten, report.faults) == (SIZE, 0, ())


@pytest.mark.parametrize("seq", [1, 5, SIZE])
def test_a_deleted_entry_is_named(log, seq):
    change(log, delete(scan_details).where(scan_details.c.seq == seq),
           delete(scan_log).where(scan_log.c.seq == seq))  # fmt: skip
    assert faults(log) == [Fault(seq, FaultKind.ENTRY_MISSING)]


@pytest.mark.parametrize("values", [{"time": 1}, {"record": bytes(32)}, {"head": bytes(32)}])
def test_an_altered_entry_is_named(log, values):
    change(log, update(scan_log).where(scan_log.c.seq == 5).values(**values))
    assert faults(log)[0] == Fault(5, FaultKind.ENTRY_ALTERED)


@pytest.mark.parametrize(
    "values",
    [{"verdict": "unknown"}, {"salt": bytes(16)}, {"device": None}, {"latitude": 0}, {"org": 7},
     {"subject": bytes(32)}, {"kind": "till"}, {"site": "elsewhere"}, {"country": None}],
)  # fmt: skip
def test_altered_details_are_told_from_deleted_ones(log, values):
    change(log, update(scan_details).where(scan_details.c.seq == 5).values(**values))
    assert faults(log) == [Fault(5, FaultKind.DETAILS_ALTERED)]
    change(log, delete(scan_details).where(scan_details.c.seq == 5))
    assert faults(log) == [Fault(5, FaultKind.DETAILS_MISSING)]


def test_exchanged_entries_are_named(log):
    moves = [(5, 99), (6, 5), (99, 6)]
    change(log, delete(scan_details), *(
        update(scan_log).where(scan_log.c.seq == old).values(seq=new) for old, new in moves
    ))  # fmt: skip
    assert Fault(5, FaultKind.ENTRY_ALTERED) in faults(log)


def test_an_entry_added_behind_the_head_or_in_between_is_named(log):
    with reading(log) as connection:
        head = connection.execute(select(scan_head.c.head)).scalar()
    made = {"seq": SIZE + 1, "time": 1, "record": bytes(32)}
    made["head"] = next_head(head, made["seq"], 1, made["record"])
    change(log, scan_log.insert().values(**made))
    found = faults(log)
    assert Fault(SIZE + 1, FaultKind.ENTRY_ADDED) in found
    change(log, delete(scan_log).where(scan_log.c.seq == SIZE + 1), delete(scan_details),
           *(update(scan_log).where(scan_log.c.seq == n).values(seq=n + 1)
             for n in range(SIZE, 4, -1)),
           scan_log.insert().values(seq=5, time=1, record=bytes(32), head=bytes(32)))  # fmt: skip
    assert Fault(5, FaultKind.ENTRY_ALTERED) in faults(log)


def test_a_chain_written_anew_contradicts_what_was_anchored(log):
    """Who may write to the database may make all of it fit again, but not the anchored root."""
    with reading(log) as connection:
        heads = list(connection.execute(select(scan_log.c.head)).scalars())
    roots = {size: MerkleTree(heads[:size]).root for size in (3, 7, SIZE)}
    assert faults(log, roots) == []
    assert faults(log, roots | {SIZE + 1: bytes(32)}) == [Fault(SIZE + 1, FaultKind.ENTRY_MISSING)]
    head, rows = EMPTY_HEAD, []
    with writing(log) as connection:
        for row in connection.execute(select(scan_log).order_by(scan_log.c.seq)).all():
            time = 1 if row.seq == 5 else row.time
            head = next_head(head, row.seq, time, row.record)
            rows.append(update(scan_log).where(scan_log.c.seq == row.seq)
                        .values(time=time, head=head))  # fmt: skip
        for each in rows:
            connection.execute(each)
        connection.execute(update(scan_head).values(head=head))
    assert faults(log) == []
    assert faults(log, roots) == [Fault(7, FaultKind.ROOT_DIFFERS)]


def test_what_retention_deleted_is_told_from_what_somebody_deleted(log):
    with writing(log) as connection:
        assert forget(connection, NOW + 4, now=NOW + 100 * DAY) == 4
        assert forget(connection, NOW + 4, now=NOW + 100 * DAY) == 0
    with reading(log) as connection:
        report = verify(connection)
    assert (report.entries, report.forgotten, report.faults) == (SIZE + 1, 4, ())
    change(log, delete(scan_details).where(scan_details.c.seq == 5))
    assert faults(log) == [Fault(5, FaultKind.DETAILS_MISSING)]
    change(log, update(scan_forgettings).values(through=5))  # as if retention had taken it too
    altered = Fault(SIZE + 1, FaultKind.DETAILS_ALTERED)
    assert faults(log) == [Fault(5, FaultKind.DETAILS_MISSING), altered]


def test_a_forgetting_without_its_reason_is_named(log):
    with writing(log) as connection:
        forget(connection, NOW + 4, now=NOW + DAY)
        connection.execute(delete(scan_forgettings))
    assert [each.kind for each in faults(log)] == [FaultKind.DETAILS_MISSING] * 5


@pytest.mark.parametrize("seq", [0, -1])
def test_a_forgetting_that_stands_before_the_log_explains_nothing(log, seq):
    change(log,
           scan_log.insert().values(seq=seq, time=NOW, record=bytes(32), head=bytes(32)),
           scan_forgettings.insert().values(seq=seq, salt=bytes(16), through=5, before=NOW + 9),
           delete(scan_details).where(scan_details.c.seq <= 5))  # fmt: skip
    assert faults(log) == [Fault(seq, FaultKind.ENTRY_ADDED)]


def test_a_forgetting_behind_the_log_explains_nothing(tmp_path):
    """Where references are not checked, it needs no entry at all."""
    engine = open_engine(f"sqlite:///{tmp_path}/records.db")
    upgrade(engine)
    fill(engine)
    made = {"seq": 99, "salt": bytes(16), "through": 5, "before": NOW + 9}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.execute(scan_forgettings.insert().values(**made))
        connection.execute(delete(scan_details).where(scan_details.c.seq <= 5))
    assert Fault(99, FaultKind.ENTRY_ADDED) in faults(engine)
    engine.dispose()


def test_a_forgetting_explains_only_what_was_older_than_it_says(log):
    """Whoever adds one to the log, as nobody can be kept from, must still say what it took."""
    made = Forgetting(bytes(16), through=5, before=Seconds(NOW + 2))
    with writing(log) as connection:
        (seq,) = seal(connection, [(Seconds(NOW + DAY), made.salt, made.canonical())])
        values = {"salt": made.salt, "through": made.through, "before": made.before}
        connection.execute(scan_forgettings.insert().values(seq=seq, **values))
        connection.execute(delete(scan_details).where(scan_details.c.seq <= 5))
    # the entries 1 and 2 are of NOW and NOW + 1
    assert faults(log) == [Fault(seq, FaultKind.DETAILS_MISSING) for seq in (3, 4, 5)]


places = st.integers(1, SIZE)


@given(places, st.sampled_from(["delete", "time", "record", "head", "details"]))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_first_of_any_change_is_named(tmp_path_factory, seq, what):
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('log')}/records.db")
    upgrade(engine)
    fill(engine)
    row = scan_log.c.seq == seq
    if what == "delete":
        change(engine, delete(scan_details).where(scan_details.c.seq >= seq),
               delete(scan_log).where(scan_log.c.seq >= seq))  # fmt: skip
    elif what == "details":
        change(engine, update(scan_details).where(scan_details.c.seq == seq).values(verdict="x"))
    else:
        change(
            engine, update(scan_log).where(row).values({what: 7 if what == "time" else b"x" * 32})
        )
    found = faults(engine)
    assert found
    assert found[0].seq == seq
    engine.dispose()


def test_long_logs_are_read_in_parts(log, monkeypatch):
    monkeypatch.setattr(v, "_PART", 5)
    heard: list[int] = []
    with reading(log) as connection:
        assert verify(connection, progress=heard.append).entries == SIZE
    assert heard == [5, 10, SIZE]
