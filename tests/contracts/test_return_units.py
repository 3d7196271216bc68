"""returnUnits, acceptReturn, claimUnit: what becomes of goods and units after their sale."""

from contextlib import contextmanager

import pytest

from ledger.vocabulary import VoidReason, unit
from tests.support.contracts import refused
from tests.support.printed import Printed

pytestmark = pytest.mark.chain

COUNT = 300
SOLD, RETURNED, CLAIMED, VOID = range(4)


@pytest.fixture
def units(contracts):
    return contracts.units


@pytest.fixture
def printed(units, mill, flour):
    """300 units of two each, of a lot of which the mill holds 1000; 250 to 259 are sold."""
    printed = Printed(flour, 0, COUNT)
    mill.act(("issueUnits", flour, COUNT, 2, printed.root), at=units)
    mill.act(("sellUnits", flour, 1, [*range(250, 260)]), at=units)
    return printed


@contextmanager
def as_loyalty(contracts):
    """Acts as the contract of points, which no key stands for."""
    address = contracts.loyalty.address
    contracts.anvil.rpc("anvil_setBalance", address, hex(10**20))
    contracts.anvil.rpc("evm_mine")  # else no block would show that balance
    contracts.anvil.rpc("anvil_impersonateAccount", address)
    yield address
    contracts.anvil.rpc("anvil_stopImpersonatingAccount", address)


def claim(contracts, printed, index, issue=1):
    with as_loyalty(contracts) as loyalty:
        proof = printed.proof(index)
        return contracts.send(
            contracts.units, "claimUnit", printed.lot, issue, index, *proof, by=loyalty
        )


def marks(contracts, printed, index):
    """What of sold, returned, claimed and void is true of a unit."""
    found = contracts.units.functions.unitState(printed.lot, index).call()
    return [mark for mark in (SOLD, RETURNED, CLAIMED, VOID) if found[mark]]


def test_units_come_back_to_who_sold_them(contracts, units, mill, flour, printed):
    receipt = mill.act(("returnUnits", flour, 1, [255, 256]), at=units)
    returned = [
        ("UnitReturned", {"lot": flour, "index": index, "org": mill.number}) for index in (255, 256)
    ]
    amount = ("ItemReturned", {"item": flour, "org": mill.number, "amount": 4})
    assert contracts.events(receipt)[1:] == [*returned, amount]
    assert contracts.holding(flour, mill) == 984
    assert contracts.ledger.functions.sold(flour, mill.number).call() == [0, 16]
    assert marks(contracts, printed, 255) == [RETURNED]
    assert marks(contracts, printed, 257) == [SOLD]
    mill.act(("sellUnits", flour, 1, [255]), at=units)
    assert marks(contracts, printed, 255) == [SOLD]


@pytest.mark.usefixtures("printed")
def test_what_is_not_sold_or_sold_by_another_does_not_come_back(
    units, mill, bakery, stranger, flour
):
    with refused("UnitNotSold", flour, 249):
        mill.act(("returnUnits", flour, 1, [249, 250]), at=units)
    with refused("NotTheSeller", flour, 250, bakery.number):
        bakery.act(("returnUnits", flour, 1, [250]), at=units)
    with refused("RoleMissing", stranger.number, 4, 2):
        stranger.act(("returnUnits", flour, 1, [250]), at=units)
    with refused("UnitsNotOrdered", 1):
        mill.act(("returnUnits", flour, 1, [251, 250]), at=units)
    with refused("UnitUnknown", flour, 1, COUNT):
        mill.act(("returnUnits", flour, 1, [250, COUNT]), at=units)


def test_void_units_make_room_when_they_come_back(contracts, units, mill, flour, printed):
    mill.act(("voidUnits", flour, 1, 248, 4, VoidReason.REVEALED), at=units)
    assert units.functions.issuesOf(flour).call()[2] == 2 * (COUNT - 2)
    mill.act(("returnUnits", flour, 1, [250, 251, 252]), at=units)
    assert units.functions.issuesOf(flour).call()[2] == 2 * (COUNT - 4)
    assert marks(contracts, printed, 250) == [RETURNED, VOID]
    with refused("UnitIsVoid", flour, 250):
        mill.act(("sellUnits", flour, 1, [250]), at=units)


