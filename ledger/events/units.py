"""Events of the contract UnitRegistry."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.doors import ActEvent
from ledger.events.fields import (
    AmountField,
    HashField,
    IdField,
    IndexedId,
    IndexedOrg,
    IndexedUint32,
    IndexedUint64,
    Uint8,
    Uint64,
)


class UnitsEvent(ActEvent):
    """An event of the contract UnitRegistry."""

    contract = "UnitRegistry"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class UnitsIssued(UnitsEvent):
    """Units of a lot, ``each`` of so much of it, with the indexes from ``first`` on, were put into
    a tree with this root (leaves: `ledger.hashing.unit_leaf`).
    """

    lot: IndexedId
    issue: IndexedUint32
    org: IndexedOrg
    first: Uint64
    count: Uint64
    each: AmountField
    root: HashField


@dataclass(frozen=True, slots=True)
class UnitsVoided(UnitsEvent):
    """The codes of units count no more (`ledger.vocabulary.VoidReason`)."""

    lot: IndexedId
    issue: IndexedUint32
    org: IndexedOrg
    first: Uint64
    count: Uint64
    reason: Uint8


@dataclass(frozen=True, slots=True)
class UnitSold(UnitsEvent):
    """A unit was sold to a consumer."""

    lot: IndexedId
    index: IndexedUint64
    org: IndexedOrg


@dataclass(frozen=True, slots=True)
class UnitReturned(UnitsEvent):
    """A unit that was sold came back to who sold it."""

    lot: IndexedId
    index: IndexedUint64
    org: IndexedOrg


@dataclass(frozen=True, slots=True)
class UnitClaimed(UnitsEvent):
    """A unit was used to earn points, once and for ever. ``unit`` is its packed id, which its leaf
    holds.
    """

    lot: IndexedId
    index: IndexedUint64
    unit: IdField
