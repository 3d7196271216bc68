"""One worker per signing key: a lease with an end, and a fence that rises with every new holder.

The lease keeps workers apart while clocks agree; the fence keeps them apart even when they do not,
because every write of a worker checks it in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select, update

from ledger.errors import Unavailable
from ledger.vocabulary import Address
from records.engine import insert_if_absent, writing
from records.schema import senders

LEASE_SECONDS = 10.0


class LeaseLost(Unavailable):
    """Another worker has taken over the key."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send for one key until a point in time, milliseconds since 1970."""

    sender: Address
    owner: str
    fence: int
    until_ms: int


def take(
    engine: Engine, sender: Address, owner: str, now_ms: int, seconds: float = LEASE_SECONDS
) -> Lease | None:
    """Takes or renews a lease; none while somebody else holds it."""
    until_ms = now_ms + int(seconds * 1000)
    with writing(engine) as connection:
        fresh = {"address": sender, "next_nonce": 0, "lease_until_ms": 0, "fence": 0}
        insert_if_absent(connection, senders, fresh)
        row = connection.execute(_locked(sender)).one()
        mine = row.lease_owner == owner
        if not mine and row.lease_until_ms > now_ms:
            return None
        fence = row.fence if mine else row.fence + 1
        values = {"lease_owner": owner, "lease_until_ms": until_ms, "fence": fence}
        connection.execute(update(senders).where(senders.c.address == sender).values(**values))
    return Lease(sender, owner, fence, until_ms)


def release(engine: Engine, lease: Lease) -> None:
    """Gives a lease back, so that the next worker need not wait for its end."""
    with writing(engine) as connection:
        mine = (senders.c.address == lease.sender) & (senders.c.fence == lease.fence)
        connection.execute(update(senders).where(mine).values(lease_owner=None, lease_until_ms=0))


@contextmanager
def holding(engine: Engine, lease: Lease) -> Iterator[Connection]:
    """One transaction of the lease's holder.

    Raises:
        LeaseLost: somebody else has it; nothing is written.
    """
    with writing(engine) as connection:
        if connection.execute(_locked(lease.sender)).one().fence != lease.fence:
            raise LeaseLost(f"another worker sends for 0x{lease.sender.hex()}")
        yield connection


def next_nonce(connection: Connection, sender: Address) -> int:
    """The nonce that the sender's next transaction gets."""
    query = select(senders.c.next_nonce).where(senders.c.address == sender)
    return int(connection.execute(query).scalar_one())


def set_next_nonce(connection: Connection, sender: Address, nonce: int) -> None:
    """Moves the next nonce; never down."""
    higher = (senders.c.address == sender) & (senders.c.next_nonce < nonce)
    connection.execute(update(senders).where(higher).values(next_nonce=nonce))


def _locked(sender: Address) -> Any:
    return select(senders).where(senders.c.address == sender).with_for_update()
