"""commission: a maker brings amounts into the world."""

import pytest

from ledger.vocabulary import MAX_AMOUNT, lot, unit
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

EXPIRY = 4_000_000_000


def test_a_lot_is_made_in_several_runs(contracts, mill, flour_product):
    item = lot(flour_product.digits, "L1").id
    receipt = mill.act(("commission", item, 500, EXPIRY), ("commission", item, 20, 0))
    assert contracts.events(receipt)[1:] == [
        ("ItemCommissioned", {"item": item, "org": mill.number, "amount": 500, "expiry": EXPIRY}),
        ("ItemCommissioned", {"item": item, "org": mill.number, "amount": 20, "expiry": EXPIRY}),
    ]
    assert contracts.holding(item, mill) == 520


def test_a_unit_is_made_once(contracts, mill, flour_product):
    item = unit(flour_product.digits, "S-1").id
    mill.act(("commission", item, 1, 0))
    with refused("ItemAlreadyExists", item):
        mill.act(("commission", item, 1, 0))
    assert contracts.holding(item, mill) == 1


@pytest.mark.parametrize("amount", [0, MAX_AMOUNT + 1, 2**64 - 1])
def test_amounts_have_bounds(mill, flour_product, amount):
    item = lot(flour_product.digits, "L1").id
    with refused("AmountInvalid", item, amount):
        mill.act(("commission", item, amount, 0))


def test_a_unit_is_one(mill, flour_product):
    item = unit(flour_product.digits, "S-1").id
    with refused("AmountInvalid", item, 2):
        mill.act(("commission", item, 2, 0))


def test_all_runs_together_stay_within_the_bounds(contracts, mill, flour):
    mill.act(("commission", flour, MAX_AMOUNT - 1000, 0), ("dispose", flour, 500, 0))
    with refused("AmountInvalid", flour, 1):
        mill.act(("commission", flour, 1, 0))
    assert contracts.holding(flour, mill) == MAX_AMOUNT - 500


def test_a_further_run_keeps_the_expiry(mill, flour_product):
    item = lot(flour_product.digits, "L1").id
    mill.act(("commission", item, 1, EXPIRY), ("commission", item, 1, EXPIRY))
    with refused("ExpiryDiffers", item, EXPIRY, EXPIRY + 1):
        mill.act(("commission", item, 1, EXPIRY + 1))


def test_a_lot_has_one_maker(mill, bakery, flour, flour_product):
    mill.act(("authoriseMaker", flour_product.id, bakery.number, True))
    with refused("NotTheMaker", flour, mill.number, bakery.number):
        bakery.act(("commission", flour, 1, 0))


def test_only_makers_of_the_product_make_it(bakery, flour, flour_product):
    with refused("NotAMaker", flour_product.id, bakery.number):
        bakery.act(("commission", flour, 1, 0))


def test_the_role_is_needed(stranger, flour):
    with refused("RoleMissing", stranger.number, 1, 2):
        stranger.act(("commission", flour, 1, 0))


def test_the_product_must_be_registered(mill):
    item = lot(mill.product(9).digits, "L1")
    with refused("ProductUnknown", item.product.id):
        mill.act(("commission", item.id, 1, 0))


def test_recalled_lots_are_not_made_further(mill, flour):
    mill.act(("recall", [flour], bytes(32)))
    with refused("ItemIsRecalled", flour, mill.number):
        mill.act(("commission", flour, 1, 0))


def test_expired_lots_are_not_made_further(mill, stale_flour):
    with refused("ItemIsExpired", stale_flour, 1):
        mill.act(("commission", stale_flour, 1, 0))


def test_only_well_formed_lots_and_units_are_made(mill, flour_product, flour):
    wrong_ids = [
        flour_product.id,
        mill.logistic_unit().id,
        bytes(32),
        flour[:9] + bytes(23),  # without lot number
        flour[:9] + b"\0A" + flour[11:],  # that begins with a zero byte
        flour[:9] + b"A\0B" + flour[12:],  # with a hole
        flour[:9] + b"A B" + flour[12:],  # with a space
        flour[:9] + b"A{" + flour[11:],  # above the set
        flour[:9] + b"A\xc3" + flour[11:],  # not ASCII
        flour[:29] + b"\0\0A",  # beyond the end
        flour[:1] + (10**14).to_bytes(8, "big") + flour[9:],  # with 15 digits
    ]
    for wrong in wrong_ids:
        with refused("IdInvalid", wrong):
            mill.act(("commission", wrong, 1, 0))
