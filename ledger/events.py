"""The catalogue: one frozen class per event of the contracts, in the contracts' own words.

Solidity events, SQL tables and JSON are three faces of these classes; a test holds them equal to
the compiled ABI. A field's annotation names its Solidity type and whether it is indexed. The first
data word of every event is its ``entry`` (sequence number and running hash, see `ledger.hashing`);
it belongs to the log, not to the fact.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from ledger.vocabulary import Address, Amount, DocumentHash, Id, OrgId, Seconds


@dataclass(frozen=True, slots=True)
class Solidity:
    """How a field stands in the ABI."""

    type: str
    indexed: bool = False


# The types fields may have. Indexed ones are the topics of the log.
IdField = Annotated[Id, Solidity("bytes32")]
IndexedId = Annotated[Id, Solidity("bytes32", indexed=True)]
HashField = Annotated[DocumentHash, Solidity("bytes32")]
IndexedHash = Annotated[DocumentHash, Solidity("bytes32", indexed=True)]
OrgField = Annotated[OrgId, Solidity("uint32")]
IndexedOrg = Annotated[OrgId, Solidity("uint32", indexed=True)]
AddressField = Annotated[Address, Solidity("address")]
IndexedAddress = Annotated[Address, Solidity("address", indexed=True)]
AmountField = Annotated[Amount, Solidity("uint64")]
SecondsField = Annotated[Seconds, Solidity("uint40")]
IndexedWord = Annotated[bytes, Solidity("bytes32", indexed=True)]
Uint8 = Annotated[int, Solidity("uint8")]
IndexedUint8 = Annotated[int, Solidity("uint8", indexed=True)]
Uint16 = Annotated[int, Solidity("uint16")]
Uint64 = Annotated[int, Solidity("uint64")]
Uint256 = Annotated[int, Solidity("uint256")]
Bytes3 = Annotated[bytes, Solidity("bytes3")]
Bool = Annotated[bool, Solidity("bool")]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a catalogue class: its name and its face in the ABI."""

    name: str
    solidity: Solidity


class Event:
    """What every event of the catalogue is. ``contract`` is the name of the contract that emits
    it, or of the first of those that do.
    """

    contract: ClassVar[str]
    __slots__ = ()

    @classmethod
    def is_of(cls, contract: str) -> bool:
        """Whether a contract of this name emits it."""
        return contract == cls.contract

    @classmethod
    def schema(cls) -> tuple[Field, ...]:
        """The fields in the order of the ABI, ``entry`` left out."""
        return _schema(cls)


