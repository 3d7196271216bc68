"""A receipt and its lines, as the records keep them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row

from ledger.vocabulary import Amount, Id, OrgId, Seconds

Kind = Literal["sale", "return"]
Channel = Literal["store", "online"]
Reason = Literal["returned", "undo"]
Purpose = Literal["sale", "award", "return", "clawback"]


@dataclass(frozen=True, slots=True)
class Line:
    """One article of a receipt.

    ``item`` is the lot or the serialised unit; ``issue`` and ``index`` are set where it is a unit
    of the lot, ``unit`` too where its own id is known. ``price`` is of the whole line, in minor
    units. ``returned`` is how much of ``amount`` came back; ``of_line`` names the line of the sale
    that a line of a return takes back of.
    """

    line: int
    item: Id
    amount: Amount
    price: int
    points: int = 0
    issue: int | None = None
    index: int | None = None
    unit: Id | None = None
    returned: int = 0
    of_line: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A sale, or a return, which names the ``sale`` that it takes back of.

    ``number`` is the till's own. ``chain_number`` is what stands on chain for this sale, 32 random
    bytes. ``points`` were promised by a sale or are taken back by a return; ``no_points`` is the
    code of the refusal where there are none for that reason. ``card`` is None for strangers, and
    once the member is forgotten.
    """

    seq: int
    id: str
    org: OrgId
    number: str
    kind: Kind
    reason: Reason | None
    sale: str | None
    channel: Channel
    site: str | None
    card: str | None
    currency: str
    total: int
    programme: int | None
    points: int
    no_points: str | None
    chain_number: bytes
    idempotency_key: str
    created: Seconds
    undone: Seconds | None
    lines: tuple[Line, ...] = ()

    def line(self, number: int) -> Line | None:
        """A line by its number."""
        return next((each for each in self.lines if each.line == number), None)


@dataclass(frozen=True, slots=True)
class Traced:
    """An operation that came of a receipt, and what for."""

    purpose: Purpose
    operation: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """A line of a sale, with what people ask of it: who bought, where, when, how much is still
    with them (``amount`` less ``returned``).
    """

    receipt: str
    line: int
    org: OrgId
    channel: Channel
    site: str | None
    time: Seconds
    card: str | None
    item: Id
    issue: int | None
    index: int | None
    unit: Id | None
    amount: Amount
    returned: int
    price: int
    currency: str
    programme: int | None
    points: int
    undone: bool


def new_receipt_id() -> str:
    """A receipt's id: 128 random bits in hexadecimal."""
    return secrets.token_hex(16)


def new_chain_number() -> bytes:
    """What stands on chain for a sale: 256 random bits."""
    return secrets.token_bytes(32)


def receipt_in(row: Row[Any], lines: tuple[Line, ...] = ()) -> Receipt:
    """A row as a receipt."""
    return Receipt(
        seq=row.seq,
        id=row.id,
        org=OrgId(row.org),
        number=row.number,
        kind=row.kind,
        reason=row.reason,
        sale=row.sale,
        channel=row.channel,
        site=row.site,
        card=row.card,
        currency=row.currency,
        total=row.total,
        programme=row.programme,
        points=row.points,
        no_points=row.no_points,
        chain_number=bytes(row.chain_number),
        idempotency_key=row.idempotency_key,
        created=Seconds(row.created),
        undone=None if row.undone is None else Seconds(row.undone),
        lines=lines,
    )


def line_in(row: Row[Any]) -> Line:
    """A row as a line."""
    return Line(
        line=row.line,
        item=Id(bytes(row.item)),
        amount=Amount(row.amount),
        price=row.price,
        points=row.points,
        issue=row.issue,
        index=row.unit_index,
        unit=None if row.unit is None else Id(bytes(row.unit)),
        returned=row.returned,
        of_line=row.of_line,
    )
