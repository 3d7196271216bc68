"""What members paid for and kept, over a time: for segments of campaigns and what came of them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from ledger.vocabulary import Seconds
from records.schema.members import members
from records.schema.till import receipt_lines, receipts


def spent(
    connection: Connection,
    programme: int,
    start: Seconds,
    end: Seconds,
    card: str | None = None,
) -> dict[str, int]:
    """What each member, or one, paid in a programme's shops from a time to before another, without
    what came back, in minor units.
    """
    r, line = receipts.c, receipt_lines.c
    query = (
        select(r.card, line.price, line.amount, line.returned)
        .join(receipts, r.id == line.receipt)
        .where(r.kind == "sale", r.programme == programme, r.undone.is_(None))
        .where(r.card.is_not(None), r.created >= start, r.created < end)
    )
    if card is not None:
        query = query.where(r.card == card)
    found: dict[str, int] = {}
    for row in connection.execute(query):
        kept = row.price * (row.amount - row.returned) // row.amount
        found[row.card] = found.get(row.card, 0) + kept
    return found


def joined_before(connection: Connection, end: Seconds) -> tuple[tuple[str, bytes], ...]:
    """Cards and addresses of the members of today who had joined before a time."""
    m = members.c
    query = select(m.card, m.address).where(m.erased.is_(None), m.joined < end).order_by(m.card)
    return tuple((row.card, bytes(row.address)) for row in connection.execute(query))
