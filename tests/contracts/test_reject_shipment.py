"""rejectShipment: what did not arrive, or arrived damaged, is the shipper's again."""

import pytest

from ledger.vocabulary import RejectReason, shipment
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

S1 = shipment("S-1").id


@pytest.fixture
def on_its_way(mill, bakery, flour):
    mill.act(("ship", S1, bakery.number, [(flour, 40)]))
    return flour


def test_part_is_received_and_the_rest_refused(contracts, mill, bakery, on_its_way):
    bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 30)]))
    receipt = bakery.act(
        ("rejectShipment", mill.number, S1, [(on_its_way, 10)], RejectReason.SHORT)
    )
    assert contracts.events(receipt)[1:] == [
        (
            "ItemRejected",
            {
                "item": on_its_way,
                "shipper": mill.number,
                "receiver": bakery.number,
                "shipment": S1,
                "amount": 10,
                "reason": RejectReason.SHORT,
            },
        )
    ]
    assert contracts.holding(on_its_way, mill) == 970
    assert contracts.holding(on_its_way, bakery) == 30


def test_a_logistic_unit_goes_back_whole(contracts, mill, bakery, flour):
    pallet = mill.logistic_unit().id
    mill.act(("pack", pallet, [(flour, 5)]), ("ship", S1, bakery.number, [(pallet, 1)]))
    bakery.act(("rejectShipment", mill.number, S1, [(pallet, 1)], RejectReason.DAMAGED))
    mill.act(("unpack", pallet, [(flour, 5)]))
    assert contracts.holding(flour, mill) == 1000


def test_nobody_but_the_receiver_rejects(mill, bakery, stranger, on_its_way):
    for other in (stranger, mill):
        with refused("NotTheReceiver", mill.number, S1, bakery.number, other.number):
            other.act(("rejectShipment", mill.number, S1, [(on_its_way, 1)], 0))


def test_no_more_than_is_on_its_way_is_rejected(mill, bakery, on_its_way):
    with refused("NotInTransit", on_its_way, mill.number, S1, 40, 41):
        bakery.act(("rejectShipment", mill.number, S1, [(on_its_way, 41)], 0))


def test_an_unknown_shipment_is_refused(mill, bakery, on_its_way):
    with refused("ShipmentUnknown", mill.number, shipment("S-2").id):
        bakery.act(("rejectShipment", mill.number, shipment("S-2").id, [(on_its_way, 1)], 0))


@pytest.mark.usefixtures("on_its_way")
def test_lines_ascend(mill, bakery):
    with refused("LinesNotOrdered", 0):
        bakery.act(("rejectShipment", mill.number, S1, [], 0))
