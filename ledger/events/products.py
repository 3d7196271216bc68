"""Events of the contract ProductLedger: products, items, holdings and statements."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.events.doors import ActEvent
from ledger.events.fields import (
    AmountField,
    Bool,
    Bytes3,
    HashField,
    IdField,
    IndexedHash,
    IndexedId,
    IndexedOrg,
    IndexedUint64,
    OrgField,
    SecondsField,
    Uint8,
    Uint64,
)


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
class ItemReturned(LedgerEvent):
    """An amount that was sold came back from a consumer and is held again by who sold it."""

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


@dataclass(frozen=True, slots=True)
class FactCorrected(LedgerEvent):
    """An organisation says that its earlier fact, numbered ``fact`` in the journal, was wrong, and
    why (hash of a document). What sets the amounts right are acts of the same operation.
    """

    fact: IndexedUint64
    org: IndexedOrg
    document: HashField
