"""Points: claimed with units, awarded for receipts, settled, taken back, spent."""

from __future__ import annotations

from starlette.responses import Response

from api.acts import Desk
from api.dependencies import Called, Viewed
from api.routes.shared import ACCEPTED, accept, router
from api.routes.unit_issues import ascending, hashes, lot_of, octets
from api.schemas import loyalty_requests as r
from api.schemas.requests import ThingIn
from api.schemas.unit_requests import LotRef
from ledger import commands as c
from ledger.errors import CommandInvalid
from ledger.vocabulary import Address, DocumentHash, Seconds

routes = router("points")


def member_of(text: str) -> Address:
    """A member's address."""
    return Address(octets(text.lower()))


@routes.post("/claims", **ACCEPTED)
def claim(body: r.NewClaim, view: Viewed, caller: Called) -> Response:
    """Earns with a unit's hidden code, which has signed for the member. Any organisation."""

    def commands(desk: Desk) -> list[c.Command]:
        unit = desk.key(ThingIn(gtin=body.gtin, serial=body.serial), "").id
        path, signature = hashes(body.path), octets(body.signature)
        lot, member = lot_of(desk, body), member_of(body.member)
        return [c.ClaimPoints(lot, body.issue, body.index, unit, member, path, signature)]

    return accept(view, caller, commands)


@routes.post("/awards", **ACCEPTED)
def award(body: r.NewAward, view: Viewed, caller: Called) -> Response:
    """Gives a member points for a receipt. A retailer: the owner, or a partner that may earn."""
    member, receipt = member_of(body.member), DocumentHash(octets(body.receipt))
    given = c.AwardPoints(body.programme, member, receipt, body.points)
    return accept(view, caller, lambda _: [given])


@routes.post("/settlements", **ACCEPTED)
def settle(body: r.NewSettlement, view: Viewed, caller: Called) -> Response:
    """Makes points available whose return window is over. Any organisation."""
    settled = c.SettlePoints(body.programme, hashes(body.earnings))
    return accept(view, caller, lambda _: [settled])


@routes.post("/clawbacks", **ACCEPTED)
def claw_back(body: r.NewClawback, view: Viewed, caller: Called) -> Response:
    """Takes back what returned units earned, or some of what a receipt of one's own earned."""
    return accept(view, caller, lambda desk: [_clawback(desk, body)])


def _clawback(desk: Desk, body: r.NewClawback) -> c.Command:
    of_units = (body.gtin, body.lot, body.issue, body.indexes)
    of_receipt = (body.programme, body.receipt, body.points)
    match of_units, of_receipt:
        case (str(gtin), str(lot), int(issue), list(indexes)), (None, None, None):
            named = lot_of(desk, LotRef(gtin=gtin, lot=lot))
            return c.ClawBackUnits(named, issue, ascending(indexes))
        case (None, None, None, None), (int(programme), str(receipt), int(points)):
            return c.ClawBackAward(programme, DocumentHash(octets(receipt)), points)
    said = "gtin, lot, issue and indexes are needed, or programme, receipt and points"
    raise CommandInvalid(said, field="gtin")


@routes.post("/redemptions", **ACCEPTED)
def redeem(body: r.NewRedemption, view: Viewed, caller: Called) -> Response:
    """Spends points that a member has signed for. A retailer: the owner, or a partner that may
    redeem.
    """
    redeemed = c.RedeemPoints(
        body.programme,
        member_of(body.member),
        DocumentHash(octets(body.redemption)),
        body.points,
        Seconds(body.deadline),
        octets(body.signature),
    )
    return accept(view, caller, lambda _: [redeemed])


@routes.post("/redemption-cancellations", **ACCEPTED)
def cancel_redemption(body: r.RedemptionRef, view: Viewed, caller: Called) -> Response:
    """Undoes a redemption; its points have their first expiry again. Who redeemed it."""
    number = DocumentHash(octets(body.redemption))
    cancelled = c.CancelRedemption(body.programme, member_of(body.member), number)
    return accept(view, caller, lambda _: [cancelled])


@routes.post("/compensations", **ACCEPTED)
def compensate(body: r.NewCompensation, view: Viewed, caller: Called) -> Response:
    """Gives points to those who claimed units of a recalled lot. The programme's owner."""

    def commands(desk: Desk) -> list[c.Command]:
        indexes = ascending(body.indexes)
        return [c.CompensateUnits(lot_of(desk, body), body.issue, indexes, body.points)]

    return accept(view, caller, commands)


@routes.post("/expiries", **ACCEPTED)
def expire(body: r.NewLapse, view: Viewed, caller: Called) -> Response:
    """Writes down what of members' points has expired. Any organisation."""
    members = tuple(member_of(each) for each in body.members)
    return accept(view, caller, lambda _: [c.ExpirePoints(body.programme, members)])
