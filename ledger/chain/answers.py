"""JSON-RPC as nodes speak it, to and from plain values.

Raises whatever reading raises; `ledger.chain.node` translates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.chain.port import At, BlockRef, Played, RawLog, Receipt
from ledger.chain.reverts import refusal
from ledger.vocabulary import Address, Seconds

_REVERTED = 3  # JSON-RPC code of a reverted call (geth, anvil)


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that is an error. ``data`` is what a contract reverted with."""

    code: int
    message: str
    data: bytes | None = None

    @property
    def reverted(self) -> bool:
        """Whether a contract refused, rather than the node."""
        return self.code == _REVERTED or "revert" in self.message.lower()


def result_of(answer: Any) -> Any:
    """What an answer holds: the result, or a `Fault`."""
    if not isinstance(answer, Mapping):
        return Fault(0, "no JSON-RPC answer")
    error = answer.get("error")
    if error is None:
        return answer.get("result")
    if not isinstance(error, Mapping):
        return Fault(0, str(error))
    data = error.get("data")
    if isinstance(data, Mapping):  # Hardhat wraps it
        data = data.get("data")
    return Fault(int(error.get("code", 0)), str(error.get("message", "")), _revert_data(data))


def _revert_data(data: object) -> bytes | None:
    if not isinstance(data, str) or not data.startswith("0x"):
        return None
    try:
        return bytes.fromhex(data[2:])
    except ValueError:
        return None


def message(to: Address | None, data: bytes, sender: Address | None) -> dict[str, str]:
    """The call that ``eth_call`` and ``eth_estimateGas`` take."""
    fields = {"data": hexadecimal(data)}
    if to is not None:
        fields["to"] = hexadecimal(to)
    if sender is not None:
        fields["from"] = hexadecimal(sender)
    return fields


def hexadecimal(data: bytes) -> str:
    """Bytes as JSON-RPC writes them."""
    return "0x" + data.hex()


def at(block: At) -> str:
    """A block as JSON-RPC names it."""
    return hex(block) if isinstance(block, int) else block


def number(text: str) -> int:
    """A number out of JSON-RPC."""
    return int(text, 16)


def octets(text: str) -> bytes:
    """Bytes out of JSON-RPC."""
    return bytes.fromhex(text[2:])


def word(text: str) -> bytes:
    """A storage slot out of JSON-RPC; some nodes leave leading zeros away."""
    return bytes.fromhex(text[2:].zfill(64))


def block(found: Mapping[str, Any]) -> BlockRef:
    """A block without its transactions."""
    return BlockRef(
        number=number(found["number"]),
        hash=octets(found["hash"]),
        parent=octets(found["parentHash"]),
        time=Seconds(number(found["timestamp"])),
    )


def log(found: Mapping[str, Any]) -> RawLog:
    """A log that stands in a block."""
    return RawLog(
        address=Address(octets(found["address"])),
        topics=tuple(octets(topic) for topic in found["topics"]),
        data=octets(found["data"]),
        block=number(found["blockNumber"]),
        block_hash=octets(found["blockHash"]),
        tx=octets(found["transactionHash"]),
        log_index=number(found["logIndex"]),
        removed=bool(found.get("removed", False)),
    )


def played(found: Sequence[Mapping[str, Any]]) -> list[Played]:
    """What ``eth_simulateV1`` found for the calls of one block."""
    return [
        Played(number(each["gasUsed"]))
        if number(each["status"]) == 1
        else Played(number(each["gasUsed"]), refusal(octets(each["returnData"])))
        for each in found[0]["calls"]
    ]


def receipt(found: Mapping[str, Any]) -> Receipt:
    """A receipt with its logs."""
    made = found.get("contractAddress")
    return Receipt(
        tx=octets(found["transactionHash"]),
        block=number(found["blockNumber"]),
        block_hash=octets(found["blockHash"]),
        status=number(found["status"]) == 1,
        gas_used=number(found["gasUsed"]),
        logs=tuple(log(each) for each in found["logs"]),
        contract=None if made is None else Address(octets(made)),
    )
