"""Transformations: held amounts become others."""

from __future__ import annotations

from starlette.responses import Response

from api.acts import Desk
from api.dependencies import Called, Viewed
from api.routes.shared import ACCEPTED, accept, router
from api.schemas import requests as r
from ledger import commands as c

routes = router("transformations")


@routes.post("/transformations", **ACCEPTED)
def transform(body: r.NewTransformation, view: Viewed, caller: Called) -> Response:
    """Turns held amounts into new ones; within one product the amounts must be equal."""

    def commands(desk: Desk) -> list[c.Command]:
        inputs = desk.lines(body.inputs, "inputs")
        return [c.TransformItems(inputs, desk.outputs(body.outputs, "outputs"))]

    return accept(view, caller, commands)
