"""Strict decoders, one function per event, written out from the catalogue when this module is
loaded.

All fields of our events are single words, so a log is one ``struct`` and one mask: the mask has a
bit wherever the ABI demands zero. Text is turned into bytes once and measured before and after,
because Python's own hexadecimal readers forgive blanks and underscores that no node may send.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from struct import Struct
from typing import Any

import sha3

from ledger.errors import UnknownLog
from ledger.events import CATALOGUE, Event, Field

Decoded = tuple[bytes, int, bytes, Event, tuple[Any, ...]]
"""What a decoder gives: the log's bytes (topics, data), sequence number and running hash of its
entry, the event, and the values of its row."""
Decoder = Callable[[Sequence[str], str], Decoded]

_WORD = 32
_CODES = {
    "address": "12x20s",
    "bool": "31x?",
    "bytes3": "3s29x",
    "bytes32": "32s",
    "uint8": "31xB",
    "uint16": "30xH",
    "uint32": "28xI",
    "uint40": "24xQ",
    "uint64": "24xQ",
    "uint256": "32s",
}
_BITS = {"address": 160, "bool": 1, "uint8": 8, "uint16": 16, "uint32": 32, "uint40": 40}
_ENTRY = "Q24s"


def selector(event: type[Event]) -> bytes:
    """The first topic of an event's logs: keccak-256 of its signature, 32 bytes."""
    types = ",".join(["bytes32", *(field.solidity.type for field in event.schema())])
    digest: bytes = sha3.keccak_256(f"{event.__name__}({types})".encode()).digest()
    return digest


def _mask(solidity: str) -> int:
    """The bits of a word that must be zero."""
    whole = (1 << 256) - 1
    if solidity == "bytes3":
        return whole >> 24
    if solidity == "uint64":
        return whole ^ ((1 << 63) - 1)  # no contract of ours emits more than 2**63 - 1
    return whole ^ ((1 << _BITS[solidity]) - 1) if solidity in _BITS else 0


def _split(event: type[Event]) -> tuple[list[Field], list[Field]]:
    fields = event.schema()
    indexed = [field for field in fields if field.solidity.indexed]
    return indexed, [field for field in fields if not field.solidity.indexed]


def _masks(event: type[Event]) -> int:
    indexed, plain = _split(event)
    words = [
        *(_mask(f.solidity.type) for f in indexed),
        0,
        *(_mask(f.solidity.type) for f in plain),
    ]
    return int.from_bytes(b"".join(word.to_bytes(_WORD, "big") for word in words), "big")


def _layout(event: type[Event]) -> str:
    indexed, plain = _split(event)
    codes = [_CODES[field.solidity.type] for field in (*indexed, *plain)]
    return "!" + "".join([*codes[: len(indexed)], _ENTRY, *codes[len(indexed) :]])


def source(event: type[Event]) -> str:
    """The text of an event's decoder."""
    indexed, plain = _split(event)
    topics = len(indexed)
    data = 1 + len(plain)
    names = [f"{field.name}_" for field in indexed]
    targets = [*names, "sequence", "before", *(f"{field.name}_" for field in plain)]
    wide = [field.name for field in event.schema() if field.solidity.type == "uint256"]
    fill = "".join(
        f"    set_{name}(event, "
        + (f"int_({name}_, 'big')" if name in wide else f"{name}_")
        + ")\n"
        for name in (field.name for field in event.schema())
    )
    columns = "".join(f"{field.name}_, " for field in event.schema())
    lengths = "".join(
        f" or len(topics[{i}]) != 66 or topics[{i}][:2] != '0x'" for i in range(1, topics + 1)
    )
    text = " + ".join([*(f"topics[{i}][2:]" for i in range(1, topics + 1)), "data[2:]"])
    return f"""
def decode(topics, data):
    if len(topics) != {topics + 1} or len(data) != {2 + 64 * data} or data[:2] != '0x'{lengths}:
        raise Malformed("it has another shape")
    try:
        words = fromhex({text})
    except ValueError:
        raise Malformed("it is not hexadecimal") from None
    if len(words) != {_WORD * (topics + data)} or int_(words, 'big') & MASK:
        raise Malformed("a value is out of its range")
    {", ".join(targets)}, = unpack(words)
    event = new(Event)
{fill}    return words, sequence, before, event, ({columns})
"""


class Malformed(Exception):
    """A log is not what its first topic says."""


def _build(event: type[Event]) -> Decoder:
    names: dict[str, Any] = {
        "Malformed": Malformed,
        "fromhex": bytes.fromhex,
        "int_": int.from_bytes,
        "MASK": _masks(event),
        "unpack": Struct(_layout(event)).unpack,
        "Event": event,
        "new": object.__new__,
    }
    # A frozen dataclass fills itself through object.__setattr__, which is four times as slow.
    names |= {f"set_{f.name}": getattr(event, f.name).__set__ for f in event.schema()}
    exec(source(event), names)  # noqa: S102 - our own text, from our own catalogue
    decoder: Decoder = names["decode"]
    return decoder


SELECTORS: dict[type[Event], bytes] = {event: selector(event) for event in CATALOGUE}
DECODERS: dict[str, tuple[type[Event], bytes, Decoder]] = {
    "0x" + topic.hex(): (event, topic, _build(event)) for event, topic in SELECTORS.items()
}
"""By first topic as a node writes it: event, first topic, decoder."""
if len(DECODERS) != len(CATALOGUE):
    raise AssertionError("two events of the catalogue have one signature")


def decode(topics: Sequence[str], data: str) -> tuple[type[Event], bytes, Decoded]:
    """Reads a log as a node wrote it: topics and data in hexadecimal with ``0x``.

    Raises:
        UnknownLog: no event of the catalogue, or not of its shape.
    """
    known = DECODERS.get(topics[0]) if topics else None
    if known is None:
        raise UnknownLog("the first topic names no event of the catalogue", topic=_first(topics))
    event, topic, decoder = known
    try:
        return event, topic, decoder(topics, data)
    except Malformed as why:
        raise UnknownLog(
            f"the log is no {event.__name__}: {why}", event=event.__name__, topic=_first(topics)
        ) from None


def _first(topics: Sequence[str]) -> str:
    return topics[0] if topics else ""


@cache
def digest() -> str:
    """SHA-256 over all decoders: a mirror read by others is rebuilt."""
    texts = (f"{_layout(event)} {_masks(event):x} {source(event)}" for event in CATALOGUE)
    return hashlib.sha256("".join(texts).encode()).hexdigest()
