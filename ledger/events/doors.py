"""The mark of operations, and what acts emit, of whatever contract."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.fields import (
    Event,
    IndexedAddress,
    IndexedOrg,
    Uint256,
)

DOORS = ("ProductLedger", "UnitRegistry", "Certificates", "Anchors", "Loyalty")
"""The contracts whose acts are performed in operations."""


class ActEvent(Event):
    """An event of an act: it belongs to an operation."""

    __slots__ = ()


class DoorEvent(ActEvent):
    """An event of every contract with a door."""

    contract = DOORS[0]
    __slots__ = ()

    @classmethod
    def is_of(cls, contract: str) -> bool:
        """Whether a contract of this name emits it."""
        return contract in DOORS


@dataclass(frozen=True, slots=True)
class OperationPerformed(DoorEvent):
    """An organisation performed an operation; the events up to the next of this kind are its
    acts.
    """

    org: IndexedOrg
    key: IndexedAddress
    operation: Uint256
