"""Lots: made in runs."""

from __future__ import annotations

from starlette.responses import Response

from api.acts import Desk, seconds
from api.dependencies import Called, Viewed
from api.routes.shared import ACCEPTED, accept, router
from api.schemas import requests as r
from ledger import commands as c

routes = router("lots")


@routes.post("/lots", **ACCEPTED)
def commission_lot(body: r.NewLot, view: Viewed, caller: Called) -> Response:
    """Makes an amount of a lot, again for a further run. The product's owner or a maker."""

    def commands(desk: Desk) -> list[c.Command]:
        item = desk.key(r.ThingIn(gtin=body.gtin, lot=body.lot), "").id
        amount = desk.amount(body.amount, item, "amount")
        return [c.CommissionItem(item, amount, seconds(body.expiry, "expiry"))]

    return accept(view, caller, commands)