@pytest.mark.usefixtures("printed")
def test_recalled_goods_come_back_and_stay(contracts, units, mill, flour):
    mill.act(("sell", flour, 5), ("recall", [flour], bytes(32)))
    mill.act(("returnUnits", flour, 1, [250]), at=units)
    mill.act(("acceptReturn", flour, 5))
    assert contracts.holding(flour, mill) == 982
    with refused("ItemIsRecalled", flour, mill.number):
        mill.act(("sell", flour, 1))


@pytest.mark.usefixtures("printed")
def test_what_was_sold_by_amount_comes_back_by_amount(contracts, mill, bakery, stranger, flour):
    mill.act(("sell", flour, 5))
    receipt = mill.act(("acceptReturn", flour, 2))
    assert contracts.events(receipt)[1:] == [
        ("ItemReturned", {"item": flour, "org": mill.number, "amount": 2})
    ]
    assert contracts.ledger.functions.sold(flour, mill.number).call() == [3, 20]
    with refused("SoldTooSmall", flour, mill.number, 3, 4):
        mill.act(("acceptReturn", flour, 4))
    with refused("SoldTooSmall", flour, bakery.number, 0, 1):
        bakery.act(("acceptReturn", flour, 1))
    with refused("AmountInvalid", flour, 0):
        mill.act(("acceptReturn", flour, 0))
    with refused("RoleMissing", stranger.number, 4, 2):
        stranger.act(("acceptReturn", flour, 1))


def test_a_serialised_unit_comes_back_once(contracts, mill, flour_product):
    item = unit(flour_product.digits, "S").id
    mill.act(("commission", item, 1, 0), ("sell", item, 1), ("acceptReturn", item, 1))
    assert contracts.holding(item, mill) == 1
    with refused("SoldTooSmall", item, mill.number, 0, 1):
        mill.act(("acceptReturn", item, 1))


def test_a_unit_is_claimed_once_and_for_ever(contracts, units, mill, flour, printed):
    with refused("UnitNotSold", flour, 7):
        claim(contracts, printed, 7)
    receipt = claim(contracts, printed, 250)
    claimed = {"lot": flour, "index": 250, "unit": printed.unit(250)}
    assert contracts.events(receipt) == [("UnitClaimed", claimed)]
    with refused("UnitAlreadyClaimed", flour, 250):
        claim(contracts, printed, 250)
    mill.act(("returnUnits", flour, 1, [250, 251]), at=units)
    mill.act(("sellUnits", flour, 1, [250, 251]), at=units)
    assert marks(contracts, printed, 250) == [SOLD, RETURNED, CLAIMED]
    assert marks(contracts, printed, 251) == [SOLD]
    with refused("UnitAlreadyClaimed", flour, 250):
        claim(contracts, printed, 250)
    claim(contracts, printed, 251)


def test_void_and_recalled_units_are_not_claimed(contracts, units, mill, flour, printed):
    mill.act(("voidUnits", flour, 1, 250, 1, 0), at=units)
    with refused("UnitIsVoid", flour, 250):
        claim(contracts, printed, 250)
    mill.act(("recall", [flour], bytes(32)))
    with refused("ItemIsRecalled", flour, mill.number):
        claim(contracts, printed, 251)


def test_only_loyalty_claims(contracts, units, mill, flour, printed):
    with refused("NotLoyalty", mill.key):
        contracts.send(units, "claimUnit", flour, 1, 250, *printed.proof(250), by=mill.key)
    with refused("NotLoyalty", mill.key):
        mill.act(("claimUnit", flour, 1, 250, *printed.proof(250)), at=units)
    with refused("IssueUnknown", flour, 2):
        claim(contracts, printed, 250, issue=2)
