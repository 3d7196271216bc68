"""sellUnits, sellProvenUnit: a retailer sells packs out of what it holds of their lot."""

import pytest

from ledger.vocabulary import unit
from tests.support.contracts import refused
from tests.support.printed import Printed

pytestmark = pytest.mark.chain

COUNT = 300


@pytest.fixture
def units(contracts):
    return contracts.units


@pytest.fixture
def printed(units, mill, flour):
    """300 units of two each, of a lot of which the mill holds 1000."""
    printed = Printed(flour, 0, COUNT)
    mill.act(("issueUnits", flour, COUNT, 2, printed.root), at=units)
    return printed


def state(units, item, index):
    """Sold, returned, claimed, void."""
    return tuple(units.functions.unitState(item, index).call())


@pytest.mark.usefixtures("printed")
def test_what_is_sold_by_unit_is_no_longer_held(contracts, units, mill, flour):
    receipt = mill.act(("sellUnits", flour, 1, [7, 255, 256]), at=units)
    sold = [
        ("UnitSold", {"lot": flour, "index": index, "org": mill.number}) for index in (7, 255, 256)
    ]
    amount = ("ItemSold", {"item": flour, "org": mill.number, "amount": 6})
    assert contracts.events(receipt)[1:] == [*sold, amount]
    assert contracts.holding(flour, mill) == 994
    assert contracts.ledger.functions.sold(flour, mill.number).call() == [0, 6]
    assert state(units, flour, 255) == (True, False, False, False)
    assert state(units, flour, 254) == (False, False, False, False)
    assert units.functions.soldBy(flour, 256, mill.number).call()


@pytest.mark.usefixtures("printed")
def test_a_list_is_sold_whole_or_refused_for_its_first_unit_that_cannot_be(units, mill, flour):
    mill.act(("sellUnits", flour, 1, [255]), ("voidUnits", flour, 1, 257, 1, 0), at=units)
    with refused("UnitAlreadySold", flour, 255):
        mill.act(("sellUnits", flour, 1, [254, 255, 257]), at=units)
    with refused("UnitIsVoid", flour, 257):
        mill.act(("sellUnits", flour, 1, [254, 256, 257]), at=units)
    assert state(units, flour, 254) == (False, False, False, False)


def test_lists_ascend_within_their_issue(units, mill, flour, printed):
    mill.act(("issueUnits", flour, 10, 1, printed.root), at=units)
    for issue, indexes, place in ((1, [], 0), (1, [5, 5], 1), (1, [5, 6, 4], 2)):
        with refused("UnitsNotOrdered", place):
            mill.act(("sellUnits", flour, issue, indexes), at=units)
    for issue, indexes, index in ((1, [5, 300], 300), (2, [299, 300], 299), (2, [300, 310], 310)):
        with refused("UnitUnknown", flour, issue, index):
            mill.act(("sellUnits", flour, issue, indexes), at=units)
    with refused("IssueUnknown", flour, 3):
        mill.act(("sellUnits", flour, 3, [0]), at=units)


@pytest.mark.usefixtures("printed")
def test_more_than_is_held_is_not_sold_by_unit(units, mill, bakery, flour):
    with refused("HoldingTooSmall", flour, bakery.number, 0, 2):
        bakery.act(("sellUnits", flour, 1, [0]), at=units)
    mill.act(("pack", mill.logistic_unit().id, [(flour, 997)]))
    with refused("HoldingTooSmall", flour, mill.number, 3, 4):
        mill.act(("sellUnits", flour, 1, [0, 1]), at=units)
    mill.act(("sellUnits", flour, 1, [0]), at=units)


def test_the_role_is_needed(units, stranger, flour, printed):
    with refused("RoleMissing", stranger.number, 4, 2):
        stranger.act(("sellUnits", flour, 1, [0]), at=units)
    with refused("RoleMissing", stranger.number, 4, 2):
        stranger.act(("sellProvenUnit", flour, 1, 0, *printed.proof(0)), at=units)


def test_recalled_and_expired_units_are_not_sold(units, mill, flour, stale_flour, printed):
    mill.act(("issueUnits", stale_flour, 5, 1, printed.root), at=units)
    with refused("ItemIsExpired", stale_flour, 1):
        mill.act(("sellUnits", stale_flour, 1, [0]), at=units)
    mill.act(("recall", [flour], bytes(32)))
    with refused("ItemIsRecalled", flour, mill.number):
        mill.act(("sellUnits", flour, 1, [0]), at=units)
    with refused("ItemIsRecalled", flour, mill.number):
        mill.act(("sellProvenUnit", flour, 1, 0, *printed.proof(0)), at=units)


@pytest.mark.parametrize("coded", [True, False])
@pytest.mark.parametrize("count", [1, 2, 3, 8, 33])
def test_each_unit_of_issues_of_any_size_is_proven(contracts, units, mill, flour, count, coded):
    mill.act(("issueUnits", flour, 5, 1, b"\7" * 32), at=units)
    printed = Printed(flour, 5, count, coded)
    mill.act(("issueUnits", flour, count, 2, printed.root), at=units)
    for index in range(5, 5 + count):
        mill.act(("sellProvenUnit", flour, 2, index, *printed.proof(index)), at=units)
    assert contracts.holding(flour, mill) == 1000 - 2 * count
    with refused("UnitAlreadySold", flour, 5):
        mill.act(("sellProvenUnit", flour, 2, 5, *printed.proof(5)), at=units)


def test_a_proof_is_of_one_unit_with_one_code(units, mill, flour, printed):
    item, code, path = printed.proof(7)
    other, other_code, other_path = printed.proof(8)
    forged = (
        (7, other, code, path),
        (7, item, other_code, path),
        (7, item, "0x" + "00" * 20, path),
        (7, item, code, other_path),
        (7, item, code, path[:-1]),
        (7, item, code, [*path, path[0]]),
        (8, item, code, path),
    )
    for index, *proof in forged:
        with refused("ProofInvalid", flour, 1, index):
            mill.act(("sellProvenUnit", flour, 1, index, *proof), at=units)
    with refused("UnitUnknown", flour, 1, COUNT):
        mill.act(("sellProvenUnit", flour, 1, COUNT, item, code, path), at=units)
    bread = unit(mill.registered_product(2).digits, "U7").id
    for wrong in (bread, flour, bytes(32)):
        with refused("IdInvalid", wrong):
            mill.act(("sellProvenUnit", flour, 1, 7, wrong, code, path), at=units)


@pytest.mark.usefixtures("printed")
def test_only_the_registry_of_units_sells_for_others(contracts, mill, bakery, flour):
    for name in ("sellFor", "returnFor"):
        with refused("NotTheUnitRegistry", bakery.key):
            bakery.act((name, mill.number, flour, 1))
        with refused("NotTheUnitRegistry", bakery.key):
            contracts.send(contracts.ledger, name, mill.number, flour, 1, by=bakery.key)
