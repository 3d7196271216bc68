"""Products: what they are, who may make them and of what."""

from __future__ import annotations

from math import gcd
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

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
from indexer.queries.products import product, products
from ledger import commands as c
from ledger import vocabulary as v
from ledger.amounts import amount_of
from ledger.errors import CommandInvalid, InvalidInput, NotFound, RequestMalformed
from ledger.hashing import canonical, document_hash
from ledger.refusals import refuse

routes = router("products")
JSON = "application/json"
_UNIT_LENGTH = 3

Gtin = Annotated[str, Path(description="GTIN-8 to GTIN-14.", examples=["09521234543213"])]


def gtin_in_path(gtin: str) -> v.Id:
    """A product's id from a path.

    Raises:
        RequestMalformed: no GTIN.
    """
    try:
        return v.product(gtin).id
    except InvalidInput as error:
        raise RequestMalformed(error.message, field="gtin") from error


@routes.get("/products", responses=READ_PROBLEMS)
def list_products(
    view: Viewed, after: After = None, limit: Limit = 50, organisation: OrgQuery = None
) -> Entries[things.Product]:
    """Registered products by GTIN; with `organisation` those it owns or may make."""
    try:
        start = v.product(after).id if after else None
    except InvalidInput as error:
        raise wrong_cursor() from error
    org = v.OrgId(organisation) if organisation else None
    found = products(view.mirror, start, limit, org)
    following = v.key_of(found[-1].product).digits if len(found) == limit else None
    return Entries(entries=[things.product(each, view) for each in found], next=following)


@routes.get("/products/{gtin}", responses=FOUND_PROBLEMS)
def read_product(gtin: Gtin, view: Viewed) -> things.Product:
    """One product."""
    found = product(view.mirror, gtin_in_path(gtin))
    if found is None:
        raise NotFound(f"no product {gtin} is registered")
    return things.product(found, view)


@routes.post("/products", **ACCEPTED)
def register_product(body: r.NewProduct, view: Viewed, caller: Called) -> Response:
    """Registers a product whose GTIN lies under one of the caller's company prefixes."""
    document = _document(body.description)

    def commands(desk: Desk) -> list[c.Command]:
        packed = desk.gtin(body.gtin, "gtin")
        length = desk.prefix_length(packed)
        if not length:  # told before the contract would have to guess which prefix was meant
            raise refuse("PrefixNotOwned", product=packed, length=7, org=desk.org)
        hashed = document_hash(document)
        return [c.RegisterProduct(packed, length, _unit(body.unit), body.decimals, hashed)]

    return accept(view, caller, commands, [(document, JSON)])


@routes.post("/products/{gtin}/descriptions", **ACCEPTED)
def describe_product(gtin: Gtin, body: r.Description, view: Viewed, caller: Called) -> Response:
    """Replaces what people read of a product. Its owner."""
    packed, document = gtin_in_path(gtin), _document(body)
    described = c.DescribeProduct(packed, document_hash(document))
    return accept(view, caller, lambda _: [described], [(document, JSON)])


@routes.post("/products/{gtin}/makers", **ACCEPTED)
def authorise_maker(gtin: Gtin, body: r.NewMaker, view: Viewed, caller: Called) -> Response:
    """Lets another organisation make a product, or no longer. Its owner."""
    packed = gtin_in_path(gtin)

    def commands(desk: Desk) -> list[c.Command]:
        maker = desk.organisation(body.maker, "maker")
        return [c.AuthoriseMaker(packed, maker, body.allowed)]

    return accept(view, caller, commands)


@routes.post("/products/{gtin}/yields", **ACCEPTED)
def declare_yield(gtin: Gtin, body: r.NewYield, view: Viewed, caller: Called) -> Response:
    """Declares what an input yields at most; from the first on the product has a recipe."""
    packed = gtin_in_path(gtin)

    def commands(desk: Desk) -> list[c.Command]:
        _, output = desk.product(gtin, "gtin")
        source, input_product = desk.product(body.input, "input")
        gives = amount_of(body.gives, output.decimals, "gives")
        of = amount_of(body.of, input_product.decimals, "of")
        shared = gcd(gives, of)
        return [c.DeclareYield(packed, source, gives // shared, of // shared)]

    return accept(view, caller, commands)


def _document(description: r.Description) -> bytes:
    """A description's canonical bytes, so that the same words have the same hash."""
    try:
        return canonical(description.model_dump())
    except InvalidInput as error:
        raise CommandInvalid(error.message, field="description") from error


def _unit(unit: str) -> bytes:
    if not unit.isascii() or len(unit) > _UNIT_LENGTH:
        raise CommandInvalid("unit has two or three capitals or digits", field="unit")
    return unit.encode("ascii").ljust(_UNIT_LENGTH, b"\0")
