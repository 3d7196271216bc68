"""The least that an act can cost: what the protocol's price list (Prague) asks for what it must do.

`bench.must` lists that by hand. Nothing is counted but its list, the transaction and its calldata:
no arithmetic, no memory, no second look at a slot. A test holds the list against traces of real
transactions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from ledger.abi import artifact

TRANSACTION = 21_000
REFUND_OF_CLEARED = 4_800
REFUND_SHARE = 5  # at most a fifth of what was spent is given back

SLOTS = {
    "read": 2_100,  # cold
    "new": 22_100,  # cold, from zero
    "changed": 5_000,  # cold, from one value to another
    "cleared": 5_000,  # cold, to zero; see REFUND_OF_CLEARED
}
ACCOUNT = 2_600  # another contract called for the first time in a transaction
PRECOMPILE_CALL = 100
ECRECOVER = 3_000


@dataclass(frozen=True)
class Line:
    """So many of one thing that an act must do."""

    every_act: bool
    count: int
    what: str  # a kind of slot, or: account, event, sha256, ecrecover
    name: str  # the slot's, contract's or event's; the bytes to hash
    why: str = ""

    @property
    def gas(self) -> int:
        if self.what in SLOTS:
            return SLOTS[self.what]
        if self.what == "event":
            return _event(self.name)
        if self.what == "sha256":
            return _sha256(int(self.name))
        return {"account": ACCOUNT, "ecrecover": PRECOMPILE_CALL + ECRECOVER}[self.what]


def lines(text: str, contract: str) -> list[Line]:
    """What a part of this page says; names without a contract are of the one that acts."""
    return [_line(row, contract) for row in text.splitlines() if row.strip()]


def _line(row: str, contract: str) -> Line:
    often, *rest = row.split()
    assert often in ("each", "once"), row
    count = int(rest.pop(0)) if rest[0].isdigit() else 1
    what, name, *why = rest
    if what in SLOTS and name.startswith("_"):
        name = f"{contract}.{name}"
    return Line(often == "each", count, what, name, " ".join(why))


def floor(must: list[Line], acts: int, calldata: bytes) -> int:
    """Gas of one transaction with so many acts."""
    times = [(line, line.count * (acts if line.every_act else 1)) for line in must]
    spent = TRANSACTION + sum(line.gas * n for line, n in times) + _calldata(calldata, 4)
    refund = REFUND_OF_CLEARED * sum(n for line, n in times if line.what == "cleared")
    spent -= min(refund, spent // REFUND_SHARE)
    return max(spent, TRANSACTION + _calldata(calldata, 10))  # EIP-7623


def totals(must: list[Line], acts: int) -> Counter[tuple[str, str]]:
    """How much of each thing one transaction with so many acts does."""
    found: Counter[tuple[str, str]] = Counter()
    for line in must:
        found[line.what, line.name] += line.count * (acts if line.every_act else 1)
    return found


def _calldata(data: bytes, token: int) -> int:
    zeros = data.count(0)
    return token * (zeros + 4 * (len(data) - zeros))


@cache
def _event(name: str) -> int:
    """The log, and the journal's hash over its topics, data and block number."""
    inputs = next(
        entry["inputs"]
        for contract in ("ProductLedger", "UnitRegistry", "Loyalty", "Certificates", "Anchors")
        for entry in artifact(contract).abi
        if entry["type"] == "event" and entry["name"] == name
    )
    topics = 1 + sum(each["indexed"] for each in inputs)
    size = 32 * (len(inputs) + 1 - topics)
    return 375 + 375 * topics + 8 * size + _sha256(32 * topics + size + 8)


def _sha256(size: int) -> int:
    return PRECOMPILE_CALL + 60 + 12 * -(-size // 32)
