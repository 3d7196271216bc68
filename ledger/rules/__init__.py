"""The contract's rules in Python, so that a refusal can be told sooner and more kindly.

`decide` answers what a command would do now: the events it would emit, or the refusal. The
contract decides all the same; a test plays random acts against both and compares. Codes of
refusals are the names of the Solidity errors, and checks stand in the contract's order.

Four things are told otherwise than by the contract, on purpose: what nobody ever made is
ItemUnknown here and a holding of 0 there; an id that comes into the world must be exact GS1 here
(character set 82, check digit), while the contract leaves a lot's check digit to its product; of
several recalled or expired items in one logistic unit, another may be named; and a correction must
name a fact here, and any event there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ledger import commands as c
from ledger import events as e
from ledger.history import State
from ledger.refusals import refuse
from ledger.rules import (
    earning,
    ends,
    making,
    moving,
    packing,
    papers,
    products,
    programmes,
    spending,
    units,
    words,
)
from ledger.rules.act import Act, Signers
from ledger.rules.products import prefix_length
from ledger.vocabulary import ALL_ROLES, Address, OrgId, Role, Seconds

__all__ = ["Signers", "decide", "prefix_length"]

_ACTS: dict[type[c.Command], Callable[[Act, Any], None]] = {
    c.RegisterProduct: products.register_product,
    c.DescribeProduct: products.describe_product,
    c.AuthoriseMaker: products.authorise_maker,
    c.DeclareYield: products.declare_yield,
    c.CommissionItem: making.commission,
    c.TransformItems: making.transform,
    c.ShipItems: moving.ship,
    c.ReceiveShipment: moving.receive,
    c.RejectShipment: moving.reject,
    c.CancelShipment: moving.cancel,
    c.PackItems: packing.pack,
    c.UnpackItems: packing.unpack,
    c.DisposeItem: ends.dispose,
    c.SellItem: ends.sell,
    c.RecallItems: ends.recall,
    c.ReleaseItems: ends.release,
    c.Observe: words.observe,
    c.CorrectStatement: words.correct,
    c.AcceptReturn: ends.accept_return,
    c.CorrectFact: words.correct_fact,
    c.IssueCertificate: papers.issue_certificate,
    c.RevokeCertificate: papers.revoke_certificate,
    c.AnchorRoot: papers.anchor,
    c.IssueUnits: units.issue,
    c.VoidUnits: units.void,
    c.SellUnits: units.sell,
    c.SellProvenUnit: units.sell_proven,
    c.ReturnUnits: units.take_back,
    c.OpenProgramme: programmes.open_programme,
    c.FundProgramme: programmes.fund,
    c.ChangeProgramme: programmes.change,
    c.CloseProgramme: programmes.close,
    c.SetPartner: programmes.set_partner,
    c.OpenEarning: earning.open_earning,
    c.ClaimPoints: earning.claim,
    c.AwardPoints: earning.award,
    c.SettlePoints: earning.settle,
    c.ClawBackUnits: earning.claw_back_units,
    c.ClawBackAward: earning.claw_back_award,
    c.CompensateUnits: earning.compensate,
    c.RedeemPoints: spending.redeem,
    c.CancelRedemption: spending.cancel,
    c.ExpirePoints: spending.expire,
}


FOR_SAFETY = frozenset(
    {c.RecallItems, c.CorrectStatement, c.CorrectFact, c.RevokeCertificate, c.VoidUnits}
)
"""What stays possible while writes are paused."""


def decide(
    state: State,
    org: OrgId,
    commands: Iterable[c.Command],
    now: Seconds,
    *,
    key: Address | None = None,
    signers: Signers | None = None,
) -> list[e.Event]:
    """What the commands of one operation would do now, all or none. The state itself is left alone.

    By ``key`` of the organisation; without one, by a key that may do all that the organisation may.

    Raises:
        ActRefused: with the code of the Solidity error that would be thrown.
    """
    act = Act(state.overlay(), org, _roles(state, org, key, now), now, signers)
    if not act.roles:
        raise refuse("RoleMissing", org=org, needed=int(ALL_ROLES), held=0)
    for command in commands:
        if state.pauses.get(0) and type(command) not in FOR_SAFETY:
            raise refuse("WritesArePaused")
        _ACTS[type(command)](act, command)
    return act.events


def _roles(state: State, org: OrgId, key: Address | None, now: Seconds) -> Role:
    """What a key may do now for its organisation."""
    masked = ALL_ROLES
    if key is not None:
        grant = state.keys.get(key)
        if grant is None:
            raise refuse("KeyUnknown", key=key)
        if now < grant.valid_from or (grant.valid_to and now >= grant.valid_to):
            raise refuse(
                "KeyNotValid", key=key, valid_from=grant.valid_from, valid_to=grant.valid_to
            )
        masked = grant.roles
    acting = state.organisations.get(org)
    if acting is None:
        raise refuse("OrganisationUnknown", org=org)
    if acting.suspended:
        raise refuse("OrganisationIsSuspended", org=org)
    return acting.roles & masked
