"""What Lotmark asks of a chain: one Protocol. `ledger.chain.node` speaks to a real node.

Hashes, addresses, topics and data are plain bytes. Every method raises NodeUnavailable when the
node does not answer or answers with an error of its own; what a contract refuses is raised as
ActRefused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ledger.errors import ActRefused
from ledger.vocabulary import Address, Seconds

At = int | Literal["latest", "pending"]
"""A block by number, the newest one, or the newest one with all that waits on top of it."""


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A block as others refer to it."""

    number: int
    hash: bytes
    parent: bytes
    time: Seconds


@dataclass(frozen=True, slots=True)
class RawLog:
    """A log as the node gave it. ``removed`` is true when its block is no longer in the chain."""

    address: Address
    topics: tuple[bytes, ...]
    data: bytes
    block: int
    block_hash: bytes
    tx: bytes
    log_index: int
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a transaction. ``status`` is false when it was reverted."""

    tx: bytes
    block: int
    block_hash: bytes
    status: bool
    gas_used: int
    logs: tuple[RawLog, ...]
    contract: Address | None = None
    """Address of the contract that the transaction made."""


@dataclass(frozen=True, slots=True)
class Fees:
    """What the newest block asks of the next, in wei per gas."""

    base: int
    priority: int

    @property
    def most(self) -> int:
        """A limit that outlasts six full blocks in a row."""
        return 2 * self.base + self.priority


@dataclass(frozen=True, slots=True)
class Played:
    """What a call would do: the gas it would use, or why the contract refuses it."""

    gas: int
    refusal: ActRefused | None = None


class Chain(Protocol):
    """A node of an Ethereum chain."""

    def chain_id(self) -> int:
        """The chain's number (EIP-155)."""

    def head(self) -> BlockRef:
        """The newest block."""

    def block(self, number: int) -> BlockRef | None:
        """The block of this number; none beyond the head."""

    def blocks(self, numbers: Sequence[int]) -> list[BlockRef | None]:
        """Several blocks, in the order asked for."""

    def code(self, address: Address) -> bytes:
        """The code of a contract; empty where there is none."""

    def storage(self, address: Address, slot: int, block: At = "latest") -> bytes:
        """One storage slot, 32 bytes. Nodes forget old blocks."""

    def proof(self, address: Address, slot: int, block: At = "latest") -> dict[str, Any]:
        """The node's answer to ``eth_getProof`` for one slot, as it is (EIP-1186)."""

    def balance(self, address: Address) -> int:
        """Wei that an address has."""

    def call(
        self, to: Address, data: bytes, sender: Address | None = None, block: At = "latest"
    ) -> bytes:
        """What a call would return, without a transaction.

        Raises:
            ActRefused: the contract refuses it.
        """

    def estimate(
        self, to: Address | None, data: bytes, sender: Address, block: At = "latest"
    ) -> int:
        """Gas that a transaction needs.

        Raises:
            ActRefused: the contract would refuse it.
        """

    def play(
        self, to: Address, calls: Sequence[tuple[Address, bytes]], block: At = "pending"
    ) -> list[Played]:
        """What calls (sender, data) would do one after the other, each on top of those before it.

        Answers for as many of the first calls as the node can play so, at least for one. A refused
        call changes nothing for those after it. The gas is what is used, not what must be given.
        """

    def fees(self) -> Fees:
        """What the newest block asks for."""

    def nonce(self, address: Address) -> int:
        """How many transactions of an address are in blocks; never counts those that wait."""

    def send(self, raw: bytes) -> bytes:
        """Hands over a signed transaction; gives its hash. An error is a hint, not an outcome."""

    def send_all(self, raws: Sequence[bytes]) -> list[str]:
        """Hands over several in order; what the node said of each, an empty text for yes."""

    def receipt(self, tx: bytes) -> Receipt | None:
        """What became of a transaction; none while it is in no block."""

    def receipts(self, txs: Sequence[bytes]) -> list[Receipt | None]:
        """Several receipts, in the order asked for."""

    def logs(
        self,
        addresses: Sequence[Address],
        first: int,
        last: int,
        topics: Sequence[bytes | None] = (),
    ) -> list[RawLog]:
        """Logs of these contracts in a range of blocks, both ends included."""

    def transaction_input(self, tx: bytes) -> bytes | None:
        """The data of a transaction; none if the node does not know it."""
