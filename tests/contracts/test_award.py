"""award, settle: a retailer's receipt earns points, once; they are available after the window."""

import pytest

from ledger.commands import ChangeProgramme, CloseProgramme, SetPartner, SettlePoints
from ledger.earnings import earning_of_receipt, quarter_of
from ledger.vocabulary import DocumentHash, OrgId
from tests.support.contracts import refused
from tests.support.till import BUDGET, DAILY_CAP, PROGRAMME, RULES, Till, checksummed

pytestmark = pytest.mark.chain
RECEIPT = bytes([7] * 32)
OTHER = bytes([8] * 32)


def test_an_award_is_settled_when_its_window_is_over(till):
    receipt = till.act(till.shop, till.award(RECEIPT, 40))
    now = till.contracts.web3.eth.get_block(receipt["blockNumber"])["timestamp"]
    assert till.told(receipt) == (
        "PointsAwarded",
        {
            "programme": PROGRAMME,
            "member": checksummed(till.alice),
            "receipt": RECEIPT,
            "org": till.shop.number,
            "points": 40,
            "availableFrom": now,
            "rules": RULES,
        },
    )
    assert till.account(till.alice) == (0, 0)
    earning = earning_of_receipt(OrgId(till.shop.number), RECEIPT)
    told = till.told(till.act(till.mill, SettlePoints(PROGRAMME, (earning,))))
    assert told == (
        "PointsSettled",
        {
            "programme": PROGRAMME,
            "member": checksummed(till.alice),
            "earning": earning,
            "points": 40,
            "recovered": 0,
            "quarter": quarter_of(now),
        },
    )
    assert till.account(till.alice) == (40, 0)
    with refused("EarningAlreadySettled", PROGRAMME, earning):
        till.act(till.mill, SettlePoints(PROGRAMME, (earning,)))


def test_points_stay_pending_while_the_window_is_open(contracts, mill):
    till = Till.open(contracts, mill, window=14 * 86_400)
    receipt = till.act(till.shop, till.award(RECEIPT, 40))
    now = contracts.web3.eth.get_block(receipt["blockNumber"])["timestamp"]
    earning = earning_of_receipt(OrgId(till.shop.number), RECEIPT)
    with refused("EarningIsPending", PROGRAMME, earning, now + 14 * 86_400):
        till.act(till.mill, SettlePoints(PROGRAMME, (earning,)))


def test_a_receipt_is_used_once(till):
    till.act(till.shop, till.award(RECEIPT, 40))
    with refused("ReceiptAlreadyUsed", PROGRAMME, till.shop.number, RECEIPT):
        till.act(till.shop, till.award(RECEIPT, 1, till.bob))
    till.act(till.mill, till.award(RECEIPT, 1))  # receipts are each organisation's own


def test_the_role_and_the_right_are_needed(till, stranger, bakery):
    with refused("RoleMissing", stranger.number, 4, 2):
        till.act(stranger, till.award(RECEIPT, 1))
    with refused("NotAPartner", PROGRAMME, bakery.number, 1):
        till.act(bakery, till.award(RECEIPT, 1))
    till.act(till.shop, SetPartner(PROGRAMME, OrgId(bakery.number), 1))
    till.act(bakery, till.award(RECEIPT, 1))
    till.act(till.shop, SetPartner(PROGRAMME, OrgId(bakery.number), 0))
    with refused("NotAPartner", PROGRAMME, bakery.number, 1):
        till.act(bakery, till.award(OTHER, 1))


def test_no_more_than_the_cap_and_the_budget(till):
    with refused("DailyCapExceeded", PROGRAMME, DAILY_CAP, DAILY_CAP + 1):
        till.act(till.shop, till.award(RECEIPT, DAILY_CAP + 1))
    till.act(till.shop, ChangeProgramme(PROGRAMME, RULES, BUDGET + 1, 0))
    with refused("BudgetExceeded", PROGRAMME, BUDGET, BUDGET + 1):
        till.act(till.shop, till.award(RECEIPT, BUDGET + 1))
    till.act(till.shop, till.award(RECEIPT, BUDGET))
    with refused("BudgetExceeded", PROGRAMME, 0, 1):
        till.act(till.shop, till.award(OTHER, 1))


def test_nothing_is_awarded_in_a_closed_programme(till):
    till.act(till.shop, CloseProgramme(PROGRAMME))
    with refused("ProgrammeIsClosed", PROGRAMME):
        till.act(till.shop, till.award(RECEIPT, 1))


def test_what_was_never_earned_is_not_settled(till):
    with refused("EarningUnknown", PROGRAMME, RECEIPT):
        till.act(till.shop, SettlePoints(PROGRAMME, (DocumentHash(RECEIPT),)))
    with refused("PointsInvalid", 0):
        till.act(till.shop, till.award(RECEIPT, 0))
