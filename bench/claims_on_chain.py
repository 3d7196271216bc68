"""The race for packs in the contract: all workers' operations stand in one block, and each claims
the same units for a member of its own.
"""

from __future__ import annotations

import time
from itertools import count

from bench.goods import Goods
from bench.points import Points
from ledger.chain.codec import encode_perform
from ledger.chain.points import sign_claim
from ledger.chain.signing import SigningKey
from ledger.commands import ClaimPoints
from ledger.hashing import MerkleTree, unit_leaf
from ledger.vocabulary import Address, DocumentHash, Id, unit
from tests.support.anvil import LocalAnvil
from tests.support.contracts import Contracts, Organisation

BATCH = 25
"""Claims of one operation."""
_GAS = hex(8_000_000)
_BLOCK_GAS = 2_000_000_000
_SOLD_AT_ONCE = 200


def race(workers: int, units: int) -> tuple[int, int, float, float]:
    """How many claims were won as the receipts say, how many stand as the contract's log says,
    the race's seconds, and those of one worker alone for as many units.
    """
    with LocalAnvil(gas_limit=_BLOCK_GAS, accounts=workers + 20) as anvil:
        field = _Field(Contracts.deploy(anvil), workers)
        alone = _Packs(field, units)
        start = time.perf_counter()
        field.round(alone, field.workers[:1])
        floor = time.perf_counter() - start
        before = field.claimed()
        disputed = _Packs(field, units)
        start = time.perf_counter()
        won = field.round(disputed, field.workers)
        seconds = time.perf_counter() - start
        return won, field.claimed() - before, seconds, floor


class _Field:
    """A programme and organisations that all bring claims to it."""

    def __init__(self, contracts: Contracts, workers: int) -> None:
        self.contracts = contracts
        self.points = Points(Goods(contracts))
        self.workers = [
            (contracts.organisation(f"6{number:05}"), SigningKey.new()) for number in range(workers)
        ]
        self.numbers = count(1)

    def round(self, packs: _Packs, workers: list[tuple[Organisation, SigningKey]]) -> int:
        """Every worker claims every pack, one batch a block; how many claims were performed."""
        self._mine_at_once(on=False)
        won = 0
        for start in range(0, len(packs.units), BATCH):
            indexes = range(start, min(start + BATCH, len(packs.units)))
            for org, member in workers:
                self._send(org, packs.claims(indexes, member.address))
            self.contracts.anvil.mine()
            receipts = self.contracts.anvil.rpc("eth_getBlockReceipts", "latest")
            assert len(receipts) == len(workers)
            performed = sum(receipt["status"] == "0x1" for receipt in receipts)
            won += performed * len(indexes)
        self._mine_at_once(on=True)
        return won

    def _mine_at_once(self, *, on: bool) -> None:
        self.contracts.anvil.rpc("evm_setAutomine", on)

    def _send(self, org: Organisation, claims: list[ClaimPoints]) -> None:
        data = encode_perform(next(org.operations), claims)
        place = self.contracts.loyalty.address
        sent = {"from": org.key, "to": place, "data": "0x" + data.hex(), "gas": _GAS}
        self.contracts.anvil.rpc("eth_sendTransaction", sent)

    def claimed(self) -> int:
        """Distinct units that the contract's log says were claimed, each once."""
        event = self.contracts.loyalty.events.PointsClaimed
        logs = event.get_logs(from_block=0)
        found = [(log["args"]["lot"], log["args"]["index"]) for log in logs]
        assert len(set(found)) == len(found)
        return len(found)


class _Packs:
    """Units of a new lot, sold and earning, each with a hidden code."""

    def __init__(self, field: _Field, number: int) -> None:
        points, goods = field.points, field.points.goods
        (packed,) = goods.lots(number, 1)
        self.lot, self.domain = Id(packed), points.domain
        name = next(field.numbers)
        self.units = [unit(goods.flour, f"R{name}-{index:06}").id for index in range(number)]
        self.codes = [SigningKey.of((index + 1).to_bytes(32, "big")) for index in range(number)]
        pairs = zip(self.units, self.codes, strict=True)
        self.tree = MerkleTree([unit_leaf(self.lot, u, code.address) for u, code in pairs])
        points.units(("issueUnits", packed, number, 1, self.tree.root))
        points.loyalty(("openEarning", points.programme, packed, 1, 100, 0))
        for start in range(0, number, _SOLD_AT_ONCE):
            sold = list(range(start, min(start + _SOLD_AT_ONCE, number)))
            points.units(("sellUnits", packed, 1, sold))

    def claims(self, indexes: range, member: Address) -> list[ClaimPoints]:
        return [self._claim(index, member) for index in indexes]

    def _claim(self, index: int, member: Address) -> ClaimPoints:
        path = tuple(map(DocumentHash, self.tree.inclusion_path(index)))
        wanted = ClaimPoints(self.lot, 1, index, self.units[index], member, path, b"")
        return sign_claim(self.codes[index], self.domain, wanted)
