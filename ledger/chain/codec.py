"""Commands to calldata and back, logs to events: exact, through eth_abi and the compiled ABI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_type_hints

from eth_abi import registry as eth_registry
from eth_abi.abi import decode
from eth_abi.codec import ABICodec
from eth_abi.encoding import BytesEncoder
from eth_abi.exceptions import DecodingError, EncodingError, ValueOutOfBounds

from ledger import abi
from ledger.chain.names import python_name, selector, signature_hash, types_of
from ledger.chain.port import RawLog
from ledger.commands import COMMANDS, Command
from ledger.errors import CommandInvalid, UnknownLog
from ledger.events import BY_NAME, Event
from ledger.vocabulary import Address

LEDGER = "ProductLedger"
UNITS = "UnitRegistry"
LOYALTY = "Loyalty"
REGISTRY = "OrgRegistry"
DIRECTORY = "Directory"
CERTIFICATES = "Certificates"
ANCHORS = "Anchors"


class _ExactBytes(BytesEncoder):
    """Refuses bytes that are too short, which eth_abi would fill up with zeros."""

    def validate_value(self, value: Any) -> None:
        super().validate_value(value)  # type: ignore[no-untyped-call]  # eth_abi has no types here
        if len(value) * 8 != self.value_bit_size:
            raise ValueOutOfBounds("exactly as many bytes as the type has are needed")


@cache
def _codec() -> ABICodec:
    library: Any = eth_registry
    exact = library.registry.copy()
    exact.unregister_encoder("bytes<M>")
    fixed = library.BaseEquals("bytes", with_sub=True)
    exact.register_encoder(fixed, _ExactBytes, label="bytes<M>")
    return ABICodec(exact)


def encode(types: Sequence[str], values: Sequence[object]) -> bytes:
    """Values in the ABI's own encoding; bytes of a wrong length are refused, not filled up."""
    return bytes(_codec().encode(types, values))


# --- functions ---


def encode_call(command: Command) -> bytes:
    """The calldata of one act.

    Raises:
        CommandInvalid: a field does not fit its Solidity type.
    """
    arguments = _tuple(command)
    entry = _function(command.contract, command.function)
    if entry["inputs"][0]["type"] == "tuple":
        arguments = (arguments,)
    return _encode(entry, arguments)


def encode_perform(operation: int, commands: Sequence[Command]) -> bytes:
    """The calldata of ``perform``: all acts, of one contract, under an operation number.

    Raises:
        CommandInvalid: a field does not fit its Solidity type, or the acts are of several
            contracts.
    """
    if len({command.contract for command in commands}) > 1:
        raise CommandInvalid("the acts of one operation are of one contract")
    calls = [encode_call(command) for command in commands]
    return _encode(_function(LEDGER, "perform"), (operation, calls))


def decode_perform(data: bytes, contract: str = LEDGER) -> tuple[int, tuple[Command, ...]]:
    """The inverse of `encode_perform`, as it was sent to a contract.

    Raises:
        CommandInvalid: the data is no call of ``perform``, or holds an act that is not known.
    """
    entry = _function(LEDGER, "perform")
    if data[:4] != selector(entry):
        raise CommandInvalid("the data is no call of perform")
    operation, calls = _decode(entry, data)
    return operation, tuple(_decode_call(call, contract) for call in calls)


def encode_registry(function: str, *arguments: object) -> bytes:
    """The calldata of a function of OrgRegistry.

    Raises:
        CommandInvalid: an argument does not fit its Solidity type.
    """
    return _encode(_function(REGISTRY, function), arguments)


def encode_view(contract: str, function: str, *arguments: object) -> bytes:
    """The calldata of any function of a contract.

    Raises:
        CommandInvalid: an argument does not fit its Solidity type.
    """
    return _encode(_function(contract, function), arguments)


def decode_result(contract: str, function: str, data: bytes) -> tuple[Any, ...]:
    """What a function returned, one value for each output.

    Raises:
        CommandInvalid: the data is not what the function returns.
    """
    outputs = {"inputs": _function(contract, function)["outputs"]}
    try:
        return tuple(decode(types_of(outputs), data))
    except DecodingError as error:
        raise CommandInvalid(f"{contract}.{function} returned what it does not declare") from error


def encode_constructor(contract: str, *arguments: object) -> bytes:
    """The data of the transaction that makes a contract."""
    artifact = abi.artifact(contract)
    made = [entry for entry in artifact.abi if entry["type"] == "constructor"]
    types = types_of(made[0]) if made else []
    return artifact.bytecode + encode(types, arguments)


def _tuple(value: Any) -> Any:
    if is_dataclass(value):
        return tuple(_tuple(getattr(value, each.name)) for each in fields(value))
    if isinstance(value, tuple):
        return tuple(_tuple(each) for each in value)
    return value


