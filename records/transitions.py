"""How an operation moves from state to state.

Each move is one conditional update: who comes too late changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from ledger.chain.port import Receipt
from ledger.errors import ActRefused
from ledger.refusals import values_to_json
from ledger.vocabulary import OrgId, Seconds
from records.outbox import OPEN, UNSETTLED, Operation, State, operation, take_number
from records.schema import outbox

MOST_TRIES = 10
"""After so many failed tries an operation waits for an operator."""
_NOWHERE = {"tx": None, "block": None, "block_hash": None}
_NO_REASON = {"reason_code": None, "reason_values": None}


def waiting(connection: Connection, org: OrgId, limit: int) -> list[Operation]:
    """An organisation's accepted operations that are to be sent, in order."""
    query = select(outbox).where(
        outbox.c.state == State.ACCEPTED, outbox.c.org == org, outbox.c.attention.is_(None)
    )
    rows = connection.execute(query.order_by(outbox.c.seq).limit(limit))
    return [operation(row) for row in rows]


def earliest_unsettled(connection: Connection) -> int | None:
    """The first operation of all that is not on chain yet and waits for no operator."""
    query = select(func.min(outbox.c.seq)).where(
        outbox.c.state.in_(UNSETTLED), outbox.c.attention.is_(None)
    )
    found: int | None = connection.scalar(query)
    return found


def by_seq(connection: Connection, seq: int) -> Operation:
    """An operation by its place."""
    return operation(connection.execute(select(outbox).where(outbox.c.seq == seq)).one())


def by_ids(connection: Connection, ids: Sequence[str]) -> list[Operation]:
    """Operations by their ids, those that there are."""
    rows = connection.execute(select(outbox).where(outbox.c.id.in_(list(ids))))
    return [operation(row) for row in rows]


def signed(connection: Connection, seqs: Sequence[int]) -> None:
    """A transaction is kept and about to be broadcast."""
    _move(connection, seqs, [State.ACCEPTED], state=State.SIGNED)


def broadcast(connection: Connection, seqs: Sequence[int]) -> None:
    """A transaction was handed to the node."""
    _move(connection, seqs, [State.SIGNED], state=State.BROADCAST)


def included(
    connection: Connection,
    seq: int,
    tx: bytes,
    block: int,
    block_hash: bytes,
    refusal: ActRefused | None = None,
) -> bool:
    """A transaction is in a block, performed or, with ``refusal``, reverted; whether that was news.

    What is included already stays: only the finality pass takes it back.
    """
    place = {"tx": tx, "block": block, "block_hash": block_hash, "attention": None}
    reason = _NO_REASON if refusal is None else _reason(refusal)
    return _move(connection, [seq], UNSETTLED, state=State.INCLUDED, **place, **reason)


def included_all(connection: Connection, places: Sequence[tuple[int, Receipt]]) -> int:
    """Many transactions are in blocks, performed; how many operations that was news of."""
    # No IN here: it cannot be sent for many rows at once.
    unsettled = or_(*(outbox.c.state == state for state in UNSETTLED))
    there = (outbox.c.seq == bindparam("place")) & unsettled
    move = update(outbox).where(there).values(state=State.INCLUDED, attention=None, **_NO_REASON)
    rows = [
        {"place": seq, "tx": each.tx, "block": each.block, "block_hash": each.block_hash}
        for seq, each in places
    ]
    counted = move.execution_options(preserve_rowcount=True)
    return int(connection.execute(counted, rows).rowcount)


def again(connection: Connection, seq: int, why: str) -> bool:
    """An operation is to be sent anew; after too many tries an operator is asked, with ``why``."""
    tries = by_seq(connection, seq).tries + 1
    attention = why if tries >= MOST_TRIES else None
    return _move(
        connection, [seq], UNSETTLED, state=State.ACCEPTED, tries=tries, attention=attention
    )


def flag(connection: Connection, seq: int, why: str) -> bool:
    """What is in flight needs an operator; it stays in flight, and holds up no other."""
    return _move(connection, [seq], [State.SIGNED, State.BROADCAST], attention=why)


def ask_operator(connection: Connection, seq: int, why: str) -> bool:
    """An operation that is not in flight waits for an operator and holds up no other."""
    return _move(connection, [seq], UNSETTLED, state=State.ACCEPTED, attention=why)


def refused(connection: Connection, op: Operation, refusal: ActRefused, now: Seconds) -> bool:
    """The contract refused for good: the fallback takes the operation's place, or it is settled."""
    if op.fallback_json is None:
        end = {"state": State.REFUSED, "settled": now, **_reason(refusal)}
        return _move(connection, [op.seq], OPEN, **end)
    first = _reason(refusal)
    return _move(
        connection,
        [op.seq],
        OPEN,
        state=State.ACCEPTED,
        number=take_number(connection, op.org),
        commands=op.fallback_json,
        fallback=None,
        tries=0,
        first_reason_code=first["reason_code"],
        first_reason_values=first["reason_values"],
        **_NO_REASON,
        **_NOWHERE,
    )


def final(connection: Connection, op: Operation, now: Seconds) -> bool:
    """The block of an included operation can no longer be undone."""
    if op.refusal is not None:
        return refused(connection, op, op.refusal, now)
    return _move(connection, [op.seq], [State.INCLUDED], state=State.FINAL, settled=now)


def final_all(connection: Connection, seqs: Sequence[int], now: Seconds) -> int:
    """As `final` for many that were performed; those that were reverted are left."""
    there = outbox.c.seq.in_(list(seqs)) & (outbox.c.state == State.INCLUDED)
    performed = there & outbox.c.reason_code.is_(None)
    end = {"state": State.FINAL, "settled": now}
    return int(connection.execute(update(outbox).where(performed).values(**end)).rowcount)


def fallen_back(connection: Connection, op: Operation, state: State) -> bool:
    """The block of an included operation is gone."""
    stands = (outbox.c.seq == op.seq) & (outbox.c.block_hash == op.block_hash)
    there = stands & (outbox.c.state == State.INCLUDED)
    values = {"state": state, **_NOWHERE, **_NO_REASON}
    return bool(connection.execute(update(outbox).where(there).values(**values)).rowcount)


def _reason(refusal: ActRefused) -> dict[str, str]:
    values = json.dumps(values_to_json(refusal.values), separators=(",", ":"))
    return {"reason_code": refusal.code, "reason_values": values}


def _move(
    connection: Connection, seqs: Sequence[int], states: Sequence[State], **values: Any
) -> bool:
    there = outbox.c.seq.in_(list(seqs)) & outbox.c.state.in_(list(states))
    return bool(connection.execute(update(outbox).where(there).values(**values)).rowcount)
