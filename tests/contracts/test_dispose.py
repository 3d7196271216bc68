"""dispose: a held amount leaves the world."""

import pytest

from ledger.vocabulary import MAX_AMOUNT, DisposeReason
from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_what_is_disposed_of_is_gone(contracts, mill, flour):
    receipt = mill.act(("dispose", flour, 1000, DisposeReason.DAMAGED))
    assert contracts.events(receipt)[1:] == [
        (
            "ItemDisposed",
            {"item": flour, "org": mill.number, "amount": 1000, "reason": DisposeReason.DAMAGED},
        )
    ]
    with refused("HoldingTooSmall", flour, mill.number, 0, 1):
        mill.act(("dispose", flour, 1, 0))


def test_nobody_disposes_of_what_another_holds(bakery, flour):
    with refused("HoldingTooSmall", flour, bakery.number, 0, 1):
        bakery.act(("dispose", flour, 1, 0))


def test_recalled_and_expired_items_may_be_disposed_of(mill, flour, stale_flour):
    mill.act(("recall", [flour], bytes(32)))
    mill.act(("dispose", flour, 1, 0), ("dispose", stale_flour, 1, 0))


@pytest.mark.parametrize("amount", [0, MAX_AMOUNT + 1])
def test_amounts_have_bounds(mill, flour, amount):
    with refused("AmountInvalid", flour, amount):
        mill.act(("dispose", flour, amount, 0))


def test_a_logistic_unit_is_unpacked_first(mill, flour):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 1)]))
    with refused("IdInvalid", pallet):
        mill.act(("dispose", pallet, 1, 0))
