"""The verdict on a scan: one of seven words, and the reasons for it. Pure: no clock, no database.

A code can be copied, so a verdict says what is recorded and what conflicts, and promises nothing
more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from api.known_units import KnownUnit
from indexer.queries.lots import ItemView
from ledger.vocabulary import Kind, Seconds, Verdict


class MirrorState(StrEnum):
    """How far the mirror can be relied on now."""

    CURRENT = "current"
    BEHIND = "behind"
    NODE_AWAY = "node_away"
    CONTRADICTED = "contradicted"


class Reason(StrEnum):
    """What a verdict rests on; the strongest comes first."""

    RECALLED = "recalled"
    NODE_AWAY = "node_away"
    MIRROR_BEHIND = "mirror_behind"
    CHAIN_CONTRADICTED = "chain_contradicted"
    NOT_REGISTERED = "not_registered"
    LOT_DIFFERS = "lot_differs"
    UNIT_VOID = "unit_void"
    BEING_REGISTERED = "being_registered"
    UNIT_SOLD = "unit_sold"
    NOT_ACTIVATED = "not_activated"
    LOT_SOLD_OUT = "lot_sold_out"
    PAST_EXPIRY = "past_expiry"
    POSSIBLE_CONFLICT = "possible_conflict"
    SCANNED_BEFORE = "scanned_before"
    SOURCE_RECALLED = "source_recalled"
    OPEN_QUESTIONS = "open_questions"
    ON_RECORD = "on_record"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and its reasons, the deciding one first."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


_VERDICTS: dict[Reason, Verdict] = {
    Reason.RECALLED: Verdict.RECALLED,
    Reason.NODE_AWAY: Verdict.CANNOT_CHECK,
    Reason.MIRROR_BEHIND: Verdict.CANNOT_CHECK,
    Reason.CHAIN_CONTRADICTED: Verdict.CANNOT_CHECK,
    Reason.NOT_REGISTERED: Verdict.UNKNOWN,
    Reason.LOT_DIFFERS: Verdict.UNKNOWN,
    Reason.UNIT_VOID: Verdict.UNKNOWN,
    Reason.BEING_REGISTERED: Verdict.CANNOT_CHECK,
    Reason.UNIT_SOLD: Verdict.SOLD,
    Reason.NOT_ACTIVATED: Verdict.CANNOT_CHECK,
    Reason.LOT_SOLD_OUT: Verdict.SOLD,
    Reason.PAST_EXPIRY: Verdict.EXPIRED,
    Reason.POSSIBLE_CONFLICT: Verdict.SCANNED_BEFORE,
    Reason.SCANNED_BEFORE: Verdict.SCANNED_BEFORE,
    Reason.SOURCE_RECALLED: Verdict.REGISTERED,
    Reason.OPEN_QUESTIONS: Verdict.REGISTERED,
    Reason.ON_RECORD: Verdict.REGISTERED,
}

_QUIET_DOUBTS = (
    Reason.POSSIBLE_CONFLICT,
    Reason.SCANNED_BEFORE,
    Reason.SOURCE_RECALLED,
    Reason.OPEN_QUESTIONS,
)
_DOUBTS = {
    MirrorState.NODE_AWAY: Reason.NODE_AWAY,
    MirrorState.BEHIND: Reason.MIRROR_BEHIND,
    MirrorState.CONTRADICTED: Reason.CHAIN_CONTRADICTED,
}


def judge(
    item: ItemView | None,
    lots: tuple[ItemView, ...] = (),
    *,
    lot_differs: bool = False,
    scans: int | None = None,
    conflict: bool = False,
    source_recalled: bool = False,
    open_questions: bool = False,
    now: Seconds,
    mirror: MirrorState,
) -> Judgement:
    """The verdict on a lot or unit; ``item`` is None where nothing is recorded of it.

    ``lots`` are the lots that a unit is of. ``lot_differs``: the code names another lot than the
    record does. ``scans`` counts the scans before this one, None where they are not counted;
    ``conflict``: they conflict, and that is public.
    ``source_recalled``: something it was made of is recalled; ``open_questions``: what was said of
    it contradicts; neither decides alone, both are told. A recall that is known is told even when
    the mirror cannot be relied on: better once too often.
    """
    doubts = {Reason.SOURCE_RECALLED: source_recalled, Reason.OPEN_QUESTIONS: open_questions}
    doubts |= {Reason.SCANNED_BEFORE: bool(scans), Reason.LOT_DIFFERS: lot_differs}
    doubts[Reason.POSSIBLE_CONFLICT] = conflict
    reasons = tuple(_reasons(item, lots, doubts, now, mirror))
    return Judgement(_VERDICTS[reasons[0]], reasons)


def judge_unit(
    unit: KnownUnit,
    lots: tuple[ItemView, ...],
    *,
    lot_differs: bool = False,
    scans: int | None = None,
    conflict: bool = False,
    source_recalled: bool = False,
    open_questions: bool = False,
    now: Seconds,
    mirror: MirrorState,
) -> Judgement:
    """The verdict on a unit that was issued in a run, under the lots that it is of and that the
    code names. The rest as `judge` has it.
    """
    doubts = {Reason.SOURCE_RECALLED: source_recalled, Reason.OPEN_QUESTIONS: open_questions}
    doubts |= {Reason.SCANNED_BEFORE: bool(scans), Reason.LOT_DIFFERS: lot_differs}
    doubts[Reason.POSSIBLE_CONFLICT] = conflict
    reasons = tuple(_reasons_of_unit(unit, lots, doubts, now, mirror))
    return Judgement(_VERDICTS[reasons[0]], reasons)


def _reasons_of_unit(
    unit: KnownUnit,
    lots: tuple[ItemView, ...],
    doubts: Mapping[Reason, bool],
    now: Seconds,
    mirror: MirrorState,
) -> Iterator[Reason]:
    if any(each.recalled_by for each in lots):
        yield Reason.RECALLED
    if mirror in _DOUBTS:
        yield _DOUBTS[mirror]
    if doubts[Reason.LOT_DIFFERS]:
        yield Reason.LOT_DIFFERS
    if unit.state is None:
        yield Reason.BEING_REGISTERED
        return
    if unit.state.voided:
        yield Reason.UNIT_VOID
    if unit.state.sold:
        yield Reason.UNIT_SOLD
    if not unit.activated:
        yield Reason.NOT_ACTIVATED
    if any(0 < each.expiry <= now for each in lots):
        yield Reason.PAST_EXPIRY
    yield from (reason for reason in _QUIET_DOUBTS if doubts[reason])
    yield Reason.ON_RECORD


def judge_record(*, known: bool, recalled: bool = False, mirror: MirrorState) -> Judgement:
    """The verdict on what is no item: a product, a logistic unit, an organisation, a place."""
    reasons = [Reason.RECALLED] if recalled else []
    reasons += [_DOUBTS[mirror]] if mirror in _DOUBTS else []
    reasons.append(Reason.ON_RECORD if known else Reason.NOT_REGISTERED)
    return Judgement(_VERDICTS[reasons[0]], tuple(reasons))


def _reasons(
    item: ItemView | None,
    lots: tuple[ItemView, ...],
    doubts: Mapping[Reason, bool],
    now: Seconds,
    mirror: MirrorState,
) -> Iterator[Reason]:
    known = (*((item,) if item else ()), *lots)
    if any(each.recalled_by for each in known):
        yield Reason.RECALLED
    if mirror in _DOUBTS:
        yield _DOUBTS[mirror]
    if item is None:
        yield Reason.NOT_REGISTERED
        return
    if doubts[Reason.LOT_DIFFERS]:
        yield Reason.LOT_DIFFERS
    if _sold_out(item):
        of_unit = item.item[0] == Kind.UNIT
        yield Reason.UNIT_SOLD if of_unit else Reason.LOT_SOLD_OUT
    if any(0 < each.expiry <= now for each in known):
        yield Reason.PAST_EXPIRY
    yield from (reason for reason in _QUIET_DOUBTS if doubts[reason])
    yield Reason.ON_RECORD


def _sold_out(item: ItemView) -> bool:
    """Whether something was sold and nothing is left anywhere."""
    return item.sold > 0 and item.made <= item.consumed + item.sold + item.disposed
