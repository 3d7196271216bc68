"""How names and types of the ABI stand in Python."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from eth_utils.crypto import keccak

_BEFORE_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def python_name(solidity: str) -> str:
    """A Solidity name in Python: snake_case, and ``from``, a keyword, is ``shipper``."""
    snake = _BEFORE_CAPITAL.sub("_", solidity).lower()
    return "shipper" if snake == "from" else snake


def types_of(entry: Mapping[str, Any]) -> list[str]:
    """The canonical types of a function's, event's or error's inputs."""
    return [canonical_type(each) for each in entry["inputs"]]


def canonical_type(field: Mapping[str, Any]) -> str:
    """A type as signatures write it: tuples by their components."""
    kind: str = field["type"]
    if not kind.startswith("tuple"):
        return kind
    inner = ",".join(canonical_type(each) for each in field["components"])
    return f"({inner}){kind.removeprefix('tuple')}"


def signature_hash(entry: Mapping[str, Any]) -> bytes:
    """Keccak-256 of a signature: the first topic of an event."""
    return keccak(text=f"{entry['name']}({','.join(types_of(entry))})")


def selector(entry: Mapping[str, Any]) -> bytes:
    """The 4 bytes that name a function or an error."""
    return signature_hash(entry)[:4]
