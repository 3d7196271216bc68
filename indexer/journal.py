"""The contracts' journals, followed log by log: what no node can leave out or alter unseen.

Each event begins with its entry: its sequence number and the running hash of all before it
(`ledger.hashing`, `contracts/Journal.sol`). So every log seals those before it, and the contract's
storage slot seals the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ledger.errors import JournalBroken
from ledger.hashing import HEAD_LENGTH, entry, journal_seed


class Journals:
    """Where each contract's journal stands: how many events so far, and the hash over them."""

    def __init__(self, heads: Mapping[str, bytes]) -> None:
        self._heads = {
            name: (int.from_bytes(head[:8], "big"), head[8:]) for name, head in heads.items()
        }

    @classmethod
    def empty(cls, chain_id: int, contracts: Mapping[str, bytes]) -> Journals:
        """The journals of new contracts, by name and address."""
        seeds = {name: journal_seed(chain_id, address) for name, address in contracts.items()}
        return cls({name: entry(0, seed) for name, seed in seeds.items()})

    def copy(self) -> Journals:
        """Another one that goes on from here."""
        return Journals(self.heads())

    def heads(self) -> dict[str, bytes]:
        """Each journal as its slot would hold it: count (8 bytes), running hash (24 bytes)."""
        return {name: entry(count, head) for name, (count, head) in self._heads.items()}

    def whose(self, begun: bytes) -> str:
        """The contract whose next log begins with an entry; none's where there is no such."""
        found = (name for name, head in self.heads().items() if head == begun)
        return next(found, "")

    def follow(
        self, contract: str, sequence: int, before: bytes, log: bytes, block: int
    ) -> tuple[int, bytes]:
        """Takes the contract's next log: its entry's two parts, and its topics and data.

        Gives count and running hash after it.

        Raises:
            JournalBroken: it is not the next, or what came before is not what it seals.
        """
        count, head = self._heads[contract]
        if sequence != count:
            raise JournalBroken(
                f"{contract} event {count} is missing: event {sequence} comes in its place",
                contract=contract, expected=count, sequence=sequence, block=block,
            )  # fmt: skip
        if before != head:
            raise JournalBroken(
                f"{contract} event {sequence} seals another history than what was read",
                contract=contract, sequence=sequence, block=block,
            )  # fmt: skip
        digest = hashlib.sha256(log + block.to_bytes(8, "big")).digest()
        after = self._heads[contract] = count + 1, digest[:HEAD_LENGTH]
        return after

    def compare(self, slots: Mapping[str, bytes | None], block: int) -> bool:
        """Compares with the contracts' storage after a block; whether all of it was there.

        Raises:
            JournalBroken: logs are missing at the end, or the last was altered.
        """
        for contract, slot in slots.items():
            count, head = self._heads[contract]
            if slot is None or slot == entry(count, head):
                continue
            there = int.from_bytes(slot[:8], "big")
            raise JournalBroken(
                f"{contract} has {there} events at block {block}, and {count} were read"
                if there != count
                else f"the last of {contract}'s {count} events is not what it emitted",
                contract=contract, expected=there, sequence=count, block=block,
            )  # fmt: skip
        return None not in slots.values()
