"""Acts of the contract ProductLedger."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.commands.command import Command, Line, Output
from ledger.events.fields import (
    AmountField,
    Bool,
    Bytes3,
    HashField,
    IdField,
    OrgField,
    SecondsField,
    Uint8,
    Uint64,
)


@dataclass(frozen=True, slots=True)
class RegisterProduct(Command):
    """Registers a product. The owner of the prefix of ``prefix_length`` digits its GTIN begins
    with.
    """

    function = "registerProduct"
    product: IdField
    prefix_length: Uint8
    unit: Bytes3
    decimals: Uint8
    document: HashField


@dataclass(frozen=True, slots=True)
class DescribeProduct(Command):
    """Points to a newer description."""

    function = "describeProduct"
    product: IdField
    document: HashField


@dataclass(frozen=True, slots=True)
class AuthoriseMaker(Command):
    """Lets another organisation make a product, or no longer."""

    function = "authoriseMaker"
    product: IdField
    maker: OrgField
    allowed: Bool


@dataclass(frozen=True, slots=True)
class DeclareYield(Command):
    """Declares what one unit of an input yields at most."""

    function = "declareYield"
    product: IdField
    input: IdField
    numerator: Uint64
    denominator: Uint64


@dataclass(frozen=True, slots=True)
class CommissionItem(Command):
    """Makes an amount of a lot, or a serialised unit."""

    function = "commission"
    item: IdField
    amount: AmountField
    expiry: SecondsField


@dataclass(frozen=True, slots=True)
class TransformItems(Command):
    """Turns held amounts into new ones."""

    function = "transform"
    inputs: tuple[Line, ...]
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class ShipItems(Command):
    """Sends held amounts and logistic units to another organisation."""

    function = "ship"
    shipment: IdField
    to: OrgField
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ReceiveShipment(Command):
    """Receives some or all of a shipment."""

    function = "receiveShipment"
    shipper: OrgField
    shipment: IdField
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class RejectShipment(Command):
    """Refuses what did not arrive or arrived damaged."""

    function = "rejectShipment"
    shipper: OrgField
    shipment: IdField
    lines: tuple[Line, ...]
    reason: Uint8


@dataclass(frozen=True, slots=True)
class CancelShipment(Command):
    """Takes back what was not yet received."""

    function = "cancelShipment"
    shipment: IdField
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PackItems(Command):
    """Packs held amounts into a logistic unit."""

    function = "pack"
    logistic_unit: IdField
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class UnpackItems(Command):
    """Unpacks from a logistic unit."""

    function = "unpack"
    logistic_unit: IdField
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DisposeItem(Command):
    """Takes a held amount out of the world (`ledger.vocabulary.DisposeReason`)."""

    function = "dispose"
    item: IdField
    amount: AmountField
    reason: Uint8


@dataclass(frozen=True, slots=True)
class SellItem(Command):
    """Sells a held amount to a consumer."""

    function = "sell"
    item: IdField
    amount: AmountField


@dataclass(frozen=True, slots=True)
class AcceptReturn(Command):
    """Takes back from a consumer what the organisation has sold."""

    function = "acceptReturn"
    item: IdField
    amount: AmountField


@dataclass(frozen=True, slots=True)
class RecallItems(Command):
    """Recalls items; ``document`` is the hash of the notice."""

    function = "recall"
    items: tuple[IdField, ...]
    document: HashField


@dataclass(frozen=True, slots=True)
class ReleaseItems(Command):
    """Lifts recalls."""

    function = "release"
    items: tuple[IdField, ...]
    document: HashField


@dataclass(frozen=True, slots=True)
class Observe(Command):
    """States one line of a statement; the fields are those of the Solidity struct Observation."""

    function = "observe"
    subject: IdField
    statement: HashField
    part: Uint8
    action: Uint8
    step: Uint8
    disposition: Uint8
    amount: AmountField
    occurred_at: SecondsField
    place: IdField
    counterparty: OrgField


@dataclass(frozen=True, slots=True)
class CorrectStatement(Command):
    """Declares an earlier statement of one's own wrong; ``by`` is the hash of what replaces it, or
    zero.
    """

    function = "correct"
    statement: HashField
    by: HashField


@dataclass(frozen=True, slots=True)
class CorrectFact(Command):
    """Declares an earlier fact of one's own wrong: its number in the journal, and the hash of what
    says why. What sets the amounts right are acts of the same operation.
    """

    function = "correctFact"
    fact: Uint64
    document: HashField
