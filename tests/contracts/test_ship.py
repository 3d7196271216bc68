"""ship: held amounts and logistic units go on their way."""

import pytest

from ledger.vocabulary import MAX_AMOUNT, Kind, check_digit, line_order, lot, shipment
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

S1 = shipment("S-1").id


def test_what_is_shipped_is_nobodys_holding(contracts, mill, bakery, flour):
    receipt = mill.act(("ship", S1, bakery.number, [(flour, 40)]))
    assert contracts.events(receipt)[1:] == [
        (
            "ItemShipped",
            {
                "item": flour,
                "shipper": mill.number,
                "receiver": bakery.number,
                "shipment": S1,
                "amount": 40,
            },
        )
    ]
    assert contracts.holding(flour, mill) == 960
    assert contracts.holding(flour, bakery) == 0
    assert contracts.ledger.functions.inTransit(mill.number, S1, flour).call() == 40


def test_a_shipment_is_named_once_by_each_shipper(mill, bakery, flour):
    mill.act(("ship", S1, bakery.number, [(flour, 40)]))
    bakery.act(("receiveShipment", mill.number, S1, [(flour, 40)]))
    with refused("ShipmentAlreadyExists", mill.number, S1):
        mill.act(("ship", S1, bakery.number, [(flour, 40)]))
    bakery.act(("ship", S1, mill.number, [(flour, 40)]))


def test_a_shipment_is_named_by_gsin_or_reference_or_both(mill, bakery, flour):
    digits = "4000010000000001"
    gsin = shipment("", digits + check_digit(digits)).id
    both = gsin[:9] + b"REF".ljust(20, b"\0") + gsin[29:]
    for name in (gsin, both):
        mill.act(("ship", name, bakery.number, [(flour, 1)]))
    number = int.from_bytes(gsin[1:9], "big")
    wrong_check_digit = gsin[:1] + (number + 1).to_bytes(8, "big") + gsin[9:]
    nameless = bytes([Kind.SHIPMENT]) + bytes(31)
    for wrong in (wrong_check_digit, nameless, flour, S1[:9] + b"\0" + S1[9:31]):
        with refused("IdInvalid", wrong):
            mill.act(("ship", wrong, bakery.number, [(flour, 1)]))


def test_the_receiver_is_another_organisation(mill, bakery, flour):
    for nobody in (0, mill.number, bakery.number + 1):
        with refused("ReceiverInvalid", nobody):
            mill.act(("ship", S1, nobody, [(flour, 1)]))


def test_lines_ascend_and_are_amounts(mill, bakery, flour, flour_product):
    with refused("LinesNotOrdered", 0):
        mill.act(("ship", S1, bakery.number, []))
    with refused("LinesNotOrdered", 1):
        mill.act(("ship", S1, bakery.number, [(flour, 1), (flour, 1)]))
    with refused("LinesNotOrdered", 1):
        earlier = lot(flour_product.digits, "A").id
        mill.act(("ship", S1, bakery.number, [(flour, 1), (earlier, 1)]))
    for amount in (0, MAX_AMOUNT + 1):
        with refused("AmountInvalid", flour, amount):
            mill.act(("ship", S1, bakery.number, [(flour, amount)]))


def test_no_more_than_is_held_is_shipped(mill, bakery, flour):
    with refused("HoldingTooSmall", flour, mill.number, 1000, 1001):
        mill.act(("ship", S1, bakery.number, [(flour, 1001)]))


def test_lines_of_one_numeric_key_stand_together(contracts, mill, bakery, flour_product):
    other = mill.registered_product(2)
    items = [
        lot(each.digits, number).id for each in (flour_product, other) for number in ("A", "B")
    ]
    mill.act(*(("commission", item, 1, 0) for item in items))
    lines = [(item, 1) for item in sorted(items, key=line_order)]
    mill.act(("ship", S1, bakery.number, lines))
    assert [contracts.holding(item, mill) for item in items] == [0, 0, 0, 0]


def test_recalled_and_expired_items_go_to_their_maker_only(
    mill, bakery, stranger, flour, stale_flour
):
    mill.act(("ship", S1, bakery.number, [(flour, 40)]))
    with refused("ItemIsExpired", stale_flour, 1):
        mill.act(("ship", shipment("S-2").id, bakery.number, [(stale_flour, 1)]))
    bakery.act(("receiveShipment", mill.number, S1, [(flour, 40)]))
    mill.act(("recall", [flour], bytes(32)))
    with refused("ItemIsRecalled", flour, mill.number):
        bakery.act(("ship", S1, stranger.number, [(flour, 40)]))
    bakery.act(("ship", S1, mill.number, [(flour, 40)]))


def test_a_logistic_unit_goes_with_all_that_is_in_it(contracts, mill, bakery, flour):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 40)]), ("ship", S1, bakery.number, [(pallet, 1)]))
    assert contracts.holding(pallet, mill) == 0
    with refused("LogisticUnitNotHeld", pallet, mill.number):
        mill.act(("unpack", pallet, [(flour, 40)]))
    with refused("LogisticUnitNotHeld", pallet, mill.number):
        mill.act(("ship", shipment("S-2").id, bakery.number, [(pallet, 1)]))
    bakery.act(("receiveShipment", mill.number, S1, [(pallet, 1)]))
    bakery.act(("unpack", pallet, [(flour, 40)]))
    assert contracts.holding(flour, bakery) == 40


def test_what_is_recalled_deep_inside_holds_a_logistic_unit_back(mill, bakery, flour):
    box, pallet = mill.logistic_unit(1).id, mill.logistic_unit(2).id
    mill.act(("pack", box, [(flour, 40)]), ("pack", pallet, [(box, 1)]))
    mill.act(("recall", [flour], bytes(32)))
    with refused("ItemIsRecalled", flour, mill.number):
        mill.act(("ship", S1, bakery.number, [(pallet, 1)]))
    mill.act(("release", [flour], bytes(32)))
    mill.act(("ship", S1, bakery.number, [(pallet, 1)]))


def test_a_logistic_unit_is_one(mill, bakery, flour):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 40)]))
    with refused("AmountInvalid", pallet, 2):
        mill.act(("ship", S1, bakery.number, [(pallet, 2)]))
