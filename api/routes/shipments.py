"""Shipments: sent, received, refused, taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from sqlalchemy import Connection
from starlette.responses import Response

from api.activating import activate
from api.acts import Desk
from api.dependencies import Called, Viewed
from api.routes.shared import (
    ACCEPTED,
    FOUND_PROBLEMS,
    READ_PROBLEMS,
    After,
    Limit,
    OrgQuery,
    accept,
    router,
    wrong_cursor,
)
from api.schemas import requests as r
from api.schemas import things
from api.schemas.common import Entries
from indexer.queries import shipments as queries
from ledger import commands as c
from ledger.errors import InvalidInput, NotFound, RequestMalformed
from ledger.vocabulary import Id, OrgId, key_of, shipment
from records.outbox import Operation

routes = router("shipments")
_GSIN_LENGTH = 17


@routes.get("/shipments", responses=READ_PROBLEMS)
def list_shipments(
    view: Viewed,
    organisation: OrgQuery = None,
    open_only: Annotated[bool, Query(alias="open", description="Only what is on its way.")] = False,  # noqa: FBT002  # FastAPI calls it by name
    after: After = None,
    limit: Limit = 50,
) -> Entries[things.Shipment]:
    """Shipments; with `organisation` those it sent or is to receive."""
    org = OrgId(organisation) if organisation else None
    found = queries.shipments(
        view.mirror, org, open_only=open_only, after=_start(after), limit=limit
    )
    following = None
    if len(found) == limit:
        last = found[-1]
        following = f"{last.shipper}/{_text(last.shipment)}"
    return Entries(entries=[things.shipment(each, view) for each in found], next=following)


@routes.get("/shipments/{organisation}/{reference:path}", responses=FOUND_PROBLEMS)
def read_shipment(
    organisation: Annotated[int, Path(ge=1, le=2**32 - 1, description="The shipper's number.")],
    reference: Annotated[str, Path(description="Its own reference, or a GSIN of 17 digits.")],
    view: Viewed,
) -> things.Shipment:
    """One shipment."""
    found = queries.shipment(view.mirror, OrgId(organisation), _packed(reference))
    if found is None:
        raise NotFound(f"organisation {organisation} has sent no shipment {reference}")
    return things.shipment(found, view)


@routes.post("/shipments", **ACCEPTED)
def ship(body: r.NewShipment, view: Viewed, caller: Called) -> Response:
    """Sends held amounts and logistic units to another organisation, and activates the units with
    a code of their own that leave with them.
    """

    def commands(desk: Desk) -> list[c.Command]:
        packed = desk.shipment_key(body.reference, body.gsin)
        receiver = desk.organisation(body.receiver, "receiver")
        return [c.ShipItems(packed, receiver, desk.lines(body.lines, "lines"))]

    def dispatch(records: Connection, made: Operation) -> None:
        reference = body.reference or body.gsin or ""
        activate(
            records, view.mirror, caller.org, body.activates, reference, view.services.now(),
            field="activates", operation=made,
        )  # fmt: skip

    return accept(view, caller, commands, also=dispatch if body.activates else None)


@routes.post("/receipts", **ACCEPTED)
def receive(body: r.ShipmentRef, view: Viewed, caller: Called) -> Response:
    """Receives some or all of a shipment; again for the rest."""

    def commands(desk: Desk) -> list[c.Command]:
        shipper, packed, lines = _referred(desk, body)
        return [c.ReceiveShipment(shipper, packed, lines)]

    return accept(view, caller, commands)


@routes.post("/rejections", **ACCEPTED)
def reject(body: r.NewRejection, view: Viewed, caller: Called) -> Response:
    """Refuses what did not arrive or arrived damaged; it is the shipper's again."""

    def commands(desk: Desk) -> list[c.Command]:
        shipper, packed, lines = _referred(desk, body)
        return [c.RejectShipment(shipper, packed, lines, r.REJECT_REASONS[body.reason])]

    return accept(view, caller, commands)


@routes.post("/cancellations", **ACCEPTED)
def cancel(body: r.NewCancellation, view: Viewed, caller: Called) -> Response:
    """Takes back what was sent and not yet received."""

    def commands(desk: Desk) -> list[c.Command]:
        packed = desk.shipment_key(body.reference, body.gsin)
        return [c.CancelShipment(packed, desk.open_lines(desk.org, packed, body.lines))]

    return accept(view, caller, commands)


def _referred(desk: Desk, body: r.ShipmentRef) -> tuple[OrgId, Id, tuple[c.Line, ...]]:
    shipper = desk.organisation(body.shipper, "shipper")
    packed = desk.shipment_key(body.reference, body.gsin)
    return shipper, packed, desk.open_lines(shipper, packed, body.lines)


def _packed(reference: str) -> Id:
    try:
        if len(reference) == _GSIN_LENGTH and reference.isdecimal() and reference.isascii():
            return shipment("", gsin=reference).id
        return shipment(reference).id
    except InvalidInput as error:
        raise RequestMalformed(error.message, field="reference") from error


def _text(packed: Id) -> str:
    key = key_of(packed)
    return key.extension or key.digits


def _start(after: str | None) -> tuple[OrgId, Id] | None:
    if not after:
        return None
    org, _, reference = after.partition("/")
    if not (org.isascii() and org.isdecimal() and len(org) <= len(str(2**32))):
        raise wrong_cursor()
    return OrgId(int(org)), _packed(reference)
