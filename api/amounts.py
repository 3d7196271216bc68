"""Amounts as people write them, in a product's unit, and as the chain counts them. No floats.

The chain counts whole numbers of the smallest part that a product's decimals allow.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from ledger.errors import CommandInvalid
from ledger.vocabulary import MAX_AMOUNT, Amount

_MOST_DIGITS = 28
"""More than any amount has, and as many as `decimal` calculates with exactly."""
_WRITTEN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def text_of_amount(amount: int, decimals: int) -> str:
    """An amount in its product's unit: ``12500`` with 3 decimals is ``12.5``."""
    whole, part = divmod(amount, 10**decimals)
    fraction = str(part).zfill(decimals).rstrip("0") if decimals else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def amount_of(value: Decimal | int | str, decimals: int, field: str) -> Amount:
    """The exact inverse of `text_of_amount`.

    Raises:
        CommandInvalid: not a number, not above zero, too large, or with more decimals than the
            product has.
    """
    number = _number(value, field)
    if abs(number.adjusted()) > _MOST_DIGITS or len(number.as_tuple().digits) > _MOST_DIGITS:
        raise CommandInvalid(f"{field} has too many digits", field=field)
    parts = number.scaleb(decimals)
    if parts != parts.to_integral_value():
        raise CommandInvalid(
            f"{field} is {number:f}; the product counts {decimals} decimals",
            field=field, decimals=decimals,
        )  # fmt: skip
    if not 0 < parts <= MAX_AMOUNT:
        raise CommandInvalid(
            f"{field} must be above 0 and at most {text_of_amount(MAX_AMOUNT, decimals)}",
            field=field,
        )
    return Amount(int(parts))


def _number(value: Decimal | int | str, field: str) -> Decimal:
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):
        raise CommandInvalid(f"{field} must be a decimal number", field=field)
    try:
        number = Decimal(value)
    except InvalidOperation as error:  # an exponent beyond what `decimal` knows
        raise CommandInvalid(f"{field} must be a decimal number", field=field) from error
    if not number.is_finite():
        raise CommandInvalid(f"{field} must be a decimal number", field=field)
    return number
