"""Shipments: what was sent, what came, what is still on its way."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.vocabulary import Id, OrgId, Seconds


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
    raise NotImplementedError


def shipments(
    connection: Connection,
    org: OrgId | None = None,
    *,
    open_only: bool = False,
    after: tuple[OrgId, Id] | None = None,
    limit: int = 100,
) -> tuple[ShipmentView, ...]:
    """Shipments by ascending (shipper, shipment); with ``org`` those it sent or is to receive."""
    raise NotImplementedError


def inbound(connection: Connection, org: OrgId) -> tuple[ShipmentView, ...]:
    """Shipments of which something is on its way to an organisation, oldest first."""
    raise NotImplementedError
