"""receiveShipment: the named receiver takes some or all."""

import pytest

from ledger.vocabulary import shipment
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

S1 = shipment("S-1").id


@pytest.fixture
def on_its_way(mill, bakery, flour):
    mill.act(("ship", S1, bakery.number, [(flour, 40)]))
    return flour


def test_it_is_received_in_parts(contracts, mill, bakery, on_its_way):
    receipt = bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 15)]))
    assert contracts.events(receipt)[1:] == [
        (
            "ItemReceived",
            {
                "item": on_its_way,
                "shipper": mill.number,
                "receiver": bakery.number,
                "shipment": S1,
                "amount": 15,
            },
        )
    ]
    bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 25)]))
    assert contracts.holding(on_its_way, bakery) == 40
    with refused("NotInTransit", on_its_way, mill.number, S1, 0, 1):
        bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 1)]))


def test_more_than_was_shipped_cannot_be_received(mill, bakery, on_its_way):
    with refused("NotInTransit", on_its_way, mill.number, S1, 40, 41):
        bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 41)]))


def test_nobody_but_the_receiver_receives(mill, bakery, stranger, on_its_way):
    for other in (stranger, mill):
        with refused("NotTheReceiver", mill.number, S1, bakery.number, other.number):
            other.act(("receiveShipment", mill.number, S1, [(on_its_way, 1)]))


def test_an_unknown_shipment_is_refused(mill, bakery, on_its_way):
    unknown = shipment("S-2").id
    with refused("ShipmentUnknown", mill.number, unknown):
        bakery.act(("receiveShipment", mill.number, unknown, [(on_its_way, 1)]))
    with refused("ShipmentUnknown", bakery.number, S1):
        bakery.act(("receiveShipment", bakery.number, S1, [(on_its_way, 1)]))


def test_lines_ascend_and_are_amounts(mill, bakery, on_its_way):
    with refused("LinesNotOrdered", 0):
        bakery.act(("receiveShipment", mill.number, S1, []))
    with refused("LinesNotOrdered", 1):
        bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 1), (on_its_way, 1)]))
    with refused("AmountInvalid", on_its_way, 0):
        bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 0)]))


def test_what_was_recalled_on_its_way_is_received_and_goes_no_further(
    mill, bakery, stranger, on_its_way
):
    mill.act(("recall", [on_its_way], bytes(32)))
    bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 40)]))
    with refused("ItemIsRecalled", on_its_way, mill.number):
        bakery.act(("ship", S1, stranger.number, [(on_its_way, 1)]))
