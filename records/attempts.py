"""Signed transactions: kept before they are broadcast, until what they were for is final.

States: ``live`` may get into a block; ``mined`` is in one; ``beside`` lost its nonce to another of
ours; ``dead`` lost it to a stranger. All but ``live`` come back to life if the chain gives their
nonce free again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledger.vocabulary import Address
from records.schema import attempts


class Fate(StrEnum):
    """What is known of an attempt."""

    LIVE = "live"
    MINED = "mined"
    BESIDE = "beside"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One signed transaction. ``operation`` is the outbox's ``seq``; none for a noop."""

    id: int
    operation: int | None
    sender: Address
    nonce: int
    hash: bytes
    raw: bytes
    gas: int
    max_fee: int
    priority_fee: int
    created_ms: int
    broadcast_ms: int | None
    missing_since: int | None


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keeps signed transactions, not yet broadcast."""
    connection.execute(insert(attempts), [{"state": Fate.LIVE, **row} for row in rows])


def live(connection: Connection, sender: Address) -> list[Attempt]:
    """What may still get into a block, by nonce and age."""
    query = select(attempts).where(attempts.c.sender == sender, attempts.c.state == Fate.LIVE)
    rows = connection.execute(query.order_by(attempts.c.nonce, attempts.c.id))
    return [_attempt(row) for row in rows]


def mark_broadcast(connection: Connection, hashes: Sequence[bytes], now_ms: int) -> None:
    """Notes when transactions were last handed to the node."""
    mine = attempts.c.hash.in_(list(hashes))
    connection.execute(update(attempts).where(mine).values(broadcast_ms=now_ms))


def mark_mined(connection: Connection, attempt: Attempt) -> None:
    """Notes that an attempt is in a block, which its siblings of the same nonce are then not."""
    siblings = _at(attempt.sender, attempt.nonce) & (attempts.c.state == Fate.LIVE)
    connection.execute(update(attempts).where(siblings).values(state=Fate.BESIDE))
    mine = attempts.c.id == attempt.id
    connection.execute(update(attempts).where(mine).values(state=Fate.MINED))


def mark_all_mined(connection: Connection, ids: Sequence[int]) -> None:
    """As `mark_mined` for many that have no siblings."""
    mine = attempts.c.id.in_(list(ids))
    connection.execute(update(attempts).where(mine).values(state=Fate.MINED))


def mark_missing(connection: Connection, attempt: Attempt, block: int | None) -> None:
    """Notes from which block on the nonce was used by a transaction that is not ours."""
    mine = attempts.c.id == attempt.id
    connection.execute(update(attempts).where(mine).values(missing_since=block))


def mark_dead(connection: Connection, sender: Address, nonce: int) -> None:
    """Gives up what a stranger's transaction replaced."""
    lost = _at(sender, nonce) & (attempts.c.state == Fate.LIVE)
    connection.execute(update(attempts).where(lost).values(state=Fate.DEAD))


def revive(connection: Connection, sender: Address, nonce: int) -> int:
    """Makes all attempts at a nonce live again; how many there are."""
    values = {"state": Fate.LIVE, "broadcast_ms": None, "missing_since": None}
    found = connection.execute(update(attempts).where(_at(sender, nonce)).values(**values))
    return int(found.rowcount)


def revive_operation(connection: Connection, operation: int) -> int:
    """Makes live all that shares a nonce with an operation's attempts; how many there are."""
    places = select(attempts.c.sender, attempts.c.nonce).where(attempts.c.operation == operation)
    rows = connection.execute(places.distinct()).all()
    return sum(revive(connection, Address(bytes(row.sender)), row.nonce) for row in rows)


def operations_at(connection: Connection, sender: Address, nonce: int) -> list[int]:
    """The operations that a nonce was signed for."""
    query = select(attempts.c.operation).where(_at(sender, nonce)).distinct()
    return [row.operation for row in connection.execute(query) if row.operation is not None]


def is_live_elsewhere(connection: Connection, operation: int, nonce: int) -> bool:
    """Whether an operation may still get into a block at another nonce."""
    query = select(attempts.c.id).where(
        attempts.c.operation == operation,
        attempts.c.state == Fate.LIVE,
        attempts.c.nonce != nonce,
    )
    return connection.execute(query.limit(1)).first() is not None


def _at(sender: Address, nonce: int) -> Any:
    return (attempts.c.sender == sender) & (attempts.c.nonce == nonce)


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        id=row.id,
        operation=row.operation,
        sender=Address(bytes(row.sender)),
        nonce=row.nonce,
        hash=bytes(row.hash),
        raw=bytes(row.raw),
        gas=row.gas,
        max_fee=row.max_fee,
        priority_fee=row.priority_fee,
        created_ms=row.created_ms,
        broadcast_ms=row.broadcast_ms,
        missing_since=row.missing_since,
    )
