"""pack: amounts and logistic units go into a logistic unit."""

from itertools import pairwise

import pytest

from ledger.vocabulary import line_order, lot, shipment
from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_the_first_packing_makes_the_unit_and_later_ones_add(contracts, mill, flour):
    pallet = mill.logistic_unit().id
    receipt = mill.act(("pack", pallet, [(flour, 10)]), ("pack", pallet, [(flour, 5)]))
    common = {"item": flour, "logisticUnit": pallet, "org": mill.number}
    assert contracts.events(receipt)[1:] == [
        ("ItemPacked", common | {"amount": 10}),
        ("ItemPacked", common | {"amount": 5}),
    ]
    assert contracts.holding(pallet, mill) == 1
    assert contracts.holding(flour, mill) == 985
    assert contracts.ledger.functions.packed(pallet, flour).call() == 15


def test_only_what_is_held_is_packed(mill, bakery, flour):
    pallet = mill.logistic_unit().id
    with refused("HoldingTooSmall", flour, mill.number, 1000, 1001):
        mill.act(("pack", pallet, [(flour, 1001)]))
    with refused("HoldingTooSmall", flour, bakery.number, 0, 1):
        bakery.act(("pack", pallet, [(flour, 1)]))


def test_a_unit_that_is_elsewhere_is_not_packed(mill, bakery, flour):
    held, moving, inner, outer = (mill.logistic_unit(i).id for i in range(1, 5))
    mill.act(*(("pack", each, [(flour, 1)]) for each in (held, moving, inner)))
    mill.act(("pack", outer, [(inner, 1)]))
    mill.act(("ship", shipment("S").id, bakery.number, [(flour, 5), (moving, 1)]))
    bakery.act(("receiveShipment", mill.number, shipment("S").id, [(flour, 5)]))
    for pallet in (held, moving, inner):
        with refused("LogisticUnitNotHeld", pallet, bakery.number):
            bakery.act(("pack", pallet, [(flour, 1)]))
    for pallet in (moving, inner):
        with refused("LogisticUnitNotHeld", pallet, mill.number):
            mill.act(("pack", pallet, [(flour, 1)]))


def test_a_unit_does_not_go_into_itself(mill, flour):
    box, pallet = mill.logistic_unit(1).id, mill.logistic_unit(2).id
    with refused("LogisticUnitNotHeld", box, mill.number):
        mill.act(("pack", box, [(box, 1)]))
    mill.act(("pack", box, [(flour, 1)]), ("pack", pallet, [(box, 1)]))
    with refused("LogisticUnitNotHeld", box, mill.number):
        mill.act(("pack", box, [(pallet, 1)]))


def test_units_nest_four_deep(contracts, mill, flour):
    units = [mill.logistic_unit(i).id for i in range(1, 7)]
    mill.act(("pack", units[0], [(flour, 1)]))
    mill.act(*(("pack", outer, [(inner, 1)]) for inner, outer in pairwise(units[:4])))
    assert contracts.holding(units[3], mill) == 1
    with refused("LogisticUnitTooLarge", units[4]):
        mill.act(("pack", units[4], [(units[3], 1)]))
    # what is taken out no longer counts
    mill.act(("pack", units[3], [(flour, 1)]), ("unpack", units[3], [(units[2], 1)]))
    mill.act(("pack", units[4], [(units[3], 1)]))


def test_a_unit_carries_two_hundred_lines(mill, flour_product, flour):
    items = sorted((lot(flour_product.digits, f"P{i}").id for i in range(200)), key=line_order)
    mill.act(*(("commission", item, 2, 0) for item in items))
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(item, 1) for item in items]))
    with refused("LogisticUnitTooLarge", pallet):
        mill.act(("pack", pallet, [(flour, 1)]))
    mill.act(("pack", pallet, [(items[7], 1)]))


def test_recalled_and_expired_items_may_be_packed(mill, flour, stale_flour):
    mill.act(("recall", [flour], bytes(32)))
    mill.act(("pack", mill.logistic_unit().id, [(stale_flour, 1), (flour, 1)]))


def test_only_well_formed_logistic_units_are_made(mill, flour):
    right = mill.logistic_unit().id
    digits = int.from_bytes(right[1:9], "big")
    wrong_ids = [
        flour,
        bytes(32),
        right[:1] + (digits + 1).to_bytes(8, "big") + right[9:],  # with a wrong check digit
        right[:1] + (10**18).to_bytes(8, "big") + right[9:],  # of 19 digits
        right[:9] + b"A" + right[10:],  # with a text
    ]
    for wrong in wrong_ids:
        with refused("IdInvalid", wrong):
            mill.act(("pack", wrong, [(flour, 1)]))


def test_lines_ascend_and_are_amounts(mill, flour):
    pallet = mill.logistic_unit().id
    with refused("LinesNotOrdered", 0):
        mill.act(("pack", pallet, []))
    with refused("LinesNotOrdered", 1):
        mill.act(("pack", pallet, [(flour, 1), (flour, 1)]))
    with refused("AmountInvalid", flour, 0):
        mill.act(("pack", pallet, [(flour, 0)]))
