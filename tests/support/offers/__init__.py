"""Random acts of four organisations: some lawful for the state they are drawn for, most not quite.

Every single choice is lawful more often than not, so that walks get far: goods are made, sent,
packed, sold by the unit, points are earned and spent. Acts of several choices are then refused
about every other time, mostly for one thing that is wrong with them, which is what finds a check
that is missing or stands too late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from ledger import commands as c
from ledger import vocabulary as v
from ledger.errors import ActRefused
from ledger.history import State, Table
from ledger.rules import decide
from tests.support.cast import (
    AUDITOR,
    BAKERY,
    FARM,
    GOODS,
    LOGISTIC_UNITS,
    ORGS,
    SHOP,
)
from tests.support.offers.drawing import LAWFUL, Offer, on_their_way, recalls
from tests.support.offers.making import Making
from tests.support.offers.moving import Moving
from tests.support.offers.papers import Papers
from tests.support.offers.points import Points
from tests.support.offers.products import Products
from tests.support.packs import NOBODY, Signed

__all__ = ["GOODS_MOVE", "PAPERS", "POINTS", "THEMES", "Offer", "offer"]


class Offers(Products, Making, Moving, Papers, Points):
    """All acts of all contracts."""


Kind = Callable[[Offers], c.Command]
Theme = Mapping[Kind, int]
"""How often an act is drawn, beside the others."""
GOODS_MOVE: Theme = {
    Offers.register_product: 3,
    Offers.describe_product: 1,
    Offers.authorise_maker: 2,
    Offers.declare_yield: 2,
    Offers.commission: 9,
    Offers.transform: 18,
    Offers.ship: 9,
    Offers.receive: 8,
    Offers.reject: 3,
    Offers.cancel: 3,
    Offers.pack: 6,
    Offers.wrap: 5,
    Offers.unpack: 4,
    Offers.dispose: 3,
    Offers.sell: 5,
    Offers.accept_return: 4,
    Offers.recall: 3,
    Offers.release: 5,
    Offers.observe: 2,
    Offers.correct: 1,
    Offers.correct_fact: 2,
    Offers.issue_units: 1,
    Offers.sell_units: 1,
}
POINTS: Theme = {
    Offers.commission: 2,
    Offers.ship: 1,
    Offers.receive: 1,
    Offers.sell: 1,
    Offers.accept_return: 1,
    Offers.recall_promised: 3,
    Offers.release: 2,
    Offers.issue_units: 7,
    Offers.void_units: 3,
    Offers.sell_units: 9,
    Offers.sell_proven_unit: 6,
    Offers.return_units: 6,
    Offers.open_programme: 3,
    Offers.fund_programme: 2,
    Offers.change_programme: 2,
    Offers.close_programme: 1,
    Offers.set_partner: 3,
    Offers.open_earning: 8,
    Offers.claim: 16,
    Offers.award: 9,
    Offers.settle: 10,
    Offers.compensate_units: 7,
    Offers.claw_back_units: 6,
    Offers.claw_back_award: 5,
    Offers.redeem: 12,
    Offers.cancel_redemption: 6,
    Offers.expire: 3,
}
PAPERS: Theme = {
    Offers.issue_certificate: 4,
    Offers.revoke_certificate: 3,
    Offers.anchor: 4,
    Offers.observe: 1,
    Offers.correct_fact: 1,
}
THEMES: Mapping[str, Theme] = {"goods": GOODS_MOVE, "points": POINTS, "papers": PAPERS}
_OWNERS = (FARM, BAKERY)
_BAKERS = (BAKERY, BAKERY, FARM)
_PAPERS = (
    Offers.register_product, Offers.describe_product, Offers.authorise_maker, Offers.declare_yield,
)  # fmt: skip
_SALES = (
    Offers.sell, Offers.accept_return, Offers.sell_units, Offers.sell_proven_unit, Offers.award,
    Offers.return_units, Offers.claw_back_award, Offers.redeem, Offers.cancel_redemption,
)  # fmt: skip
_TERMS = (
    Offers.open_programme, Offers.fund_programme, Offers.change_programme, Offers.close_programme,
    Offers.set_partner, Offers.compensate_units,
)  # fmt: skip
_SUITED: dict[Kind, tuple[v.OrgId, ...]] = {
    **dict.fromkeys((*_PAPERS, Offers.commission, Offers.transform), _OWNERS),
    Offers.recall: (*_OWNERS, AUDITOR),
    Offers.recall_promised: (BAKERY, AUDITOR),
    Offers.issue_certificate: (AUDITOR,),
    **dict.fromkeys((Offers.issue_units, Offers.void_units, Offers.open_earning), _BAKERS),
    **dict.fromkeys(_SALES, (BAKERY, SHOP, SHOP)),
    **dict.fromkeys(_TERMS, (BAKERY, BAKERY, SHOP)),
}
_HOLDERS = (Offers.ship, Offers.pack, Offers.dispose)


def _suited(state: State, kind: Kind) -> Sequence[v.OrgId]:
    """Who could do such a thing at all."""
    if kind in (Offers.receive, Offers.reject):
        found = {receiver for _, _, receiver in on_their_way(state)}
    elif kind is Offers.cancel:
        found = {shipper for shipper, _, _ in on_their_way(state)}
    elif kind is Offers.release:
        found = {*recalls(state).values(), AUDITOR}
    elif kind in (Offers.wrap, Offers.unpack):
        found = {org for org in ORGS if any(state.held(u, org) for u in LOGISTIC_UNITS)}
    elif kind in _HOLDERS:
        found = {org for org in ORGS if any(state.held(item, org) for item in GOODS)}
    else:
        found = set(_SUITED.get(kind, ORGS))
    return sorted(found) or ORGS


def offer(
    random: Random,
    state: State,
    now: int,
    acts: int = 1,
    *,
    theme: Theme = GOODS_MOVE,
    signed: Signed | None = None,
) -> Offer:
    """An operation of one organisation at one contract, each act drawn for the state that those
    before it lead to.
    """
    (first,) = random.choices(list(theme), list(theme.values()))
    suited = _suited(state, first) if random.random() < LAWFUL else ORGS
    ahead, signed = _copied(state), signed or Signed(0, NOBODY)
    offers = Offers(random, ahead, random.choice(suited), now, signed)
    commands = [first(offers)]
    while len(commands) < acts:
        _move(ahead, offers, commands[-1], signed)
        (kind,) = random.choices(list(theme), list(theme.values()))
        further = kind(offers)
        if further.contract == commands[0].contract:
            commands.append(further)
    return Offer(offers.org, tuple(commands))


def _move(ahead: State, offers: Offers, command: c.Command, signed: Signed) -> None:
    now = v.Seconds(offers.now)
    try:
        for event in decide(ahead, offers.org, [command], now, signers=signed):
            ahead.apply(event, now)
    except ActRefused:
        return


def _copied(state: State) -> State:
    """Not an overlay, which cannot tell all its rows."""
    copied = State()
    for name in State.TABLES:
        table: Table[object, object] = Table()
        table.preload(getattr(state, name).rows())
        setattr(copied, name, table)
    return copied
