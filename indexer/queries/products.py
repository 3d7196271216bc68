"""Products: whose they are, who may make them and of what."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.vocabulary import DocumentHash, Id, OrgId


@dataclass(frozen=True, slots=True)
class YieldView:
    """One part of ``input`` gives at most ``numerator / denominator`` parts of the product."""

    input: Id
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product; ``lots`` counts its lots and serialised units, ``makers`` are those besides its
    owner.
    """

    product: Id
    org: OrgId
    unit: str
    decimals: int
    document: DocumentHash
    makers: tuple[OrgId, ...]
    yields: tuple[YieldView, ...]
    lots: int


def product(connection: Connection, product_id: Id) -> ProductView | None:
    """A product, or None."""
    raise NotImplementedError


def products(
    connection: Connection, after: Id | None = None, limit: int = 100, org: OrgId | None = None
) -> tuple[ProductView, ...]:
    """Products by ascending id; with ``org`` only those it owns or may make."""
    raise NotImplementedError
