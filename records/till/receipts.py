"""Receipts: written with the operations that came of them, found, listed, taken back of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, exists, select, update

from ledger.errors import IdempotencyKeyReused, NotFound
from ledger.vocabulary import Amount, Id, OrgId, Seconds
from records.outbox import OPEN, State
from records.schema import outbox
from records.schema.till import receipt_lines, receipt_operations, receipts, till_requests
from records.till.model import Line, Purpose, Receipt, Traced, line_in, receipt_in

_KEYS_AT_ONCE = 400


def note_request(
    connection: Connection, org: OrgId, key: str, request_hash: bytes, now: Seconds
) -> None:
    """Keeps which request an idempotency key stands for."""
    values = {"org": org, "idempotency_key": key, "request_hash": request_hash, "created": now}
    connection.execute(till_requests.insert().values(**values))


def request_hash_of(connection: Connection, org: OrgId, key: str) -> bytes | None:
    """The hash of the request that an idempotency key stands for, None where it is new."""
    t = till_requests.c
    query = select(t.request_hash).where(t.org == org, t.idempotency_key == key)
    found = connection.scalar(query)
    return None if found is None else bytes(found)


def of_request(
    connection: Connection, org: OrgId, key: str, request_hash: bytes
) -> tuple[Receipt, ...] | None:
    """The receipts that a request made before, in its order; None where the key is new.

    Raises:
        IdempotencyKeyReused: the key was used for another request.
    """
    before = request_hash_of(connection, org, key)
    if before is None:
        return None
    if before != request_hash:
        raise IdempotencyKeyReused("this idempotency key was used for another request", key=key)
    r = receipts.c
    query = select(receipts).where(r.org == org, r.idempotency_key == key).order_by(r.seq)
    return _with_lines(connection, query)


def add(connection: Connection, receipt: Receipt) -> None:
    """Keeps a receipt. Its ``seq`` is given by the records."""
    add_all(connection, [receipt])


def add_all(connection: Connection, made: Sequence[Receipt]) -> None:
    """Keeps receipts, in their order."""
    rows = [_values(each) for each in made]
    if not rows:
        return
    connection.execute(receipts.insert(), rows)
    lines = [_line_values(each.id, line) for each in made for line in each.lines]
    connection.execute(receipt_lines.insert(), lines)


def _values(receipt: Receipt) -> dict[str, Any]:
    return {each.name: getattr(receipt, each.name) for each in receipts.c if each.name != "seq"}


def _line_values(receipt: str, line: Line) -> dict[str, Any]:
    values = asdict(line)
    values["unit_index"] = values.pop("index")
    return {"receipt": receipt, **values}


def add_operations(connection: Connection, made: Iterable[tuple[str, Purpose, str]]) -> None:
    """Notes which operations came of which receipts: (receipt, purpose, operation)."""
    rows = [
        {"receipt": receipt, "purpose": purpose, "operation": operation}
        for receipt, purpose, operation in made
    ]
    if rows:
        connection.execute(receipt_operations.insert(), rows)


def get(connection: Connection, receipt: str) -> Receipt:
    """A receipt with its lines.

    Raises:
        NotFound: there is none with this id.
    """
    found = find(connection, receipt)
    if found is None:
        raise NotFound(f"there is no receipt {receipt}", id=receipt)
    return found


def find(connection: Connection, receipt: str) -> Receipt | None:
    """A receipt by its id, or None."""
    found = _with_lines(connection, select(receipts).where(receipts.c.id == receipt))
    return found[0] if found else None


def get_many(connection: Connection, ids: Sequence[str]) -> tuple[Receipt, ...]:
    """Those receipts that there are, with their lines."""
    found: list[Receipt] = []
    for start in range(0, len(ids), _KEYS_AT_ONCE):
        some = receipts.c.id.in_(ids[start : start + _KEYS_AT_ONCE])
        found += _with_lines(connection, select(receipts).where(some))
    return tuple(found)


def by_number(connection: Connection, org: OrgId, number: str) -> Receipt | None:
    """A receipt by the till's own number."""
    r = receipts.c
    found = _with_lines(connection, select(receipts).where(r.org == org, r.number == number))
    return found[0] if found else None


def holding_unit(connection: Connection, org: OrgId, item: Id, index: int | None) -> Receipt | None:
    """The newest sale of an organisation with a line of this very unit that did not come back:
    of a serialised unit by its id, of a unit of a lot by its index.
    """
    line = receipt_lines.c
    here = (line.receipt == receipts.c.id) & (line.item == item) & (line.returned < line.amount)
    here &= line.unit_index.is_(None) if index is None else line.unit_index == index
    sold = (receipts.c.org == org) & (receipts.c.kind == "sale") & exists().where(here)
    query = select(receipts).where(sold).order_by(receipts.c.seq.desc()).limit(1)
    found = _with_lines(connection, query)
    return found[0] if found else None


