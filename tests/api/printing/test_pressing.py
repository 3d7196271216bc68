"""What is printed and what is kept of a unit belong together, however many processes make them."""

from __future__ import annotations

import csv
import io

import pytest

from api.printing.pressing import COLUMNS, Order, Pressed, header, press, pressed
from ledger.chain.codes import code_key
from ledger.codes import read_code
from ledger.hashing import leaf_hash, unit_leaf
from ledger.unit_trees import CHUNK, hashes_in, root_over
from ledger.vocabulary import lot, unit
from records.units import lookup_key

GTIN = "09521235000012"
BASE = "https://id.town.example"
LOTS = ["A1", 'SAL,"7"', "=1+1", "L/O%T", "(10)X"]


def lines(made: Pressed) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((header() + made.rows).decode("ascii"))))


@pytest.mark.parametrize("number", LOTS)
@pytest.mark.parametrize("codes", [True, False])
def test_every_line_is_of_the_unit_that_is_kept(number, codes):
    key = lot(GTIN, number)
    made = press(Order(key, BASE, codes), 2048, 7)
    rows, leaves = lines(made), hashes_in(made.chunk.leaves)
    assert made.chunk.root == root_over(leaves)
    assert len(made.chunk.codes) == (7 * 20 if codes else 0)
    for n, row in enumerate(rows):
        assert tuple(row) == COLUMNS
        named = unit(row["gtin"], row["serial"]).id
        address = code_key(read_code(row["code"])).address if codes else bytes(20)
        assert leaves[n] == leaf_hash(unit_leaf(key.id, named, address))
        assert made.keys[16 * n :][:16] == lookup_key(named)
        assert (row["place"], row["lot"]) == (str(2048 + n), number)
        if codes:
            assert made.chunk.codes[20 * n :][:20] == address


def test_several_processes_make_as_many_in_order():
    count = 20 * CHUNK
    order = Order(lot(GTIN, "A1"), BASE, codes=False)
    made = list(pressed(order, count, processes=2))
    assert [row["place"] for each in made for row in lines(each)] == [str(n) for n in range(count)]
    keys = b"".join(each.keys for each in made)
    assert len({keys[i : i + 16] for i in range(0, len(keys), 16)}) == count


def test_a_secret_is_not_in_what_is_shown_of_a_chunk():
    made = press(Order(lot(GTIN, "A1"), BASE, codes=True), 0, 2)
    assert lines(made)[0]["serial"] not in repr(made)
