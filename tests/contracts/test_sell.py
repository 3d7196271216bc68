"""sell: a retailer sells a held amount to a consumer."""

import pytest

from ledger.vocabulary import unit
from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_what_is_sold_is_no_longer_held(contracts, mill, flour):
    receipt = mill.act(("sell", flour, 7))
    assert contracts.events(receipt)[1:] == [
        ("ItemSold", {"item": flour, "org": mill.number, "amount": 7})
    ]
    assert contracts.holding(flour, mill) == 993


def test_a_unit_is_sold_once(mill, flour_product):
    item = unit(flour_product.digits, "S").id
    mill.act(("commission", item, 1, 0), ("sell", item, 1))
    with refused("HoldingTooSmall", item, mill.number, 0, 1):
        mill.act(("sell", item, 1))


def test_the_role_is_needed(stranger, flour):
    with refused("RoleMissing", stranger.number, 4, 2):
        stranger.act(("sell", flour, 1))


def test_recalled_items_are_not_sold(mill, flour):
    mill.act(("recall", [flour], bytes(32)))
    with refused("ItemIsRecalled", flour, mill.number):
        mill.act(("sell", flour, 1))


def test_expired_items_are_not_sold_even_by_their_maker(mill, stale_flour):
    with refused("ItemIsExpired", stale_flour, 1):
        mill.act(("sell", stale_flour, 1))


def test_more_than_is_held_is_not_sold(mill, flour):
    with refused("HoldingTooSmall", flour, mill.number, 1000, 1001):
        mill.act(("sell", flour, 1001))


def test_a_logistic_unit_is_not_sold(mill, flour):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 1)]))
    with refused("IdInvalid", pallet):
        mill.act(("sell", pallet, 1))
    with refused("AmountInvalid", flour, 0):
        mill.act(("sell", flour, 0))
