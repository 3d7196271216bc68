"""Answers about products, items, shipments, logistic units and organisations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from api.dependencies import View
from api.schemas.common import (
    AmountText,
    Answer,
    Hash,
    Party,
    Thing,
    hexadecimal,
    moment,
    moment_or_none,
    party,
    party_or_none,
    thing,
)
from indexer.queries.logistic_units import LogisticUnitView
from indexer.queries.lots import ItemView, TransitView
from indexer.queries.organisations import OrganisationView
from indexer.queries.products import ProductView
from indexer.queries.shipments import ShipmentView
from ledger.amounts import text_of_amount
from ledger.vocabulary import Id, Kind, Role, kind_of

NO_UNIT = "EA"
"""How amounts are counted of what has no product: logistic units."""


class Yield(Answer):
    """At most ``gives`` of the product out of ``of`` of the input."""

    input: Thing
    of: AmountText
    gives: AmountText


class Product(Answer):
    """A registered product."""

    product: Thing
    name: str = Field(description="In the reader's language.", examples=["Romaine lettuce"])
    owner: Party
    unit: str = Field(description="UN/ECE Recommendation 20.", examples=["KGM"])
    decimals: int = Field(examples=[3])
    document: Hash
    description: Mapping[str, Any] = Field(description="The document behind the hash, if kept.")
    makers: list[Party]
    yields: list[Yield]
    lots: int = Field(description="How many lots and serialised units there are.")


class Holding(Answer):
    """What an organisation holds of an item, outside logistic units."""

    holder: Party
    item: Thing
    amount: AmountText
    unit: str


class Transit(Answer):
    """What is on its way."""

    shipper: Party
    receiver: Party
    shipment: Thing
    amount: AmountText


class Packed(Answer):
    """What is inside a logistic unit."""

    logistic_unit: Thing
    amount: AmountText


class Item(Answer):
    """A lot or a serialised unit, and where its amounts are."""

    item: Thing
    name: str = Field(examples=["Romaine lettuce"])
    maker: Party
    expiry: datetime | None
    since: datetime
    unit: str = Field(examples=["KGM"])
    made: AmountText
    consumed: AmountText
    sold: AmountText
    disposed: AmountText
    recalled_by: Party | None
    recall_document: Hash | None
    holdings: list[Holding]
    in_transit: list[Transit]
    packed: list[Packed]


class ShipmentLine(Answer):
    """One item or logistic unit of a shipment; ``open`` is what is still on its way."""

    item: Thing
    unit: str
    shipped: AmountText
    received: AmountText
    rejected: AmountText
    taken_back: AmountText
    open: AmountText


class Shipment(Answer):
    """A shipment as its shipper named it."""

    shipment: Thing
    shipper: Party
    receiver: Party
    shipped_at: datetime
    lines: list[ShipmentLine]


class Content(Answer):
    """What a logistic unit carries."""

    item: Thing
    amount: AmountText
    unit: str


class LogisticUnit(Answer):
    """A logistic unit that carries something now."""

    logistic_unit: Thing
    holder: Party | None
    inside: Thing | None
    in_transit: Transit | None
    contents: list[Content]


class Key(Answer):
    """An organisation's key on chain."""

    address: str
    roles: list[str]
    valid_from: datetime
    valid_to: datetime | None
    revoked: bool


class Organisation(Answer):
    """An organisation."""

    party: Party
    roles: list[str] = Field(examples=[["maker", "retailer"]])
    suspended: bool
    prefixes: list[str] = Field(description="GS1 company prefixes.", examples=[["9521234"]])
    places: list[Thing]
    keys: list[Key]


class Scale:
    """How amounts of an item are written."""

    def __init__(self, view: View, item: Id) -> None:
        known = view.names.product(item) if kind_of(item) in (Kind.LOT, Kind.UNIT) else None
        self.unit = known.unit if known else NO_UNIT
        self._decimals = known.decimals if known else 0

    def text(self, amount: int) -> str:
        """An amount in the product's unit."""
        return text_of_amount(amount, self._decimals)


