"""Which unit was claimed by whom: taken once, whoever comes first, before the chain is asked.

A claim stands with the operation that brings it to the contract. Where the contract refuses in the
end, the unit is free again and the member is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, select, update

from ledger.vocabulary import Id, Seconds
from records.engine import insert_if_absent
from records.members import messages
from records.outbox import State
from records.schema import outbox
from records.schema.members import claims as t

_ENDED = (State.FINAL, State.REFUSED)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """A unit's claim. ``card`` is None where the member was erased, ``operation`` the id of what
    brings it to the contract; ``settled`` when that is final.
    """

    lot: Id
    index: int
    card: str | None
    programme: int
    channel: str
    operation: str | None
    settled: bool
    created: Seconds


def take(
    connection: Connection,
    lot: Id,
    index: int,
    card: str,
    *,
    programme: int,
    operation: str | None,
    channel: str = "online",
    now: Seconds,
) -> bool:
    """Takes a unit for a member; False where it is taken. Of any number who ask at once, one wins:
    the database says who, and nobody looks before.
    """
    values = {
        "lot": lot,
        "index": index,
        "card": card,
        "programme": programme,
        "channel": channel,
        "operation": operation,
        "settled": False,
        "created": now,
    }
    return insert_if_absent(connection, t, values, t.c.lot, t.c.index)


def claim_of(connection: Connection, lot: Id, index: int) -> Claim | None:
    """Who has taken a unit, if anybody."""
    query = select(t).where(t.c.lot == lot, t.c.index == index)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _claim(row)


def claims_of(connection: Connection, card: str) -> list[Claim]:
    """A member's claims, the oldest first."""
    query = select(t).where(t.c.card == card).order_by(t.c.created, t.c.lot, t.c.index)
    return [_claim(row) for row in connection.execute(query).mappings()]


def settle(connection: Connection, now: Seconds) -> tuple[int, int]:
    """Looks what became of claims that were on their way: how many stand now, and how many were
    refused by the contract and are free again.
    """
    query = (
        select(t, outbox.c.state, outbox.c.reason_code)
        .join(outbox, outbox.c.id == t.c.operation)
        .where(t.c.settled.is_(False), outbox.c.state.in_(_ENDED))
        .order_by(t.c.created)
        .limit(_BATCH)
    )
    stand = freed = 0
    for row in connection.execute(query).mappings().all():
        mine = (t.c.lot == row["lot"]) & (t.c.index == row["index"])
        if row["state"] == State.FINAL:
            stand += connection.execute(update(t).where(mine).values(settled=True)).rowcount
        else:
            freed += connection.execute(delete(t).where(mine)).rowcount
            _tell(connection, row, now)
    return stand, freed


def _tell(connection: Connection, row: RowMapping, now: Seconds) -> None:
    if row["card"] is not None:
        details = {"lot": row["lot"].hex(), "index": row["index"], "reason": row["reason_code"]}
        messages.add(connection, row["card"], "claim_refused", details, now)


def _claim(row: RowMapping) -> Claim:
    return Claim(
        lot=Id(row["lot"]),
        index=row["index"],
        card=row["card"],
        programme=row["programme"],
        channel=row["channel"],
        operation=row["operation"],
        settled=row["settled"],
        created=Seconds(row["created"]),
    )