def last_sale(connection: Connection, org: OrgId, site: str | None) -> Receipt | None:
    """An organisation's newest sale at a site."""
    r = receipts.c
    at = r.site.is_(None) if site is None else r.site == site
    query = select(receipts).where(r.org == org, r.kind == "sale", at).order_by(r.seq.desc())
    found = _with_lines(connection, query.limit(1))
    return found[0] if found else None


def last_price(
    connection: Connection, org: OrgId, item: Id, currency: str
) -> tuple[int, Amount] | None:
    """What a seller took last for how much of an item, in minor units; None where nothing."""
    r, line = receipts.c, receipt_lines.c
    query = (
        select(line.price, line.amount)
        .join(receipts, r.id == line.receipt)
        .where(line.item == item, r.org == org, r.kind == "sale", r.currency == currency)
        .order_by(r.seq.desc())
        .limit(1)
    )
    found = connection.execute(query).one_or_none()
    return None if found is None else (found.price, Amount(found.amount))


def returns_of(connection: Connection, sale: str) -> tuple[Receipt, ...]:
    """What was taken back of a sale, oldest first."""
    query = select(receipts).where(receipts.c.sale == sale).order_by(receipts.c.seq)
    return _with_lines(connection, query)


def recent(
    connection: Connection,
    org: OrgId,
    *,
    before: int | None = None,
    card: str | None = None,
    attention: bool = False,
    limit: int = 50,
) -> tuple[Receipt, ...]:
    """An organisation's receipts, newest first; ``before`` is the last ``seq`` already seen.

    Of a member's ``card``; with ``attention`` those with an operation that was refused or waits
    for an operator.
    """
    r = receipts.c
    query = select(receipts).where(r.org == org)
    if before is not None:
        query = query.where(r.seq < before)
    if card is not None:
        query = query.where(r.card == card)
    if attention:
        of = receipt_operations.c
        asks = outbox.c.attention.is_not(None) & outbox.c.state.in_(OPEN)
        wrong = outbox.c.reason_code.is_not(None) | (outbox.c.state == State.REFUSED) | asks
        there = (of.receipt == r.id) & (of.operation == outbox.c.id) & wrong
        query = query.where(exists().where(there))
    return _with_lines(connection, query.order_by(r.seq.desc()).limit(limit))


def operations_of(connection: Connection, ids: Sequence[str]) -> dict[str, list[Traced]]:
    """What came of receipts, by receipt, in order of acceptance."""
    of = receipt_operations.c
    made: dict[str, list[Traced]] = {each: [] for each in ids}
    for start in range(0, len(ids), _KEYS_AT_ONCE):
        query = (
            select(receipt_operations)
            .join(outbox, outbox.c.id == of.operation)
            .where(of.receipt.in_(ids[start : start + _KEYS_AT_ONCE]))
            .order_by(outbox.c.seq)
        )
        for row in connection.execute(query):
            made[row.receipt].append(Traced(row.purpose, row.operation))
    return made


def take_back(connection: Connection, sale: str, line: int, amount: int) -> bool:
    """Notes that so much of a sale's line came back; whether so much was left of it."""
    own = receipt_lines.c
    there = (own.receipt == sale) & (own.line == line)
    enough = own.amount - own.returned >= amount
    more = update(receipt_lines).where(there, enough).values(returned=own.returned + amount)
    return bool(connection.execute(more).rowcount)


def mark_undone(connection: Connection, sale: str, now: Seconds) -> bool:
    """Notes that a sale was undone; whether it was not before."""
    r = receipts.c
    there = (r.id == sale) & r.undone.is_(None)
    return bool(connection.execute(update(receipts).where(there).values(undone=now)).rowcount)


def _with_lines(connection: Connection, query: Select[Any]) -> tuple[Receipt, ...]:
    rows = connection.execute(query).all()
    lines: dict[str, tuple[Line, ...]] = {}
    ids = [row.id for row in rows]
    for start in range(0, len(ids), _KEYS_AT_ONCE):
        here = receipt_lines.c.receipt.in_(ids[start : start + _KEYS_AT_ONCE])
        order = (receipt_lines.c.receipt, receipt_lines.c.line)
        found = connection.execute(select(receipt_lines).where(here).order_by(*order))
        for receipt, group in groupby(found, key=lambda row: row.receipt):
            lines[receipt] = tuple(map(line_in, group))
    return tuple(receipt_in(row, lines.get(row.id, ())) for row in rows)
