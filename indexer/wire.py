"""JSON-RPC as typed values: requests written, answers matched by their ids."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.errors import NodeUnavailable


class WireLog(msgspec.Struct, gc=False):
    """A log as the node writes it."""

    address: str
    topics: list[str]
    data: str
    blockNumber: str  # noqa: N815 - the node's words
    blockHash: str  # noqa: N815
    transactionHash: str  # noqa: N815
    transactionIndex: str  # noqa: N815
    logIndex: str  # noqa: N815
    removed: bool = False


class WireHeader(msgspec.Struct, gc=False):
    """A block as the node writes it, its transactions left out."""

    number: str
    hash: str
    parentHash: str  # noqa: N815
    logsBloom: str  # noqa: N815
    timestamp: str


class WireReceipt(msgspec.Struct, gc=False):
    """What of a receipt holds logs."""

    blockHash: str  # noqa: N815
    logs: list[WireLog]


Result = list[WireLog] | WireHeader | str | None


class Answer(msgspec.Struct, gc=False):
    """The answer to one request of a batch."""

    id: int | None = None
    result: Result = None
    error: Any = None


class _Receipts(msgspec.Struct, gc=False):
    result: list[WireReceipt] | None = None
    error: Any = None


_ANSWERS = msgspec.json.Decoder(list[Answer] | Answer)
_RECEIPTS = msgspec.json.Decoder(_Receipts)


def request(calls: Sequence[tuple[str, Sequence[Any]]]) -> bytes:
    """A batch; the place of a call is its id."""
    batch = [
        {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        for number, (method, params) in enumerate(calls)
    ]
    return json.dumps(batch).encode()


def answers(raw: bytes, count: int) -> list[Answer]:
    """The answers to a batch of ``count`` calls, in the order of the calls.

    Raises:
        NodeUnavailable: no JSON-RPC, the batch refused, an answer missing, doubled or a stranger.
    """
    batch = _decoded(_ANSWERS, raw)
    if isinstance(batch, Answer):
        raise NodeUnavailable(f"the node refuses the request: {batch.error}")
    by_id = {answer.id: answer for answer in batch}
    if len(batch) != count or by_id.keys() != set(range(count)):
        raise NodeUnavailable("the node's answers do not match the calls", calls=count)
    return [by_id[number] for number in range(count)]


def receipts(raw: bytes) -> list[WireReceipt] | None:
    """The answer to one eth_getBlockReceipts; None where the node does not give receipts."""
    answer: _Receipts = _decoded(_RECEIPTS, raw)
    return answer.result


def _decoded(decoder: msgspec.json.Decoder[Any], raw: bytes) -> Any:
    try:
        return decoder.decode(raw)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise NodeUnavailable(f"the node's answer is no JSON-RPC: {error}") from error


def quantity(text: str) -> int:
    """A number as nodes write it: ``0x`` and no leading zeros.

    Raises:
        NodeUnavailable: written in any other way.
    """
    try:
        number = int(text, 16)
    except ValueError:
        number = -1
    if number < 0 or hex(number) != text:
        raise NodeUnavailable(f"the node writes {text[:80]!r} for a number")
    return number


def word(text: str) -> bytes:
    """32 bytes as nodes write them.

    Raises:
        NodeUnavailable: written in any other way.
    """
    try:
        value = bytes.fromhex(text[2:])
    except ValueError:
        value = b""
    if len(value) != 32 or len(text) != 66 or text[:2] != "0x":
        raise NodeUnavailable(f"the node writes {text[:80]!r} for a hash")
    return value


@dataclass(frozen=True, slots=True)
class Block:
    """A block's header, read."""

    number: int
    hash: bytes
    parent: bytes
    time: int
    bloom: str


def block(header: WireHeader) -> Block:
    """Reads a header.

    Raises:
        NodeUnavailable: a field is malformed.
    """
    return Block(
        quantity(header.number),
        word(header.hash),
        word(header.parentHash),
        quantity(header.timestamp),
        header.logsBloom,
    )
