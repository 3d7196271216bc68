"""How goods leave, sold to a consumer or disposed of, and how they come back."""

from __future__ import annotations

from starlette.responses import Response

from api.acts import Desk
from api.dependencies import Called, Viewed
from api.routes.shared import ACCEPTED, accept, router
from api.schemas import requests as r
from ledger import commands as c

routes = router("sales")


@routes.post("/sales", **ACCEPTED)
def sell(body: r.NewSale, view: Viewed, caller: Called) -> Response:
    """Sells a held amount to a consumer. A retailer."""

    def commands(desk: Desk) -> list[c.Command]:
        item = desk.key(body, "").id
        return [c.SellItem(item, desk.amount(body.amount, item, "amount"))]

    return accept(view, caller, commands)


@routes.post("/returns", **ACCEPTED)
def take_back(body: r.NewReturn, view: Viewed, caller: Called) -> Response:
    """Takes back from a consumer some of what the caller has sold by amount. A retailer."""

    def commands(desk: Desk) -> list[c.Command]:
        item = desk.key(body, "").id
        return [c.AcceptReturn(item, desk.amount(body.amount, item, "amount"))]

    return accept(view, caller, commands)


@routes.post("/disposals", **ACCEPTED)
def dispose(body: r.NewDisposal, view: Viewed, caller: Called) -> Response:
    """Takes a held amount out of the world."""

    def commands(desk: Desk) -> list[c.Command]:
        item = desk.key(body, "").id
        amount = desk.amount(body.amount, item, "amount")
        return [c.DisposeItem(item, amount, r.DISPOSE_REASONS[body.reason])]

    return accept(view, caller, commands)
