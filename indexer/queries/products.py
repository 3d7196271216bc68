"""Products: whose they are, who may make them and of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from indexer import tables as t
from ledger.vocabulary import DocumentHash, Id, Kind, OrgId


@dataclass(frozen=True, slots=True)
class YieldView:
    """One part of ``input`` gives at most ``numerator / denominator`` parts of the product."""

    input: Id
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product. ``lots`` counts its lots and units, ``makers`` are those besides its owner."""

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
    return products_of(connection, [product_id]).get(product_id)


def products(
    connection: Connection, after: Id | None = None, limit: int = 100, org: OrgId | None = None
) -> tuple[ProductView, ...]:
    """Products by ascending id; with ``org`` only those it owns or may make."""
    p = t.product.c
    query = select(p.product).where(p.product > (after or b"")).order_by(p.product).limit(limit)
    if org is not None:
        makes = select(t.maker.c.product).where(t.maker.c.maker == org)
        query = query.where(or_(p.org == org, p.product.in_(makes)))
    ids = [Id(row.product) for row in connection.execute(query)]
    return tuple(products_of(connection, ids).values())


def products_of(connection: Connection, ids: Sequence[Id]) -> dict[Id, ProductView]:
    """Those products that there are, by id in ascending order."""
    p, m, y = t.product.c, t.maker.c, t.yield_.c
    makers: dict[bytes, list[OrgId]] = {}
    for row in connection.execute(select(t.maker).where(m.product.in_(ids)).order_by(m.maker)):
        makers.setdefault(row.product, []).append(OrgId(row.maker))
    yields: dict[bytes, list[YieldView]] = {}
    for row in connection.execute(select(t.yield_).where(y.product.in_(ids)).order_by(y.input)):
        view = YieldView(Id(row.input), row.numerator, row.denominator)
        yields.setdefault(row.product, []).append(view)
    rows = connection.execute(select(t.product).where(p.product.in_(ids)).order_by(p.product))
    return {
        Id(row.product): ProductView(
            Id(row.product),
            OrgId(row.org),
            row.unit,
            row.decimals,
            DocumentHash(row.document),
            tuple(makers.get(row.product, ())),
            tuple(yields.get(row.product, ())),
            _lots(connection, Id(row.product)),
        )
        for row in rows
    }


def _lots(connection: Connection, product_id: Id) -> int:
    query = select(func.count()).select_from(t.item).where(made_of(t.item.c.item, product_id))
    count: int = connection.execute(query).scalar_one()
    return count


def made_of(column: ColumnElement[bytes], product_id: Id) -> ColumnElement[bool]:
    """Whether a packed id is that of a lot or unit of a product: two ranges of the ids."""
    gtin = product_id[1:9]
    return or_(
        *(
            column.between(bytes([kind]) + gtin, bytes([kind]) + gtin + b"\xff" * 23)
            for kind in (Kind.LOT, Kind.UNIT)
        )
    )
