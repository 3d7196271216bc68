"""compensateUnits: who claimed units of a recalled lot gets points, once for each unit."""

import pytest

from ledger.commands import (
    ClawBackUnits,
    CloseProgramme,
    CompensateUnits,
    RecallItems,
    ReturnUnits,
    SettlePoints,
)
from ledger.earnings import earning_of_unit, quarter_of
from ledger.vocabulary import DocumentHash
from tests.support.contracts import refused
from tests.support.till import BUDGET, PER_UNIT, PROGRAMME, checksummed

pytestmark = pytest.mark.chain
DOCUMENT = DocumentHash(bytes(32))


@pytest.fixture
def till(till):
    """Alice has claimed unit 0 and Bob unit 1."""
    till.sell(0, 1)
    till.act(till.shop, till.claim(0, till.alice), till.claim(1, till.bob))
    return till


def recall(till):
    till.act(till.mill, RecallItems((till.lot,), DOCUMENT))


def test_claimers_are_compensated_once(till):
    with refused("ItemIsNotRecalled", till.lot):
        till.act(till.shop, CompensateUnits(till.lot, 1, (0, 1), 30))
    recall(till)
    receipt = till.act(till.shop, CompensateUnits(till.lot, 1, (0, 1), 30))
    now = till.contracts.web3.eth.get_block(receipt["blockNumber"])["timestamp"]
    assert till.told(receipt) == (
        "PointsCompensated",
        {
            "programme": PROGRAMME,
            "member": checksummed(till.bob),
            "lot": till.lot,
            "index": 1,
            "points": 30,
            "recovered": 0,
            "quarter": quarter_of(now),
        },
    )
    assert till.account(till.alice) == (30, 0)
    with refused("UnitAlreadyCompensated", till.lot, 0):
        till.act(till.shop, CompensateUnits(till.lot, 1, (0,), 30))


def test_a_debt_is_paid_first_also_in_a_closed_programme(till):
    till.act(till.shop, SettlePoints(PROGRAMME, (earning_of_unit(till.lot, 0),)))
    till.act(till.shop, till.redemption(bytes(32), PER_UNIT))
    till.act(till.shop, ReturnUnits(till.lot, 1, (0,)))
    till.act(till.shop, ClawBackUnits(till.lot, 1, (0,)))
    recall(till)
    till.act(till.shop, CloseProgramme(PROGRAMME))
    till.act(till.shop, CompensateUnits(till.lot, 1, (0,), PER_UNIT + 30))
    assert till.account(till.alice) == (30, 0)


def test_only_the_owner_out_of_the_budget_and_only_who_claimed(till):
    recall(till)
    with refused("NotTheProgrammeOwner", PROGRAMME, till.mill.number):
        till.act(till.mill, CompensateUnits(till.lot, 1, (0,), 30))
    with refused("EarningUnknown", PROGRAMME, earning_of_unit(till.lot, 2)):
        till.act(till.shop, CompensateUnits(till.lot, 1, (2,), 30))
    left = BUDGET - 2 * PER_UNIT
    with refused("BudgetExceeded", PROGRAMME, left, 2 * BUDGET):
        till.act(till.shop, CompensateUnits(till.lot, 1, (0, 1), BUDGET))
    with refused("PointsInvalid", 0):
        till.act(till.shop, CompensateUnits(till.lot, 1, (0,), 0))
    with refused("UnitsNotOrdered", 1):
        till.act(till.shop, CompensateUnits(till.lot, 1, (1, 0), 1))
