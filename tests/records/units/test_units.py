"""Runs on both databases: found by a hash, led to their root, active when dispatched."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ledger import vocabulary as v
from ledger.errors import CommandInvalid, NotFound
from ledger.hashing import leaf_hash, unit_leaf, verify_inclusion
from ledger.unit_trees import CHUNK
from records import units
from records.engine import reading, writing
from records.schema import metadata, outbox
from records.units.handing import PATIENCE_SECONDS
from tests.records.units.printing import GTIN, LOT, code_of, keep, tree_of, unit_of

RUN = "aaaaaaaaaaaa"


def test_a_unit_is_found_with_its_place_and_code(engine):
    count = CHUNK + 3
    with writing(engine) as connection:
        run = keep(connection, RUN, count)
    with reading(engine) as connection:
        assert units.run(connection, RUN) == run
        for place in (0, CHUNK - 1, CHUNK, count - 1):
            found = units.find(connection, unit_of(RUN, place))
            assert found == units.RunUnit(RUN, v.OrgId(1), LOT, place, code_of(RUN, place), True)
            assert units.unit_at(connection, run, place) == found
        assert units.unit_at(connection, run, count) is None
        assert units.unit_at(connection, run, -1) is None


def test_the_path_of_every_unit_leads_to_the_root(engine):
    count = CHUNK + 3
    with writing(engine) as connection:
        run = keep(connection, RUN, count)
    tree = tree_of(RUN, count)
    with reading(engine) as connection:
        for place in (0, 1, CHUNK - 1, CHUNK, count - 1):
            path = units.path(connection, RUN, place)
            leaf = leaf_hash(unit_leaf(LOT, unit_of(RUN, place), code_of(RUN, place)))
            assert path == tree.inclusion_path(place)
            assert verify_inclusion(leaf, place, count, path, run.root)
        for nowhere in (-1, count, 10 * CHUNK):
            with pytest.raises(NotFound):
                units.path(connection, RUN, nowhere)


def test_many_are_looked_up_at_once_and_strangers_are_not_found(engine):
    with writing(engine) as connection:
        keep(connection, RUN, 700, codes=False)
    asked = [unit_of(RUN, place) for place in range(700)]
    strangers = [v.unit(GTIN, f"STRANGER-{n}").id for n in range(700)]
    with reading(engine) as connection:
        found = units.find_all(connection, asked + strangers)
        assert set(found) == set(asked)
        assert [found[each].place for each in asked] == list(range(700))
        assert found[asked[0]].code == bytes(20)
        assert units.find(connection, strangers[0]) is None


def test_neither_serials_nor_ids_of_units_are_kept(engine):
    with writing(engine) as connection:
        keep(connection, RUN, 3)
    unit = unit_of(RUN, 1)
    with reading(engine) as connection:
        rows = [
            row for table in metadata.sorted_tables for row in connection.execute(select(table))
        ]
    assert rows
    for row in rows:
        for cell in row:
            kept = cell.encode() if isinstance(cell, str) else bytes(cell or b"") if not isinstance(
                cell, int | float) else b""  # fmt: skip
            assert unit not in kept
            assert f"{RUN}-1".encode() not in kept


def test_units_of_dispatch_are_active_once_a_range_names_them(engine):
    with writing(engine) as connection:
        run = keep(connection, RUN, 10, activation=units.DISPATCH)
        units.activate(connection, run, 2, 3, "DN-7", now=v.Seconds(20))
        units.activate(connection, run, 4, 2, "DN-8", now=v.Seconds(21))
    with reading(engine) as connection:
        active = [units.unit_at(connection, run, place).activated for place in range(10)]
        found = units.find(connection, unit_of(RUN, 5))
        kept = units.activations(connection, RUN)
    assert active == [2 <= place < 6 for place in range(10)]
    assert found.activated
    assert [(n.first, n.count, n.reference) for n in kept] == [(2, 3, "DN-7"), (4, 2, "DN-8")]


def test_a_dispatch_that_the_contract_refuses_activates_nothing(engine):
    with writing(engine) as connection:
        run = keep(connection, RUN, 4, activation=units.DISPATCH)
        units.activate(connection, run, 0, 4, "DN", operation=run.operation, now=v.Seconds(20))
    with reading(engine) as connection:
        assert units.find(connection, unit_of(RUN, 0)).activated
    with writing(engine) as connection:
        connection.execute(outbox.update().values(state="refused"))
    with reading(engine) as connection:
        assert not units.find(connection, unit_of(RUN, 0)).activated


@pytest.mark.parametrize(("first", "count"), [(-1, 1), (0, 0), (0, 6), (5, 1), (4, 2)])
def test_places_that_a_run_has_not_are_never_activated(engine, first, count):
    with writing(engine) as connection:
        run = keep(connection, RUN, 5, activation=units.DISPATCH)
    with pytest.raises(CommandInvalid), writing(engine) as connection:
        units.activate(connection, run, first, count, "", now=v.Seconds(20))


def test_runs_are_listed_newest_first_and_page_by_page(engine):
    ids = ["aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"]
    with writing(engine) as connection:
        for number, each in enumerate(ids):
            keep(connection, each, 2, now=10 + number // 2)
    with reading(engine) as connection:
        first = units.runs(connection, limit=2)
        last = first[-1]
        rest = units.runs(connection, after=(last.created, last.id))
        assert [each.id for each in (*first, *rest)] == ["cccccccccccc", "bbbbbbbbbbbb", RUN]
        assert units.runs(connection, org=v.OrgId(2)) == []
        assert len(units.runs(connection, lot=LOT)) == 3
        assert units.run_of_root(connection, LOT, last.root) == last
        assert units.run_of_operation(connection, last.operation) == last
        with pytest.raises(NotFound):
            units.run(connection, "dddddddddddd")


def test_what_a_run_is_printed_again_for_is_recorded(engine):
    with writing(engine) as connection:
        keep(connection, RUN, 5)
        replaced = units.Replaced(RUN, 1, 2, int(v.VoidReason.PRINTED_WRONG))
        again = keep(connection, "bbbbbbbbbbbb", 2, replaces=replaced)
    assert again.replaces == replaced
    with reading(engine) as connection:
        assert units.replacements(connection, RUN) == [again]
        assert units.replacements(connection, again.id) == []


def test_a_file_is_held_by_one_and_handed_out_once(engine):
    with writing(engine) as connection:
        keep(connection, RUN, 2)
    with writing(engine) as connection:
        assert units.hold_file(connection, RUN, v.Seconds(100))
        assert not units.hold_file(connection, RUN, v.Seconds(101))
        assert units.hold_file(connection, RUN, v.Seconds(100 + PATIENCE_SECONDS))
        units.let_file_go(connection, RUN, v.Seconds(100))  # the first one, at last
        assert not units.hold_file(connection, RUN, v.Seconds(102 + PATIENCE_SECONDS))
        units.let_file_go(connection, RUN, v.Seconds(100 + PATIENCE_SECONDS))
        assert units.hold_file(connection, RUN, v.Seconds(102))
        units.handed_out(connection, RUN, v.Seconds(103))
        assert not units.hold_file(connection, RUN, v.Seconds(10**6))
    with reading(engine) as connection:
        assert units.run(connection, RUN).handed_out == 103
