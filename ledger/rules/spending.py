"""Spending points, undoing it, and what expires."""

from __future__ import annotations

from ledger import commands as c
from ledger import events as e
from ledger.history import accounts
from ledger.refusals import refuse
from ledger.rules import programmes
from ledger.rules.act import Act
from ledger.rules.earning import NOBODY, present
from ledger.vocabulary import PartnerRight, Role


def redeem(act: Act, command: c.RedeemPoints) -> None:
    act.require_role(Role.RETAILER)
    programme, member, number = command.programme, command.member, command.redemption
    programmes.with_right(act, programme, act.org, PartnerRight.REDEEM)
    programmes.require_points(command.points)
    _require_signed(act, command)
    if act.state.redemptions.get((programme, member, number)) is not None:
        raise refuse(
            "RedemptionAlreadyExists", programme=programme, member=member, redemption=number
        )
    _, taken = accounts.spent(present(act, programme, member), command.points)
    if sum(taken) < command.points:
        raise refuse(
            "BalanceTooSmall", programme=programme, member=member, available=sum(taken),
            wanted=command.points,
        )  # fmt: skip
    act.emit(e.PointsRedeemed(programme, member, number, act.org, command.points))


def _require_signed(act: Act, command: c.RedeemPoints) -> None:
    if act.now > command.deadline:
        raise refuse("RedemptionTooLate", redemption=command.redemption, deadline=command.deadline)
    if act.signers is None:
        return
    signer = act.signers.member_of(command, act.org)
    if signer in (NOBODY, b"") or signer != command.member:
        raise refuse("RedemptionNotSigned", member=command.member, redemption=command.redemption)


def cancel(act: Act, command: c.CancelRedemption) -> None:
    programme, member, number = command.programme, command.member, command.redemption
    known = act.state.redemptions.get((programme, member, number))
    if known is None or known.cancelled or known.org != act.org:
        raise refuse("RedemptionUnknown", programme=programme, member=member, redemption=number)
    _, back = accounts.given_back(present(act, programme, member), known)
    told = (act.org, back.restored, back.recovered, back.expired)
    act.emit(e.RedemptionCancelled(programme, member, number, *told))


def expire(act: Act, command: c.ExpirePoints) -> None:
    programmes.existing(act, command.programme)
    for member in command.members:
        present(act, command.programme, member)
