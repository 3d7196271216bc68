"""What a contract said when it refused: from revert data to the exception with its sentence."""

from __future__ import annotations

from functools import cache
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from ledger import abi
from ledger.chain.names import python_name, selector, types_of
from ledger.errors import ActRefused
from ledger.refusals import refuse

_BUILT_IN: tuple[dict[str, Any], ...] = (
    {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "number", "type": "uint256"}]},
)


def refusal(data: bytes) -> ActRefused:
    """The refusal behind revert data: its code is the Solidity error's name, its values by name."""
    if not data:
        return refuse("Reverted")
    declared = _errors().get(data[:4])
    if declared is None:
        return refuse("UnknownError", data=data)
    try:
        values = decode(types_of(declared), data[4:])
    except (DecodingError, ValueError, OverflowError):
        return refuse("UnknownError", data=data)
    return refuse(
        declared["name"],
        **{
            python_name(each["name"]): _plain(each["type"], value)
            for each, value in zip(declared["inputs"], values, strict=True)
        },
    )


def _plain(kind: str, value: Any) -> Any:
    return bytes.fromhex(value[2:]) if kind == "address" else value


@cache
def _errors() -> dict[bytes, dict[str, Any]]:
    declared = [
        entry
        for name in abi.names()
        for entry in abi.artifact(name).abi
        if entry["type"] == "error"
    ]
    return {selector(entry): entry for entry in (*_BUILT_IN, *declared)}
