"""Shipments: what was sent, what came, what is still on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from indexer import tables as t
from ledger.events import Event, ItemReceived, ItemRejected, ItemShipped, ItemTakenBack
from ledger.vocabulary import Id, OrgId, Seconds, line_order

_EVENTS: tuple[type[Event], ...] = (ItemShipped, ItemReceived, ItemRejected, ItemTakenBack)


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """One item or logistic unit of a shipment; ``open`` is what is still on its way."""

    item: Id
    shipped: int
    received: int
    rejected: int
    taken_back: int
    open: int


@dataclass(frozen=True, slots=True)
class ShipmentView:
    """A shipment as its shipper named it."""

    shipper: OrgId
    shipment: Id
    receiver: OrgId
    shipped_at: Seconds
    lines: tuple[ShipmentLine, ...]


def shipment(connection: Connection, shipper: OrgId, shipment_id: Id) -> ShipmentView | None:
    """A shipment, or None."""
    s = t.shipment.c
    found = _views(
        connection, select(t.shipment).where(s.shipper == shipper, s.shipment == shipment_id)
    )
    return found[0] if found else None


def shipments(
    connection: Connection,
    org: OrgId | None = None,
    *,
    open_only: bool = False,
    after: tuple[OrgId, Id] | None = None,
    limit: int = 100,
) -> tuple[ShipmentView, ...]:
    """Shipments by ascending (shipper, shipment); with ``org`` those it sent or is to receive."""
    s = t.shipment.c
    query = select(t.shipment).order_by(s.shipper, s.shipment).limit(limit)
    if org is not None:
        query = query.where(or_(s.shipper == org, s.receiver == org))
    if open_only:
        query = query.where(_open())
    if after is not None:
        shipper, shipment_id = after
        query = query.where(
            or_(s.shipper > shipper, and_(s.shipper == shipper, s.shipment > shipment_id))
        )
    return _views(connection, query)


def inbound(connection: Connection, org: OrgId) -> tuple[ShipmentView, ...]:
    """Shipments of which something is on its way to an organisation, oldest first."""
    s = t.shipment.c
    query = select(t.shipment).where(s.receiver == org, _open())
    return _views(connection, query.order_by(s.shipped_at, s.shipper, s.shipment))


def _open() -> ColumnElement[bool]:
    s, w = t.shipment.c, t.transit.c
    return select(w.item).where(w.shipper == s.shipper, w.shipment == s.shipment).exists()


def _views(connection: Connection, query: Select[Any]) -> tuple[ShipmentView, ...]:
    rows = connection.execute(query).all()
    ids = list({row.shipment for row in rows})
    amounts = {event: _amounts(connection, event, ids) for event in _EVENTS}
    views = []
    for row in rows:
        shipped, *moved = (amounts[event].get((row.shipper, row.shipment), {}) for event in _EVENTS)
        lines = tuple(
            _line(item, amount, *(kind.get(item, 0) for kind in moved))
            for item, amount in sorted(shipped.items(), key=lambda line: line_order(line[0]))
        )
        receiver, at = OrgId(row.receiver), Seconds(row.shipped_at)
        views.append(ShipmentView(OrgId(row.shipper), Id(row.shipment), receiver, at, lines))
    return tuple(views)


def _line(item: bytes, shipped: int, received: int, rejected: int, taken_back: int) -> ShipmentLine:
    left = shipped - received - rejected - taken_back
    return ShipmentLine(Id(item), shipped, received, rejected, taken_back, left)


def _amounts(
    connection: Connection, event: type[Event], ids: Sequence[bytes]
) -> dict[tuple[int, bytes], dict[bytes, int]]:
    """What an event says of each item, by (shipper, shipment)."""
    e, m = t.EVENTS[event].c, t.mention.c
    query = (
        select(e.shipper, e.shipment, e.item, func.sum(e.amount).label("amount"))
        .join(t.mention, and_(m.block == e.block, m.log_index == e.log_index))
        .where(m.subject.in_(ids), m.event == t.NUMBERS[event], m.subject == e.shipment)
        .group_by(e.shipper, e.shipment, e.item)
    )
    found: dict[tuple[int, bytes], dict[bytes, int]] = {}
    for row in connection.execute(query):
        found.setdefault((row.shipper, row.shipment), {})[row.item] = int(row.amount)
    return found
