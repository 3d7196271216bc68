"""Logistic units: where they are and what is in them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from indexer import tables as t
from indexer.queries.lots import TransitView, transit_view
from ledger.vocabulary import Id, OrgId


@dataclass(frozen=True, slots=True)
class ContentView:
    """An item or logistic unit inside, with its amount."""

    item: Id
    amount: int


@dataclass(frozen=True, slots=True)
class LogisticUnitView:
    """A logistic unit that carries something: held, inside another, or on its way."""

    id: Id
    holder: OrgId | None
    inside: Id | None
    in_transit: TransitView | None
    contents: tuple[ContentView, ...]


def logistic_unit(connection: Connection, sscc: Id) -> LogisticUnitView | None:
    """A logistic unit, or None where it carries nothing now."""
    inside = t.content.c
    contents = connection.execute(
        select(t.content).where(inside.logistic_unit == sscc).order_by(inside.item)
    ).all()
    if not contents:
        return None
    holder = connection.execute(select(t.holding.c.org).where(t.holding.c.item == sscc)).scalar()
    outer = connection.execute(select(inside.logistic_unit).where(inside.item == sscc)).scalar()
    way = connection.execute(select(t.transit).where(t.transit.c.item == sscc)).first()
    return LogisticUnitView(
        sscc,
        None if holder is None else OrgId(holder),
        None if outer is None else Id(outer),
        None if way is None else transit_view(way),
        tuple(ContentView(Id(row.item), row.amount) for row in contents),
    )
