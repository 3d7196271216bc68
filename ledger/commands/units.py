"""Acts of the contract UnitRegistry."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.commands.command import Command
from ledger.events.fields import (
    AddressField,
    AmountField,
    HashField,
    IdField,
    Uint8,
    Uint32,
    Uint64,
)


class UnitsCommand(Command):
    """An act of the contract UnitRegistry."""

    contract = "UnitRegistry"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class IssueUnits(UnitsCommand):
    """Issues units of a lot, ``each`` of so much of it, as the root over their leaves
    (`ledger.hashing.unit_leaf`).
    """

    function = "issueUnits"
    lot: IdField
    count: Uint64
    each: AmountField
    root: HashField


@dataclass(frozen=True, slots=True)
class VoidUnits(UnitsCommand):
    """Makes the codes of units count no more (`ledger.vocabulary.VoidReason`)."""

    function = "voidUnits"
    lot: IdField
    issue: Uint32
    first: Uint64
    count: Uint64
    reason: Uint8


@dataclass(frozen=True, slots=True)
class SellUnits(UnitsCommand):
    """Sells held units to a consumer; ``indexes`` ascend."""

    function = "sellUnits"
    lot: IdField
    issue: Uint32
    indexes: tuple[Uint64, ...]


@dataclass(frozen=True, slots=True)
class SellProvenUnit(UnitsCommand):
    """Sells a held unit whose code is proven to be of the issue: its packed id, the address of its
    hidden code (zero: none) and its inclusion path, lowest first.
    """

    function = "sellProvenUnit"
    lot: IdField
    issue: Uint32
    index: Uint64
    unit: IdField
    code: AddressField
    path: tuple[HashField, ...]


@dataclass(frozen=True, slots=True)
class ReturnUnits(UnitsCommand):
    """Takes back from consumers units that the organisation has sold; ``indexes`` ascend."""

    function = "returnUnits"
    lot: IdField
    issue: Uint32
    indexes: tuple[Uint64, ...]
