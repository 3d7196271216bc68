"""The catalogue: one frozen class per event of the contracts, in the contracts' own words.

Solidity events, SQL tables and JSON are three faces of these classes; a test holds them equal to
the compiled ABI. A field's annotation names its Solidity type and whether it is indexed. The first
data word of every event is its ``entry`` (sequence number and running hash, see `ledger.hashing`);
it belongs to the log, not to the fact.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.anchors import (
    AnchorsEvent,
    RootAnchored,
)
from ledger.events.certificates import (
    CertificateIssued,
    CertificateRevoked,
    CertificatesEvent,
)
from ledger.events.directory import (
    ContractEntered,
    DirectoryEvent,
)
from ledger.events.doors import (
    DOORS,
    ActEvent,
    DoorEvent,
    OperationPerformed,
)
from ledger.events.fields import (
    AddressField,
    AmountField,
    Bool,
    Bytes3,
    BytesField,
    Event,
    Field,
    HashField,
    IdField,
    IndexedAddress,
    IndexedHash,
    IndexedId,
    IndexedOrg,
    IndexedUint8,
    IndexedUint32,
    IndexedUint64,
    IndexedWord,
    OrgField,
    Points,
    SecondsField,
    Solidity,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uint256,
)
from ledger.events.loyalty import (
    EarningOpened,
    LoyaltyEvent,
    PartnerSet,
    PointsAwarded,
    PointsClaimed,
    PointsClawedBack,
    PointsCompensated,
    PointsExpired,
    PointsRedeemed,
    PointsSettled,
    ProgrammeChanged,
    ProgrammeClosed,
    ProgrammeFunded,
    ProgrammeOpened,
    RedemptionCancelled,
)
from ledger.events.products import (
    FactCorrected,
    ItemCommissioned,
    ItemConsumed,
    ItemDisposed,
    ItemPacked,
    ItemProduced,
    ItemRecalled,
    ItemReceived,
    ItemRejected,
    ItemReleased,
    ItemReturned,
    ItemShipped,
    ItemSold,
    ItemTakenBack,
    ItemUnpacked,
    LedgerEvent,
    MakerAuthorised,
    ProductDescribed,
    ProductRegistered,
    StatementCorrected,
    StatementMade,
    YieldDeclared,
)
from ledger.events.registry import (
    AdminAccepted,
    AdminProposed,
    GovernorAccepted,
    GovernorProposed,
    KeyAdded,
    KeyRevoked,
    OrganisationRegistered,
    OrganisationResumed,
    OrganisationRolesProposed,
    OrganisationRolesSet,
    OrganisationSuspended,
    PlaceAdded,
    PrefixGranted,
    RegistryEvent,
    WritesPaused,
    WritesResumed,
)
from ledger.events.units import (
    UnitClaimed,
    UnitReturned,
    UnitsEvent,
    UnitsIssued,
    UnitSold,
    UnitsVoided,
)
from ledger.vocabulary import Seconds

CATALOGUE: tuple[type[Event], ...] = tuple(
    word
    for word in globals().copy().values()
    if isinstance(word, type) and issubclass(word, Event) and hasattr(word, "__dataclass_fields__")
)
"""Every event class, in the order of the imports above."""
BY_NAME: dict[str, type[Event]] = {event.__name__: event for event in CATALOGUE}


@dataclass(frozen=True, slots=True)
class Logged:
    """An event where it stands in the chain. Ordered by (block, log_index)."""

    event: Event
    block: int
    log_index: int
    tx: bytes
    """Transaction hash, 32 bytes."""
    time: Seconds
    """Time of the block."""
    sequence: int
    """Number of the event in its contract's journal."""


__all__ = [
    "BY_NAME",
    "CATALOGUE",
    "DOORS",
    "ActEvent",
    "AddressField",
    "AdminAccepted",
    "AdminProposed",
    "AmountField",
    "AnchorsEvent",
    "Bool",
    "Bytes3",
    "BytesField",
    "CertificateIssued",
    "CertificateRevoked",
    "CertificatesEvent",
    "ContractEntered",
    "DirectoryEvent",
    "DoorEvent",
    "EarningOpened",
    "Event",
    "FactCorrected",
    "Field",
    "GovernorAccepted",
    "GovernorProposed",
    "HashField",
    "IdField",
    "IndexedAddress",
    "IndexedHash",
    "IndexedId",
    "IndexedOrg",
    "IndexedUint8",
    "IndexedUint32",
    "IndexedUint64",
    "IndexedWord",
    "ItemCommissioned",
    "ItemConsumed",
    "ItemDisposed",
    "ItemPacked",
    "ItemProduced",
    "ItemRecalled",
    "ItemReceived",
    "ItemRejected",
    "ItemReleased",
    "ItemReturned",
    "ItemShipped",
    "ItemSold",
    "ItemTakenBack",
    "ItemUnpacked",
    "KeyAdded",
    "KeyRevoked",
    "LedgerEvent",
    "Logged",
    "LoyaltyEvent",
    "MakerAuthorised",
    "OperationPerformed",
    "OrgField",
    "OrganisationRegistered",
    "OrganisationResumed",
    "OrganisationRolesProposed",
    "OrganisationRolesSet",
    "OrganisationSuspended",
    "PartnerSet",
    "PlaceAdded",
    "Points",
    "PointsAwarded",
    "PointsClaimed",
    "PointsClawedBack",
    "PointsCompensated",
    "PointsExpired",
    "PointsRedeemed",
    "PointsSettled",
    "PrefixGranted",
    "ProductDescribed",
    "ProductRegistered",
    "ProgrammeChanged",
    "ProgrammeClosed",
    "ProgrammeFunded",
    "ProgrammeOpened",
    "RedemptionCancelled",
    "RegistryEvent",
    "RootAnchored",
    "SecondsField",
    "Solidity",
    "StatementCorrected",
    "StatementMade",
    "Uint8",
    "Uint16",
    "Uint32",
    "Uint64",
    "Uint256",
    "UnitClaimed",
    "UnitReturned",
    "UnitSold",
    "UnitsEvent",
    "UnitsIssued",
    "UnitsVoided",
    "WritesPaused",
    "WritesResumed",
    "YieldDeclared",
]
