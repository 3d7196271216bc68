"""Where recalled items are: held, on their way, inside logistic units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from indexer import tables as t
from indexer.queries.reach.rows import chunks
from ledger.vocabulary import Id, OrgId

Where = Literal["held", "in_transit", "packed"]


@dataclass(frozen=True, slots=True)
class Stock:
    """An amount of an item that an organisation has: held, on its way to it from ``shipper``, or
    packed in a logistic unit that it holds or awaits.
    """

    item: Id
    org: OrgId
    amount: int
    where: Where
    shipper: OrgId = OrgId(0)
    shipment: Id = Id(b"")
    logistic_unit: Id = Id(b"")


def stocks(connection: Connection, items: Sequence[Id]) -> Iterator[Stock]:
    """Who has how much of some items, also inside logistic units and on its way."""
    h, w, p = t.holding.c, t.transit.c, t.content.c
    for some in chunks(items):
        for row in connection.execute(select(t.holding).where(h.item.in_(some))):
            yield Stock(Id(row.item), OrgId(row.org), row.amount, "held")
        for row in connection.execute(select(t.transit).where(w.item.in_(some))):
            way = (OrgId(row.shipper), Id(row.shipment))
            yield Stock(Id(row.item), OrgId(row.receiver), row.amount, "in_transit", *way)
        for row in connection.execute(select(t.content).where(p.item.in_(some))).all():
            org, shipper = _keeper(connection, Id(row.logistic_unit))
            packed = Id(row.logistic_unit)
            yield Stock(Id(row.item), org, row.amount, "packed", shipper, logistic_unit=packed)


def _keeper(connection: Connection, logistic_unit: Id) -> tuple[OrgId, OrgId]:
    """Who holds or awaits a logistic unit or the one that it is in; and who ships it, or 0."""
    inside = logistic_unit
    while True:
        held = connection.scalar(select(t.holding.c.org).where(t.holding.c.item == inside))
        if held is not None:
            return OrgId(held), OrgId(0)
        w = t.transit.c
        query = select(w.receiver, w.shipper).where(w.item == inside).limit(1)
        way = connection.execute(query).one_or_none()
        if way is not None:
            return OrgId(way.receiver), OrgId(way.shipper)
        p = t.content.c
        outer = connection.scalar(select(p.logistic_unit).where(p.item == inside).limit(1))
        if outer is None:
            return OrgId(0), OrgId(0)
        inside = Id(outer)
