"""What buyers got for goods that were recalled: each line of a receipt once.

The number under which a line is awarded on chain is made with the row and never changes, and the
contract takes each number once: asking again, even after an operation failed, gives nothing twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from ledger.vocabulary import DocumentHash, Id, OrgId, Seconds
from records.outbox import State
from records.schema import outbox
from records.schema.notices import compensations as t

AT_ONCE = 400
LineKey = tuple[str, int]
"""Receipt and line."""


@dataclass(frozen=True, slots=True)
class Compensation:
    """Points for a line of a receipt. ``refused``: the operation that should have awarded them was
    refused by the contract, so that it may be tried again.
    """

    receipt: str
    line: int
    item: Id
    org: OrgId
    programme: int
    points: int
    number: DocumentHash
    operation: str
    refused: bool


def new_number() -> DocumentHash:
    """A number for an award: 256 random bits, which say nothing of the receipt."""
    return DocumentHash(secrets.token_bytes(32))


def made(connection: Connection, keys: Sequence[LineKey]) -> dict[LineKey, Compensation]:
    """What was given for lines already."""
    found: dict[LineKey, Compensation] = {}
    receipts = sorted({receipt for receipt, _ in keys})
    for start in range(0, len(receipts), AT_ONCE):
        query = (
            select(t, outbox.c.state)
            .join(outbox, outbox.c.id == t.c.operation)
            .where(t.c.receipt.in_(receipts[start : start + AT_ONCE]))
        )
        for row in connection.execute(query):
            found[row.receipt, row.line] = Compensation(
                row.receipt,
                row.line,
                Id(row.item),
                OrgId(row.org),
                row.programme,
                row.points,
                DocumentHash(row.number),
                row.operation,
                row.state == State.REFUSED,
            )
    return {key: found[key] for key in keys if key in found}


def add(connection: Connection, given: Iterable[Compensation], now: Seconds) -> None:
    """Notes what lines get, and in which operation; of one that was refused another."""
    for each in given:
        mine = (t.c.receipt == each.receipt) & (t.c.line == each.line)
        values = {
            "org": each.org,
            "programme": each.programme,
            "points": each.points,
            "operation": each.operation,
        }
        if connection.execute(update(t).where(mine).values(**values)).rowcount:
            continue
        key = {"receipt": each.receipt, "line": each.line, "item": each.item}
        new = key | values | {"number": each.number, "created": now}
        connection.execute(t.insert().values(**new))
