"""Logistic units: packed and unpacked."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from api.acts import Desk
from api.dependencies import Called, Viewed
from api.routes.shared import ACCEPTED, FOUND_PROBLEMS, accept, router
from api.schemas import requests as r
from api.schemas import things
from indexer.queries.logistic_units import logistic_unit
from ledger import commands as c
from ledger.errors import InvalidInput, NotFound, RequestMalformed
from ledger.vocabulary import logistic_unit as logistic_unit_key

routes = router("logistic units")


@routes.get("/logistic-units/{sscc}", responses=FOUND_PROBLEMS)
def read_logistic_unit(
    sscc: Annotated[str, Path(description="SSCC, 18 digits.", examples=["095212345432100008"])],
    view: Viewed,
) -> things.LogisticUnit:
    """A logistic unit that carries something now."""
    try:
        packed = logistic_unit_key(sscc).id
    except InvalidInput as error:
        raise RequestMalformed(error.message, field="sscc") from error
    found = logistic_unit(view.mirror, packed)
    if found is None:
        raise NotFound(f"the logistic unit {sscc} carries nothing now")
    return things.logistic_unit(found, view)


@routes.post("/packings", **ACCEPTED)
def pack(body: r.NewPacking, view: Viewed, caller: Called) -> Response:
    """Packs held amounts into a logistic unit, which is made by its first packing."""

    def commands(desk: Desk) -> list[c.Command]:
        unit = desk.key(r.ThingIn(sscc=body.sscc), "").id
        return [c.PackItems(unit, desk.lines(body.lines, "lines"))]

    return accept(view, caller, commands)


@routes.post("/unpackings", **ACCEPTED)
def unpack(body: r.NewPacking, view: Viewed, caller: Called) -> Response:
    """Unpacks; an emptied logistic unit is gone."""

    def commands(desk: Desk) -> list[c.Command]:
        unit = desk.key(r.ThingIn(sscc=body.sscc), "").id
        return [c.UnpackItems(unit, desk.lines(body.lines, "lines"))]

    return accept(view, caller, commands)
