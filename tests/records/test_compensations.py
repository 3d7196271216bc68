"""What buyers got for recalled goods, on both databases: a line keeps its number for ever."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from ledger import commands as c
from ledger.vocabulary import Address, OrgId, Seconds
from records import compensations, outbox, till
from records.compensations import Compensation
from records.engine import reading, writing
from records.outbox import State
from records.schema import outbox as table
from tests.records.test_till import BREAD, SHOP, receipt

NOW = Seconds(1_000)


def awarded(connection, line, key):
    award = c.AwardPoints(1, Address(b"\x01" * 20), line.number, line.points)
    return outbox.submit(connection, SHOP, [award], key, b"h" * 32, now=NOW)


def given(connection):
    sold = receipt("T-1")
    till.add(connection, sold)
    number = compensations.new_number()
    line = Compensation(sold.id, 1, BREAD, SHOP, 1, 30, number, "", refused=False)
    line = replace(line, operation=awarded(connection, line, "first").id)
    compensations.add(connection, [line], NOW)
    return line


def test_what_a_line_got_is_found_by_receipt_and_line(engine):
    with writing(engine) as connection:
        line = given(connection)
        keys = [(line.receipt, 1), (line.receipt, 2), ("0" * 32, 1)]
        assert compensations.made(connection, keys) == {(line.receipt, 1): line}


def test_what_the_contract_refused_is_tried_again_under_the_same_number(engine):
    with writing(engine) as connection:
        line = given(connection)
        key = (line.receipt, 1)
        mine = table.c.id == line.operation
        connection.execute(update(table).where(mine).values(state=State.REFUSED))
        assert compensations.made(connection, [key])[key].refused
        again = replace(line, operation=awarded(connection, line, "second").id, points=40)
        compensations.add(connection, [replace(again, number=compensations.new_number())], NOW)
    with reading(engine) as connection:
        found = compensations.made(connection, [key])[key]
        assert (found.number, found.points, found.refused) == (line.number, 40, False)
        assert found.operation == again.operation


def test_no_two_lines_share_a_number(engine):
    with writing(engine) as connection:
        line = given(connection)
    with pytest.raises(IntegrityError), writing(engine) as connection:
        compensations.add(connection, [replace(line, line=2, org=OrgId(1))], NOW)
