"""Receipts in the records, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.errors import IdempotencyKeyReused, NotFound
from ledger.vocabulary import Amount, OrgId, Seconds, lot, unit
from records import till
from records.engine import reading, writing
from records.points_channels import paid
from records.till.model import Line, Receipt, new_chain_number, new_receipt_id

SHOP = OrgId(2)
BREAD, MILK = lot("09506000134352", "B-1").id, lot("09506000134369", "M-1").id


def receipt(number: str, *lines: Line, card: str | None = "C-1", **changed: object) -> Receipt:
    made = Receipt(
        seq=0, id=new_receipt_id(), org=SHOP, number=number, kind="sale", reason=None, sale=None,
        channel="store", site="9506000122229", card=card, currency="EUR", total=700, programme=1,
        points=7, no_points=None, chain_number=new_chain_number(), idempotency_key=f"k {number}",
        created=Seconds(100), undone=None,
        lines=lines or (Line(1, BREAD, Amount(3), 300, 3), Line(2, MILK, Amount(1), 400, 4, 1, 9)),
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def test_a_receipt_is_read_as_it_was_written(engine):
    made = receipt("T-1", Line(1, BREAD, Amount(3), 300, 3, 1, 7, unit("09506000134352", "S7").id))
    with writing(engine) as connection:
        till.add(connection, made)
    with reading(engine) as connection:
        found = till.get(connection, made.id)
        assert replace(found, seq=0) == made
        assert till.by_number(connection, SHOP, "T-1") == found
        assert till.by_number(connection, OrgId(1), "T-1") is None
        with pytest.raises(NotFound):
            till.get(connection, "0" * 32)


def test_a_request_is_answered_as_before_and_only_as_it_was(engine):
    made = [replace(receipt(f"T-{n}"), idempotency_key="day") for n in range(3)]
    with writing(engine) as connection:
        assert till.of_request(connection, SHOP, "day", b"h" * 32) is None
        till.note_request(connection, SHOP, "day", b"h" * 32, Seconds(1))
        till.add_all(connection, made)
    with reading(engine) as connection:
        found = till.of_request(connection, SHOP, "day", b"h" * 32)
        assert [each.number for each in found] == ["T-0", "T-1", "T-2"]
        with pytest.raises(IdempotencyKeyReused):
            till.of_request(connection, SHOP, "day", b"x" * 32)


def test_no_more_comes_back_than_was_sold(engine):
    made = receipt("T-1")
    with writing(engine) as connection:
        till.add(connection, made)
        assert till.take_back(connection, made.id, 1, 2)
        assert not till.take_back(connection, made.id, 1, 2)
        assert till.take_back(connection, made.id, 1, 1)
        assert not till.take_back(connection, made.id, 1, 1)
        assert till.get(connection, made.id).line(1).returned == 3


def test_a_unit_is_found_until_it_came_back(engine):
    first, second = receipt("T-1"), receipt("T-2")
    with writing(engine) as connection:
        till.add(connection, first)
        assert till.holding_unit(connection, SHOP, MILK, 9).number == "T-1"
        assert till.holding_unit(connection, SHOP, MILK, 8) is None
        assert till.holding_unit(connection, SHOP, MILK, None) is None
        assert till.take_back(connection, first.id, 2, 1)
        assert till.holding_unit(connection, SHOP, MILK, 9) is None
        till.add(connection, second)
        assert till.holding_unit(connection, SHOP, MILK, 9).number == "T-2"


def test_who_bought_of_a_lot_is_told_and_forgotten(engine):
    with writing(engine) as connection:
        till.add_all(connection, [receipt("T-1"), receipt("T-2", card="C-2"), receipt("T-3")])
        bought = till.receipts_with(connection, MILK)
        assert [(each.card, each.index, each.amount) for each in bought] == [
            ("C-1", 9, 1), ("C-2", 9, 1), ("C-1", 9, 1)]  # fmt: skip
        assert len(till.purchases_of(connection, "C-1")) == 4
        before = [each.total for each in till.recent(connection, SHOP)]
        assert till.forget_card(connection, "C-1") == 2
        assert till.purchases_of(connection, "C-1") == ()
        assert [each.card for each in till.receipts_with(connection, MILK)] == [None, "C-2", None]
        assert [each.total for each in till.recent(connection, SHOP)] == before


def test_receipts_are_listed_newest_first_in_pages(engine):
    with writing(engine) as connection:
        till.add_all(connection, [receipt(f"T-{n}") for n in range(5)])
        first = till.recent(connection, SHOP, limit=3)
        assert [each.number for each in first] == ["T-4", "T-3", "T-2"]
        rest = till.recent(connection, SHOP, before=first[-1].seq, limit=3)
        assert [each.number for each in rest] == ["T-1", "T-0"]
        assert till.last_sale(connection, SHOP, "9506000122229").number == "T-4"
        assert till.last_sale(connection, SHOP, None) is None


def test_what_was_paid_is_what_had_not_come_back_by_then(engine):
    sale, nothing = receipt("T-1"), receipt("T-2", points=0)
    back = receipt("T-1-R1", kind="return", sale=sale.id, total=300, created=Seconds(200))
    with writing(engine) as connection:
        till.add_all(connection, [sale, nothing, back])
        times = (99, 100, 199, 200)
        found = [paid(connection, 1, Seconds(each)) for each in times]
        assert found == [{}, {"EUR": 700}, {"EUR": 700}, {"EUR": 400}]
        assert paid(connection, 2, Seconds(200)) == {}


def test_a_sale_is_undone_once(engine):
    made = receipt("T-1")
    with writing(engine) as connection:
        till.add(connection, made)
        assert till.mark_undone(connection, made.id, Seconds(120))
        assert not till.mark_undone(connection, made.id, Seconds(121))
        assert till.get(connection, made.id).undone == 120
