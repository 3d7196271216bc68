"""Units: issued, voided, sold, returned and claimed."""

from __future__ import annotations

from collections.abc import Sequence

from ledger import commands as c
from ledger import events as e
from ledger.hashing import leaf_hash, unit_leaf, verify_inclusion
from ledger.history import UnitIssue, UnitLot
from ledger.refusals import refuse
from ledger.rules import ends
from ledger.rules.act import Act
from ledger.vocabulary import (
    MAX_AMOUNT,
    Address,
    Amount,
    DocumentHash,
    Id,
    Kind,
    Role,
    kind_of,
    product_of,
)

MOST_UNITS = MAX_AMOUNT
MOST_ISSUES = 2**32 - 1


def issue(act: Act, command: c.IssueUnits) -> None:
    act.require_role(Role.MAKER)
    lot = command.lot
    made = _made(act, lot)
    known = act.state.unit_lots.get(lot) or UnitLot(0, 0, 0)
    too_many = known.next + command.count > MOST_UNITS or known.issues == MOST_ISSUES
    if not command.count or not command.each or not any(command.root) or too_many:
        raise refuse(
            "IssueInvalid", lot=lot, count=command.count, each=command.each, root=command.root
        )
    wanted = known.covered + command.count * command.each
    if wanted > made:
        raise refuse("UnitsExceedLot", lot=lot, made=made, wanted=wanted)
    numbers = (known.next, command.count, command.each)
    act.emit(e.UnitsIssued(lot, known.issues + 1, act.org, *numbers, command.root))


def _made(act: Act, lot: Id) -> int:
    if kind_of(lot) != Kind.LOT:
        raise refuse("IdInvalid", id=lot)
    known = act.item(lot)
    if known.maker != act.org:
        raise refuse("NotTheMaker", item=lot, maker=known.maker, org=act.org)
    if known.recalled_by:
        raise refuse("ItemIsRecalled", item=lot, by=known.recalled_by)
    return known.made


def void(act: Act, command: c.VoidUnits) -> None:
    lot, first = command.lot, command.first
    issued = existing(act, lot, command.issue)
    if issued.org != act.org:
        raise refuse("NotTheMaker", item=lot, maker=issued.org, org=act.org)
    if not command.count:
        raise refuse("UnitsNotOrdered", place=0)
    _require_within(lot, command.issue, issued, first)
    end = issued.first + issued.count
    if command.count > end - first:
        raise refuse("UnitUnknown", lot=lot, issue=command.issue, index=end)
    act.emit(e.UnitsVoided(lot, command.issue, act.org, first, command.count, command.reason))


def sell(act: Act, command: c.SellUnits) -> None:
    act.require_role(Role.RETAILER)
    issued = _issue_of_all(act, command.lot, command.issue, command.indexes)
    _sell(act, command.lot, issued, command.indexes)


def sell_proven(act: Act, command: c.SellProvenUnit) -> None:
    act.require_role(Role.RETAILER)
    lot, index = command.lot, command.index
    issued = existing(act, lot, command.issue)
    _require_within(lot, command.issue, issued, index)
    _require_unit(act, lot, command.unit)
    _require_proven(issued, command, command.code)
    _sell(act, lot, issued, (index,))


def _sell(act: Act, lot: Id, issued: UnitIssue, indexes: Sequence[int]) -> None:
    for index in indexes:
        marks = act.state.unit(lot, index)
        if marks.voided:
            raise refuse("UnitIsVoid", lot=lot, index=index)
        if marks.sold:
            raise refuse("UnitAlreadySold", lot=lot, index=index)
    for index in indexes:
        act.emit(e.UnitSold(lot, index, act.org))
    ends.sell_amount(act, lot, len(indexes) * issued.each)


def take_back(act: Act, command: c.ReturnUnits) -> None:
    act.require_role(Role.RETAILER)
    lot = command.lot
    issued = _issue_of_all(act, lot, command.issue, command.indexes)
    for index in command.indexes:
        if not act.state.unit(lot, index).sold:
            raise refuse("UnitNotSold", lot=lot, index=index)
        if not act.state.sold_by(lot, act.org, index):
            raise refuse("NotTheSeller", lot=lot, index=index, org=act.org)
    for index in command.indexes:
        act.emit(e.UnitReturned(lot, index, act.org))
    act.emit(e.ItemReturned(lot, act.org, Amount(len(command.indexes) * issued.each)))


def claim(act: Act, command: c.ClaimPoints, code: Address | None) -> None:
    """Marks a unit as claimed by its hidden code; without it the proof is taken for right."""
    lot, index = command.lot, command.index
    issued = existing(act, lot, command.issue)
    _require_within(lot, command.issue, issued, index)
    _require_unit(act, lot, command.unit)
    if code is not None:
        _require_proven(issued, command, code)
    known = act.item(lot)
    if known.recalled_by:
        raise refuse("ItemIsRecalled", item=lot, by=known.recalled_by)
    marks = act.state.unit(lot, index)
    if marks.voided:
        raise refuse("UnitIsVoid", lot=lot, index=index)
    if not marks.sold:
        raise refuse("UnitNotSold", lot=lot, index=index)
    if marks.claimed:
        raise refuse("UnitAlreadyClaimed", lot=lot, index=index)
    act.emit(e.UnitClaimed(lot, index, command.unit))


# --- what many of them require ---


def existing(act: Act, lot: Id, number: int) -> UnitIssue:
    """An issue that there is."""
    known = act.state.unit_issues.get((lot, number))
    if known is None:
        raise refuse("IssueUnknown", lot=lot, issue=number)
    return known


def require_ordered(indexes: Sequence[int]) -> None:
    """Ascending, and at least one."""
    if not indexes:
        raise refuse("UnitsNotOrdered", place=0)
    for i in range(1, len(indexes)):
        if indexes[i] <= indexes[i - 1]:
            raise refuse("UnitsNotOrdered", place=i)


def _issue_of_all(act: Act, lot: Id, number: int, indexes: Sequence[int]) -> UnitIssue:
    issued = existing(act, lot, number)
    require_ordered(indexes)
    for index in (indexes[0], indexes[-1]):
        _require_within(lot, number, issued, index)
    return issued


def _require_within(lot: Id, number: int, issued: UnitIssue, index: int) -> None:
    if not issued.has(index):
        raise refuse("UnitUnknown", lot=lot, issue=number, index=index)


def _require_unit(act: Act, lot: Id, unit: Id) -> None:
    act.require_new_id(unit, Kind.UNIT)
    if product_of(unit) != product_of(lot):
        raise refuse("IdInvalid", id=unit)


def _require_proven(
    issued: UnitIssue, named: c.SellProvenUnit | c.ClaimPoints, code: Address
) -> None:
    leaf = leaf_hash(unit_leaf(named.lot, named.unit, code))
    path: Sequence[DocumentHash] = named.path
    place = named.index - issued.first
    if not verify_inclusion(leaf, place, issued.count, path, issued.root):
        raise refuse("ProofInvalid", lot=named.lot, issue=named.issue, index=named.index)
