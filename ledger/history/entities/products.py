"""Rows of products, items and what moves them."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class Product:
    """A product. ``unit`` is a UN/ECE Rec 20 code; amounts count its ``decimals``-th decimal
    part.
    """

    org: OrgId
    unit: str
    decimals: int
    document: DocumentHash
    recipe: bool = False


@dataclass(frozen=True, slots=True)
class Yield:
    """One part of the input gives at most ``numerator / denominator`` parts of the output."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Item:
    """A lot or serialised unit, with what became of its amounts all in all."""

    maker: OrgId
    expiry: Seconds
    depth: int
    made: int
    consumed: int = 0
    sold: int = 0
    disposed: int = 0
    recalled_by: OrgId = OrgId(0)
    recall_document: DocumentHash = DocumentHash(bytes(32))
    since: Seconds = Seconds(0)
    """Time of the block in which it was first made."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """A shipment as its shipper named it."""

    receiver: OrgId
    shipped_at: Seconds


@dataclass(frozen=True, slots=True)
class Transit:
    """An amount of one item on its way to one receiver."""

    shipper: OrgId
    shipment: Id
    amount: int


@dataclass(frozen=True, slots=True)
class Packed:
    """An amount of one item inside a logistic unit."""

    item: Id
    amount: int


@dataclass(frozen=True, slots=True)
class Sold:
    """What an organisation sold of an item and what did not come back: as an amount, and unit by
    unit. What was sold in one way comes back in no other.
    """

    by_amount: int = 0
    by_units: int = 0
