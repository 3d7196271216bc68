"""The contract's rules in Python, so that a refusal can be told sooner and more kindly.

`decide` answers what a command would do now: the events it would emit, or the refusal. The
contract decides all the same; a test plays random acts against both and compares. Codes of
refusals are the names of the Solidity errors, and checks stand in the contract's order.

Three things are told otherwise than by the contract, on purpose: what nobody ever made is
ItemUnknown here and a holding of 0 there; an id that comes into the world must be exact GS1 here
(character set 82, check digit), while the contract leaves a lot's check digit to its product; and
of several recalled or expired items in one logistic unit, another may be named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ledger import commands as c
from ledger import events as e
from ledger.history import State
from ledger.refusals import refuse
from ledger.rules import ends, making, moving, packing, products, words
from ledger.rules.act import Act
from ledger.rules.products import prefix_length
from ledger.vocabulary import OrgId, Seconds

__all__ = ["decide", "decides", "prefix_length"]

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
}


FOR_SAFETY = frozenset({c.RecallItems, c.CorrectStatement})
"""What stays possible while writes are paused."""


def decides(commands: Iterable[c.Command]) -> bool:
    """Whether all of these are acts that `decide` knows."""
    return all(type(command) in _ACTS for command in commands)


def decide(state: State, org: OrgId, commands: Iterable[c.Command], now: Seconds) -> list[e.Event]:
    """What the commands of one operation would do now, all or none. The state itself is left alone.

    Raises:
        ActRefused: with the code of the Solidity error that would be thrown.
    """
    act = Act(state.overlay(), org, now)
    acting = state.organisations.get(org)
    if acting is None:
        raise refuse("OrganisationUnknown", org=org)
    if acting.suspended:
        raise refuse("OrganisationIsSuspended", org=org)
    for command in commands:
        if state.pauses.get(0) and type(command) not in FOR_SAFETY:
            raise refuse("WritesArePaused")
        _ACTS[type(command)](act, command)
    return act.events
