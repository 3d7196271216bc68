"""Earning points, and giving them back."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger.earnings import earning_of_receipt, earning_of_unit, quarter_of
from ledger.history import Account, Earning, Opening, accounts
from ledger.refusals import refuse
from ledger.rules import programmes, units
from ledger.rules.act import Act
from ledger.vocabulary import Address, DocumentHash, Id, Role

NOBODY = bytes(20)


def open_earning(act: Act, command: c.OpenEarning) -> None:
    act.require_role(Role.MAKER)
    programmes.open_for(act, command.programme, act.org)
    lot, number, closes = command.lot, command.issue, command.closes
    if units.existing(act, lot, number).org != act.org:
        raise refuse("NotTheIssuer", lot=lot, issue=number, org=act.org)
    known = act.state.openings.get((lot, number))
    if known is not None:
        raise refuse("EarningAlreadyOpened", lot=lot, issue=number, programme=known.programme)
    programmes.require_points(command.points)
    if closes and closes <= act.now:
        raise refuse("ClosesTooEarly", closes=closes)
    act.emit(e.EarningOpened(command.programme, lot, number, command.points, closes))


def claim(act: Act, command: c.ClaimPoints) -> None:
    lot, index = command.lot, command.index
    opening = _opening(act, lot, command.issue)
    if opening.closes and act.now >= opening.closes:
        raise refuse("EarningIsClosed", lot=lot, issue=command.issue, closes=opening.closes)
    code = act.signers.code_of(command) if act.signers else None
    if code == NOBODY:
        raise refuse("ClaimNotSigned", lot=lot, index=index)
    units.claim(act, command, code)
    programme, points = opening.programme, opening.points
    issuer = units.existing(act, lot, command.issue).org
    available_from, rules = programmes.issue(act, programme, issuer, points)
    _require_member(command.member)
    act.emit(e.PointsClaimed(programme, command.member, lot, index, points, available_from, rules))


def award(act: Act, command: c.AwardPoints) -> None:
    act.require_role(Role.RETAILER)
    programme, points, receipt = command.programme, command.points, command.receipt
    programmes.require_points(points)
    earning = earning_of_receipt(act.org, receipt)
    if act.state.earnings.get((programme, earning)) is not None:
        raise refuse("ReceiptAlreadyUsed", programme=programme, org=act.org, receipt=receipt)
    available_from, rules = programmes.issue(act, programme, act.org, points)
    _require_member(command.member)
    told = (receipt, act.org, points, available_from, rules)
    act.emit(e.PointsAwarded(programme, command.member, *told))


def settle(act: Act, command: c.SettlePoints) -> None:
    for earning in command.earnings:
        _settle(act, command.programme, earning)


def _settle(act: Act, programme: int, earning: DocumentHash) -> None:
    known = _existing(act, programme, earning)
    if known.settled:
        raise refuse("EarningAlreadySettled", programme=programme, earning=earning)
    due = known.available_from
    if act.now < due:
        raise refuse("EarningIsPending", programme=programme, earning=earning, available_from=due)
    if not known.points:
        raise refuse("EarningTooSmall", programme=programme, earning=earning, left=0, wanted=1)
    quarter, member, points = quarter_of(due), known.member, known.points
    over = accounts.is_over(quarter, quarter_of(act.now))
    recovered = 0 if over else min(present(act, programme, member).owed, points)
    act.emit(e.PointsSettled(programme, member, earning, points, recovered, quarter))
    if over:
        act.emit(e.PointsExpired(programme, member, quarter, points))


def compensate(act: Act, command: c.CompensateUnits) -> None:
    lot, points = command.lot, command.points
    programme = _opening(act, lot, command.issue).programme
    known = programmes.own(act, programme)
    programmes.require_points(points)
    item = act.state.items.get(lot)
    if item is None or not item.recalled_by:
        raise refuse("ItemIsNotRecalled", item=lot)
    units.require_ordered(command.indexes)
    programmes.charge(programme, known, points * len(command.indexes))
    for index in command.indexes:
        _compensate(act, programme, lot, index, points)


def _compensate(act: Act, programme: int, lot: Id, index: int, points: int) -> None:
    known = _existing(act, programme, earning_of_unit(lot, index))
    if known.compensated:
        raise refuse("UnitAlreadyCompensated", lot=lot, index=index)
    recovered = min(present(act, programme, known.member).owed, points)
    quarter = quarter_of(act.now)
    told = (lot, index, points, recovered, quarter)
    act.emit(e.PointsCompensated(programme, known.member, *told))


# --- giving back ---


def claw_back_units(act: Act, command: c.ClawBackUnits) -> None:
    lot = command.lot
    programme = _opening(act, lot, command.issue).programme
    units.require_ordered(command.indexes)
    for index in command.indexes:
        if not act.state.unit(lot, index).returned:
            raise refuse("UnitNotReturned", lot=lot, index=index)
        earning = earning_of_unit(lot, index)
        known = _existing(act, programme, earning)
        if not known.points:
            raise refuse("EarningTooSmall", programme=programme, earning=earning, left=0, wanted=1)
        _claw_back(act, programme, earning, known, known.points)


def claw_back_award(act: Act, command: c.ClawBackAward) -> None:
    programme, points = command.programme, command.points
    earning = earning_of_receipt(act.org, command.receipt)
    programmes.require_points(points)
    known = _existing(act, programme, earning)
    if points > known.points:
        left = known.points
        raise refuse(
            "EarningTooSmall", programme=programme, earning=earning, left=left, wanted=points
        )
    _claw_back(act, programme, earning, known, points)


def _claw_back(
    act: Act, programme: int, earning: DocumentHash, known: Earning, points: int
) -> None:
    quarter = quarter_of(known.available_from)
    if accounts.is_over(quarter, quarter_of(act.now)):
        raise refuse("EarningIsExpired", programme=programme, earning=earning, quarter=quarter)
    pending, owed = points, 0
    if known.settled:
        account = present(act, programme, known.member)
        pending, (_, owed) = 0, accounts.taken_back(account, quarter, points)
    act.emit(e.PointsClawedBack(programme, known.member, earning, points, pending, owed))


# --- what many of them require ---


def present(act: Act, programme: int, member: Address) -> Account:
    """A member's account as it is now; what has expired since it was last written is told."""
    current = quarter_of(act.now)
    known = act.state.accounts.get((programme, member))
    for quarter, points in accounts.expired(known, current):
        act.emit(e.PointsExpired(programme, member, quarter, points))
    return accounts.present(act.state.accounts.get((programme, member)), current)


def _opening(act: Act, lot: Id, number: int) -> Opening:
    known = act.state.openings.get((lot, number))
    if known is None:
        raise refuse("EarningNotOpened", lot=lot, issue=number)
    return known


def _existing(act: Act, programme: int, earning: DocumentHash) -> Earning:
    known = act.state.earnings.get((programme, earning))
    if known is None:
        raise refuse("EarningUnknown", programme=programme, earning=earning)
    return known


def _require_member(member: Address) -> None:
    if member == NOBODY:
        raise refuse("AddressIsZero")
