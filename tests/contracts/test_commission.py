"""commission: a maker brings amounts into the world."""

import pytest

from ledger.vocabulary import MAX_AMOUNT, lot, unit
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

EXPIRY = 4_000_000_000


def test_a_lot_is_made_in_several_runs(contracts, mill):
    flour = lot(mill.registered_product().digits, "L1").id
    receipt = mill.act(("commission", flour, 500, EXPIRY), ("commission", flour, 20, 0))
    assert contracts.events(receipt)[1:] == [
        ("ItemCommissioned", {"item": flour, "org": mill.number, "amount": 500, "expiry": EXPIRY}),
        ("ItemCommissioned", {"item": flour, "org": mill.number, "amount": 20, "expiry": EXPIRY}),
    ]
    assert contracts.holding(flour, mill) == 520
