"""clawBackUnits, clawBackAward: what came back loses what it earned, item by item."""

import pytest

from ledger.commands import (
    CancelRedemption,
    ClawBackAward,
    ClawBackUnits,
    ReturnUnits,
    SettlePoints,
)
from ledger.earnings import earning_of_receipt, earning_of_unit
from ledger.vocabulary import DocumentHash, OrgId
from tests.support.contracts import refused
from tests.support.till import PER_UNIT, PROGRAMME, checksummed

pytestmark = pytest.mark.chain
RECEIPT = DocumentHash(bytes([7] * 32))
NUMBER = DocumentHash(bytes([9] * 32))


def taken(told):
    name, values = told
    assert name == "PointsClawedBack"
    return values["points"], values["pending"], values["owed"]


def test_a_returned_units_pending_points(till):
    till.sell(0, 1)
    till.act(till.shop, till.claim(0, till.alice), till.claim(1, till.bob))
    with refused("UnitNotReturned", till.lot, 0):
        till.act(till.shop, ClawBackUnits(till.lot, 1, (0, 1)))
    till.act(till.shop, ReturnUnits(till.lot, 1, (0, 1)))
    receipt = till.act(till.mill, ClawBackUnits(till.lot, 1, (0, 1)))
    told = [values for name, values in till.contracts.events(receipt)[1:]]
    assert [each["member"] for each in told] == [checksummed(till.alice), checksummed(till.bob)]
    assert [each["pending"] for each in told] == [PER_UNIT, PER_UNIT]
    earning = earning_of_unit(till.lot, 0)
    with refused("EarningTooSmall", PROGRAMME, earning, 0, 1):
        till.act(till.shop, ClawBackUnits(till.lot, 1, (0,)))
    with refused("EarningTooSmall", PROGRAMME, earning, 0, 1):
        till.act(till.shop, SettlePoints(PROGRAMME, (earning,)))


def test_a_returned_units_spent_points_are_owed_and_recovered(till):
    till.sell(0)
    till.act(till.shop, till.claim(0, till.alice))
    till.act(till.shop, SettlePoints(PROGRAMME, (earning_of_unit(till.lot, 0),)))
    till.act(till.shop, till.redemption(NUMBER, 70))
    till.act(till.shop, ReturnUnits(till.lot, 1, (0,)))
    told = till.told(till.act(till.shop, ClawBackUnits(till.lot, 1, (0,))))
    assert taken(told) == (PER_UNIT, 0, 70)
    assert till.account(till.alice) == (0, 70)
    till.settled(RECEIPT, 50)
    assert till.account(till.alice) == (0, 20)
    till.act(till.shop, CancelRedemption(PROGRAMME, till.alice.address, NUMBER))
    assert till.account(till.alice) == (50, 0)


def test_an_award_item_by_item(till):
    till.act(till.shop, till.award(RECEIPT, 40))
    told = till.told(till.act(till.shop, ClawBackAward(PROGRAMME, RECEIPT, 15)))
    assert taken(told) == (15, 15, 0)
    earning = earning_of_receipt(OrgId(till.shop.number), RECEIPT)
    till.act(till.shop, SettlePoints(PROGRAMME, (earning,)))
    assert till.account(till.alice) == (25, 0)
    told = till.told(till.act(till.shop, ClawBackAward(PROGRAMME, RECEIPT, 20)))
    assert taken(told) == (20, 0, 0)
    with refused("EarningTooSmall", PROGRAMME, earning, 5, 6):
        till.act(till.shop, ClawBackAward(PROGRAMME, RECEIPT, 6))
    assert till.account(till.alice) == (5, 0)


def test_only_who_awarded(till):
    till.act(till.shop, till.award(RECEIPT, 40))
    theirs = earning_of_receipt(OrgId(till.mill.number), RECEIPT)
    with refused("EarningUnknown", PROGRAMME, theirs):
        till.act(till.mill, ClawBackAward(PROGRAMME, RECEIPT, 1))


def test_units_that_earned_nothing(till):
    till.sell(0)
    till.act(till.shop, ReturnUnits(till.lot, 1, (0,)))
    with refused("EarningUnknown", PROGRAMME, earning_of_unit(till.lot, 0)):
        till.act(till.shop, ClawBackUnits(till.lot, 1, (0,)))
    with refused("UnitsNotOrdered", 1):
        till.act(till.shop, ClawBackUnits(till.lot, 1, (0, 0)))
    with refused("UnitsNotOrdered", 0):
        till.act(till.shop, ClawBackUnits(till.lot, 1, ()))
