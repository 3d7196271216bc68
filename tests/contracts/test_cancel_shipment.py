"""cancelShipment: the shipper takes back what was not yet received."""

import pytest

from ledger.vocabulary import shipment
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

S1 = shipment("S-1").id


@pytest.fixture
def on_its_way(mill, bakery, flour):
    mill.act(("ship", S1, bakery.number, [(flour, 40)]))
    return flour


def test_the_rest_is_taken_back(contracts, mill, bakery, on_its_way):
    bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 30)]))
    with refused("NotInTransit", on_its_way, mill.number, S1, 10, 11):
        mill.act(("cancelShipment", S1, [(on_its_way, 11)]))
    receipt = mill.act(("cancelShipment", S1, [(on_its_way, 10)]))
    assert contracts.events(receipt)[1:] == [
        (
            "ItemTakenBack",
            {
                "item": on_its_way,
                "shipper": mill.number,
                "receiver": bakery.number,
                "shipment": S1,
                "amount": 10,
            },
        )
    ]
    assert contracts.holding(on_its_way, mill) == 970


def test_what_was_taken_back_cannot_be_received(mill, bakery, on_its_way):
    mill.act(("cancelShipment", S1, [(on_its_way, 40)]))
    with refused("NotInTransit", on_its_way, mill.number, S1, 0, 40):
        bakery.act(("receiveShipment", mill.number, S1, [(on_its_way, 40)]))


def test_a_recalled_item_is_taken_back(contracts, mill, on_its_way):
    mill.act(("recall", [on_its_way], bytes(32)), ("cancelShipment", S1, [(on_its_way, 40)]))
    assert contracts.holding(on_its_way, mill) == 1000


def test_nobody_cancels_for_another(bakery, stranger, on_its_way):
    for other in (bakery, stranger):
        with refused("ShipmentUnknown", other.number, S1):
            other.act(("cancelShipment", S1, [(on_its_way, 1)]))


@pytest.mark.usefixtures("on_its_way")
def test_lines_ascend(mill):
    with refused("LinesNotOrdered", 0):
        mill.act(("cancelShipment", S1, []))
