"""What a till asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.vocabulary import OrgId
from records.scans import Place
from records.till.model import Channel, Reason

Quantity = str | int | Decimal
"""In the product's unit."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Who works a till, with what makes a request one that can be repeated; ``key_id`` is the API
    key's, ``place`` where the till's connection comes from.
    """

    org: OrgId
    idempotency_key: str
    request_hash: bytes
    key_id: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A scanned code with what the whole line costs in minor units; a unit needs no quantity."""

    code: str
    price: int
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale under the till's own ``number``. ``card`` is a member's, ``programme`` where points
    are to be earned: without one, where the seller may give some.
    """

    number: str
    currency: str
    lines: Sequence[SaleLine]
    channel: Channel = "store"
    site: str | None = None
    card: str | None = None
    programme: int | None = None


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """What comes back: a line of the receipt, or the code of a unit; all that is left of the line
    where no quantity is given.
    """

    line: int | None = None
    code: str | None = None
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """A return of what was sold on ``receipt`` (its id, or the till's number for it); without one
    the codes of units tell which it was. Without a ``number`` one is made from the sale's.
    """

    lines: Sequence[ReturnLine]
    receipt: str | None = None
    number: str | None = None
    site: str | None = None
    reason: Reason = "returned"