def product(found: ProductView, view: View) -> Product:
    """A product."""
    return Product(
        product=thing(found.product, view.base_url),
        name=view.names.product_name(found.product).text,
        owner=party(found.org, view.names),
        unit=found.unit,
        decimals=found.decimals,
        document=hexadecimal(found.document),
        description=view.names.description(found.document),
        makers=[party(org, view.names) for org in found.makers],
        yields=[
            Yield(
                input=thing(each.input, view.base_url),
                of=_scaled(each.denominator, each.input, view),
                gives=text_of_amount(each.numerator, found.decimals),
            )
            for each in found.yields
        ],
        lots=found.lots,
    )


def _scaled(amount: int, product_id: Id, view: View) -> str:
    known = view.names.product(product_id)
    return text_of_amount(amount, known.decimals if known else 0)


def item(found: ItemView, view: View) -> Item:
    """A lot or unit."""
    scale, names, base = Scale(view, found.item), view.names, view.base_url
    recall = found.recall_document
    return Item(
        item=thing(found.item, base),
        name=names.product_name(found.item).text,
        maker=party(found.maker, names),
        expiry=moment_or_none(found.expiry),
        since=moment(found.since),
        unit=scale.unit,
        made=scale.text(found.made),
        consumed=scale.text(found.consumed),
        sold=scale.text(found.sold),
        disposed=scale.text(found.disposed),
        recalled_by=party_or_none(found.recalled_by, names),
        recall_document=hexadecimal(recall) if recall else None,
        holdings=holdings(found, view),
        in_transit=[transit(each, scale, view) for each in found.in_transit],
        packed=[
            Packed(logistic_unit=thing(each.logistic_unit, base), amount=scale.text(each.amount))
            for each in found.packed
        ],
    )


def holdings(found: ItemView, view: View) -> list[Holding]:
    """Who holds how much of an item."""
    scale, named = Scale(view, found.item), thing(found.item, view.base_url)
    return [
        Holding(
            holder=party(each.org, view.names),
            item=named,
            amount=scale.text(each.amount),
            unit=scale.unit,
        )
        for each in found.holdings
    ]


def transit(found: TransitView, scale: Scale, view: View) -> Transit:
    """What is on its way."""
    return Transit(
        shipper=party(found.shipper, view.names),
        receiver=party(found.receiver, view.names),
        shipment=thing(found.shipment, view.base_url),
        amount=scale.text(found.amount),
    )


def shipment(found: ShipmentView, view: View) -> Shipment:
    """A shipment."""
    lines = []
    for each in found.lines:
        scale = Scale(view, each.item)
        lines.append(
            ShipmentLine(
                item=thing(each.item, view.base_url),
                unit=scale.unit,
                shipped=scale.text(each.shipped),
                received=scale.text(each.received),
                rejected=scale.text(each.rejected),
                taken_back=scale.text(each.taken_back),
                open=scale.text(each.open),
            )
        )
    return Shipment(
        shipment=thing(found.shipment, view.base_url),
        shipper=party(found.shipper, view.names),
        receiver=party(found.receiver, view.names),
        shipped_at=moment(found.shipped_at),
        lines=lines,
    )


def logistic_unit(found: LogisticUnitView, view: View) -> LogisticUnit:
    """A logistic unit."""
    own = Scale(view, found.id)
    contents = []
    for each in found.contents:
        scale = Scale(view, each.item)
        inside = thing(each.item, view.base_url)
        contents.append(Content(item=inside, amount=scale.text(each.amount), unit=scale.unit))
    return LogisticUnit(
        logistic_unit=thing(found.id, view.base_url),
        holder=party_or_none(found.holder, view.names),
        inside=thing(found.inside, view.base_url) if found.inside else None,
        in_transit=transit(found.in_transit, own, view) if found.in_transit else None,
        contents=contents,
    )


def organisation(found: OrganisationView, view: View) -> Organisation:
    """An organisation."""
    return Organisation(
        party=party(found.org, view.names),
        roles=roles(found.roles),
        suspended=found.suspended,
        prefixes=[str(each.value).zfill(each.length) for each in found.prefixes],
        places=[thing(place, view.base_url) for place in found.places],
        keys=[
            Key(
                address=hexadecimal(each.address),
                roles=roles(each.roles),
                valid_from=moment(each.valid_from),
                valid_to=moment_or_none(each.valid_to),
                revoked=each.revoked,
            )
            for each in found.keys
        ],
    )


def roles(bits: Role) -> list[str]:
    """The words of a set of roles."""
    return [role.name.lower() for role in Role if role & bits and role.name]
