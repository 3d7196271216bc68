"""Steps of the fold: units, as `contracts/UnitRegistry.sol` marks them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ledger import events as e
from ledger.history.entities import UnitIssue, UnitLot
from ledger.history.entities.units import WORD
from ledger.history.steps.step import Steps
from ledger.history.words import freed, masks
from ledger.vocabulary import Id, Seconds

if TYPE_CHECKING:
    from ledger.history.state import State


def _issued(state: State, event: e.UnitsIssued, time: Seconds) -> None:
    issue = UnitIssue(event.org, event.first, event.count, event.each, event.root)
    state.unit_issues.put((event.lot, event.issue), issue)
    known = state.unit_lots.get(event.lot)
    covered = (known.covered if known else 0) + event.count * event.each
    state.unit_lots.put(event.lot, UnitLot(event.issue, event.first + event.count, covered))


def _voided(state: State, event: e.UnitsVoided, time: Seconds) -> None:
    issue = state.unit_issues.get((event.lot, event.issue))
    units = 0
    for word, mask in masks(event.first, event.first + event.count):
        before = state.word(event.lot, word)
        units += freed(before, mask)
        state.put_word(event.lot, word, replace(before, voided=before.voided | mask))
    if issue is not None:
        _uncover(state, event.lot, units * issue.each)


def _sold(state: State, event: e.UnitSold, time: Seconds) -> None:
    word, bit = divmod(event.index, WORD)
    before = state.word(event.lot, word)
    returned = before.returned & ~(1 << bit & ~before.claimed)
    state.put_word(event.lot, word, replace(before, sold=before.sold | 1 << bit, returned=returned))
    state.by_units = True
    state.put_seller(event.lot, event.org, event.index, sold=True)


def _returned(state: State, event: e.UnitReturned, time: Seconds) -> None:
    word, bit = divmod(event.index, WORD)
    before = state.word(event.lot, word)
    sold, returned = before.sold & ~(1 << bit), before.returned | 1 << bit
    state.put_word(event.lot, word, replace(before, sold=sold, returned=returned))
    state.by_units = True
    state.put_seller(event.lot, event.org, event.index, sold=False)
    issue = state.issue_with(event.lot, event.index) if before.voided >> bit & 1 else None
    if issue is not None:
        _uncover(state, event.lot, issue.each)


def _claimed(state: State, event: e.UnitClaimed, time: Seconds) -> None:
    word, bit = divmod(event.index, WORD)
    before = state.word(event.lot, word)
    state.put_word(event.lot, word, replace(before, claimed=before.claimed | 1 << bit))


def _uncover(state: State, lot: Id, amount: int) -> None:
    known = state.unit_lots.get(lot)
    if known is not None and amount:
        state.unit_lots.put(lot, replace(known, covered=known.covered - amount))


STEPS: Steps = {
    e.UnitsIssued: _issued,
    e.UnitsVoided: _voided,
    e.UnitSold: _sold,
    e.UnitReturned: _returned,
    e.UnitClaimed: _claimed,
}
