"""Events of the contract Directory."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.fields import (
    AddressField,
    Event,
    HashField,
    IndexedAddress,
    IndexedWord,
    Uint64,
)


class DirectoryEvent(Event):
    """An event of the contract Directory."""

    contract = "Directory"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ContractEntered(DirectoryEvent):
    """A contract was entered under a name as its newest version, after ``predecessor``."""

    name: IndexedWord
    place: IndexedAddress
    version: Uint64
    predecessor: AddressField
    code_hash: HashField
