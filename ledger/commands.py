"""What a party may ask for: one frozen class per act of our contracts.

A field's annotation names its Solidity type, as in `ledger.events`; a test holds names, order and
types equal to the compiled ABI. ``to_json`` and ``from_json`` are exact inverses: ids and hashes
stand as hex, numbers as numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

from ledger.errors import CommandInvalid
from ledger.events import (
    AmountField,
    Bool,
    Bytes3,
    HashField,
    IdField,
    OrgField,
    SecondsField,
    Solidity,
    Uint8,
    Uint64,
)
from ledger.vocabulary import Amount, Id, line_order


@dataclass(frozen=True, slots=True)
class Line:
    """An amount of one item or logistic unit."""

    item: IdField
    amount: AmountField


@dataclass(frozen=True, slots=True)
class Output:
    """What a transformation makes; expiry 0 means "as the inputs demand"."""

    item: IdField
    amount: AmountField
    expiry: SecondsField


class Command:
    """What every command is. ``function`` is the name of the contract's function."""

    contract: ClassVar[str] = "ProductLedger"
    function: ClassVar[str]
    __slots__ = ()


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


# --- acts of other contracts ---


@dataclass(frozen=True, slots=True)
class IssueCertificate(Command):
    """Issues a certificate about an organisation, a product or an item; ``document`` is its hash,
    ``scheme`` that of the rules it certifies by, or zero.
    """

    contract = "Certificates"
    function = "issueCertificate"
    subject: IdField
    document: HashField
    scheme: HashField
    valid_from: SecondsField
    valid_to: SecondsField


@dataclass(frozen=True, slots=True)
class RevokeCertificate(Command):
    """Revokes a certificate of one's own (`ledger.vocabulary.RevokeReason`)."""

    contract = "Certificates"
    function = "revokeCertificate"
    subject: IdField
    document: HashField
    reason: Uint8


@dataclass(frozen=True, slots=True)
class AnchorRoot(Command):
    """Anchors a list of statements as it is now (`ledger.vocabulary.AnchoredContent`)."""

    contract = "Anchors"
    function = "anchor"
    content: Uint8
    root: HashField
    size: Uint64
    predecessor: HashField


def lines(amounts: Mapping[Id, int]) -> tuple[Line, ...]:
    """Amounts by item as the lines of an act, in the order the contract demands."""
    return tuple(Line(item, Amount(amounts[item])) for item in sorted(amounts, key=line_order))


ALL_COMMANDS: tuple[type[Command], ...] = tuple(
    word
    for word in globals().copy().values()
    if isinstance(word, type) and issubclass(word, Command) and word is not Command
)
"""The acts of every contract."""
COMMANDS = tuple(command for command in ALL_COMMANDS if command.contract == Command.contract)
"""The acts of ProductLedger: what `ledger.rules` decides and the outbox takes."""
BY_NAME: dict[str, type[Command]] = {command.__name__: command for command in COMMANDS}


def to_json(command: Command) -> dict[str, Any]:
    """A command as plain JSON with its class name under ``act``."""
    return {"act": type(command).__name__, **_plain(command)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def from_json(document: Mapping[str, Any]) -> Command:
    """The inverse of `to_json`.

    Raises:
        CommandInvalid: unknown act, or a field missing, unknown, of the wrong type or out of range.
    """
    name = document.get("act")
    cls = BY_NAME.get(name) if isinstance(name, str) else None
    if cls is None:
        raise CommandInvalid(
            f"no act is called {name!r}; known are {', '.join(BY_NAME)}", field="act"
        )
    command: Command = _read(cls, {k: v for k, v in document.items() if k != "act"}, "")
    return command


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls, include_extras=True)  # slow, and asked for every command


def _read(cls: type, document: Any, path: str) -> Any:
    if not isinstance(document, Mapping):
        raise CommandInvalid(f"{path or 'the command'} must be an object", field=path)
    hints = _hints(cls)
    names = [f.name for f in fields(cls)]
    for name in document:
        if name not in names:
            raise CommandInvalid(f"{path}{name} is no field of {cls.__name__}", field=path + name)
    for name in names:
        if name not in document:
            raise CommandInvalid(f"{path}{name} is missing", field=path + name)
    return cls(**{name: _field(hints[name], document[name], path + name) for name in names})


def _field(hint: Any, value: Any, path: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise CommandInvalid(f"{path} must be a list", field=path)
        inner = get_args(hint)[0]
        return tuple(_field(inner, each, f"{path}[{i}]") for i, each in enumerate(value))
    if get_origin(hint) is Annotated:
        return _scalar(get_args(hint)[1], value, path)
    return _read(hint, value, path + ".")


def _scalar(solidity: Solidity, value: Any, path: str) -> Any:
    kind = solidity.type
    if kind == "bool":
        if not isinstance(value, bool):
            raise CommandInvalid(f"{path} must be true or false", field=path)
        return value
    if kind.startswith("bytes"):
        return _bytes(int(kind[5:]), value, path)
    bits = int(kind[4:])
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << bits:
        raise CommandInvalid(f"{path} must be a whole number from 0 to 2**{bits} - 1", field=path)
    return value


def _bytes(length: int, value: Any, path: str) -> bytes:
    message = f"{path} must be 0x and {length * 2} hexadecimal digits"
    if not isinstance(value, str) or len(value) != 2 + length * 2 or not value.startswith("0x"):
        raise CommandInvalid(message, field=path)
    try:
        return bytes.fromhex(value[2:])
    except ValueError as error:
        raise CommandInvalid(message, field=path) from error
