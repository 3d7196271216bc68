"""issueUnits, voidUnits: packs of a lot get codes, and some of them count no more."""

import pytest

from ledger.vocabulary import MAX_AMOUNT, VoidReason, lot, unit
from tests.support.contracts import refused
from tests.support.printed import Printed

pytestmark = pytest.mark.chain

ROOT = b"\7" * 32
MILLION = 1_000_000


@pytest.fixture
def units(contracts):
    return contracts.units


@pytest.fixture
def issued(units, mill, flour):
    """A lot of 1000 with ten units of three each, from index 0 on."""
    mill.act(("issueUnits", flour, 10, 3, ROOT), at=units)
    return flour


def covered(units, item):
    _issues, _next, amount = units.functions.issuesOf(item).call()
    return amount


def test_units_get_the_next_indexes_of_their_lot(contracts, units, mill, issued):
    root = Printed(issued, 10, 5).root
    receipt = mill.act(("issueUnits", issued, 5, 2, root), at=units)
    numbers = {"issue": 2, "org": mill.number, "first": 10, "count": 5, "each": 2}
    assert contracts.events(receipt)[1:] == [
        ("UnitsIssued", {"lot": issued, "root": root} | numbers)
    ]
    assert units.functions.issuesOf(issued).call() == [2, 15, 40]
    assert units.functions.issueOf(issued, 1).call() == [mill.number, 0, 10, 3, ROOT]
    assert units.functions.issueOf(issued, 2).call() == [mill.number, 10, 5, 2, root]


def test_units_stand_for_no_more_than_was_made(units, mill, issued):
    with refused("UnitsExceedLot", issued, 1000, 1001):
        mill.act(("issueUnits", issued, 971, 1, ROOT), at=units)
    most = 2**64 - 1
    with refused("UnitsExceedLot", issued, 1000, 30 + 2 * most):
        mill.act(("issueUnits", issued, 2, most, ROOT), at=units)
    mill.act(("issueUnits", issued, 970, 1, ROOT), at=units)
    mill.act(("commission", issued, 5, 0))
    mill.act(("issueUnits", issued, 1, 5, ROOT), at=units)
    assert covered(units, issued) == 1005


@pytest.mark.parametrize(("count", "each", "root"), [(0, 1, ROOT), (1, 0, ROOT), (1, 1, bytes(32))])
def test_an_issue_has_units_amounts_and_a_root(units, mill, flour, count, each, root):
    with refused("IssueInvalid", flour, count, each, root):
        mill.act(("issueUnits", flour, count, each, root), at=units)


def test_indexes_fit_a_database_though_units_were_voided(units, mill, flour_product):
    item = lot(flour_product.digits, "L").id
    mill.act(("commission", item, MAX_AMOUNT, 0))
    mill.act(
        ("issueUnits", item, MAX_AMOUNT, 1, ROOT),
        ("voidUnits", item, 1, 0, 256, VoidReason.REPLACED),
        at=units,
    )
    with refused("IssueInvalid", item, 1, 1, ROOT):
        mill.act(("issueUnits", item, 1, 1, ROOT), at=units)


def test_a_million_units_are_issued_as_cheaply_as_one(units, mill, flour_product):
    item = lot(flour_product.digits, "M").id
    mill.act(("commission", item, MILLION, 0))
    few = mill.act(("issueUnits", item, 1, 1, ROOT), at=units)
    many = mill.act(("issueUnits", item, MILLION - 1, 1, ROOT), at=units)
    assert many["gasUsed"] <= few["gasUsed"]
    assert units.functions.issuesOf(item).call() == [2, MILLION, MILLION]


def test_only_the_maker_of_a_lot_issues_and_voids_its_units(units, mill, bakery, stranger, issued):
    with refused("NotTheMaker", issued, mill.number, bakery.number):
        bakery.act(("issueUnits", issued, 1, 1, ROOT), at=units)
    with refused("NotTheMaker", issued, mill.number, bakery.number):
        bakery.act(("voidUnits", issued, 1, 0, 1, 0), at=units)
    with refused("RoleMissing", stranger.number, 1, 2):
        stranger.act(("issueUnits", issued, 1, 1, ROOT), at=units)


def test_only_lots_that_exist_have_units(units, mill, flour_product):
    for wrong in (flour_product.id, unit(flour_product.digits, "S").id, mill.logistic_unit().id):
        with refused("IdInvalid", wrong):
            mill.act(("issueUnits", wrong, 1, 1, ROOT), at=units)
    unknown = lot(flour_product.digits, "X").id
    with refused("ItemUnknown", unknown):
        mill.act(("issueUnits", unknown, 1, 1, ROOT), at=units)


def test_no_units_are_issued_of_a_recalled_lot_but_voided(units, mill, issued):
    mill.act(("recall", [issued], bytes(32)))
    with refused("ItemIsRecalled", issued, mill.number):
        mill.act(("issueUnits", issued, 1, 1, ROOT), at=units)
    mill.act(("voidUnits", issued, 1, 0, 10, VoidReason.OTHER), at=units)
    assert covered(units, issued) == 0


def test_void_units_make_room_once(contracts, units, mill, issued):
    receipt = mill.act(("voidUnits", issued, 1, 2, 4, VoidReason.PRINTED_WRONG), at=units)
    numbers = {"issue": 1, "org": mill.number, "first": 2, "count": 4, "reason": 1}
    assert contracts.events(receipt)[1:] == [("UnitsVoided", {"lot": issued} | numbers)]
    assert covered(units, issued) == 18
    mill.act(("voidUnits", issued, 1, 0, 4, VoidReason.LOST), at=units)
    assert covered(units, issued) == 12
    states = [units.functions.unitState(issued, index).call() for index in range(10)]
    assert [voided for *_, voided in states] == [True] * 6 + [False] * 4
    mill.act(("issueUnits", issued, 988, 1, ROOT), at=units)


def test_a_range_lies_within_its_issue(units, mill, issued):
    mill.act(("issueUnits", issued, 10, 3, ROOT), at=units)
    for issue, first, count, unknown in (
        (1, 10, 1, 10),
        (1, 9, 2, 10),
        (2, 9, 1, 9),
        (2, 19, 2, 20),
        (2, 10, 2**64 - 1, 20),
        (2, 2**64 - 1, 2**64 - 1, 2**64 - 1),
    ):
        with refused("UnitUnknown", issued, issue, unknown):
            mill.act(("voidUnits", issued, issue, first, count, 0), at=units)
    with refused("UnitsNotOrdered", 0):
        mill.act(("voidUnits", issued, 1, 0, 0, 0), at=units)
    with refused("IssueUnknown", issued, 3):
        mill.act(("voidUnits", issued, 3, 0, 1, 0), at=units)


def test_while_writes_are_paused_units_are_voided_and_not_issued(contracts, units, mill, issued):
    contracts.govern("pauseWrites")
    with refused("WritesArePaused"):
        mill.act(("issueUnits", issued, 1, 1, ROOT), at=units)
    mill.act(("voidUnits", issued, 1, 0, 1, VoidReason.STOLEN), at=units)