def _encode(entry: dict[str, Any], arguments: Sequence[object]) -> bytes:
    try:
        return selector(entry) + encode(types_of(entry), arguments)
    except (EncodingError, TypeError, ValueError, OverflowError) as error:
        raise CommandInvalid(f"{entry['name']} cannot be called so: {error}") from error


def _decode(entry: dict[str, Any], data: bytes) -> tuple[Any, ...]:
    try:
        return tuple(decode(types_of(entry), data[4:]))
    except (DecodingError, OverflowError) as error:
        raise CommandInvalid(f"the data is no call of {entry['name']}: {error}") from error


def _decode_call(data: bytes, contract: str) -> Command:
    cls = _by_selector(contract).get(data[:4])
    if cls is None:
        raise CommandInvalid(f"no act begins with 0x{data[:4].hex()}")
    entry = _function(contract, cls.function)
    arguments = _decode(entry, data)
    if entry["inputs"][0]["type"] == "tuple":
        (arguments,) = arguments
    command: Command = _build(cls, arguments)
    return command


def _build(cls: type, arguments: Sequence[Any]) -> Any:
    hints = _hints(cls)
    return cls(
        **{
            each.name: _value(hints[each.name], argument)
            for each, argument in zip(fields(cls), arguments, strict=True)
        }
    )


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, argument: Any) -> Any:
    if isinstance(argument, list | tuple):
        inner = get_args(hint)[0]
        if is_dataclass(inner) and isinstance(inner, type):
            return tuple(_build(inner, each) for each in argument)
        return tuple(_value(inner, each) for each in argument)
    if isinstance(argument, str):  # eth_abi gives addresses as text
        return Address(bytes.fromhex(argument[2:]))
    return argument


@cache
def _by_selector(contract: str) -> dict[bytes, type[Command]]:
    own = (cls for cls in COMMANDS if cls.contract == contract)
    return {selector(_function(contract, cls.function)): cls for cls in own}


@cache
def _function(contract: str, name: str) -> dict[str, Any]:
    found = [e for e in abi.artifact(contract).abi if e["type"] == "function" and e["name"] == name]
    if len(found) != 1:
        raise CommandInvalid(f"{contract} has no function {name}")
    return found[0]


# --- events ---


def decode_event(log: RawLog) -> Event:
    """The event behind a log; `entry_of` gives what stands before it.

    The slow and exact decoder: the indexer has a fast one that is tested against this.

    Raises:
        UnknownLog: not in the catalogue, or malformed.
    """
    entry = _events().get(log.topics[0]) if log.topics else None
    if entry is None:
        raise UnknownLog("a log has a first topic that is not in the catalogue", tx=log.tx)
    indexed = [each for each in entry["inputs"] if each["indexed"]]
    others = [each for each in entry["inputs"] if not each["indexed"]]
    if len(log.topics) != len(indexed) + 1:
        raise UnknownLog(f"{entry['name']} has {len(indexed) + 1} topics", tx=log.tx)
    try:
        values = dict(zip(_names(indexed), _words(indexed, b"".join(log.topics[1:])), strict=True))
        values |= zip(_names(others), _words(others, log.data), strict=True)
    except (DecodingError, OverflowError) as error:
        raise UnknownLog(f"a log of {entry['name']} is malformed: {error}", tx=log.tx) from error
    del values["entry"]
    return BY_NAME[entry["name"]](**values)


def entry_of(log: RawLog) -> tuple[int, bytes]:
    """A log's place in its contract's journal: sequence number, and running hash before it.

    Raises:
        UnknownLog: the log has no data.
    """
    if len(log.data) < 32:  # one word
        raise UnknownLog("a log carries no entry", tx=log.tx)
    return int.from_bytes(log.data[:8], "big"), log.data[8:32]


def event_topic(event: type[Event]) -> bytes:
    """The first topic of an event's logs."""
    return signature_hash(_event(event.contract, event.__name__))


def _names(inputs: Sequence[dict[str, Any]]) -> list[str]:
    return [python_name(each["name"]) for each in inputs]


def _words(inputs: Sequence[dict[str, Any]], data: bytes) -> list[Any]:
    if len(data) != 32 * len(inputs):
        raise DecodingError(f"{len(inputs)} words are needed, {len(data)} bytes are there")
    types = types_of({"inputs": inputs})
    return [
        Address(bytes.fromhex(value[2:])) if kind == "address" else value
        for kind, value in zip(types, decode(types, data), strict=True)
    ]


@cache
def _events() -> dict[bytes, dict[str, Any]]:
    entries = [_event(cls.contract, name) for name, cls in BY_NAME.items()]
    return {signature_hash(entry): entry for entry in entries}


@cache
def _event(contract: str, name: str) -> dict[str, Any]:
    found = [e for e in abi.artifact(contract).abi if e["type"] == "event" and e["name"] == name]
    assert len(found) == 1, f"{contract} declares {name} {len(found)} times"
    return found[0]
