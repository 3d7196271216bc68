"""Items: lots and serialised units, and where their amounts are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, or_, select

from indexer import tables as t
from indexer.queries.products import ProductView, made_of, products_of
from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds, product_of


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
    found = _views(connection, select(t.item).where(t.item.c.item == item_id))
    return found[0] if found else None


def items(
    connection: Connection,
    after: Id | None = None,
    limit: int = 100,
    product: Id | None = None,
    org: OrgId | None = None,
) -> tuple[ItemView, ...]:
    """Items by ascending id; of one product; with ``org`` those it made or holds."""
    i, h = t.item.c, t.holding.c
    query = select(t.item).where(i.item > (after or b"")).order_by(i.item).limit(limit)
    if product is not None:
        query = query.where(made_of(i.item, product))
    if org is not None:
        query = query.where(or_(i.maker == org, i.item.in_(select(h.item).where(h.org == org))))
    return _views(connection, query)


def _views(connection: Connection, query: Select[Any]) -> tuple[ItemView, ...]:
    rows = connection.execute(query).all()
    ids = [row.item for row in rows]
    products = products_of(connection, list({product_of(each) for each in ids}))
    held = _by_item(connection, t.holding, ids, _holding)
    moving = _by_item(connection, t.transit, ids, transit_view)
    packed = _by_item(connection, t.content, ids, _packed)
    return tuple(
        ItemView(
            item=Id(row.item),
            product=products.get(product_of(row.item)),
            maker=OrgId(row.maker),
            expiry=Seconds(row.expiry),
            made=row.made,
            consumed=row.consumed,
            sold=row.sold,
            disposed=row.disposed,
            recalled_by=OrgId(row.recalled_by) if row.recalled_by else None,
            recall_document=DocumentHash(row.recall_document) if row.recalled_by else None,
            since=Seconds(row.since),
            holdings=tuple(held.get(row.item, ())),
            in_transit=tuple(moving.get(row.item, ())),
            packed=tuple(packed.get(row.item, ())),
        )
        for row in rows
    )


def _holding(row: Any) -> HoldingView:
    return HoldingView(OrgId(row.org), row.amount)


def transit_view(row: Any) -> TransitView:
    """A row of the table of what is on its way."""
    return TransitView(OrgId(row.shipper), OrgId(row.receiver), Id(row.shipment), row.amount)


def _packed(row: Any) -> PackedView:
    return PackedView(Id(row.logistic_unit), row.amount)


def _by_item(
    connection: Connection, table: Table, ids: Sequence[bytes], view: Callable[[Any], Any]
) -> dict[bytes, list[Any]]:
    found: dict[bytes, list[Any]] = {}
    query = select(table).where(table.c.item.in_(ids)).order_by(*table.primary_key.columns)
    for row in connection.execute(query):
        found.setdefault(row.item, []).append(view(row))
    return found
