"""What one signing key's worker knows and may do."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from ledger.chain.codec import decode_event, encode_perform, event_topic
from ledger.chain.deployment import Deployment
from ledger.chain.port import Chain, RawLog
from ledger.chain.relay import Domain
from ledger.chain.signing import SignedTransaction, SigningKey, Transaction, sign
from ledger.events import OperationPerformed
from ledger.vocabulary import Address, OrgId, Seconds
from records import leases
from records.brought import calldata
from records.leases import LEASE_SECONDS, Lease
from records.outbox import Operation
from records.sending.order import Order

log = logging.getLogger("records.sender")


@dataclass(frozen=True, slots=True)
class Limits:
    """When the sender loses patience."""

    in_flight: int = 64
    """Transactions of one key that may wait in the node's pool."""
    lease_seconds: float = LEASE_SECONDS
    rebroadcast_seconds: float = 10.0
    """After this long without a block the same bytes are handed over again."""
    stuck_seconds: float = 20.0
    """After this long, while the chain goes on, the fee is raised."""
    bumps: int = 8
    """So often, before the nonce is given to an empty transaction and the operation sent anew."""
    mend_seconds: float = 1.0
    """Pause between looks for what does not move by itself."""
    watch_seconds: float = 0.5
    """Pause between looks at blocks that are not final."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all lanes of a sender share. ``finality`` in blocks; ``clock`` in seconds since 1970."""

    engine: Engine
    chain: Chain
    deployment: Deployment
    chain_id: int
    finality: int
    limits: Limits = field(default_factory=Limits)
    order: Order = field(default_factory=Order)
    clock: Callable[[], float] = time.time

    @property
    def now(self) -> Seconds:
        return Seconds(int(self.clock()))

    @property
    def now_ms(self) -> int:
        return int(self.clock() * 1000)


@dataclass(frozen=True, slots=True)
class Call:
    """An operation as it goes to its contract."""

    to: Address
    data: bytes


@dataclass
class Lane:
    """One key at work. ``trouble`` tells an operator why nothing goes on."""

    around: Surroundings
    org: OrgId
    key: SigningKey
    lease: Lease
    next_nonce: int
    mended_ms: int = 0
    paused_until_ms: int = 0
    trouble: str = ""

    @property
    def address(self) -> Address:
        return self.key.address

    @property
    def chain(self) -> Chain:
        return self.around.chain

    def call(self, operation: Operation) -> Call:
        """How an operation is performed.

        Raises:
            ContractMissing: as `door`.
        """
        door = self.door(operation)
        if operation.brought:
            domain = Domain(self.around.chain_id, door, operation.contract)
            return Call(door, calldata(domain, operation.brought))
        return Call(door, encode_perform(operation.number, operation.commands))

    def door(self, operation: Operation) -> Address:
        """The contract that an operation goes to.

        Raises:
            ContractMissing: the deployment is without it.
        """
        return self.around.deployment.address_of(operation.contract)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, if the key is still this worker's.

        Raises:
            LeaseLost: it is not.
        """
        with leases.holding(self.around.engine, self.lease) as connection:
            yield connection

    def sign(
        self, nonce: int, call: Call | None, gas: int, max_fee: int, priority_fee: int
    ) -> SignedTransaction:
        """Signs a call of a contract; without, an empty transaction to itself."""
        to, data = (call.to, call.data) if call else (self.address, b"")
        chain_id = self.around.chain_id
        return sign(self.key, Transaction(chain_id, nonce, to, data, gas, max_fee, priority_fee))

    def row(
        self,
        operation: int | None,
        signed: SignedTransaction,
        nonce: int,
        gas: int,
        max_fee: int,
        priority_fee: int,
    ) -> dict[str, object]:
        """A signed transaction as `records.attempts` keeps it."""
        return {
            "operation": operation,
            "sender": self.address,
            "nonce": nonce,
            "hash": signed.hash,
            "raw": signed.raw,
            "gas": gas,
            "max_fee": max_fee,
            "priority_fee": priority_fee,
            "created_ms": self.around.now_ms,
        }


_LOGS_AT_ONCE = 5_000  # blocks; what the most cautious node gives


def who_performed(lane: Lane, door: Address, org: OrgId, number: int) -> RawLog | None:
    """The log of a contract that says that an organisation's operation of this number was
    performed.
    """
    topics = [event_topic(OperationPerformed), int(org).to_bytes(32, "big")]
    first, last = lane.around.deployment.first_block, lane.chain.head().number
    while last >= first:
        start = max(first, last - _LOGS_AT_ONCE + 1)
        for found in lane.chain.logs([door], start, last, topics):
            event = decode_event(found)
            if isinstance(event, OperationPerformed) and event.operation == number:
                return found
        last = start - 1
    return None
