"""What the ledger forbids is a conflict on its own."""

from dataclasses import replace

import pytest

from insights.conflicts import CURRENT, Scan, UnitFacts, judge_unit
from ledger.vocabulary import Seconds
from tests.insights.conflicts.histories import DAY, FACTS, LOT, SOLD, UNIT, fired, staff, view

UNSOLD = UnitFacts(UNIT, LOT)


@pytest.mark.parametrize("kind", ["goods_in", "till", "return"])
def test_an_unknown_code_in_the_hands_of_staff_is_a_conflict(kind):
    found = judge_unit([staff(4, 1, kind)], replace(UNSOLD, registered=False))
    assert (found.level, found.public, fired(found)) == ("conflict", True, ["unknown"])
    assert found.reasons[0].scans == (4,)
    assert found.reasons[0].hard


def test_an_unknown_code_that_shoppers_try_is_none():
    views = [view(n, n, n) for n in range(3)]
    assert judge_unit(views, replace(UNSOLD, registered=False)) is None


@pytest.mark.parametrize(
    ("rule", "fact"),
    [
        ("recalled", {"recalled": True}),
        ("not_activated", {"activated": False}),
        ("void", {"voided": True}),
    ],
)
def test_a_state_that_forbids_circulation_makes_any_scan_a_conflict(rule, fact):
    facts = replace(UNSOLD, **fact)
    for scan in (view(1, 1, 1), staff(1, 1, "goods_in")):
        found = judge_unit([scan], facts)
        assert (found.level, found.public, fired(found)) == ("conflict", True, [rule])
        assert judge_unit([scan], UNSOLD) is None
    assert judge_unit([], facts) is None


def test_a_scan_before_the_recall_says_nothing():
    facts = replace(UNSOLD, recalled=True, recalled_at=SOLD)
    assert judge_unit([view(1, -0.01, 1)], facts) is None
    assert fired(judge_unit([view(1, 0, 1)], facts)) == ["recalled"]


@pytest.mark.parametrize("kind", ["goods_in", "till"])
def test_what_was_sold_and_did_not_come_back_is_not_goods_again(kind):
    grace = CURRENT.sold_again_seconds
    late = Scan(9, Seconds(SOLD + grace + 1), kind=kind)
    in_time = Scan(9, Seconds(SOLD + grace), kind=kind)
    found = judge_unit([late], FACTS)
    assert (found.level, found.public, fired(found)) == ("conflict", True, ["sold_again"])
    assert judge_unit([in_time], FACTS) is None
    assert judge_unit([late], UNSOLD) is None


def test_bringing_it_back_and_looking_at_it_are_no_offers():
    assert judge_unit([staff(1, 3, "return"), view(2, 4, 1)], FACTS) is None


def test_a_used_hidden_code_conflicts_only_when_it_is_presented_again():
    claimed = replace(FACTS, code_used=True)
    again = Scan(3, Seconds(SOLD + DAY), b"device", kind="code")
    assert judge_unit([view(1, 1, 1)], claimed) is None
    assert fired(judge_unit([view(1, 1, 1), again], claimed)) == ["code_used"]
    assert judge_unit([again], FACTS) is None


def test_all_hard_rules_that_fire_are_told_with_their_scans():
    facts = replace(FACTS, recalled=True, voided=True, activated=False)
    scans = [staff(seq, seq, "goods_in") for seq in range(1, 31)]
    found = judge_unit(scans, facts)
    assert fired(found) == ["recalled", "not_activated", "void", "sold_again"]
    for reason in found.reasons:
        assert reason.scans == tuple(range(1, 1 + CURRENT.evidence_scans))
    assert found.reasons[0].values == {"scans": 30}
