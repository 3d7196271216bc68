"""Units of lots: issued as a root, sold and returned by index, voided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.acts import Desk
from api.dependencies import Called, Viewed
from api.routes.shared import (
    ACCEPTED,
    FOUND_PROBLEMS,
    READ_PROBLEMS,
    After,
    Limit,
    Linked,
    OrgQuery,
    accept,
    cursor_parts,
    cursor_with,
    key_in,
    number_in,
    router,
)
from api.schemas import unit_requests as r
from api.schemas import units as answers
from api.schemas.common import Entries
from api.schemas.requests import ThingIn
from indexer.queries import units as queries
from ledger import commands as c
from ledger.amounts import amount_of
from ledger.errors import CommandInvalid, InvalidInput, NotFound
from ledger.vocabulary import Address, DocumentHash, Id, Kind, OrgId
from ledger.vocabulary import lot as lot_key

routes = router("units of lots")
NO_CODE = Address(bytes(20))


def octets(text: str) -> bytes:
    """Bytes from 0x and hexadecimal digits, whose form the schema has checked."""
    return bytes.fromhex(text[2:])


def lot_of(desk: Desk, body: r.LotRef) -> Id:
    """The lot that a request names."""
    return desk.key(ThingIn(gtin=body.gtin, lot=body.lot), "").id


def ascending(indexes: Sequence[int]) -> tuple[int, ...]:
    """Indexes in the contract's order.

    Raises:
        CommandInvalid: one stands there twice.
    """
    ordered = tuple(sorted(set(indexes)))
    if len(ordered) != len(indexes):
        raise CommandInvalid("indexes names a unit twice", field="indexes")
    return ordered


def hashes(texts: Sequence[str]) -> tuple[DocumentHash, ...]:
    """Hashes in the order given."""
    return tuple(DocumentHash(octets(each)) for each in texts)


@routes.get("/unit-issues", responses=READ_PROBLEMS)
def list_unit_issues(
    view: Viewed,
    gtin: Annotated[str | None, Query(max_length=14, description="With `lot`: of it.")] = None,
    lot: Annotated[str | None, Query(max_length=20)] = None,
    organisation: OrgQuery = None,
    after: After = None,
    limit: Limit = 50,
) -> Entries[answers.UnitIssue]:
    """Issues of units by lot and number; of one lot, of one issuer."""
    start = cursor_parts(after, 2)
    found = queries.unit_issues(
        view.mirror,
        lot=_lot(gtin, lot),
        org=OrgId(organisation) if organisation else None,
        after=(Id(start[0]), number_in(start[1])) if start else None,
        limit=limit,
    )
    following = cursor_with(found[-1].lot, found[-1].issue) if len(found) == limit else None
    return Entries(entries=[answers.unit_issue(each, view) for each in found], next=following)


@routes.get("/unit-states/{link:path}", responses=FOUND_PROBLEMS)
def read_unit_state(
    link: Linked,
    view: Viewed,
    index: Annotated[int, Query(ge=0, lt=2**63, description="The unit's number in its lot.")],
) -> answers.UnitState:
    """What is true of one unit of a lot."""
    key = key_in(link, Kind.LOT)
    found = queries.unit(view.mirror, key.id, index)
    if found is None:
        raise NotFound(f"no unit {index} of {key} was issued")
    return answers.unit_state(found, view)


def _lot(gtin: str | None, number: str | None) -> Id | None:
    if not gtin and not number:
        return None
    try:
        return lot_key(gtin or "", number or "").id
    except InvalidInput as error:
        raise CommandInvalid(error.message, field="lot") from error


@routes.post("/unit-issues", **ACCEPTED)
def issue_units(body: r.NewUnitIssue, view: Viewed, caller: Called) -> Response:
    """Issues units of a lot, however many, as one root over their leaves. The lot's maker."""

    def commands(desk: Desk) -> list[c.Command]:
        lot = lot_of(desk, body)
        _, product = desk.product(body.gtin, "gtin")
        each = amount_of(body.each, product.decimals, "each")
        return [c.IssueUnits(lot, body.count, each, DocumentHash(octets(body.root)))]

    return accept(view, caller, commands)


@routes.post("/voids", **ACCEPTED)
def void_units(body: r.NewVoid, view: Viewed, caller: Called) -> Response:
    """Makes the codes of units count no more; this is not undone. Who issued them."""

    def commands(desk: Desk) -> list[c.Command]:
        reason = r.VOID_REASONS[body.reason]
        return [c.VoidUnits(lot_of(desk, body), body.issue, body.first, body.count, reason)]

    return accept(view, caller, commands)


@routes.post("/unit-sales", **ACCEPTED)
def sell_units(body: r.NewUnitSale, view: Viewed, caller: Called) -> Response:
    """Sells units to consumers, out of what is held of their lot. A retailer.

    With `indexes` by number; with `index`, `serial` and `path` one whose code is proven.
    """
    return accept(view, caller, lambda desk: [_sale(desk, body)])


def _sale(desk: Desk, body: r.NewUnitSale) -> c.Command:
    lot = lot_of(desk, body)
    proven = (body.index, body.serial, body.path)
    if body.indexes is not None and proven == (None, None, None) and body.code is None:
        return c.SellUnits(lot, body.issue, ascending(body.indexes))
    if body.indexes is not None or body.index is None or not body.serial or body.path is None:
        said = "indexes are needed, or index with serial and path, not both"
        raise CommandInvalid(said, field="indexes")
    unit = desk.key(ThingIn(gtin=body.gtin, serial=body.serial), "").id
    code = Address(octets(body.code)) if body.code else NO_CODE
    return c.SellProvenUnit(lot, body.issue, body.index, unit, code, hashes(body.path))


@routes.post("/unit-returns", **ACCEPTED)
def return_units(body: r.NewUnitReturn, view: Viewed, caller: Called) -> Response:
    """Takes back units from consumers; their amount is held again. Who sold them."""

    def commands(desk: Desk) -> list[c.Command]:
        return [c.ReturnUnits(lot_of(desk, body), body.issue, ascending(body.indexes))]

    return accept(view, caller, commands)
