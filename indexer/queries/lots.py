"""Items: lots and serialised units, and where their amounts are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from indexer.queries.products import ProductView
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class HoldingView:
    """What an organisation holds of an item, outside logistic units."""

    org: OrgId
    amount: int


@dataclass(frozen=True, slots=True)
class TransitView:
    """What is on its way."""

    shipper: OrgId
    receiver: OrgId
    shipment: Id
    amount: int


@dataclass(frozen=True, slots=True)
class PackedView:
    """What is inside a logistic unit."""

    logistic_unit: Id
    amount: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """A lot or serialised unit. Amounts count the ``product.decimals``-th decimal part of
    ``product.unit``.

    ``expiry`` 0: none. ``recalled_by`` and ``recall_document`` are None unless it is recalled now.
    """

    item: Id
    product: ProductView | None
    maker: OrgId
    expiry: Seconds
    made: int
    consumed: int
    sold: int
    disposed: int
    recalled_by: OrgId | None
    recall_document: DocumentHash | None
    since: Seconds
    holdings: tuple[HoldingView, ...]
    in_transit: tuple[TransitView, ...]
    packed: tuple[PackedView, ...]


def item(connection: Connection, item_id: Id) -> ItemView | None:
    """An item, or None where nothing was ever made of it."""
    raise NotImplementedError


def items(
    connection: Connection,
    after: Id | None = None,
    limit: int = 100,
    product: Id | None = None,
    org: OrgId | None = None,
) -> tuple[ItemView, ...]:
    """Items by ascending id; of one product; with ``org`` those it made or holds."""
    raise NotImplementedError
