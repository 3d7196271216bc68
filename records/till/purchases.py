"""Who bought what: for recalls, for members, and for whoever forgets one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from ledger.vocabulary import Amount, Id, OrgId, Seconds
from records.schema.till import receipt_lines, receipts
from records.till.model import Purchase

_COLUMNS = (
    receipts.c.id,
    receipts.c.org,
    receipts.c.channel,
    receipts.c.site,
    receipts.c.created,
    receipts.c.card,
    receipts.c.currency,
    receipts.c.programme,
    receipts.c.undone,
    *(column for column in receipt_lines.c if column.name != "receipt"),
)


def receipts_with(connection: Connection, lot: Id) -> tuple[Purchase, ...]:
    """Every sale of a lot or of units of it by their index, oldest first, also what came back."""
    return _purchases(connection, _sales().where(receipt_lines.c.item == lot))


def purchases_of(connection: Connection, card: str) -> tuple[Purchase, ...]:
    """What a member bought, oldest first, also what came back."""
    return _purchases(connection, _sales().where(receipts.c.card == card))


def forget_card(connection: Connection, card: str) -> int:
    """Takes a member off all receipts; what was sold and for how much stays. How many they were."""
    off = update(receipts).where(receipts.c.card == card).values(card=None)
    return int(connection.execute(off).rowcount)


def _sales() -> Select[Any]:
    joined = receipt_lines.join(receipts, receipts.c.id == receipt_lines.c.receipt)
    return select(*_COLUMNS).select_from(joined).where(receipts.c.kind == "sale")


def _purchases(connection: Connection, query: Select[Any]) -> tuple[Purchase, ...]:
    rows = connection.execute(query.order_by(receipts.c.seq, receipt_lines.c.line))
    return tuple(map(_purchase, rows))


def _purchase(row: Row[Any]) -> Purchase:
    return Purchase(
        receipt=row.id,
        line=row.line,
        org=OrgId(row.org),
        channel=row.channel,
        site=row.site,
        time=Seconds(row.created),
        card=row.card,
        item=Id(bytes(row.item)),
        issue=row.issue,
        index=row.unit_index,
        unit=None if row.unit is None else Id(bytes(row.unit)),
        amount=Amount(row.amount),
        returned=row.returned,
        price=row.price,
        currency=row.currency,
        programme=row.programme,
        points=row.points,
        undone=row.undone is not None,
    )
