"""Events of the contract Certificates."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.doors import ActEvent
from ledger.events.fields import (
    HashField,
    IndexedHash,
    IndexedId,
    IndexedOrg,
    SecondsField,
    Uint8,
)


class CertificatesEvent(ActEvent):
    """An event of the contract Certificates."""

    contract = "Certificates"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CertificateIssued(CertificatesEvent):
    """A certificate was issued; good from ``valid_from`` until before ``valid_to`` (0: no end)."""

    subject: IndexedId
    org: IndexedOrg
    document: IndexedHash
    scheme: HashField
    valid_from: SecondsField
    valid_to: SecondsField


@dataclass(frozen=True, slots=True)
class CertificateRevoked(CertificatesEvent):
    """A certificate is good no more (`ledger.vocabulary.RevokeReason`)."""

    subject: IndexedId
    org: IndexedOrg
    document: IndexedHash
    reason: Uint8
