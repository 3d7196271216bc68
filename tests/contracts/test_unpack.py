"""unpack: what was packed is held again."""

import pytest

from ledger.vocabulary import line_order, lot
from tests.support.contracts import refused

pytestmark = pytest.mark.chain


def test_an_emptied_unit_is_gone_and_its_number_free(contracts, mill, bakery, flour):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 10)]))
    receipt = mill.act(("unpack", pallet, [(flour, 4)]), ("unpack", pallet, [(flour, 6)]))
    common = {"item": flour, "logisticUnit": pallet, "org": mill.number}
    assert contracts.events(receipt)[1:] == [
        ("ItemUnpacked", common | {"amount": 4}),
        ("ItemUnpacked", common | {"amount": 6}),
    ]
    assert contracts.holding(pallet, mill) == 0
    assert contracts.holding(flour, mill) == 1000
    bread = lot(bakery.registered_product().digits, "B").id
    bakery.act(("commission", bread, 1, 0), ("pack", pallet, [(bread, 1)]))
    assert contracts.holding(pallet, bakery) == 1


def test_units_come_out_of_units(contracts, mill, flour):
    box, pallet = mill.logistic_unit(1).id, mill.logistic_unit(2).id
    mill.act(("pack", box, [(flour, 1)]), ("pack", pallet, [(box, 1)]))
    with refused("LogisticUnitNotHeld", box, mill.number):
        mill.act(("unpack", box, [(flour, 1)]))
    mill.act(("unpack", pallet, [(box, 1)]), ("unpack", box, [(flour, 1)]))
    assert contracts.holding(flour, mill) == 1000
    assert contracts.holding(pallet, mill) == 0


def test_the_list_of_contents_survives_taking_from_its_middle(mill, bakery, flour_product):
    items = sorted((lot(flour_product.digits, f"P{i}").id for i in range(5)), key=line_order)
    pallet = mill.logistic_unit().id
    mill.act(*(("commission", item, 1, 0) for item in items))
    mill.act(("pack", pallet, [(item, 1) for item in items]))
    mill.act(("unpack", pallet, [(items[1], 1), (items[4], 1)]))
    mill.act(("recall", [items[1], items[4]], bytes(32)))
    shipment = b"\x13" + bytes(8) + b"S".ljust(23, b"\0")
    mill.act(("recall", [items[3]], bytes(32)))
    with refused("ItemIsRecalled", items[3], mill.number):
        mill.act(("ship", shipment, bakery.number, [(pallet, 1)]))
    mill.act(("unpack", pallet, [(items[3], 1)]), ("ship", shipment, bakery.number, [(pallet, 1)]))


def test_no_more_than_is_packed_comes_out(mill, flour, stale_flour):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 10)]))
    with refused("NotPacked", flour, pallet, 10, 11):
        mill.act(("unpack", pallet, [(flour, 11)]))
    with refused("NotPacked", stale_flour, pallet, 0, 1):
        mill.act(("unpack", pallet, [(stale_flour, 1)]))


def test_only_the_holder_unpacks(mill, bakery, flour):
    pallet = mill.logistic_unit().id
    for org in (mill, bakery):
        with refused("LogisticUnitNotHeld", pallet, org.number):
            org.act(("unpack", pallet, [(flour, 10)]))
    mill.act(("pack", pallet, [(flour, 10)]))
    with refused("LogisticUnitNotHeld", pallet, bakery.number):
        bakery.act(("unpack", pallet, [(flour, 10)]))


def test_recalled_items_may_be_unpacked(mill, flour):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 1)]), ("recall", [flour], bytes(32)))
    mill.act(("unpack", pallet, [(flour, 1)]))


def test_lines_ascend(mill, flour):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 10)]))
    with refused("LinesNotOrdered", 0):
        mill.act(("unpack", pallet, []))
