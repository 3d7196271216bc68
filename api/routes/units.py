"""Serialised units: each with a serial of its own, on its own or taken out of a lot."""

from __future__ import annotations

from starlette.responses import Response

from api.acts import Desk, seconds
from api.dependencies import Called, Viewed
from api.routes.shared import ACCEPTED, accept, router
from api.schemas import requests as r
from ledger import commands as c
from ledger.codes import new_serials
from ledger.errors import CommandInvalid
from ledger.vocabulary import Amount

routes = router("units")


@routes.post("/units", **ACCEPTED)
def commission_units(body: r.NewUnits, view: Viewed, caller: Called) -> Response:
    """Makes serialised units. With `lot` they are taken out of that lot, piece for piece."""
    if bool(body.serials) == bool(body.count):
        raise CommandInvalid("serials or count is needed, not both", field="serials")

    def commands(desk: Desk) -> list[c.Command]:
        serials = body.serials or new_serials(body.count or 0)
        lines = [r.LineIn(gtin=body.gtin, serial=serial) for serial in serials]
        units = desk.lines(lines, "serials")
        expiry = seconds(body.expiry, "expiry")
        if body.lot is None:
            return [c.CommissionItem(unit.item, Amount(1), expiry) for unit in units]
        lot = desk.key(r.ThingIn(gtin=body.gtin, lot=body.lot), "").id
        taken = (c.Line(lot, Amount(len(units))),)
        made = tuple(c.Output(unit.item, unit.amount, expiry) for unit in units)
        return [c.TransformItems(taken, made)]

    return accept(view, caller, commands)
