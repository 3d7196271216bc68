"""The seven verdicts and which wins."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.known_units import KnownUnit
from api.verdicts import MirrorState, Reason, judge, judge_record, judge_unit
from indexer.queries.lots import ItemView
from indexer.queries.units import UnitView
from ledger.vocabulary import Address, OrgId, Seconds, Verdict, lot, unit

NOW = Seconds(1_800_000_000)
LOT = ItemView(
    item=lot("09521234543213", "A1").id, product=None, maker=OrgId(1), expiry=Seconds(0),
    made=100, consumed=0, sold=0, disposed=0, recalled_by=None, recall_document=None,
    since=Seconds(1_700_000_000), holdings=(), in_transit=(), packed=(),
)  # fmt: skip
UNIT = replace(LOT, item=unit("09521234543213", "7K3M").id, made=1)
RECALLED = {"recalled_by": OrgId(1)}
EXPIRED = {"expiry": Seconds(NOW - 1)}


def verdict(item=LOT, lots=(), *, now=NOW, mirror=MirrorState.CURRENT, **more):
    return judge(item, lots, now=now, mirror=mirror, **more).verdict


def test_what_is_on_record_without_conflict_is_registered():
    assert judge(LOT, now=NOW, mirror=MirrorState.CURRENT).reasons == (Reason.ON_RECORD,)
    assert verdict(UNIT, (LOT,), scans=0) is Verdict.REGISTERED


def test_what_is_not_recorded_is_unknown():
    assert verdict(None) is Verdict.UNKNOWN
    assert verdict(None, (LOT,)) is Verdict.UNKNOWN


def test_a_unit_of_another_lot_than_its_code_says_is_unknown():
    assert verdict(UNIT, (LOT,), lot_differs=True) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (replace(UNIT, sold=1), Verdict.SOLD),
        (replace(UNIT, disposed=1), Verdict.REGISTERED),
        (replace(LOT, sold=100), Verdict.SOLD),
        (replace(LOT, sold=60, consumed=30, disposed=10), Verdict.SOLD),
        (replace(LOT, sold=99), Verdict.REGISTERED),
        (replace(LOT, consumed=100), Verdict.REGISTERED),
        (replace(LOT, **EXPIRED), Verdict.EXPIRED),
        (replace(LOT, expiry=NOW), Verdict.EXPIRED),
        (replace(LOT, expiry=NOW + 1), Verdict.REGISTERED),
        (replace(LOT, **RECALLED), Verdict.RECALLED),
    ],
)
def test_the_item_decides(item, expected):
    assert verdict(item) is expected


def test_recalled_wins_over_sold_over_expired_over_scanned():
    everything = replace(UNIT, sold=1, **RECALLED, **EXPIRED)
    assert judge(everything, scans=3, now=NOW, mirror=MirrorState.CURRENT).reasons == (
        Reason.RECALLED, Reason.UNIT_SOLD, Reason.PAST_EXPIRY, Reason.SCANNED_BEFORE,
        Reason.ON_RECORD,
    )  # fmt: skip
    assert verdict(replace(UNIT, sold=1, **EXPIRED), scans=3) is Verdict.SOLD
    assert verdict(replace(UNIT, **EXPIRED), scans=3) is Verdict.EXPIRED
    assert verdict(UNIT, scans=3) is Verdict.SCANNED_BEFORE


def test_a_unit_shares_the_recall_and_the_expiry_of_its_lot():
    assert verdict(UNIT, (replace(LOT, **RECALLED),)) is Verdict.RECALLED
    assert verdict(None, (replace(LOT, **RECALLED),)) is Verdict.RECALLED
    assert verdict(UNIT, (replace(LOT, **EXPIRED),)) is Verdict.EXPIRED
    assert verdict(UNIT, (replace(LOT, sold=100),)) is Verdict.REGISTERED


@pytest.mark.parametrize("mirror", [s for s in MirrorState if s is not MirrorState.CURRENT])
def test_without_a_current_mirror_nothing_but_a_recall_is_told(mirror):
    for item in (LOT, None, replace(UNIT, sold=1), replace(LOT, **EXPIRED)):
        assert verdict(item, mirror=mirror) is Verdict.CANNOT_CHECK
    assert verdict(replace(LOT, **RECALLED), mirror=mirror) is Verdict.RECALLED
    assert judge_record(known=True, mirror=mirror).verdict is Verdict.CANNOT_CHECK


def test_doubts_are_told_without_deciding():
    judged = judge(
        LOT, source_recalled=True, open_questions=True, now=NOW, mirror=MirrorState.CURRENT
    )
    assert judged.verdict is Verdict.REGISTERED
    assert judged.reasons == (Reason.SOURCE_RECALLED, Reason.OPEN_QUESTIONS, Reason.ON_RECORD)
    assert verdict(replace(LOT, **RECALLED), source_recalled=True) is Verdict.RECALLED


def test_records_that_are_no_items():
    current = MirrorState.CURRENT
    assert judge_record(known=True, mirror=current).verdict is Verdict.REGISTERED
    assert judge_record(known=False, mirror=current).verdict is Verdict.UNKNOWN
    assert judge_record(known=True, recalled=True, mirror=current).verdict is Verdict.RECALLED


amounts = st.integers(0, 3)


@given(st.builds(replace, st.sampled_from([LOT, UNIT]), made=amounts, consumed=amounts,
                 sold=amounts, disposed=amounts,
                 expiry=st.sampled_from([0, NOW - 1, NOW, NOW + 1]),
                 recalled_by=st.sampled_from([None, OrgId(2)])),
       st.none() | st.integers(0, 5), st.sampled_from(MirrorState))  # fmt: skip
def test_a_recalled_item_is_never_called_anything_else(item, scans, mirror):
    found = judge(item, scans=scans, now=NOW, mirror=mirror)
    assert (found.verdict is Verdict.RECALLED) == bool(item.recalled_by)
    assert found.reasons[-1] is Reason.ON_RECORD


# --- units that were issued in a run ---

ISSUED = KnownUnit(
    unit=UNIT.item, lot=LOT.item, run="aaaaaaaaaaaa", place=0, issue=1, index=0,
    code=Address(bytes(20)), activated=True, org=OrgId(1),
    state=UnitView(LOT.item, 0, 1, sold=False, seller=OrgId(0), returned=False, claimed=False,
                   voided=False, void_reason=None),
)  # fmt: skip


def marked(**marks) -> KnownUnit:
    return replace(ISSUED, state=replace(ISSUED.state, **marks))


def judged(found=ISSUED, lots=(LOT,), *, mirror=MirrorState.CURRENT, **more):
    return judge_unit(found, lots, now=NOW, mirror=mirror, **more)


@pytest.mark.parametrize(
    ("found", "expected", "why"),
    [
        (ISSUED, Verdict.REGISTERED, Reason.ON_RECORD),
        (replace(ISSUED, state=None), Verdict.CANNOT_CHECK, Reason.BEING_REGISTERED),
        (replace(ISSUED, activated=False), Verdict.CANNOT_CHECK, Reason.NOT_ACTIVATED),
        (marked(sold=True, seller=OrgId(3)), Verdict.SOLD, Reason.UNIT_SOLD),
        (marked(returned=True), Verdict.REGISTERED, Reason.ON_RECORD),
        (marked(voided=True, void_reason=1), Verdict.UNKNOWN, Reason.UNIT_VOID),
        (marked(voided=True, sold=True), Verdict.UNKNOWN, Reason.UNIT_VOID),
    ],
)
def test_an_issued_unit_is_judged_by_its_own_state(found, expected, why):
    judgement = judged(found)
    assert judgement.verdict is expected
    assert judgement.reasons[0] is why


@pytest.mark.parametrize("found", [ISSUED, marked(sold=True), replace(ISSUED, state=None)])
def test_the_recall_of_its_lot_decides_for_an_issued_unit(found):
    assert judged(found, (replace(LOT, **RECALLED),)).verdict is Verdict.RECALLED
    away = judged(found, (replace(LOT, **RECALLED),), mirror=MirrorState.NODE_AWAY)
    assert away.verdict is Verdict.RECALLED
    assert judged(found, mirror=MirrorState.BEHIND).verdict is Verdict.CANNOT_CHECK


def test_an_issued_unit_of_an_expired_lot_is_expired_and_under_another_lot_unknown():
    assert judged(ISSUED, (replace(LOT, **EXPIRED),)).verdict is Verdict.EXPIRED
    assert judged(lot_differs=True).verdict is Verdict.UNKNOWN
    assert judged(scans=3).verdict is Verdict.SCANNED_BEFORE