def _schema(cls: type) -> tuple[Field, ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(Field(f.name, _solidity(hints[f.name])) for f in fields(cls))


def _solidity(hint: Any) -> Solidity:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{hint} names no Solidity type")
    return next(extra for extra in get_args(hint)[1:] if isinstance(extra, Solidity))


# --- OrgRegistry ---


class RegistryEvent(Event):
    """An event of the contract OrgRegistry."""

    contract = "OrgRegistry"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class OrganisationRegistered(RegistryEvent):
    """An organisation was admitted."""

    org: IndexedOrg
    party: IndexedId
    admin: AddressField
    roles: Uint16


@dataclass(frozen=True, slots=True)
class OrganisationRolesProposed(RegistryEvent):
    """Other roles were proposed for an organisation; they may be applied from ``applies_from``
    on.
    """

    org: IndexedOrg
    roles: Uint16
    applies_from: SecondsField


@dataclass(frozen=True, slots=True)
class OrganisationRolesSet(RegistryEvent):
    """The roles of an organisation were set anew."""

    org: IndexedOrg
    roles: Uint16


@dataclass(frozen=True, slots=True)
class OrganisationSuspended(RegistryEvent):
    """An organisation may no longer act."""

    org: IndexedOrg


@dataclass(frozen=True, slots=True)
class OrganisationResumed(RegistryEvent):
    """A suspended organisation may act again."""

    org: IndexedOrg


@dataclass(frozen=True, slots=True)
class PrefixGranted(RegistryEvent):
    """A company prefix of ``length`` digits with the numeric value ``prefix`` was granted."""

    org: IndexedOrg
    length: Uint8
    prefix: Uint64


@dataclass(frozen=True, slots=True)
class PlaceAdded(RegistryEvent):
    """A place was declared to be an organisation's."""

    org: IndexedOrg
    place: IndexedId


@dataclass(frozen=True, slots=True)
class KeyAdded(RegistryEvent):
    """A key may act for an organisation from ``valid_from`` until ``valid_to`` (0: no end)."""

    org: IndexedOrg
    key: IndexedAddress
    roles: Uint16
    valid_from: SecondsField
    valid_to: SecondsField


@dataclass(frozen=True, slots=True)
class KeyRevoked(RegistryEvent):
    """A key may no longer act; its organisation stays known."""

    org: IndexedOrg
    key: IndexedAddress


@dataclass(frozen=True, slots=True)
class AdminProposed(RegistryEvent):
    """An admin was proposed for an organisation; nothing changes until it accepts."""

    org: IndexedOrg
    admin: IndexedAddress


@dataclass(frozen=True, slots=True)
class AdminAccepted(RegistryEvent):
    """The admin of an organisation changed."""

    org: IndexedOrg
    admin: IndexedAddress


@dataclass(frozen=True, slots=True)
class WritesPaused(RegistryEvent):
    """Organisations may write nothing new for now, but for what safety asks for."""


@dataclass(frozen=True, slots=True)
class WritesResumed(RegistryEvent):
    """Organisations may write again."""


@dataclass(frozen=True, slots=True)
class GovernorProposed(RegistryEvent):
    """A governor was proposed; nothing changes until it accepts."""

    governor: IndexedAddress


@dataclass(frozen=True, slots=True)
class GovernorAccepted(RegistryEvent):
    """The governor changed."""

    governor: IndexedAddress


# --- Directory ---


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


# --- whatever has a door ---

DOORS = ("ProductLedger", "Certificates", "Anchors")
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


# --- ProductLedger ---


class LedgerEvent(ActEvent):
    """An event of the contract ProductLedger."""

    contract = "ProductLedger"
    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ProductRegistered(LedgerEvent):
    """A product was registered by the owner of its company prefix."""

    product: IndexedId
    org: IndexedOrg
    unit: Bytes3
    decimals: Uint8
    document: HashField


@dataclass(frozen=True, slots=True)
class ProductDescribed(LedgerEvent):
    """A product's description changed to the document with this hash."""

    product: IndexedId
    org: IndexedOrg
    document: HashField


@dataclass(frozen=True, slots=True)
class MakerAuthorised(LedgerEvent):
    """``maker`` may make a product, or no longer."""

    product: IndexedId
    maker: IndexedOrg
    allowed: Bool


@dataclass(frozen=True, slots=True)
class YieldDeclared(LedgerEvent):
    """One unit of ``input`` yields at most ``numerator / denominator`` units of ``product``."""

    product: IndexedId
    input: IndexedId
    numerator: Uint64
    denominator: Uint64


@dataclass(frozen=True, slots=True)
class ItemCommissioned(LedgerEvent):
    """An amount was made out of nothing the ledger knows."""

    item: IndexedId
    org: IndexedOrg
    amount: AmountField
    expiry: SecondsField


@dataclass(frozen=True, slots=True)
class ItemConsumed(LedgerEvent):
    """An amount went into a transformation."""

    item: IndexedId
    org: IndexedOrg
    transformation: Uint64
    amount: AmountField


@dataclass(frozen=True, slots=True)
class ItemProduced(LedgerEvent):
    """An amount came out of a transformation."""

    item: IndexedId
    org: IndexedOrg
    transformation: Uint64
    amount: AmountField
    expiry: SecondsField


@dataclass(frozen=True, slots=True)
class ItemShipped(LedgerEvent):
    """An amount left the holding of ``shipper`` for ``receiver``."""

    item: IndexedId
    shipper: IndexedOrg
    receiver: IndexedOrg
    shipment: IdField
    amount: AmountField


@dataclass(frozen=True, slots=True)
class ItemReceived(LedgerEvent):
    """An amount on its way was received."""

    item: IndexedId
    shipper: IndexedOrg
    receiver: IndexedOrg
    shipment: IdField
    amount: AmountField


@dataclass(frozen=True, slots=True)
class ItemRejected(LedgerEvent):
    """An amount on its way was refused and is held by the shipper again."""

    item: IndexedId
    shipper: IndexedOrg
    receiver: IndexedOrg
    shipment: IdField
    amount: AmountField
    reason: Uint8


@dataclass(frozen=True, slots=True)
class ItemTakenBack(LedgerEvent):
    """An amount on its way was taken back by the shipper."""

    item: IndexedId
    shipper: IndexedOrg
    receiver: IndexedOrg
    shipment: IdField
    amount: AmountField


@dataclass(frozen=True, slots=True)
class ItemPacked(LedgerEvent):
    """An amount was packed into a logistic unit."""

    item: IndexedId
    logistic_unit: IndexedId
    org: IndexedOrg
    amount: AmountField


@dataclass(frozen=True, slots=True)
class ItemUnpacked(LedgerEvent):
    """An amount was unpacked from a logistic unit."""

    item: IndexedId
    logistic_unit: IndexedId
    org: IndexedOrg
    amount: AmountField


@dataclass(frozen=True, slots=True)
class ItemDisposed(LedgerEvent):
    """An amount was destroyed, lost or used up (`ledger.vocabulary.DisposeReason`)."""

    item: IndexedId
    org: IndexedOrg
    amount: AmountField
    reason: Uint8


@dataclass(frozen=True, slots=True)
class ItemSold(LedgerEvent):
    """An amount was sold to a consumer."""

    item: IndexedId
    org: IndexedOrg
    amount: AmountField


@dataclass(frozen=True, slots=True)
class ItemRecalled(LedgerEvent):
    """An item was recalled; ``document`` is the hash of the notice."""

    item: IndexedId
    org: IndexedOrg
    document: HashField


@dataclass(frozen=True, slots=True)
class ItemReleased(LedgerEvent):
    """A recall was lifted."""

    item: IndexedId
    org: IndexedOrg
    document: HashField


@dataclass(frozen=True, slots=True)
class StatementMade(LedgerEvent):
    """One line of a statement: what an organisation says of one subject."""

    subject: IndexedId
    statement: IndexedHash
    org: IndexedOrg
    part: Uint8
    action: Uint8
    step: Uint8
    disposition: Uint8
    amount: AmountField
    occurred_at: SecondsField
    place: IdField
    counterparty: OrgField


@dataclass(frozen=True, slots=True)
class StatementCorrected(LedgerEvent):
    """An organisation says that its earlier statement was wrong, and which one replaces it (zero:
    none).
    """

    statement: IndexedHash
    org: IndexedOrg
    by: HashField


# --- Certificates ---


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


# --- Anchors ---


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


CATALOGUE: tuple[type[Event], ...] = tuple(
    word
    for word in globals().copy().values()
    if isinstance(word, type) and issubclass(word, Event) and hasattr(word, "__dataclass_fields__")
)
"""Every event class, in the order of this file."""
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
