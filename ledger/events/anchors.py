"""Events of the contract Anchors."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.doors import ActEvent
from ledger.events.fields import (
    HashField,
    IndexedHash,
    IndexedOrg,
    IndexedUint8,
    Uint64,
)


class AnchorsEvent(ActEvent):
    """An event of the contract Anchors."""

    contract = "Anchors"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class RootAnchored(AnchorsEvent):
    """An organisation's list of statements of one kind (`ledger.vocabulary.AnchoredContent`) has
    ``size`` statements and this root; before it had the root ``predecessor`` (zero: none).
    """

    org: IndexedOrg
    content: IndexedUint8
    root: IndexedHash
    size: Uint64
    predecessor: HashField
