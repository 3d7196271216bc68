"""What a transaction really touched, by name: slots, contracts, events, hashes and signatures.

Slots are found in the trace and named by following the hashes that led to them, through the
contract's storage layout: ``UnitRegistry._lots.sold`` is a word of that mapping in that struct.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from eth_utils.crypto import keccak
from web3.contract import Contract

from ledger.abi import artifact
from tests.support.anvil import LocalAnvil

Touched = Counter[tuple[str, str]]
ACCOUNT_CALLS = ("CALL", "STATICCALL")
ECRECOVER, SHA256 = 1, 2


@dataclass
class Trace:
    """A transaction, step by step."""

    target: str
    slots: set[tuple[str, int]] = field(default_factory=set)
    preimages: dict[int, tuple[int, int]] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    precompiles: Touched = field(default_factory=Counter)
    _entered: str = ""  # the place that the last call leads to

    def read(self, steps: list[dict[str, Any]]) -> None:
        places = [self.target]
        for step in steps:
            depth = int(step["depth"])
            del places[depth:]
            if len(places) < depth:  # the call before has entered
                places.append(self._entered)
            self._step(step, places[-1])

    def _step(self, step: dict[str, Any], place: str) -> None:
        operation, stack = step["op"], [int(each, 16) for each in step.get("stack") or []]
        if operation in ("SLOAD", "SSTORE"):
            self.slots.add((place, stack[-1]))
        elif operation in ("KECCAK256", "SHA3") and stack[-2] == 64:
            words = _memory(step, stack[-1], 64)
            key, base = int.from_bytes(words[:32], "big"), int.from_bytes(words[32:], "big")
            self.preimages[int.from_bytes(keccak(words), "big")] = key, base
        elif operation == "DELEGATECALL":
            self._entered = place
        elif operation in ACCOUNT_CALLS:
            self._call(stack, operation)

    def _call(self, stack: list[int], operation: str) -> None:
        target = stack[-2]
        size = stack[-5 if operation == "CALL" else -4]
        if target == ECRECOVER:
            self.precompiles["ecrecover", "signature"] += 1
        elif target == SHA256:
            self.precompiles["sha256", str(size)] += 1
        else:
            self._entered = f"0x{target:040x}"
            self.called.add(self._entered)


def touched(anvil: LocalAnvil, contracts: dict[str, Contract], receipt: Any) -> Touched:
    """Counted as `bench.floor` counts; `contracts` by name."""
    by_address = {each.address.lower(): name for name, each in contracts.items()}
    target = receipt["to"].lower()
    trace = Trace(target)
    options = {"enableMemory": True, "disableStorage": True}
    answer = anvil.rpc("debug_traceTransaction", "0x" + receipt["transactionHash"].hex(), options)
    trace.read(answer["structLogs"])

    found: Touched = Counter()
    for place, slot in trace.slots:
        name = by_address[place]
        variable = _variable(name, slot, trace.preimages)
        found[_change(anvil, place, slot, receipt["blockNumber"]), f"{name}.{variable}"] += 1
    for place in trace.called - {target}:
        found["account", by_address[place]] += 1
    sizes: Counter[int] = Counter()
    for log in receipt["logs"]:
        name = by_address[log["address"].lower()]
        found["event", _event_name(contracts[name], log)] += 1
        sizes[32 * len(log["topics"]) + len(log["data"]) + 8] += 1
    for (what, name), count in trace.precompiles.items():
        found[what, name] += count - (sizes[int(name)] if what == "sha256" else 0)
    return +found


def _memory(step: dict[str, Any], start: int, size: int) -> bytes:
    memory = step.get("memory") or []
    text = (
        memory if isinstance(memory, str) else "".join(each.removeprefix("0x") for each in memory)
    )
    return bytes.fromhex(text.removeprefix("0x"))[start : start + size].ljust(size, b"\0")


def _change(anvil: LocalAnvil, place: str, slot: int, block: int) -> str:
    def value(at: int) -> int:
        return int(anvil.rpc("eth_getStorageAt", place, hex(slot), hex(at)), 16)

    before, after = value(block - 1), value(block)
    if before == after:
        return "read"
    if before == 0:
        return "new"
    return "changed" if after else "cleared"


def _event_name(contract: Contract, log: Any) -> str:
    topic = bytes(log["topics"][0])
    return str(next(e.event_name for e in contract.events if bytes.fromhex(e.topic[2:]) == topic))


def _variable(contract: str, slot: int, preimages: dict[int, tuple[int, int]]) -> str:
    """The path of a slot's mapping: the variable, and members of structs on the way."""
    layout = artifact(contract).storage_layout
    path = _path(slot, preimages)
    # variables that share a slot go by the name of the first
    begins = [each for each in layout["storage"] if each["offset"] == 0]
    place = next(each for each in reversed(begins) if int(each["slot"]) <= path[0])
    name, kind, rest = place["label"], place["type"], path[0] - int(place["slot"])
    for offset in path[1:]:
        kind, rest = layout["types"][kind]["value"], offset
        members = layout["types"][kind].get("members")
        if members and _is_inner(members, rest):
            member = _member(members, rest)
            name, kind = f"{name}.{member['label']}", member["type"]
    return str(name)


def _path(slot: int, preimages: dict[int, tuple[int, int]]) -> list[int]:
    """Offsets from the hashes on the way, the outermost variable's slot first."""
    for offset in range(8):  # members of structs lie that near
        if slot - offset in preimages:
            _, base = preimages[slot - offset]
            return [*_path(base, preimages), offset]
    return [slot]


def _member(members: list[dict[str, Any]], offset: int) -> dict[str, Any]:
    return next(each for each in reversed(members) if int(each["slot"]) <= offset)


def _is_inner(members: list[dict[str, Any]], offset: int) -> bool:
    """Whether a mapping begins there rather than a value."""
    member = _member(members, offset)
    return "mapping" in member["type"] and int(member["slot"]) == offset
