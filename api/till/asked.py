"""What a till asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ledger.errors import CommandInvalid
from ledger.vocabulary import OrgId
from records.scans import Place
from records.till.model import Channel, Reason

_NUMBER = re.compile(r"[!-~][ -~]{0,55}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SITE = re.compile(r"\d{13}", re.ASCII)
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


def require_written(
    where: str, *, number: str | None, site: str | None, currency: str | None = None
) -> None:
    """Lets only by what a receipt can have; ``where`` is the field that all of it stands in.

    Raises:
        CommandInvalid: the number is no printable ASCII or too long, or the site or currency is
            none.
    """
    for name, text, pattern, words in (
        ("number", number, _NUMBER, "must be 1 to 56 characters of ASCII"),
        ("site", site, _SITE, "must be a GLN of 13 digits"),
        ("currency", currency, _CURRENCY, "must be a code of three letters, as EUR"),
    ):
        if text is not None and not pattern.fullmatch(text):
            raise CommandInvalid(f"{where}{name} {words}", field=f"{where}{name}")
